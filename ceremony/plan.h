/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a ceremony: everything that will be done, and every octet that will be signed, fixed
 * before anybody approves it. docs/plan.md is the format: deterministic CBOR, so one plan is one
 * octet string. Its digest, the SHA-256 of the whole file, is what is approved.
 */
#ifndef CEREMONY_PLAN_H
#define CEREMONY_PLAN_H

#include "ceremony_file.h"

#define PLAN_DIGEST_OCTETS 32
/* A plan is at most this long, and what is signed in one step too. */
#define PLAN_MAX_OCTETS ((size_t)64 * 1024 * 1024)
#define PLAN_MAX_STEPS 1100
#define PLAN_MAX_INPUTS 1100
#define PLAN_MAX_PROFILES 32
#define PLAN_MAX_TEXT 1024
#define PLAN_MAX_NAME 128

/* A file that the plan was made from. */
struct plan_input {
    char *path; /* its name, in the folder of the plan */
    uint8_t digest[PLAN_DIGEST_OCTETS];
    int64_t length;
};

/* A profile of the certificates: it lies in no folder of a ceremony, but where it is found later
 * it must be this one. */
struct plan_profile {
    char *name;
    uint8_t digest[PLAN_DIGEST_OCTETS]; /* of its file, or of its text in the program */
};

struct plan_octets {
    uint8_t *octets;
    size_t length;
};

struct plan_approver {
    char *id;
    struct plan_octets spki; /* SubjectPublicKeyInfo of an EC P-256 key, DER */
};

enum plan_action {
    PLAN_CONFIRM, /* people compare, and say so */
    PLAN_CLOCK,   /* people compare the machine's clock with their watches */
    PLAN_HSM,     /* the HSM is opened, and has the key of this spki */
    PLAN_SIGN,    /* tbs is signed with it */
    PLAN_DESTROY, /* the key is destroyed */
    PLAN_END,     /* the transcript is signed with it, and ends */
};
#define PLAN_ACTIONS 6
const char *plan_action_name(enum plan_action action); /* "confirm", "clock", "hsm", ... */

struct plan_step {
    char *id;   /* "1", "2": what the transcript calls it */
    char *who;  /* by role */
    char *text; /* what is done, a sentence */
    enum plan_action action;
    /* All but PLAN_CONFIRM and PLAN_CLOCK: the key, and which section of sti-ca.cnf names it. */
    enum ceremony_key key;
    struct plan_octets spki;
    /* PLAN_SIGN */
    char *what;             /* "certificate" or "crl" */
    struct plan_octets tbs; /* DER, the algorithm included */
    char *profile;          /* a certificate's; of a CRL "" */
    char *request;          /* name of the bundle that asked for it; "": nobody asked */
    char *out;              /* name of the file */
    char *reason;           /* PLAN_DESTROY */
};

struct plan {
    enum ceremony_kind kind;
    char *name;
    char *tool;   /* program and version that made it */
    int64_t made; /* seconds since 1970, as all times here */
    int64_t window_begin;
    int64_t window_end;
    uint8_t previous[PLAN_DIGEST_OCTETS]; /* the last entry of the ceremony before */
    bool has_previous;
    char *transcript; /* name of the file */
    size_t needed;    /* so many approvals of approvers */
    struct plan_approver *approvers;
    size_t approver_count;
    struct plan_input *inputs;
    size_t input_count;
    struct plan_step *steps;
    size_t step_count;
    struct plan_profile *profiles; /* those of the steps, by their names */
    size_t profile_count;
};

/* All that a plan holds is its own, allocated with malloc. An empty one; NULL without memory. */
struct plan *plan_new(void);
void plan_free(struct plan *plan);

/* Each adds one, empty; NULL without memory. The pointer is good until the next one is added. */
struct plan_step *plan_add_step(struct plan *plan);
struct plan_input *plan_add_input(struct plan *plan);
struct plan_approver *plan_add_approver(struct plan *plan);
struct plan_profile *plan_add_profile(struct plan *plan);

/*
 * Notes at its place the profile that a certificate is made by, once however often it is noted.
 * Refused: it stands there with another digest, so it was changed meanwhile.
 */
bool plan_note_profile(struct plan *plan, const char *name,
                       const uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err);

/* The plan's profile of this name, or NULL. */
const struct plan_profile *plan_profile(const struct plan *plan, const char *name);

/*
 * Writes a plan; *octets is malloc'd, the caller's. Refused: what plan_read() would refuse. digest
 * is the plan's.
 */
bool plan_write(const struct plan *plan, uint8_t **octets, size_t *length,
                uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err);

/*
 * Reads a plan, whole or not at all. Refused, with the octet: what is not a plan in deterministic
 * CBOR of this version, values out of their limits, approvers with the same id or the same key,
 * more approvals than approvers, step ids that are not 1, 2, 3 ..., a plan that does not end with
 * its one PLAN_END, names of files with a folder, other profiles than the certificates have, or in
 * another order than that of their names, a step with a key that no PLAN_HSM before it has
 * opened, or that a PLAN_DESTROY before it destroys, what is signed not being a TBSCertificate or
 * TBSCertList by its form. NULL on failure; free with plan_free().
 */
struct plan *plan_read(const uint8_t *octets, size_t length, uint8_t digest[PLAN_DIGEST_OCTETS],
                       struct sti_error *err);

/* The same rules for a plan in memory. */
bool plan_check(const struct plan *plan, struct sti_error *err);

#endif
