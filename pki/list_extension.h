/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a TNAuthList stands in a certificate or CSR: the extension 1.3.6.1.5.5.7.1.26 by value, or
 * the access method id-ad-stirTNList (1.3.6.1.5.5.7.48.14) by reference (RFC 8226 sections
 * 9, 10.1). Works by OID alone: it needs no provider and no configuration.
 */
#ifndef PKI_LIST_EXTENSION_H
#define PKI_LIST_EXTENSION_H

#include <openssl/x509.h>

#include "tnauthlist.h"

/* The extensions a list was looked for in; borrowed. */
struct list_place {
    const STACK_OF(X509_EXTENSION) * extensions; /* NULL: there are none */
    const char *what;                            /* "certificate" or "CSR", for messages */
};

/* True if there is a TNAuthList extension, well-formed or not. */
bool list_extension_present(const struct list_place *place);

/*
 * Finds the octets of the one TNAuthList extension, well-formed or not; they are the extension's.
 * Refused: none, two or more. When there is none but a list by reference, the sentence names its
 * URL.
 */
bool list_extension_find(const struct list_place *place, const uint8_t **der, size_t *length,
                         struct sti_error *err);

/*
 * Finds the one TNAuthList extension and reads it strictly. *list borrows its octets from the
 * extension. Refused as list_extension_find() does, and a malformed list.
 */
bool list_extension_read(const struct list_place *place, struct tnauthlist *list,
                         struct sti_error *err);

/* The extension itself, not critical (RFC 8226 section 9). The caller's; NULL without memory. */
X509_EXTENSION *list_extension_make(const uint8_t *der, size_t length);

/* The authorityInfoAccess extension that names the list at an https URL (RFC 8226 section 10.1). */
X509_EXTENSION *list_reference_make(const char *url);

#endif
