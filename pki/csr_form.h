/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ASN.1 of a CSR (RFC 2986 section 4) with the public key left as octets. OpenSSL's own
 * X509_REQ decodes the key while it reads, which on 3.0 takes longer than verifying a signature.
 */
#ifndef PKI_CSR_FORM_H
#define PKI_CSR_FORM_H

#include <stdbool.h>

#include <openssl/x509.h>

struct csr_form;

/* Reads DER; *at becomes what is behind it. NULL with libcrypto's reason on its error queue. */
struct csr_form *csr_form_read(const unsigned char **at, size_t length);
void csr_form_free(struct csr_form *form);

/* Each stays the form's. */
const X509_NAME *csr_form_subject(const struct csr_form *form);
const STACK_OF(X509_ATTRIBUTE) * csr_form_attributes(const struct csr_form *form);
const ASN1_STRING *csr_form_spki(const struct csr_form *form); /* the whole DER */

/* True if the signature over what the CSR says is the key's. */
bool csr_form_verify(const struct csr_form *form, EVP_PKEY *key);

/* Sets spki and key of a CSR, or key_fault (csr_key.c). */
struct csr;
void csr_read_key(struct csr *csr);

#endif
