/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, CRLs and public keys from files. */
#ifndef TOOL_LOAD_H
#define TOOL_LOAD_H

#include <openssl/x509.h>

#include "sti_error.h"

/* One certificate in PEM or DER. NULL on failure; the caller's. */
X509 *load_certificate(const char *path, struct sti_error *err);

/* Every certificate of a PEM file, at least one, in its order. NULL on failure; the caller's. */
STACK_OF(X509) * load_certificates(const char *path, struct sti_error *err);

/* One certificate in DER, or every certificate of a PEM file. NULL on failure; the caller's. */
STACK_OF(X509) * load_chain(const char *path, struct sti_error *err);

/*
 * Every CRL of a file, at least one: one in DER, or all blocks of a PEM file, whose certificates go
 * into *signers (a CRL's signer may be there, too). NULL on failure; both are the caller's.
 */
STACK_OF(X509_CRL) * load_crls(const char *path, STACK_OF(X509) * *signers, struct sti_error *err);

/* A public key in PEM (`BEGIN PUBLIC KEY`). NULL on failure; the caller's. */
EVP_PKEY *load_public_key(const char *path, struct sti_error *err);

#endif
