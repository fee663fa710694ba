/* SPDX-License-Identifier: Apache-2.0 */
/* The verification of one transcript: it is read once from begin to end, every check on the way. */
#ifndef VERIFY_H
#define VERIFY_H

#include "entry.h"
#include "files.h"
#include "proof.h"

enum check {
    CHECK_FORM,      /* every entry can be read */
    CHECK_NUMBERS,   /* none is missing, added or moved */
    CHECK_CHAIN,     /* none was altered */
    CHECK_TIMES,     /* none goes backward */
    CHECK_PREVIOUS,  /* the ceremony before is the one that is named */
    CHECK_APPROVALS, /* enough witnesses approved this plan before anything was signed */
    CHECK_SIGNED,    /* what was signed is what was to be signed, by a key of the HSM */
    CHECK_INPUTS,    /* the files are those that were read */
    CHECK_OUTPUTS,   /* the files are those that were written */
    CHECK_END,       /* there is an end, and the ceremony key signed it */
    CHECK_ANCHOR,    /* the ceremony key is one that the caller knows: without, not verified */
    CHECK_PLAN,      /* the plan is the one that was approved */
    CHECK_STEPS,     /* what was signed or destroyed is what the plan has */
    CHECK_DESTROYED, /* a key that was destroyed was there before, and signed nothing behind that */
    CHECK_REQUESTS,  /* the plan's keys, names and lists are those of its requests and issuers */
};
#define CHECKS 15

extern const char *const check_names[CHECKS];

enum status { NOT_ASKED, NOT_MADE, PASSED, FAULTY };

struct outcome {
    enum status status;
    size_t count;  /* of things looked at */
    size_t absent; /* that could not be, for want of a file */
    size_t faults;
    char sentence[400]; /* the first fault; else what was seen */
};

#define MOST_KEYS 64

struct named_key {
    struct item id; /* ITEM_NONE: a key of an HSM */
    struct item spki;
    EVP_PKEY *key;     /* NULL: not needed yet, or none */
    int64_t used;      /* the entry of its approval; 0: none */
    int64_t destroyed; /* the entry that says so; 0: none */
};

/* What is verified against; the caller's. */
struct given {
    const uint8_t *previous; /* digest of the last entry of the ceremony before; NULL: not given */
    const char *previous_fault; /* why it cannot be known; NULL: nothing */
    int folder;                 /* of inputs and outputs; -1: not given */
    const struct item *anchors; /* SubjectPublicKeyInfo; NULL: not given */
    size_t anchor_count;
    bool no_anchor; /* the caller is content with a transcript that is true to itself */
    bool rederive;  /* the plan and all its inputs must be in the folder */
};

struct verification {
    struct given given;
    struct outcome outcomes[CHECKS];
    /* what was read so far */
    struct entry begin;
    struct entry last;
    int64_t count;
    uint8_t last_digest[DIGEST];
    struct named_key approvers[MOST_KEYS];
    size_t approver_count;
    size_t approved;
    struct named_key keys[MOST_KEYS];
    size_t key_count;
    struct item intended[SIGN_ISSUER + 1]; /* of the entry that is open; by field */
    bool open;
    bool failed; /* the ceremony has */
    struct item why;
    int64_t persons; /* times that a person has confirmed */
    int64_t counts[ENTRY_KINDS];
    bool unfinished; /* there is no end */
    bool broken;     /* reading stopped at a fault */
    struct plan *plan;
    struct issuer *issuer; /* of the step before, which most steps share; NULL: none */
};

/*
 * Verifies. False: something is wrong, or unfinished; the outcomes say what. Or nobody knows the
 * ceremony key, and that was not allowed (no_anchor): a stranger can make a transcript that is true
 * to itself, with keys of their own.
 */
bool verify(struct verification *v, const struct mapped *file, const struct given *given);
void verification_free(struct verification *v);

/* Notes a fault of a check, and returns false. */
bool fault(struct verification *v, enum check check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "verified", "unanchored" (nothing is wrong, the ceremony key not known), "unfinished", "broken".
 */
const char *verdict_of(const struct verification *v);

/*
 * The digest of the last entry of a transcript of which form, numbers and chain are right; else the
 * reason, which is in `why`.
 */
bool last_digest_of(const struct mapped *file, uint8_t digest[DIGEST], char *why, size_t room);

/* ---- the parts, by what they are about ---- */

/* verify_people.c */
bool begin_check(struct verification *v, const struct entry *entry);
bool approval_check(struct verification *v, const struct entry *entry);
bool end_check(struct verification *v, const struct entry *entry);
/* Notes a key of an HSM; finds the key that an issuer or the end names. */
bool hsm_check(struct verification *v, const struct entry *entry);
struct named_key *hsm_key(struct verification *v, const struct item *spki);

/* verify_destroyed.c */
bool destroyed_check(struct verification *v, const struct entry *entry);
/* Notes a fault if the key was destroyed before the entry, in which `what` is the key's. */
bool not_destroyed_check(struct verification *v, const struct entry *entry, const struct item *spki,
                         const char *what);
/* At the end: a ceremony that is held to destroy a key has destroyed one. */
bool destruction_check(struct verification *v);

/* verify_signed.c */
bool intended_check(struct verification *v, const struct entry *entry);
bool signed_check(struct verification *v, const struct entry *entry);
bool file_check(struct verification *v, const struct entry *entry);

/* verify_settle.c: a sentence for every check without a fault */
void settle_all(struct verification *v);
void settle_broken(struct verification *v); /* when reading has stopped */

/* plan.c: what the plan says, entry by entry, and whether all of it was done. */
/* plan_begin() finds the file and lets plan_take() read it, which keeps it. */
bool plan_begin(struct verification *v);
bool plan_take(struct verification *v, const struct mapped *file);
bool plan_input(struct verification *v, const struct entry *entry);
bool plan_intended(struct verification *v, const struct entry *entry);
bool plan_destroyed(struct verification *v, const struct entry *entry);
bool plan_end(struct verification *v);
void plan_free(struct plan *plan);
/* Its inputs, one after the other, and behind the last one the first again: name and digest. */
size_t plan_input_count(const struct plan *plan);
void plan_input_next(struct plan *plan, struct item *name, struct item *digest);
/* The same, but its file stays: it is the caller's. */
void plan_forget(struct plan *plan);

/* requests.c: what is to be signed, and whom it comes from. */
/* A step of the plan that signs. */
struct planned {
    struct item id;
    struct item what;    /* "certificate", "crl" */
    struct item tbs;     /* to-be-signed octets */
    struct item key;     /* SubjectPublicKeyInfo of the key that signs */
    struct item request; /* name of the bundle; ITEM_NONE: nobody asked */
};
/* Notes a fault for everything that is not as in the bundle and in the issuer's certificate. */
void request_check(struct verification *v, const struct planned *planned);
/* Frees what is kept of the issuer from one step to the next. */
void issuer_free(struct issuer *issuer);

#endif
