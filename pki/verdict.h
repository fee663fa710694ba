/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict: does this CSR get the certificate it asks for? The checks of the token
 * (token_examine()) and then those of this room: the token against the request, the CSR, and the
 * CSR's list against the token's. All of them are reported, not only the first that fails.
 */
#ifndef PKI_VERDICT_H
#define PKI_VERDICT_H

#include "csr.h"
#include "list_policy.h"
#include "token.h"

/* What a CA may decide; zero is the strictest of what the standards allow, and the default. */
struct verdict_policy {
    enum list_policy lists;
    bool spki_fingerprint; /* the fingerprint may be the SHA-256 of the SPKI, too */

    /* A table of which numbers an SPC stands for (spc_numbers.h), for LIST_SUBSET; NULL: none. */
    const char *spc_numbers;
    size_t spc_numbers_length;
    const char *spc_numbers_name; /* the file, for messages */
};

/* What is judged. Everything is the caller's and only read. */
struct verdict_input {
    const struct csr *csr;
    const char *csr_name; /* the file, for messages */
    const uint8_t *list; /* DER: the list goes by reference and not in the CSR; NULL: it is there */
    size_t list_length;
    const char *list_name;
    const struct token_claim *claim; /* from token_examine(); NULL if the signature was refused */
    const char *token_name;
    EVP_PKEY *account_key; /* the applicant's (RFC 9448 section 5.4), not the certificate's */
    const char *used_for;  /* the serial the token was used for already; "" or NULL: unused */
    bool end_entity;       /* what would be minted has cA FALSE */
    struct verdict_policy policy;
};

/*
 * Adds the checks to those of the token, which must be in the list already: what they have given
 * decides what can be asked. Names the token's file in their reasons. The certificate may be minted
 * only if none of all failed.
 */
void verdict_run(const struct verdict_input *input, struct checks *checks);

#endif
