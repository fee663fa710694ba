/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a bundle as what they are: CSR, token, certificates, CRL, public key, list. */
#ifndef CA_TOOL_BUNDLE_PARTS_H
#define CA_TOOL_BUNDLE_PARTS_H

#include <openssl/x509.h>

#include "bundle.h"

/*
 * Reads a part as what its name says, and describes it in words for a person: malloc'd, the
 * caller's. Only the form is looked at; no signature is verified, no date compared. Refused: what
 * cannot be read, and any file with a private key in it. NULL on refusal.
 */
char *bundle_part_describe(enum bundle_kind kind, const uint8_t *octets, size_t length,
                           struct sti_error *err);

/* Refused: octets in which a private key in PEM stands, of any kind. */
bool bundle_no_private_key(const uint8_t *octets, size_t length, struct sti_error *err);

/* Every certificate of a PEM text, at least one, or the one of a DER; the caller's. */
STACK_OF(X509) * bundle_certificates(const uint8_t *octets, size_t length, struct sti_error *err);

/* A certificate revocation list in PEM or DER; the caller's. */
X509_CRL *bundle_crl(const uint8_t *octets, size_t length, struct sti_error *err);

/* A public key, SubjectPublicKeyInfo in PEM or DER; the caller's. */
EVP_PKEY *bundle_public_key(const uint8_t *octets, size_t length, struct sti_error *err);

#endif
