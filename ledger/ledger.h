/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was done: the CA's record, one SQLite file.
 *
 * The record is a log of entries, each chained to the one before by a hash; nothing in it ever
 * changes. The tables beside it are a view of it for questions, derived from it entry by entry.
 * Every function here that records something appends one entry.
 *
 * Two rules hold at every instruction, also across a crash or loss of power:
 * an intent is on the disk before the HSM is asked to sign, and a certificate is on the disk before
 * it leaves the tool. One process at a time may write; the lock ends with the process.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdint.h>

#include "sti_error.h"

/* SHA-256, everywhere in the ledger. */
#define LEDGER_DIGEST_OCTETS 32

struct ledger;

/* What a row is about; the last two are certificates that a holder asked for with a token. */
enum ledger_kind {
    LEDGER_ROOT,
    LEDGER_INTERMEDIATE,
    LEDGER_END_ENTITY,
    LEDGER_DELEGATE_CA, /* of a delegating CA (RFC 9060); older rows say end-entity */
};
enum ledger_state {
    LEDGER_INTENDED,  /* the HSM was, or was about to be, asked */
    LEDGER_ISSUED,    /* the certificate is in the record */
    LEDGER_ABANDONED, /* nothing was issued under this serial, and nothing ever will be */
    LEDGER_UNCERTAIN, /* the HSM may have signed, and the record does not have it */
};

/* The words printed and stored: "root", "end-entity", "delegate-ca"; "intended", ... */
const char *ledger_kind_name(enum ledger_kind kind);
const char *ledger_state_name(enum ledger_state state);

/*
 * The serial as upper-case hex, two digits an octet, without leading 00: at most 20 octets (RFC
 * 5280 4.1.2.2). That is how it is stored and given back. Every function here that takes a serial
 * reads it as a number: either case, with or without leading zeros, colons, blanks or 0x.
 */
#define LEDGER_SERIAL_TEXT 40

/* Tells one ledger from another, for ever: octets of chance, which the caller of _create() draws.
 */
#define LEDGER_ID_OCTETS 16

/*
 * Makes a ledger whose only entry says that it was made: readable and writable by its owner alone,
 * whole or not at all. A file that exists is refused.
 */
bool ledger_create(const char *path, const unsigned char id[LEDGER_ID_OCTETS], int64_t now,
                   struct sti_error *err);

enum ledger_access {
    LEDGER_READ,    /* for looking: takes no lock, can change nothing, needs no right to write */
    LEDGER_WRITE,   /* for issuing: takes the lock, refused while another process holds it */
    LEDGER_RECOVER, /* for settling what a dead run left: as LEDGER_WRITE, which it lets in again */
    LEDGER_CARRY,   /* for adding entries of another copy (ledger_import()): as LEDGER_RECOVER */
};

/*
 * Opens a ledger. Refused: no such file, not a ledger, a version this program does not know; and
 * for all but LEDGER_READ a file, folder or disk that cannot be written, a file that is cut off,
 * and one whose last entry does not fit its hash. Not all of the file is read for that: opening a
 * ledger takes as long whatever its size, and ledger_verify() is the whole check.
 *
 * LEDGER_WRITE is refused, too, while there are intents that a run left behind: the HSM may have
 * signed, and only `sti-ca recover` (LEDGER_RECOVER) settles them, or a run that goes on with the
 * same plan (ledger_resume.h); and if the file was restored from an older copy: if the lock file
 * beside it remembers an entry that it does not have (ledger_mark.c).
 *
 * An older format is read as it is; the others bring it to this one, all of it or nothing, at the
 * time `now` (ledger_migrate.c). The lock is a file beside the ledger, its name with ".lock" added;
 * it stays there. Returns NULL on failure.
 */
struct ledger *ledger_open(const char *path, enum ledger_access access, int64_t now,
                           struct sti_error *err);
void ledger_close(struct ledger *ledger);

/*
 * From here on until the ledger is closed, what is read is as the file is now, and reading takes no
 * lock anew for each question; nobody can write meanwhile. For LEDGER_READ.
 */
bool ledger_hold(struct ledger *ledger, struct sti_error *err);

/*
 * Several records in one commit: nothing of the group is promised before ledger_group_end() returns
 * true. Between the two, every ledger_record_...() does its work as ever and is on the disk with
 * all the others or not at all. If one of them failed, or if not `well`, nothing of the group is
 * left, and ledger_group_end() returns false (err is filled only if it was well until then). Groups
 * do not nest.
 */
bool ledger_group_begin(struct ledger *ledger, struct sti_error *err);
bool ledger_group_end(struct ledger *ledger, bool well, struct sti_error *err);

