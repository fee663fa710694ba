/* SPDX-License-Identifier: Apache-2.0 */
/* Revoked certificates as values: what the ledger, or the report of a CA, says of each. */
#ifndef CA_TOOL_REVOCATIONS_H
#define CA_TOOL_REVOCATIONS_H

#include <openssl/x509.h>

#include "config.h"
#include "ledger.h"

struct revocation {
    X509_NAME *issuer; /* of the certificate */
    ASN1_INTEGER *serial;
    int64_t date;      /* seconds since 1970, as all times here */
    int64_t recorded;  /* when the ledger learnt of it; 0: this is not from the ledger */
    int reason;        /* as in struct crl_entry */
    int64_t not_after; /* the end of its validity; 0: not known */
    bool uncertain;    /* the HSM may have signed it, and no record has it */
};

/* Frees what one holds. */
void revocation_clear(struct revocation *one);

/* Zero it to begin; free with revocations_free(). */
struct revocations {
    struct revocation *items;
    size_t count;
    size_t room;
};
void revocations_free(struct revocations *all);

/* Adds one and takes over its issuer and serial, also on failure. */
bool revocations_add(struct revocations *all, struct revocation *one, struct sti_error *err);

/*
 * Sorts by issuer and serial and drops what is said twice in the same words. What is said in other
 * words stays: no CRL can be made of it.
 */
void revocations_sort(struct revocations *all);

/*
 * Adds what the ledger has revoked. `only` is the issuer that is asked for; NULL: every one. A
 * serial without a certificate counts as one of the certificate that the configuration has for its
 * kind's issuer: nobody knows better.
 */
bool revocations_read_ledger(struct revocations *all, struct ledger *ledger,
                             const struct config *config, const X509_NAME *only,
                             struct sti_error *err);

/*
 * Adds a certificate of the ledger as it will be when it is revoked so. Refused: one of another
 * issuer than `only`.
 */
bool revocations_add_planned(struct revocations *all, struct ledger *ledger,
                             const struct config *config, const X509_NAME *only,
                             const struct ledger_revocation *planned, struct sti_error *err);

#endif
