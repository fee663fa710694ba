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
#include "path_scope.h"
#include "profile.h"
#include "token.h"
#include "weak_keys.h"

/*
 * Numbers that a live certificate of another holder has. No standard forbids a second one: the
 * token says that its applicant may have them.
 */
enum second_holder {
    SECOND_HOLDER_ACCEPT, /* nobody looks */
    SECOND_HOLDER_WARN,   /* accepted, and recorded with the certificate */
    SECOND_HOLDER_REFUSE,
};

/* What a CA may decide; zero is the strictest of what the standards allow, and the default. */
struct verdict_policy {
    enum list_policy lists;
    bool spki_fingerprint;   /* the fingerprint may be the SHA-256 of the SPKI, too */
    int64_t token_uses;      /* certificates a token; 0: one; negative: any number before its exp */
    int64_t clock_skew;      /* seconds that the clock may be behind the ledger's last entry */
    int64_t validity;        /* of the certificate, in seconds; 0: not judged */
    bool outlive_token;      /* the certificate may end after its token */
    bool accept_undecidable; /* of a delegate: numbers that the issuer's SPC may stand for */

    enum second_holder second_holder;

    /*
     * A table of which numbers an SPC stands for (spc_numbers.h), for LIST_SUBSET and for the
     * issuer's list; NULL: none.
     */
    const char *spc_numbers;
    size_t spc_numbers_length;
    const char *spc_numbers_name; /* the file, for messages */
};

/* The last second of a certificate's validity that begins now, for a token that ends at exp. */
int64_t verdict_end(const struct verdict_policy *policy, int64_t exp, int64_t now);

/* What the CA's ledger knows that matters here; all zero: nothing. */
struct verdict_record {
    int64_t token_uses;       /* certificates that were issued for the token */
    const char *token_serial; /* the last of them */
    const char *key_serial;   /* of a row with the CSR's key and another holder; "" or NULL: none */
    const char *second_serial; /* of a live certificate with numbers asked for, another holder's,
                                  not above or below the one asked for; "" or NULL: none */
    const char *second_holder; /* its subject */
    tn_word second_number;     /* the first number in common */
    int64_t last_entry;        /* when the last row was written, in seconds since 1970; 0: never */
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
    bool end_entity;       /* what would be minted has cA FALSE */
    const struct profile *profile;   /* by which it would be; NULL: none, and nothing is asked */
    const struct path_scope *issuer; /* the CA that would sign; NULL: not known */
    const char *issuer_name;
    struct verdict_record record;
    const struct weak_keys *weak_keys; /* NULL: there is no list */
    int64_t now;                       /* by the machine's clock, in seconds since 1970 */
    const char *date_confirmed;        /* the day a person says it is, 2026-11-27 in UTC; or NULL */
    struct verdict_policy policy;
};

/*
 * Adds the checks to those of the token, which must be in the list already: what they have given
 * decides what can be asked. Names the token's file in their reasons. The certificate may be minted
 * only if none of all failed.
 */
void verdict_run(const struct verdict_input *input, struct checks *checks);

#endif
