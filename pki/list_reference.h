/* SPDX-License-Identifier: Apache-2.0 */
/* The list by reference that a certificate names: id-ad-stirTNList (RFC 8226 section 10.1). */
#ifndef PKI_LIST_REFERENCE_H
#define PKI_LIST_REFERENCE_H

#include "list_extension.h"

/* A longer URL is refused. */
#define LIST_REFERENCE_MAX_OCTETS 2048

/*
 * Finds the URL of the list by reference. *url becomes NULL if there is none; otherwise malloc'd,
 * the caller's. Refused: an authorityInfoAccess that cannot be read, two such URLs (they would have
 * to name the same list), a URL that is not https, and octets that no URL has.
 */
bool list_reference_read(const struct list_place *place, char **url, struct sti_error *err);

/* What a URL names last, behind the last slash: the name of the file. */
const char *list_reference_name(const char *url);

/* True if it is the name that a list has by its digest: 64 lower-case hex digits and .der. */
bool list_reference_is_digest(const char *name);

#endif
