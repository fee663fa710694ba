/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a transcript: the format of docs/transcript.md as tables, and reading by them. */
#ifndef ENTRY_H
#define ENTRY_H

#include "item.h"

#define DIGEST 32
#define MOST_FIELDS 10

enum entry_kind {
    BEGIN,
    INPUT,
    APPROVAL,
    HSM,
    ANSWER,
    INTENDED,
    SIGNED,
    OUTPUT,
    NOTE,
    FAILED,
    RESUMED,
    END,
    DESTROYED, /* since version 2 */
};
#define ENTRY_KINDS 13

/* The keys of the fields, by kind. */
enum begin_field {
    BEGIN_WORD = 1,
    BEGIN_VERSION,
    BEGIN_FIRST,
    BEGIN_NAME,
    BEGIN_CEREMONY,
    BEGIN_PLAN,
    BEGIN_APPROVERS,
    BEGIN_NEEDED,
    BEGIN_HOST,
    BEGIN_TOOL
};
enum file_field { FILE_NAME = 1, FILE_DIGEST, FILE_LENGTH };
enum approval_field { APPROVAL_ID = 1, APPROVAL_MESSAGE };
enum hsm_field { HSM_SPKI = 8 };
enum intended_field { SIGN_WHAT = 1, SIGN_NAME, SIGN_TBS, SIGN_ISSUER, SIGN_TBS_OCTETS };
enum signed_field { SIGN_DIGEST = 4, SIGN_OCTETS };
enum text_field { TEXT = 1 };
enum end_field { END_KEY = 1, END_MESSAGE };
enum destroyed_field { DESTROYED_KEY = 1 };

enum field_type {
    FIELD_TEXT,      /* 0 to 4096 octets */
    FIELD_NAME,      /* 1 to 128 octets */
    FIELD_FILE,      /* a name without a folder */
    FIELD_NUMBER,    /* from 0 */
    FIELD_FLAG,      /* 0 or 1 */
    FIELD_DIGEST,    /* 32 octets */
    FIELD_OCTETS,    /* 0 or more */
    FIELD_FACTS,     /* [* [name, text]] */
    FIELD_APPROVERS, /* [+ [name, octets]] */
};

struct field {
    const char *name; /* for people */
    enum field_type type;
    bool optional;
};

struct entry_rule {
    const char *name;
    struct field fields[MOST_FIELDS]; /* key 1 first; ends with a NULL name */
};
extern const struct entry_rule entry_rules[ENTRY_KINDS];

struct entry {
    const uint8_t *octets; /* the whole entry */
    size_t length;
    int64_t number;
    struct item previous;
    enum entry_kind kind;
    struct item step;
    int64_t time;
    bool person;                         /* a person has confirmed the time */
    struct item fields[MOST_FIELDS + 1]; /* by key; ITEM_NONE: not there. For a list `octets` is
                                            the encoded array */
};

/* Reads the next entry. False: reader->fault says why, and reader->at where. */
bool entry_read(struct reader *reader, struct entry *entry);

/* The pairs of a list, one after the other: begin with {octets and length of the field}. */
bool pair_next(struct reader *list, struct item *name, struct item *value);

/* True if the text can be the name of a file without a folder. */
bool is_file_name(const struct item *text);

#endif
