/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the checks. RFC 9448 section 6 numbers its steps for a reader of the standard; here
 * nothing the token says is believed before its signer and signature are.
 */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "jws.h"

static bool check_signature(const struct jws *jws, X509 *signer, struct sti_error *err)
{
    return es256_verify(X509_get0_pubkey(signer), jws->text, jws->signed_length, jws->signature,
                        jws->signature_length, err) ||
           sti_error_part(err, "signature");
}

/* An unsigned token has the form of RFC 7519 section 6, which nothing here accepts. */
static bool check_signed(const struct jws *jws, struct sti_error *err)
{
    if (jws->signature_length > 0)
        return true;
    sti_refuse(err, "RFC 7515 section 7.1", "the third part, the signature, is empty");
    return sti_error_part(err, "signature");
}

/* Fills claim from the payload and the header. */
static bool read_claims(struct token_claim *claim, const struct jws *jws,
                        const struct token_header *header, const time_t *now, struct sti_error *err)
{
    json_t *payload =
        jws_json(jws->payload, jws->payload_length, "payload", "RFC 7519 section 4", err);
    if (payload == NULL)
        return false;
    bool ok = token_claims_read(claim, payload, now, err);
    json_decref(payload);
    if (ok && header->x5u != NULL) {
        claim->x5u = strdup(header->x5u);
        ok = claim->x5u != NULL || sti_fail(err, "out of memory");
    }
    return ok;
}

/* With trust: every check. Without: the form and the claims, and nobody is believed. */
static bool examine(struct token_claim *claim, const char *text, size_t length,
                    const struct token_trust *trust, struct sti_error *err)
{
    struct jws jws = {0};
    struct token_header header = {0};
    bool ok = jws_read(&jws, text, length, err) &&
              (trust == NULL || token_header_check_alg(jws.header, err)) &&
              check_signed(&jws, err) && token_header_read(&header, jws.header, err);
    if (ok && trust != NULL) {
        claim->signer = token_signer_find(&header, trust, err);
        ok = claim->signer != NULL && check_signature(&jws, claim->signer, err);
    }
    ok = ok && read_claims(claim, &jws, &header, trust == NULL ? NULL : &trust->now, err);
    token_header_free(&header);
    jws_free(&jws);
    return ok;
}

static struct token_claim *read_token(const char *text, size_t length,
                                      const struct token_trust *trust, struct sti_error *err)
{
    sti_error_clear(err);
    struct token_claim *claim = calloc(1, sizeof(*claim));
    if (claim == NULL) {
        sti_fail(err, "out of memory");
        return NULL;
    }
    /* Our refusals are in err; what libcrypto noted on the way is nobody else's business. */
    ERR_set_mark();
    bool ok = examine(claim, text, length, trust, err);
    ERR_pop_to_mark();
    if (ok)
        return claim;
    token_claim_free(claim);
    return NULL;
}

struct token_claim *token_verify(const char *jws, size_t length, const struct token_trust *trust,
                                 struct sti_error *err)
{
    return read_token(jws, length, trust, err);
}

struct token_claim *token_read_unverified(const char *jws, size_t length, struct sti_error *err)
{
    return read_token(jws, length, NULL, err);
}
