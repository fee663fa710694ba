/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of CRLs share with each other and with nobody else. */
#ifndef PKI_CRL_INTERNAL_H
#define PKI_CRL_INTERNAL_H

#include "crl_build.h"

/* A serial number in a sentence: upper-case hex without leading zero octets, never cut. */
struct crl_serial_text {
    char text[2 * (CRL_NUMBER_OCTETS + 1) + 1];
};
struct crl_serial_text crl_serial_text(const unsigned char *serial, size_t length);

/*
 * The entries of a content sorted by issuer and serial, as pointers: malloc'd, the caller's; each
 * is good, and none is there twice. NULL on refusal, and with no error if there are none.
 */
const struct crl_entry **crl_entries_sort(const struct crl_content *content, struct sti_error *err);

/* The issuer of an entry: that of the CRL, if it names none. */
const X509_NAME *crl_entry_issuer(const struct crl_content *content, const struct crl_entry *entry);

/* Adds the sorted entries to the CRL. False without memory. */
bool crl_entries_add(X509_CRL *crl, const struct crl_content *content,
                     const struct crl_entry *const *sorted);

/* Adds the CRL's own extensions. False without memory. */
bool crl_extensions_add(X509_CRL *crl, const struct crl_content *content);

/* An unsigned number as ASN.1 has it. NULL without memory; the caller's. */
ASN1_INTEGER *crl_integer(const unsigned char *octets, size_t length);

#endif
