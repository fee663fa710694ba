/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transcript of a ceremony, written: a CBOR sequence (RFC 8742) of deterministic entries, each
 * of which holds the SHA-256 of the one before. docs/transcript.md is the format; sti-transcript,
 * which shares no code with this, verifies what is written here.
 *
 * An entry is on the disk when the function that adds it returns true, and none is ever changed.
 * There is one writer at a time. Time is an input.
 *
 * The writer keeps form and order: what cannot be read again, and what would make a transcript that
 * does not verify because of its order, is refused, and nothing is written. Whether it is true
 * (digests, keys, approvals) is for the caller to know.
 */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include <openssl/evp.h>

#include "sti_error.h"

#define TRANSCRIPT_DIGEST_OCTETS 32
/* The most octets a text has; names of steps and people have TRANSCRIPT_MAX_NAME at most. */
#define TRANSCRIPT_MAX_TEXT 4096
#define TRANSCRIPT_MAX_NAME 128
/* The most octets one entry has, and the most pairs of facts, or approvers, of one. */
#define TRANSCRIPT_MAX_ENTRY ((size_t)64 * 1024 * 1024)
#define TRANSCRIPT_MAX_PAIRS 64

/* Where a time comes from. */
enum transcript_source {
    TRANSCRIPT_CLOCK = 0,  /* the clock of the machine */
    TRANSCRIPT_PERSON = 1, /* the clock, which a person has compared with a watch and confirmed */
};

/* At which step of the plan, and when. Times never go backward from entry to entry. */
struct transcript_at {
    const char *step; /* the step's id; "": outside of any */
    int64_t time;     /* seconds since 1970-01-01 UTC, not negative */
    enum transcript_source source;
};

/* Octets that are the caller's and only read. NULL: none. */
struct transcript_octets {
    const uint8_t *octets;
    size_t length;
};

/* A fact for people: printable ASCII, as every text in a transcript. */
struct transcript_fact {
    const char *name;
    const char *value;
};

/* Who may approve. */
struct transcript_approver {
    const char *id;
    struct transcript_octets spki; /* SubjectPublicKeyInfo of an EC P-256 key, DER */
};

struct transcript_begin {
    const uint8_t *previous; /* digest of the last entry of the ceremony before; NULL: the first */
    const char *name;
    const char *ceremony; /* its kind, as the plan has it */
    const uint8_t *plan;  /* digest of the plan */
    const struct transcript_approver *approvers;
    size_t approver_count;
    size_t needed; /* so many of them, at least 1 */
    const struct transcript_fact *host;
    size_t host_count;
    const char *tool; /* program and version */
};

struct transcript;

/*
 * Makes a transcript with its first entry. The file must not exist; if the entry cannot be written
 * there is none afterwards. NULL on failure; transcript_close() it.
 */
struct transcript *transcript_create(const char *path, const struct transcript_begin *begin,
                                     const struct transcript_at *at, struct sti_error *err);

/* An entry that is there, for transcript_open(). Its octets are valid during the call. */
struct transcript_entry {
    int64_t number;
    char kind[16];
    char step[TRANSCRIPT_MAX_NAME + 1];
    int64_t time;
    enum transcript_source source;
    const uint8_t *content; /* the map, encoded */
    size_t content_length;
};

/* Called for each entry in its order; false ends the opening, with err filled. NULL: not wanted. */
typedef bool (*transcript_visit)(void *context, const struct transcript_entry *entry,
                                 struct sti_error *err);

/*
 * Opens a transcript that has no end. What is there is verified: form, numbers, digests, times. If
 * the power was cut while an entry was written, what there is of it is left alone, and its octets
 * are counted in *cut. Nothing can be added before transcript_resume(). NULL on failure.
 */
struct transcript *transcript_open(const char *path, transcript_visit visit, void *context,
                                   size_t *cut, struct sti_error *err);

/*
 * Goes on after transcript_open(): adds a `resumed` entry. If there is half an entry it is taken
 * away, which the new entry says (how many octets, and their SHA-256), in one step: the file is
 * replaced by a new one, and the old one is kept beside it as PATH.cut-N, N the new entry's number.
 */
