/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two base64 alphabets of RFC 4648, strictly: one text for every octet string and no other.
 * Used here for the parts of a JWS (base64url) and for x5c (base64).
 */
#ifndef BASE64URL_H
#define BASE64URL_H

#include "sti_error.h"

/*
 * base64url without padding (RFC 7515 section 2). Refused: symbols outside the alphabet, `=`, a
 * length no octet string has, and trailing bits that are not zero. *octets is allocated with malloc
 * (also for an empty text) and becomes the caller's. err->offset is the place in the text.
 */
bool base64url_decode(const char *text, size_t length, uint8_t **octets, size_t *octets_length,
                      struct sti_error *err);

/* base64 with the padding it needs (RFC 4648 section 4; x5c of RFC 7515 section 4.1.6). */
bool base64_decode(const char *text, size_t length, uint8_t **octets, size_t *octets_length,
                   struct sti_error *err);

/* The text of length octets, allocated with malloc and ended with a NUL; NULL on failure. */
char *base64url_encode(const uint8_t *octets, size_t length, struct sti_error *err);
char *base64_encode(const uint8_t *octets, size_t length, struct sti_error *err);

/* The value 0..63 of a base64url symbol, or -1. */
int base64url_value(char symbol);

#endif
