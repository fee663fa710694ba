/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CRL of the STI-PA: can it be used, and does it list a certificate? The STI-PA publishes one
 * indirect CRL (RFC 5280 section 5.2.5) for the certificates of many CAs. OpenSSL's own CRL
 * checking wants it under the same anchor as the certificate, so it is judged here, by anchors of
 * its own.
 */
#ifndef TOKEN_CRL_H
#define TOKEN_CRL_H

#include <time.h>

#include <openssl/x509.h>

#include "sti_error.h"
#include "words.h"

/* Whom to believe about a CRL, and when. Everything is the caller's and only read. */
struct crl_trust {
    STACK_OF(X509) * anchors;
    STACK_OF(X509) * signers; /* what came with the CRL: its signer, what leads to an anchor */
    STACK_OF(X509) * others;  /* where its signer may be found, too; both may be NULL */
    time_t now;
    const char *whose;  /* whose anchors they are, for sentences */
    const char *clause; /* where the chain to them is demanded */
    bool accept_stale;  /* a CRL whose nextUpdate has passed is used */
};

/*
 * True if the CRL may be used: its signer's chain to an anchor, cRLSign if that has a keyUsage; the
 * signature; times; no delta CRL; all that is critical is understood. The reason's part is "CRL".
 */
bool crl_usable(X509_CRL *crl, const struct crl_trust *trust, struct sti_error *err);

/* True if there is a nextUpdate and it has passed at `now`. */
bool crl_is_stale(const X509_CRL *crl, time_t now);

/*
 * True if the certificate is listed as revoked, under its issuer's name where the CRL is indirect.
 * Whether the CRL speaks of that certificate at all is the caller's to ask.
 */
bool crl_lists(X509_CRL *crl, X509 *certificate);

/* The CRL's issuer, short enough for a sentence. */
struct quoted crl_issuer(const X509_CRL *crl);

#endif