bool transcript_resume(struct transcript *transcript, const char *why,
                       const struct transcript_at *at, struct sti_error *err);

/* ---- entries ---- */

/* A file that was read: its name without a folder. */
bool transcript_input(struct transcript *transcript, const struct transcript_at *at,
                      const char *name, const uint8_t digest[TRANSCRIPT_DIGEST_OCTETS],
                      int64_t length, struct sti_error *err);

/* An approval of the plan, see approval.h. */
bool transcript_approval(struct transcript *transcript, const struct transcript_at *at,
                         const char *approver, struct transcript_octets message,
                         struct sti_error *err);

/* A key in an HSM, as the HSM tells it. */
struct transcript_hsm {
    const char *manufacturer;
    const char *model;
    const char *serial;
    const char *firmware;
    const char *label; /* of the key */
    struct transcript_octets id;
    const struct transcript_fact *attributes; /* "CKA_SENSITIVE", "true" */
    size_t attribute_count;
    struct transcript_octets spki;
};
bool transcript_hsm(struct transcript *transcript, const struct transcript_at *at,
                    const struct transcript_hsm *hsm, struct sti_error *err);

/*
 * A key that is in the HSM no more: one that an earlier hsm entry has named. Behind it that key
 * signs nothing, not the end either, and is in no hsm entry.
 */
struct transcript_destroyed {
    struct transcript_octets spki;
    const struct transcript_fact *facts; /* what the HSM has said when it was looked for */
    size_t fact_count;
};
bool transcript_destroyed(struct transcript *transcript, const struct transcript_at *at,
                          const struct transcript_destroyed *destroyed, struct sti_error *err);

/* What was asked and what was typed. Never a PIN or another secret. */
bool transcript_answer(struct transcript *transcript, const struct transcript_at *at,
                       const char *asked, const char *typed, struct sti_error *err);

/*
 * What will be signed next; to be on the disk before the HSM is asked. One is open at a time: the
 * next one is refused until this one is signed, or has failed, or the ceremony was resumed.
 */
struct transcript_intended {
    const char *what;                /* "certificate", "crl" */
    const char *name;                /* of the output: without a folder */
    struct transcript_octets tbs;    /* the octets that will be signed */
    bool keep;                       /* the entry holds them; else their digest alone */
    struct transcript_octets issuer; /* SubjectPublicKeyInfo of the signing key */
};
bool transcript_intended(struct transcript *transcript, const struct transcript_at *at,
                         const struct transcript_intended *intended, struct sti_error *err);

/* What was signed, in DER: of the intended entry that is open. keep: as above. */
bool transcript_signed(struct transcript *transcript, const struct transcript_at *at,
                       struct transcript_octets der, bool keep, struct sti_error *err);

/* A file that was written. */
bool transcript_output(struct transcript *transcript, const struct transcript_at *at,
                       const char *name, const uint8_t digest[TRANSCRIPT_DIGEST_OCTETS],
                       int64_t length, struct sti_error *err);

bool transcript_note(struct transcript *transcript, const struct transcript_at *at,
                     const char *text, struct sti_error *err);

/* The ceremony has failed. After it there may be notes, and the end. */
bool transcript_failed(struct transcript *transcript, const struct transcript_at *at,
                       const char *why, struct sti_error *err);

/*
 * The end, signed with the ceremony key (EC P-256, may sit in an HSM), which an earlier hsm entry
 * must have named. The outcome is "failed" if a failed entry was added, else "done"; a ceremony
 * that is done has no intended entry open. Nothing can be added behind it.
 */
bool transcript_end(struct transcript *transcript, const struct transcript_at *at, EVP_PKEY *key,
                    struct sti_error *err);

/* Number and digest of the last entry; the digest is what the next ceremony's transcript names. */
int64_t transcript_last(const struct transcript *transcript,
                        uint8_t digest[TRANSCRIPT_DIGEST_OCTETS]);

/* Ends the writing and lets the lock go. transcript may be NULL. */
void transcript_close(struct transcript *transcript);

#endif
