/* SPDX-License-Identifier: Apache-2.0 */
/* A certification request (PKCS#10, RFC 2986) as values; nothing in it is believed yet. */
#ifndef PKI_CSR_H
#define PKI_CSR_H

#include <openssl/x509.h>

#include "tnauthlist.h"

/* A CSR of a million numbers has about 20 MB in PEM. */
#define CSR_MAX_OCTETS ((size_t)64 * 1024 * 1024)

struct csr {
    struct csr_form *form; /* csr_form.h */
    const X509_NAME *subject;
    X509_PUBKEY *spki;                     /* the key as it stands there; NULL if it is none */
    EVP_PKEY *key;                         /* NULL if it cannot be read */
    const char *key_fault;                 /* then libcrypto's reason; a string literal */
    STACK_OF(X509_EXTENSION) * extensions; /* of its one extensionRequest; NULL or empty: none */
};

/*
 * Reads a CSR in PEM or DER. Refused: too large, not a CSR, anything behind its DER, more than one
 * extensionRequest attribute (RFC 2985 section 5.4.2 makes it single-valued). Free with csr_free().
 */
struct csr *csr_read(const uint8_t *octets, size_t length, struct sti_error *err);
void csr_free(struct csr *csr);

/* The TNAuthList the CSR asks for; borrows from the CSR. Refused: none, two, malformed. */
bool csr_list(const struct csr *csr, struct tnauthlist *list, struct sti_error *err);

/* True if the CSR has a TNAuthList extension, good or bad. */
bool csr_asks_for_list(const struct csr *csr);

/* Proof of possession: the CSR is signed with the key it names (RFC 2986 section 4.2). */
bool csr_verify(const struct csr *csr, struct sti_error *err);

/*
 * The CSR's key is EC on P-256, by its named curve, with a whole (uncompressed) point: what ES256
 * needs (RFC 8226 section 4), in the one form of RFC 5480 section 2 that every verifier reads.
 */
bool csr_key_check(const struct csr *csr, struct sti_error *err);

/* SHA-256 of the CSR's SubjectPublicKeyInfo, as its octets stand there (cert.h). */
bool csr_key_digest(const struct csr *csr, unsigned char digest[32], struct sti_error *err);

/*
 * The cA boolean of the CSR's Basic Constraints; a CSR without them asks for cA FALSE. False with
 * err filled if they cannot be read.
 */
bool csr_wants_ca(const struct csr *csr, bool *ca, struct sti_error *err);

/*
 * The CSR asks for no extension that its certificate would not have: TNAuthList, basicConstraints,
 * keyUsage (digitalSignature alone, of a CA keyCertSign alone), subjectKeyIdentifier
 * (csr_extensions.c).
 */
bool csr_extensions_check(const struct csr *csr, bool end_entity, struct sti_error *err);

#endif
