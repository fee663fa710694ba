/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One CRL after another: the entries of a CRL that exists, and whether the next one may follow it
 * (RFC 5280 sections 3.3, 5.2.3 and 5.3.1).
 */
#ifndef PKI_CRL_SUCCESSION_H
#define PKI_CRL_SUCCESSION_H

#include <time.h>

#include <openssl/x509v3.h>

#include "crl_build.h"

/* One entry as it was read; borrows from the listing. */
struct crl_listed {
    const X509_NAME *issuer; /* of the certificate: what is inherited is resolved */
    const ASN1_INTEGER *serial;
    time_t date;
    int reason;           /* CRL_NO_REASON: none */
    GENERAL_NAMES *names; /* the entry's own certificateIssuer; owned */
};

/* What a CRL says. */
struct crl_listing {
    X509_CRL *crl;
    ASN1_INTEGER *number;
    time_t this_update;
    time_t next_update;
    struct crl_listed *entries; /* sorted by issuer and serial */
    size_t count;
};

/*
 * Reads a CRL in DER, which nothing may stand behind. Its signature is not looked at. Refused: what
 * is no CRL, one without cRLNumber or nextUpdate, a delta CRL, an entry whose certificateIssuer is
 * no directoryName or whose reasonCode cannot be read. Free with crl_listing_free(), also after a
 * failure.
 */
bool crl_listing_read(struct crl_listing *listing, const unsigned char *der, size_t length,
                      struct sti_error *err);
void crl_listing_free(struct crl_listing *listing);

/* The entry for a certificate; NULL if it is not listed. */
const struct crl_listed *crl_listing_find(const struct crl_listing *listing,
                                          const X509_NAME *issuer, const ASN1_INTEGER *serial);

/* Upper-case hex of a number in a CRL, without leading zeros; malloc'd, NULL without memory. */
char *crl_number_text(const ASN1_INTEGER *number);

/* Why an entry of the CRL before is missing in the next one. There are two good reasons. */
struct crl_gone {
    const X509_NAME *issuer; /* of the certificate */
    const ASN1_INTEGER *serial;
    /*
     * The end of its validity: the entry may go when it has been on a CRL issued beyond it (RFC
     * 5280 section 3.3). Not looked at for `released`.
     */
    time_t not_after;
    bool released; /* it was on hold, and is no longer (section 5.3.1) */
};

/*
 * True if `next` may follow `before`: the same issuer, a higher number, a thisUpdate that is not
 * earlier, and every entry of before as it was, but for those in `gone`, which say why, and for a
 * certificateHold that has become final. The reason otherwise is about one entry, the first in
 * order.
 */
bool crl_succeeds(const struct crl_listing *before, const struct crl_listing *next,
                  const struct crl_gone *gone, size_t gone_count, struct sti_error *err);

#endif
