/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict: does this CSR get the certificate it asks for? A list of named checks, each passed,
 * refused or not asked, with the reason. All of them are reported, not only the first refusal.
 */
#ifndef PKI_VERDICT_H
#define PKI_VERDICT_H

#include "csr.h"
#include "token.h"

/* What is judged. Everything is the caller's and only read. */
struct verdict_input {
    const struct csr *csr;
    const char *csr_name;                /* the file, for messages */
    const struct token_claim *claim;     /* from token_verify(); NULL if it refused the token */
    const struct sti_error *token_error; /* then its reason */
    const char *token_name;
    EVP_PKEY *account_key; /* the applicant's (RFC 9448 section 5.4), not the certificate's */
    const char *used_for;  /* the serial the token was used for already; "" or NULL: unused */
    bool end_entity;       /* what would be minted has cA FALSE */
};

enum verdict_state {
    VERDICT_PASSED,
    VERDICT_REFUSED,
    VERDICT_NOT_ASKED, /* it needs something that another check has refused */
};

struct verdict_check {
    const char *name;  /* "csr-signature" */
    const char *title; /* what is asked, for people */
    const char *clause;
    enum verdict_state state;
    struct sti_error reason; /* why refused, or why not asked */
};

#define VERDICT_MAX_CHECKS 16

struct verdict {
    struct verdict_check checks[VERDICT_MAX_CHECKS];
    size_t count;
    size_t refused; /* how many checks refused; the certificate may be minted only if 0 */
};

/* Runs every check, in the order of the table in verdict.c. */
void verdict_run(const struct verdict_input *input, struct verdict *verdict);

/* The first reason to refuse; NULL if there is none. */
const struct sti_error *verdict_first_refusal(const struct verdict *verdict);

/* "passed", "refused", "not asked". */
const char *verdict_state_name(enum verdict_state state);

#endif
