/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The approval of a plan: COSE_Sign1 with ES256 (cose_sign1.h) by a witness, content type
 * APPROVAL_TYPE, over the deterministic CBOR
 *
 *     [ "sti-ca approval", 1, plan digest: bytes .size 32, approver: tstr ]
 *
 * The first word and the content type keep it from being taken for anything else that such a key
 * may sign, and the approver's id keeps it from being shown under another name.
 */
#ifndef APPROVAL_H
#define APPROVAL_H

#include <openssl/evp.h>

#include "sti_error.h"

#define APPROVAL_TYPE "application/x.sti-ca-approval+cbor"
#define APPROVAL_WORD "sti-ca approval"
#define APPROVAL_DIGEST_OCTETS 32
#define APPROVAL_MAX_ID 128

/*
 * Signs the digest of a plan with the approver's key, EC P-256, which may sit in a token. *message
 * is allocated with malloc, the caller's. Refused: another key, an id that is not 1 to
 * APPROVAL_MAX_ID octets of printable ASCII.
 */
bool approval_make(const uint8_t plan[APPROVAL_DIGEST_OCTETS], const char *approver, EVP_PKEY *key,
                   uint8_t **message, size_t *length, struct sti_error *err);

/*
 * Verifies a message with the approver's key: it must approve this plan, under this id. Refused
 * with the reason: no approval, another plan, another approver, a signature that does not fit.
 */
bool approval_verify(const uint8_t *message, size_t length,
                     const uint8_t plan[APPROVAL_DIGEST_OCTETS], const char *approver,
                     EVP_PKEY *key, struct sti_error *err);

#endif
