/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CA's statement of a list by reference: a COSE_Sign1 (cose_sign1.h) whose payload says which
 * document was approved, and when. It lies beside the document, so that anyone with the CA's
 * certificate can tell later whether a web server returns what the CA approved.
 *
 *     payload = { ? "url": text, "size": uint, "time": uint, "entries": uint, "sha-256": bytes
 * .size 32 }
 *
 * in deterministic CBOR; the content type says what it is, so that no other thing the key may have
 * signed passes for it.
 */
#ifndef PKI_LIST_STATEMENT_H
#define PKI_LIST_STATEMENT_H

#include <openssl/x509.h>

#include "cert.h"

/* An unregistered name of the x. tree (RFC 6838 section 3.4): the convention is this project's. */
#define LIST_STATEMENT_TYPE "application/x.sti-tnlist-statement+cbor"

/* A longer statement is refused unread. */
#define LIST_STATEMENT_MAX_OCTETS ((size_t)4096)
#define LIST_STATEMENT_MAX_URL 2048

struct list_statement {
    unsigned char digest[CERT_DIGEST_OCTETS]; /* SHA-256 of the document, the DER TNAuthList */
    size_t size;                              /* its octets */
    size_t entries;                           /* of the list */
    int64_t time;                             /* of the statement, in seconds since 1970 */
    char url[LIST_STATEMENT_MAX_URL + 1];     /* where it is to be published; empty: not said */
};

/* Fills in digest, size and entries; clears the rest. */
bool list_statement_of(struct list_statement *statement, const struct tnauthlist *list,
                       struct sti_error *err);

/*
 * Signs a statement; key is EC P-256 and may sit in an HSM. *octets is allocated with malloc, the
 * caller's.
 */
bool list_statement_sign(const struct list_statement *statement, EVP_PKEY *key, uint8_t **octets,
                         size_t *length, struct sti_error *err);

/* Reads a statement that was signed with key; nothing of it is read before its signature holds. */
bool list_statement_read(struct list_statement *statement, const uint8_t *octets, size_t length,
                         EVP_PKEY *key, struct sti_error *err);

/* The statement's time lies within the validity of the certificate whose key signed it. */
bool list_statement_check_time(const struct list_statement *statement, X509 *certificate,
                               struct sti_error *err);

/* The document is the one the statement is about: size, SHA-256, and a list of as many entries. */
bool list_statement_fits(const struct list_statement *statement, const uint8_t *document,
                         size_t length, struct sti_error *err);

#endif
