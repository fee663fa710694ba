/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last steps of every CRL, in the one order that loses nothing: what is to be listed, the
 * comparison with the CRL before, the signature in the HSM, the re-reading, the record.
 */
#ifndef CA_TOOL_CRL_MAKE_H
#define CA_TOOL_CRL_MAKE_H

#include "crl_succession.h"
#include "revocations.h"

/* What a CRL is made of. Everything is the caller's and only read. */
struct crl_order {
    struct ledger *ledger; /* open for writing */
    const char *scope;     /* the series, as in struct ledger_crl */
    X509 *signer;
    int64_t this_update;
    int64_t next_update;
    const char *url; /* these three as in struct crl_content */
    bool indirect;
    const char *aia;
    const struct revocations *revoked; /* sorted: revocations_sort() */
    const struct crl_listing *before;  /* NULL: this is the first of its series */
};

/* A CRL that could be signed. */
struct crl_draft {
    X509_CRL *crl;
    unsigned char *tbs;
    size_t tbs_length;
    unsigned char number[CRL_NUMBER_OCTETS + 1];
    size_t number_length;
    char *number_text; /* upper-case hex */
    size_t entries;    /* how many it lists */
    size_t fresh;      /* of these, how many the one before did not */
    size_t gone;       /* how many of the one before it does not list */
};

/*
 * Puts it together without the HSM: number 1, or that of the CRL before and 1; what is revoked, and
 * what the CRL before listed beside that. A certificate that has expired goes when a CRL issued
 * after that has listed it (RFC 5280 section 3.3). Refused: what crl_build() and crl_succeeds()
 * refuse. Free with crl_draft_free(), also after a failure.
 */
bool crl_draft_make(struct crl_draft *draft, const struct crl_order *order, struct sti_error *err);
void crl_draft_free(struct crl_draft *draft);

/*
 * Signs it with `key` in the HSM, reads it again with `public` and records it; when it returns true
 * it is on the disk and may leave. *der is OPENSSL_malloc'd, the caller's. If the record fails,
 * what was signed does not leave, and its number is used again.
 */
bool crl_draft_sign(const struct crl_draft *draft, const struct crl_order *order, EVP_PKEY *key,
                    EVP_PKEY *public, unsigned char **der, size_t *length, struct sti_error *err);

#endif
