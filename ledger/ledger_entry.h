/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry of the log as a value: what kind it is of, and what stands under which key. Its body in
 * the file is a deterministic CBOR map (cose/dcbor.h); docs/ledger.md has the form of each kind.
 */
#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H

#include "sti_error.h"

/* The numbers are those of the file, and never change. */
enum ledger_event {
    EVENT_CREATED = 1,
    EVENT_MIGRATED,
    EVENT_VERDICT,
    EVENT_INTENT,
    EVENT_ISSUED,
    EVENT_ABANDONED,
    EVENT_UNCERTAIN,
    EVENT_DELIVERED,
    EVENT_REVOKED,
    EVENT_CRL,
    EVENT_RESTORED,
    EVENTS
};

/* The keys of the map; these numbers never change either. */
enum entry_key {
    KEY_EVENT,
    KEY_TIME,
    KEY_SERIAL,
    KEY_KIND,
    KEY_SUBJECT,
    KEY_JTI,
    KEY_SIGNER,
    KEY_TOKEN_LIMIT,
    KEY_TBS_DIGEST,
    KEY_SPKI,
    KEY_HOLDER,
    KEY_PROFILE,
    KEY_NOTE,
    KEY_WAIVERS,
    KEY_HSM,
    KEY_OUT,
    KEY_VERDICT,
    KEY_REASON,
    KEY_CERTIFICATE,
    KEY_LIST,
    KEY_REQUEST,
    KEY_CSR_DIGEST,
    KEY_TOKEN_DIGEST,
    KEY_LIST_DIGEST,
    KEY_ACCEPTED,
    KEY_CHECK,
    KEY_REASON_CODE,
    KEY_DATE,
    KEY_SCOPE,
    KEY_CRL_NUMBER,
    KEY_CRL,
    KEY_THIS_UPDATE,
    KEY_NEXT_UPDATE,
    KEY_FORMAT,
    KEY_LEDGER_ID,
    KEY_MARK_NUMBER,
    KEY_MARK_HASH,
    KEYS
};

/* How the value of a key is written. */
enum entry_form {
    FORM_NUMBER, /* an integer */
    FORM_WORD,   /* a text: printable ASCII */
    FORM_TEXT,   /* a byte string: UTF-8 for people, as it came, without NUL */
    FORM_OCTETS, /* a byte string */
};

struct entry_value {
    bool there;
    int64_t number;
    const uint8_t *octets; /* the caller's, or within the body that was read; no NUL at the end */
    size_t length;
};

struct ledger_entry {
    enum ledger_event event;
    struct entry_value values[KEYS]; /* KEY_EVENT's is not used */
};

/* "intent", "serial": the words of docs/ledger.md, without blanks. */
const char *entry_event_name(enum ledger_event event);
const char *entry_key_name(enum entry_key key);
enum entry_form entry_key_form(enum entry_key key);

/* Fill a value in; NULL leaves it out. What they point to must live as long as the entry. */
void entry_set_number(struct ledger_entry *entry, enum entry_key key, int64_t number);
void entry_set_text(struct ledger_entry *entry, enum entry_key key, const char *text);
void entry_set_octets(struct ledger_entry *entry, enum entry_key key, const void *octets,
                      size_t length);

/*
 * The body of an entry; malloc'd, the caller's. Refused as the reading of it would be: a key that
 * is wanted and missing, one that the kind does not have, a value that is too short or too long.
 */
bool entry_write(const struct ledger_entry *entry, uint8_t **body, size_t *length,
                 struct sti_error *err);

/* Reads a body; the values point into it. Everything that entry_write() would not write is refused.
 */
bool entry_read(struct ledger_entry *entry, const uint8_t *body, size_t length,
                struct sti_error *err);

/* ---- for these two functions ---- */

/* What a key's value may be: numbers from least to most, octets as many. */
struct entry_key_rule {
    const char *name;
    enum entry_form form;
    int64_t least, most;
};
const struct entry_key_rule *entry_key_rule(enum entry_key key);

/* Is the event one that exists, do its keys belong to it, and is none missing. */
bool entry_check(const struct ledger_entry *entry, struct sti_error *err);

#endif
