/* SPDX-License-Identifier: Apache-2.0 */
/* A list of keys that are known to be weak: the SHA-256 of each one's SubjectPublicKeyInfo. */
#ifndef PKI_WEAK_KEYS_H
#define PKI_WEAK_KEYS_H

#include "sti_error.h"

#define WEAK_KEY_OCTETS 32

struct weak_keys;

/*
 * Reads the list: a digest a line, 64 hex digits in either case; blanks and empty lines do not
 * count, and `;` or `#` starts a comment. Refused with the line: anything else. NULL on failure;
 * free with weak_keys_free(). The text ends with a NUL that length does not count.
 */
struct weak_keys *weak_keys_read(const char *text, size_t length, struct sti_error *err);
void weak_keys_free(struct weak_keys *keys);

size_t weak_keys_count(const struct weak_keys *keys);
bool weak_keys_have(const struct weak_keys *keys, const unsigned char digest[WEAK_KEY_OCTETS]);

#endif
