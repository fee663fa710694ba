/* SPDX-License-Identifier: Apache-2.0 */
/* A chain of certificates from one to an anchor, through libcrypto (RFC 5280 section 6.1). */
#ifndef TOKEN_CHAIN_H
#define TOKEN_CHAIN_H

#include <time.h>

#include <openssl/x509.h>

#include "sti_error.h"

/* A longer chain is refused. */
#define CHAIN_MAX 16

/* Whom to believe, when, and how refusals say so. Everything is the caller's and only read. */
struct chain_trust {
    STACK_OF(X509) * anchors; /* an anchor is an anchor, self-signed or not */
    time_t now;               /* the time that all certificates must be valid at */
    const char *role;         /* what is judged: "signer", "CRL's signer" */
    const char *whose;        /* whose anchors they are: "the token issuer (STI-PA)" */
    const char *clause;       /* a string literal */

    /*
     * Also what RFC 5280 section 4 asks of those who make certificates (X509_V_FLAG_X509_STRICT).
     * Off for the STI-PA's: a relying party need not mind it, and cannot repair them.
     */
    bool strict;
};

/*
 * A chain from `leaf` to one of the anchors, with certificates of `untrusted` (may be NULL) in
 * between: signatures, names, dates, cA, keyCertSign, path lengths, name constraints, critical
 * extensions; keys and digests of 112 bits at least. No CRL is looked at. *chain is the caller's.
 */
bool chain_build(X509 *leaf, STACK_OF(X509) * untrusted, const struct chain_trust *trust,
                 STACK_OF(X509) * *chain, struct sti_error *err);

#endif
