/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of token/ share with each other and with nobody else. */
#ifndef TOKEN_INTERNAL_H
#define TOKEN_INTERNAL_H

#include <jansson.h>

#include "token.h"

/* ---- words for refusals (token_text.c) ---- */

/*
 * A piece of the input, short enough for an error sentence and without control characters. A value,
 * so that quote(...).text can stand in an argument list.
 */
struct quoted {
    char text[72];
};
struct quoted quote(const char *text, size_t length);

/* The JSON type of a value with its article: "a string", "an array", "a number with a fraction". */
const char *json_type_words(const json_t *value);

/* A time as 2026-10-05T12:00:00Z, or the number if it is beyond what a calendar can say. */
struct quoted time_words(int64_t seconds);

/* True if the text has control characters (C0, DEL, C1). */
bool has_control_characters(const char *text);

/* https, with a host, without userinfo, query and fragment. The part is left to the caller. */
bool x5u_check(const char *url, struct sti_error *err);

/* jti: 1 to 255 octets without control characters. The part is left to the caller. */
bool jti_check(const char *jti, struct sti_error *err);

/* ---- the protected header (token_header.c) ---- */

/* A longer x5c is refused before its certificates are read. */
#define TOKEN_MAX_CHAIN 16

struct token_header {
    const char *x5u;      /* borrowed from the JSON; NULL if absent */
    STACK_OF(X509) * x5c; /* NULL if absent; else at least the signer's */
};

/* alg is ES256 and nothing else. First of all checks, so that nothing else of the header counts. */
bool token_header_check_alg(const json_t *json, struct sti_error *err);

/* typ, crit, x5u and x5c. Start with all zero; token_header_free() also after a failure. */
bool token_header_read(struct token_header *header, const json_t *json, struct sti_error *err);
void token_header_free(struct token_header *header);

/* ---- the signer (token_signer.c) ---- */

/*
 * The certificate the header names, proven by a chain to one of trust->anchors at trust->now, with
 * a P-256 key that may sign. The caller's to free; NULL on refusal.
 */
X509 *token_signer_find(const struct token_header *header, const struct token_trust *trust,
                        struct sti_error *err);

/* ---- the claims (token_claims.c) ---- */

/* Reads the payload. With `now`, the token must be valid then; NULL: times are read, not judged. */
bool token_claims_read(struct token_claim *claim, const json_t *payload, const time_t *now,
                       struct sti_error *err);

/* ---- ES256 (es256.c) ---- */

/* r and s of 32 octets each (RFC 7518 section 3.4). */
#define ES256_OCTETS 64

/* True if the key is EC on P-256. err stays untouched: the caller knows whose key it is. */
bool es256_is_p256(EVP_PKEY *key);

/* The public half as a software key, also if key sits in an HSM. The caller's to free. */
EVP_PKEY *es256_public_copy(EVP_PKEY *key, struct sti_error *err);

bool es256_verify(EVP_PKEY *key, const char *text, size_t length, const uint8_t *signature,
                  size_t signature_length, struct sti_error *err);
bool es256_sign(EVP_PKEY *key, const char *text, size_t length, uint8_t signature[ES256_OCTETS],
                struct sti_error *err);

#endif
