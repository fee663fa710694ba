/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of token/ share with each other and with nobody else. */
#ifndef TOKEN_INTERNAL_H
#define TOKEN_INTERNAL_H

#include <jansson.h>

#include "chain.h"
#include "es256.h"
#include "token.h"
#include "words.h"

/* ---- words for refusals (token_text.c; more in words.h) ---- */

/* The JSON type of a value with its article: "a string", "an array", "a number with a fraction". */
const char *json_type_words(const json_t *value);

/* True if the text has control characters (C0, DEL, C1). */
bool has_control_characters(const char *text);

/* https, with a host, without userinfo, query and fragment. The part is left to the caller. */
bool x5u_check(const char *url, struct sti_error *err);

/* jti: 1 to 255 octets without control characters. The part is left to the caller. */
bool jti_check(const char *jti, struct sti_error *err);

/* ---- the protected header (token_header.c) ---- */

/* A longer x5c is refused before its certificates are read. */
#define TOKEN_MAX_CHAIN CHAIN_MAX

/* Start with all zero; token_header_free() also after a failure. */
struct token_header {
    const char *x5u;      /* borrowed from the JSON; NULL if absent */
    STACK_OF(X509) * x5c; /* NULL if absent; else at least the signer's */
};

/* alg is ES256 and nothing else. */
bool token_header_check_alg(const json_t *json, struct sti_error *err);

/* typ is JWT, and there is no crit. */
bool token_header_check_typ(const json_t *json, struct sti_error *err);

/* Each takes one member, if it is there. chains may be NULL. */
bool token_header_read_x5u(struct token_header *header, const json_t *json, struct sti_error *err);
bool token_header_read_x5c(struct token_header *header, const json_t *json,
                           const struct token_chains *chains, struct sti_error *err);
void token_header_free(struct token_header *header);

/* ---- the signer (token_signer.c) ---- */

/* Whose anchors a token's signer and a CRL are judged by, for sentences. */
#define TOKEN_ANCHORS "the token issuer (STI-PA)"

/* Start with all zero; token_signer_free() also after a failure. */
struct token_signer {
    STACK_OF(X509) * found;     /* behind x5u; the finder's */
    X509 *leaf;                 /* the signer's certificate, borrowed */
    STACK_OF(X509) * untrusted; /* what came with the token besides it, borrowed one by one */
    STACK_OF(X509) * chain;     /* from the leaf to the anchor */
};
void token_signer_free(struct token_signer *signer);

/* Finds the certificates behind header->x5u, if it has one (RFC 9448 section 6 step 2). */
bool token_signer_find(struct token_signer *signer, const struct token_header *header,
                       const struct token_trust *trust, struct sti_error *err);

/* Chooses the one certificate that x5u and x5c name; refused: none, and two that differ. */
bool token_signer_choose(struct token_signer *signer, const struct token_header *header,
                         struct sti_error *err);

/* Builds the chain from the leaf to an anchor, valid at trust->now. */
bool token_signer_build(struct token_signer *signer, const struct token_trust *trust,
                        struct sti_error *err);

/* The leaf's key is EC P-256, and its keyUsage, if it has one, lets it sign. */
bool token_signer_check_key(const struct token_signer *signer, struct sti_error *err);

/* ---- the chain that was verified last (token_chains.c) ---- */

/* Sets signer->chain and returns true if this signer's chain is known; trust->chains may be NULL.
 */
bool token_chains_recall(const struct token_trust *trust, struct token_signer *signer);

/* The kept certificate that has these octets, the caller's; NULL: none. chains may be NULL. */
X509 *token_chains_certificate(const struct token_chains *chains, const uint8_t *der,
                               size_t length);

/* Keeps signer->chain, which has been verified for this trust. */
void token_chains_keep(const struct token_trust *trust, const struct token_signer *signer);

/* ---- revocation (token_revocation.c) ---- */

/* Looks the signer's chain up in trust->crls. `words` becomes which CRL said so. */
bool token_revocation_check(const struct token_signer *signer, const struct token_trust *trust,
                            struct quoted *words, struct sti_error *err);

/* ---- the claims (token_claims.c) ---- */

/*
 * exp and nbf; with `trust`, the token must be valid at its time. NULL: they are read, not judged.
 */
bool token_claims_times(struct token_claim *claim, const json_t *payload,
                        const struct token_trust *trust, struct sti_error *err);

/* No aud may be there. */
bool token_claims_check_aud(const json_t *payload, struct sti_error *err);

/* jti and iss. */
bool token_claims_names(struct token_claim *claim, const json_t *payload, struct sti_error *err);

/* atc, an object with its members, of their types; and its ca. *atc is borrowed. */
bool token_claims_atc(struct token_claim *claim, const json_t *payload, const json_t **atc,
                      struct sti_error *err);

/* Each judges one member of atc. */
bool token_claims_check_tktype(const json_t *atc, struct sti_error *err);
bool token_claims_list(struct token_claim *claim, const json_t *atc, bool padded_base64,
                       struct sti_error *err);
bool token_claims_fingerprint(struct token_claim *claim, const json_t *atc, struct sti_error *err);

/* ---- ES256 (es256.c) ---- */

bool es256_verify(EVP_PKEY *key, const char *text, size_t length, const uint8_t *signature,
                  size_t signature_length, struct sti_error *err);
bool es256_sign(EVP_PKEY *key, const char *text, size_t length, uint8_t signature[ES256_OCTETS],
                struct sti_error *err);

#endif
