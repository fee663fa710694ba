/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be signed, taken apart (RFC 5280 sections 4.1 and 5.1): what comes from others. */
#ifndef TBS_H
#define TBS_H

#include "item.h"

/* Borrows from the octets; ITEM_NONE: not there. Names and keys are DER with tag and length. */
struct tbs {
    struct item issuer;
    struct item subject;   /* this and the key: of a certificate alone */
    struct item spki;      /* SubjectPublicKeyInfo */
    struct item list;      /* the TNAuthList by value (RFC 8226 section 9) */
    struct item list_url;  /* where it is by reference (section 10.1) */
    struct item authority; /* keyIdentifier of authorityKeyIdentifier */
    struct item key_id;    /* subjectKeyIdentifier */
};

/* A TBSCertificate; a TBSCertList. False: it is none, or an extension of these cannot be read. */
bool tbs_read(const struct item *octets, struct tbs *tbs);
bool tbs_read_crl(const struct item *octets, struct tbs *tbs);

/* The TBSCertificate of a certificate in DER, whatever has signed it. */
bool tbs_of_certificate(const struct item *der, struct item *tbs);

#endif
