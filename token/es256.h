/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What JOSE and COSE have in common of ES256 (RFC 7518 section 3.4, RFC 9053 section 2.1): keys on
 * P-256, and a signature that is r and s of fixed width, where libcrypto has DER.
 */
#ifndef ES256_H
#define ES256_H

#include <openssl/evp.h>

#include "sti_error.h"

/* r and s of 32 octets each. */
#define ES256_OCTETS 64

/*
 * True if the key, which may be NULL, is EC on P-256 with a named curve (RFC 7518 section 3.4; of
 * certificates RFC 8226 section 4 and ATIS-1000080 section 6.4.1). The caller knows whose key it
 * is, and says so.
 */
bool es256_is_p256(EVP_PKEY *key);

/*
 * The public half as a software key, also if key sits in an HSM, where it would be no provider's
 * key and verify only in the HSM. The caller's to free; NULL with err filled.
 */
EVP_PKEY *es256_public_copy(EVP_PKEY *key, struct sti_error *err);

/* The DER of a signature; its length, 0 on failure. *der is the caller's to OPENSSL_free(). */
size_t es256_to_der(const uint8_t signature[ES256_OCTETS], unsigned char **der);

/* A signature from its DER, all of it; false if it is none on P-256. */
bool es256_from_der(const unsigned char *der, size_t length, uint8_t signature[ES256_OCTETS]);

#endif
