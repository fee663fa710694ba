/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COSE_Sign1 (RFC 9052 section 4.2) with ES256 (RFC 9053 section 2.1), and nothing else of COSE:
 * one payload, one signature. The message is untagged, which RFC 9052 section 2 allows where it is
 * known what comes; its encoding is deterministic (dcbor.h), and so one message has one form.
 *
 *     [ protected: << {1: -7, ? 3: content type} >>, unprotected: {}, payload / nil, signature ]
 *
 * What is signed is the Sig_structure of RFC 9052 section 4.4, without externally supplied data.
 */
#ifndef COSE_SIGN1_H
#define COSE_SIGN1_H

#include <openssl/evp.h>

#include "sti_error.h"

/* Larger payloads are neither signed nor verified: 64 MiB. */
#define COSE_MAX_PAYLOAD ((size_t)64 * 1024 * 1024)
/* A content type is 1 to 127 octets of printable ASCII, as the names of RFC 6838 section 4.2. */
#define COSE_MAX_CONTENT_TYPE 127
/* r and s of 32 octets each. */
#define COSE_SIGNATURE_OCTETS 64

/* What shall be signed. Everything is the caller's and only read. */
struct cose_content {
    const char *content_type; /* NULL: none */
    const uint8_t *payload;
    size_t payload_length;
    bool detached; /* the message holds nil in place of the payload */
};

/*
 * Signs with key: EC P-256, may sit in an HSM. The signature is verified with the key's public half
 * before the message is returned: allocated with malloc, the caller's. Refused: another key, a
 * content type that cannot be one, too large a payload.
 */
bool cose_sign1_make(const struct cose_content *content, EVP_PKEY *key, uint8_t **message,
                     size_t *length, struct sti_error *err);

/* A message taken apart. Every pointer borrows from the octets it was read from. */
struct cose_sign1 {
    const uint8_t *protected; /* the header as it was signed: a map, encoded */
    size_t protected_length;
    char content_type[COSE_MAX_CONTENT_TYPE + 1]; /* empty: none */
    const uint8_t *payload;                       /* NULL: detached */
    size_t payload_length;
    const uint8_t *signature; /* COSE_SIGNATURE_OCTETS */
};

/*
 * Reads a message, to its last octet. Nothing of it is to be believed before cose_sign1_verify().
 * Refused: what is not a COSE_Sign1 in deterministic CBOR, another algorithm, any other header.
 */
bool cose_sign1_read(struct cose_sign1 *message, const uint8_t *octets, size_t length,
                     struct sti_error *err);

/*
 * Verifies the signature with key (EC P-256). A detached payload is given as `detached`; NULL for
 * a message that holds its payload. It is refused to give both or none.
 */
bool cose_sign1_verify(const struct cose_sign1 *message, EVP_PKEY *key, const uint8_t *detached,
                       size_t detached_length, struct sti_error *err);

#endif
