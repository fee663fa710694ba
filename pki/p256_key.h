/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys on P-256 from their octets. Almost every one is written as RFC 5480 section 2 has it,
 * and is made from its point alone: libcrypto 3.0 takes twenty times as long to decode the octets
 * around it.
 */
#ifndef PKI_P256_KEY_H
#define PKI_P256_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>

/* A point of P-256: 0x04, x, y (SEC 1 section 2.3.3). */
#define P256_POINT_OCTETS 65

/*
 * The point in a SubjectPublicKeyInfo that is EC on P-256, by its named curve, with a whole point,
 * and nothing else; NULL if it is written in any other way. P256_POINT_OCTETS of `spki`.
 */
const unsigned char *p256_key_point(const unsigned char *spki, size_t length);

/* The key of such a point; NULL if it is not on the curve. The caller's. */
EVP_PKEY *p256_key_make(const unsigned char *point);

/*
 * The key of a PEM text whose first block is such a SubjectPublicKeyInfo; NULL if it is anything
 * else, of which libcrypto is to be asked. The caller's.
 */
EVP_PKEY *p256_key_pem(const unsigned char *text, size_t length);

#endif
