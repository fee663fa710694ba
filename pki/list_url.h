/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list by reference: the document is the DER TNAuthList alone, its name is its digest. The
 * certificate's signature covers the URL, and so the digest of the list: what RFC 8226 section 12
 * leaves to TLS alone can be checked by anyone who knows the convention.
 */
#ifndef PKI_LIST_URL_H
#define PKI_LIST_URL_H

#include "sti_error.h"

/* 64 lower-case hex digits and ".der". */
#define LIST_NAME_LENGTH 68

/* Writes `<sha256>.der` and a NUL. */
bool list_name(const uint8_t *der, size_t length, char name[LIST_NAME_LENGTH + 1],
               struct sti_error *err);

/*
 * BASE-URL + name, malloc'd, the caller's; NULL on refusal. The base is https (RFC 8226 section
 * 10.1: MUST), has a host and ends with "/"; userinfo, query, fragment, blanks and octets a URI
 * cannot have are refused.
 */
char *list_url(const char *base, const char *name, struct sti_error *err);

#endif
