/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates and CRLs in PEM (RFC 7468 sections 5 and 6). */
#ifndef TOOL_PEM_H
#define TOOL_PEM_H

#include <stddef.h>
#include <stdint.h>

/* A certificate's DER in PEM, malloc'd, with its length. NULL without memory; the caller's. */
char *certificate_pem(const uint8_t *der, size_t der_length, size_t *length);

/* The same of a CRL. */
char *crl_pem(const uint8_t *der, size_t der_length, size_t *length);

#endif