/* What was said of a request. Texts and digests may be NULL but for the first. */
struct ledger_verdict {
    const char *request;               /* its name, for people */
    const unsigned char *csr_digest;   /* LEDGER_DIGEST_OCTETS each */
    const unsigned char *token_digest; /* of the token as it came */
    const unsigned char *list_digest;  /* of the DER list */
    const char *profile;
    bool accepted;
    const char *check;  /* the id of the first check that refused */
    const char *reason; /* its sentence */
    const char *note;   /* what the policy accepted */
    int64_t time;       /* seconds since 1970 */
};

/* Notes a verdict, also a refusal. *entry is its number in the log, for the intent. */
bool ledger_record_verdict(struct ledger *ledger, const struct ledger_verdict *verdict,
                           int64_t *entry, struct sti_error *err);

/* No limit to the certificates that one token may have but its exp. */
#define LEDGER_NO_LIMIT (-1)

/* Which token a certificate is made for, and how many it may have: the id is its signer's. */
struct ledger_token {
    const char *jti;
    unsigned char signer[LEDGER_DIGEST_OCTETS]; /* SHA-256 of its SubjectPublicKeyInfo */
    int64_t limit;                              /* 1 or more, or LEDGER_NO_LIMIT */
};

/* What is to be signed. Strings and octets are the caller's. */
struct ledger_intent {
    char serial[LEDGER_SERIAL_TEXT + 1];
    enum ledger_kind kind;
    const char *subject;                            /* as text, for people */
    const struct ledger_token *token;               /* NULL: none (root, intermediate) */
    unsigned char tbs_digest[LEDGER_DIGEST_OCTETS]; /* SHA-256 of the to-be-signed octets */
    unsigned char spki[LEDGER_DIGEST_OCTETS];       /* SHA-256 of the SubjectPublicKeyInfo */
    const unsigned char *holder;                    /* LEDGER_DIGEST_OCTETS that tell one holder of
                                                       a key from another; NULL: this CA itself */
    const char *note;                               /* what the policy accepted; NULL: nothing */
    const char *profile;                            /* its name; NULL: none */
    const char *waivers; /* lints that were waived, "id: reason; id: reason"; NULL: none */
    const char *hsm;     /* which token signs: label and serial as text; NULL: not known */
    const char *out;     /* the file that the certificate goes to; NULL: none yet */
    int64_t verdict;     /* the entry of the verdict; 0: none */
    int64_t time;        /* seconds since 1970 */
};

/*
 * Writes an intent; when it returns true, it is on the disk. Refused: a known serial, and a token
 * that has as many certificates, issued or intended, as its limit allows. Whose token a row of
 * format 1 is for is not known: it counts for every signer's token of that id.
 */
bool ledger_record_intent(struct ledger *ledger, const struct ledger_intent *intent,
                          struct sti_error *err);

/*
 * Turns an intent into an issued certificate, and its token into a used one, in one step; when it
 * returns true, both are on the disk. When it returns false, the certificate must not leave the
 * tool; the record may say issued (if only the last fsync failed) or not. `list` is the DER
 * TNAuthList of a certificate by reference, or NULL.
 */
bool ledger_record_issued(struct ledger *ledger, const char *serial, const uint8_t *certificate,
                          size_t certificate_length, const uint8_t *list, size_t list_length,
                          int64_t time, struct sti_error *err);

/*
 * Ends an intent without a certificate, with the reason. The serial stays used, the token does not.
 * What has ended never changes: both ways to end an intent are refused for a row that has ended.
 */
bool ledger_record_abandoned(struct ledger *ledger, const char *serial, const char *reason,
                             int64_t time, struct sti_error *err);

/*
 * Ends an intent of which nobody knows whether the HSM has signed it. The serial stays used and may
 * be revoked; the token is free again.
 */
bool ledger_record_uncertain(struct ledger *ledger, const char *serial, int64_t time,
                             struct sti_error *err);

/*
 * Notes that an issued certificate is on the disk as the file `path`. Once only: what is delivered
 * stays so. Until then ledger_undelivered() shows it.
 */
bool ledger_record_delivered(struct ledger *ledger, const char *serial, const char *path,
                             int64_t time, struct sti_error *err);

/*
 * True if the file was restored from an older copy (see ledger_open()); *number is the entry that
 * it had once and has no longer. Only LEDGER_RECOVER and LEDGER_CARRY get as far as asking.
 */
bool ledger_is_restored(const struct ledger *ledger, int64_t *number);

/* Notes that a person knows it, after which LEDGER_WRITE takes the file as it is. */
bool ledger_record_restored(struct ledger *ledger, int64_t time, struct sti_error *err);

/*
 * How many certificates were issued for a token of this id and signer, and the serial of the last;
 * 0 and an empty serial if it is unused. False only if the ledger could not be read.
 */
