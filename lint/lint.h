/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lints: rules for certificates, each with the clause it comes from and the day from which it
 * counts. A family of lints is a table in a file of its own; a new lint is one function and one
 * row.
 *
 * Works on the certificate alone: no store, no clock, no network. What needs the signer is asked
 * only if the file holds it.
 */
#ifndef LINT_H
#define LINT_H

#include "lint_subject.h"

/* The levels; an id begins with the letter of its level, e_, w_ or n_. */
enum lint_level {
    LINT_ERROR,   /* a "shall" is broken */
    LINT_WARNING, /* a "should" is broken, or what no standard settles is done */
    LINT_NOTICE,  /* allowed, but somebody should know */
};

enum lint_status {
    LINT_NOT_APPLICABLE,
    LINT_PASS,
    LINT_FAIL,
    LINT_NOT_EFFECTIVE, /* it applies, but the certificate is older than the rule */
    LINT_WAIVED,        /* it fails, and a waiver says why that is accepted */
};

/* Why a lint fails, in printable ASCII; cut where it does not fit. */
struct lint_detail {
    char text[320];
};

struct lint {
    const char *id;
    const char *clause; /* "ATIS-1000080.v003 section 6.4.1" */
    int effective;      /* 20201203: certificates that are valid from that day on, UTC */
    const char *title;  /* what must be so, in one line */
    const char *hint;   /* how to mend it */
    bool (*applies)(const struct lint_subject *subject);
    /* False: it fails, and detail says why. */
    bool (*run)(const struct lint_subject *subject, struct lint_detail *detail);
};

struct lint_family {
    const char *name; /* "ATIS-1000080" */
    const struct lint *lints;
    size_t count;
};

/* A lint that may fail, and why: what a reviewed profile says. */
struct lint_waiver {
    const char *id;
    const char *reason;
};

struct lint_waivers {
    const struct lint_waiver *list;
    size_t count;
};

/*
 * The lint that no subject fails: what lint_subject_read() refuses does, and its error is the
 * detail.
 */
#define LINT_CERTIFICATE_ID "e_sti_certificate_form"

/* The families, one after the other. */
size_t lint_family_count(void);
const struct lint_family *lint_family_at(size_t index);

/* How many lints there are, and the one at that place: 0 is the first. */
size_t lint_count(void);
const struct lint *lint_at(size_t index);

/* NULL: there is none with this id. */
const struct lint *lint_find(const char *id);

enum lint_level lint_level(const struct lint *lint);
const char *lint_level_name(enum lint_level level);    /* "error", "warning", "notice" */
const char *lint_status_name(enum lint_status status); /* "pass", "fail", "not-effective", ... */

/* The day from which the lint counts, as 2020-12-03 and a NUL. */
#define LINT_DAY_TEXT 11
void lint_day_text(const struct lint *lint, char text[LINT_DAY_TEXT]);

/*
 * Runs one lint. detail is filled if it fails, also by a failure that does not count: not effective
 * ("would fail: ...", "would pass"), or waived ("waived: REASON; ..."). waivers may be NULL.
 */
enum lint_status lint_run(const struct lint *lint, const struct lint_subject *subject,
                          const struct lint_waivers *waivers, struct lint_detail *detail);

/* ---- who will accept it ---- */

/* What a deployed verifier does not accept, and where that can be read. */
struct lint_verifier {
    const char *id;
    const char *verifier;
    const char *stumbles; /* over what, and what it then does */
    const char *source;   /* where that was read */
    const char *hint;
    /* True: it stumbles over this certificate. */
    bool (*stumbles_over)(const struct lint_subject *subject, struct lint_detail *detail);
};

extern const struct lint_verifier lint_verifiers[];
extern const size_t lint_verifier_count;

/* The octets that a certificate has in PEM, in lines of 64. */
size_t lint_pem_octets(size_t der_octets);

#endif
