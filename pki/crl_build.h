/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRLs as values, on the way out: what shall stand in one, its to-be-signed octets, and the proof
 * that what was signed is what was meant (RFC 5280 section 5). Reading one and judging it as a
 * relying party does is token/crl.h.
 *
 * Two forms: the plain one, for the certificates of its own issuer, and the indirect one (section
 * 5.2.5), for those of many, which is what an STI-PA publishes.
 */
#ifndef PKI_CRL_BUILD_H
#define PKI_CRL_BUILD_H

#include <time.h>

#include <openssl/x509.h>

#include "crl_reason.h"
#include "sti_error.h"

/* The most octets of a cRLNumber and of a serial in DER (RFC 5280 sections 5.2.3 and 4.1.2.2). */
#define CRL_NUMBER_OCTETS 20

/* One revoked certificate. Everything is the caller's and only read. */
struct crl_entry {
    const X509_NAME *issuer;     /* of the certificate; NULL: the CRL's issuer */
    const unsigned char *serial; /* an unsigned number, the most significant octet first */
    size_t serial_length;        /* with or without leading zero octets */
    time_t date;                 /* when it was revoked */
    int reason;                  /* CRL_NO_REASON or a number that has a word (crl_reason.h) */
};

/* What shall stand in a CRL. Everything is the caller's and only read. */
struct crl_content {
    X509 *signer;                /* the certificate of the key that signs: names the CRL's issuer */
    const unsigned char *number; /* cRLNumber, an unsigned number as a serial */
    size_t number_length;
    time_t this_update;
    time_t next_update;
    const char *url; /* of the CRL, for issuingDistributionPoint; NULL: none */
    bool indirect;   /* indirectCRL TRUE, and certificateIssuer in every entry */
    const char *aia; /* the URL of the signer's certificates (section 5.2.7); NULL: none */
    const struct crl_entry *entries; /* in any order */
    size_t count;
};

/*
 * Builds the CRL, complete but for the signature: version 2, authorityKeyIdentifier, cRLNumber,
 * issuingDistributionPoint (critical) if there is a url or it is indirect, authorityInfoAccess if
 * there is an aia. A function of its argument alone, whatever the order of the entries: they are
 * sorted by issuer and serial. Refused, each with its clause: times in the wrong order, numbers
 * that are too long, a reason that a whole CRL cannot give, a certificate that is listed twice or
 * is another issuer's in a plain CRL, a signer that may not sign CRLs or whose certificate does not
 * reach from this_update to next_update. NULL on failure; the caller's.
 */
X509_CRL *crl_build(const struct crl_content *content, struct sti_error *err);

/*
 * The to-be-signed octets, as the HSM will be asked to sign them: signed once with a throw-away
 * key, so that the algorithm stands in them. *tbs is OPENSSL_malloc'd, the caller's.
 */
bool crl_tbs(X509_CRL *crl, unsigned char **tbs, size_t *length, struct sti_error *err);

/*
 * Signs with ecdsa-with-SHA256; key may be in an HSM, and is refused if it is not EC P-256. *der is
 * OPENSSL_malloc'd, the caller's.
 */
bool crl_sign(X509_CRL *crl, EVP_PKEY *key, unsigned char **der, size_t *length,
              struct sti_error *err);

/*
 * Reads a signed CRL again as a stranger would: its to-be-signed octets are those of `tbs`, octet
 * for octet, and the signature verifies with issuer_key. NULL if not; the caller's.
 */
X509_CRL *crl_reread(const unsigned char *der, size_t length, const unsigned char *tbs,
                     size_t tbs_length, EVP_PKEY *issuer_key, struct sti_error *err);

#endif