struct ledger_uses {
    int64_t count;
    char serial[LEDGER_SERIAL_TEXT + 1];
};
bool ledger_token_uses(struct ledger *ledger, const char *jti,
                       const unsigned char signer[LEDGER_DIGEST_OCTETS], struct ledger_uses *uses,
                       struct sti_error *err);

/*
 * Was this key in a certificate, or on the way to one, of another holder: the serial of the first
 * such row, or an empty one. A row of format 1 does not know its holder; there, `subject` decides.
 * False only if the ledger could not be read.
 */
bool ledger_key_seen(struct ledger *ledger, const unsigned char spki[LEDGER_DIGEST_OCTETS],
                     const unsigned char holder[LEDGER_DIGEST_OCTETS], const char *subject,
                     char serial[LEDGER_SERIAL_TEXT + 1], struct sti_error *err);

/*
 * The serial of certificate `index`, 0 the first, that was issued for this token and this key; an
 * empty one behind the last. False only if the ledger could not be read.
 */
bool ledger_issued_for(struct ledger *ledger, const char *jti,
                       const unsigned char signer[LEDGER_DIGEST_OCTETS],
                       const unsigned char spki[LEDGER_DIGEST_OCTETS], size_t index,
                       char serial[LEDGER_SERIAL_TEXT + 1], struct sti_error *err);

/*
 * The latest time noted in the record of a certificate, a revocation or a CRL, in seconds since
 * 1970; 0 if there is none. A verdict does not count: a request that a wrong clock refused must not
 * hold up the right one. False only if the ledger could not be read.
 */
bool ledger_last_time(struct ledger *ledger, int64_t *time, struct sti_error *err);

/* One row of the record. Pointers live as long as the callback runs. */
struct ledger_record {
    const char *serial;
    enum ledger_kind kind;
    enum ledger_state state;
    const char *subject;
    const char *jti;       /* NULL: none */
    const uint8_t *signer; /* LEDGER_DIGEST_OCTETS; NULL: no token, or a row of format 1 */
    int64_t token_limit;   /* with jti: as in struct ledger_token */
    const char *reason;    /* why abandoned; NULL otherwise */
    const char *note;      /* what the policy accepted; NULL: nothing */
    unsigned char tbs_digest[LEDGER_DIGEST_OCTETS];
    const uint8_t *spki;   /* LEDGER_DIGEST_OCTETS; NULL: unknown, in a row of format 1 */
    const uint8_t *holder; /* LEDGER_DIGEST_OCTETS; NULL: this CA, or unknown */
    int64_t intended_at;
    int64_t ended_at;    /* when issued, abandoned or uncertain; 0 while intended */
    const char *profile; /* these four as in struct ledger_intent */
    const char *waivers;
    const char *hsm;
    const char *out;
    int64_t verdict;                /* the entry of the verdict; 0: none */
    int64_t entry;                  /* the entry of the intent; 0 in an older format */
    int64_t delivered_at;           /* when its file was on the disk; 0: not yet, or an older row */
    int64_t revoked_at;             /* the date of its revocation; 0: not revoked */
    int revocation_reason;          /* as in struct ledger_revocation; -1 also if not revoked */
    const char *revocation_note;    /* NULL: none */
    int64_t revocation_recorded_at; /* when that was recorded, which its date may lie before */
    const uint8_t *certificate;     /* DER; NULL unless issued */
    size_t certificate_length;
    const uint8_t *list; /* DER; NULL unless by reference */
    size_t list_length;
};

/* Returns false to stop; may fill err. */
typedef bool (*ledger_visit)(void *context, const struct ledger_record *record,
                             struct sti_error *err);

/*
 * Visits every row in the order of the intents. False if a visit or the reading failed. No lock is
 * held during a visit: it may take its time, and the next row is read as it is by then.
 */
bool ledger_list(struct ledger *ledger, ledger_visit visit, void *context, struct sti_error *err);

/*
 * Visits the one row whose serial is `serial` (hex, as a person would write it). An unknown
 * serial is refused.
 */
bool ledger_show(struct ledger *ledger, const char *serial, ledger_visit visit, void *context,
                 struct sti_error *err);

/* Like ledger_list(): the intents that have no end yet. */
bool ledger_open_intents(struct ledger *ledger, ledger_visit visit, void *context,
                         struct sti_error *err);

/*
 * Like ledger_list(): certificates that are issued and whose delivery was not noted. Those of older
 * formats, which noted none, are left out.
 */
bool ledger_undelivered(struct ledger *ledger, ledger_visit visit, void *context,
                        struct sti_error *err);

#include "ledger_carry.h"
#include "ledger_resume.h"
#include "ledger_revocation.h"

#endif
