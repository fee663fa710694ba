/* SPDX-License-Identifier: Apache-2.0 */
/* What a CA asks of a list: is it the token's, and is all of it understood? */
#ifndef PKI_LIST_DIFFERENCE_H
#define PKI_LIST_DIFFERENCE_H

#include "tnauthlist.h"

/*
 * True if both lists have the same DER octets. Otherwise err names the first entry that differs:
 * what the CSR asks for there and what the token allows there.
 */
bool list_equal(const struct tnauthlist *wanted, const struct tnauthlist *allowed,
                struct sti_error *err);

/*
 * True if the list holds only what this version of RFC 8226 knows. A reader steps over unknown
 * elements behind a range's count (its extension marker), but a CA signs nothing it does not
 * understand.
 */
bool list_plain(const struct tnauthlist *list, struct sti_error *err);

#endif
