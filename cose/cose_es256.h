/* SPDX-License-Identifier: Apache-2.0 */
/* ES256 of RFC 9053 section 2.1: ECDSA on P-256 with SHA-256, the signature as r and s. */
#ifndef COSE_ES256_H
#define COSE_ES256_H

#include "cose_sign1.h"

/* Signs octets; key may sit in an HSM. Refused: a key that is not EC P-256. */
bool cose_es256_sign(EVP_PKEY *key, const uint8_t *octets, size_t length,
                     uint8_t signature[COSE_SIGNATURE_OCTETS], struct sti_error *err);

/* Verifies with the public half of key, which may sit in an HSM too. */
bool cose_es256_verify(EVP_PKEY *key, const uint8_t *octets, size_t length,
                       const uint8_t signature[COSE_SIGNATURE_OCTETS], struct sti_error *err);

#endif
