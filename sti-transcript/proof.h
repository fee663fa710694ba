/* SPDX-License-Identifier: Apache-2.0 */
/* What libcrypto is asked: digests, keys, signatures, and the octets inside a certificate or CRL.
 */
#ifndef PROOF_H
#define PROOF_H

#include <openssl/evp.h>

#include "item.h"

/* SHA-256; false if libcrypto fails. */
bool digest_of(const uint8_t *octets, size_t length, uint8_t digest[32]);

/* True if the SHA-256 of the octets is the byte string. */
bool digest_is(const uint8_t *octets, size_t length, const struct item *digest);

/* The EC P-256 key of a SubjectPublicKeyInfo, the caller's; NULL if it is none. */
EVP_PKEY *key_of_spki(const struct item *spki);

/* ECDSA on P-256 with SHA-256, the signature in DER. */
bool signature_holds(EVP_PKEY *key, const uint8_t *octets, size_t length, const uint8_t *der,
                     size_t der_length);

/*
 * COSE_Sign1 with ES256 (RFC 9052 section 4.2): protected header exactly {1: -7, 3: type}, nothing
 * unprotected, the payload inside. Fills payload. NULL: the signature holds; else what is wrong.
 */
const char *sign1_check(const struct item *message, const char *type, EVP_PKEY *key,
                        struct item *payload);

/*
 * Reads one DER element with this tag of one octet: `whole` with tag and length, `content` without.
 * False, and the reader stays where it is: none is there.
 */
bool der_next(struct reader *reader, uint8_t tag, struct item *whole, struct item *content);

/* A certificate or CRL taken apart (RFC 5280 sections 4.1 and 5.1); borrows from the DER. */
struct signed_der {
    struct item tbs;       /* with its tag and length: what is signed */
    struct item signature; /* of ecdsa-with-SHA256, in DER */
};
bool signed_der_read(const uint8_t *der, size_t length, struct signed_der *parts);

/* The DER in a file that is PEM (the first block) or DER itself; *copy is to be freed. */
bool der_of_file(const uint8_t *octets, size_t length, uint8_t **copy, struct item *der);

#endif
