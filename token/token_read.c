/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a token for people to look at: what it says, with nobody vouching for it. */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "jws.h"

static bool check_signed(const struct jws *jws, struct sti_error *err)
{
    if (jws->signature_length > 0)
        return true;
    sti_refuse(err, "RFC 7515 section 7.1", "the third part, the signature, is empty");
    return sti_error_part(err, "signature");
}

static bool read_header(struct token_claim *claim, const struct jws *jws, struct sti_error *err)
{
    struct token_header header = {0};
    bool ok = token_header_check_typ(jws->header, err) &&
              token_header_read_x5u(&header, jws->header, err) &&
              token_header_read_x5c(&header, jws->header, NULL, err);
    if (ok && header.x5u != NULL) {
        claim->x5u = strdup(header.x5u);
        ok = claim->x5u != NULL || sti_fail(err, "out of memory");
    }
    token_header_free(&header);
    return ok;
}

static bool read_claims(struct token_claim *claim, const struct jws *jws, struct sti_error *err)
{
    const json_t *atc;
    json_t *payload =
        jws_json(jws->payload, jws->payload_length, "payload", "RFC 7519 section 4", err);
    if (payload == NULL)
        return false;
    bool ok = token_claims_times(claim, payload, NULL, err) &&
              token_claims_names(claim, payload, err) &&
              token_claims_atc(claim, payload, &atc, err) && token_claims_check_tktype(atc, err) &&
              token_claims_list(claim, atc, true, err) && token_claims_fingerprint(claim, atc, err);
    json_decref(payload);
    return ok;
}

struct token_claim *token_read_unverified(const char *text, size_t length, struct sti_error *err)
{
    struct jws jws = {0};
    sti_error_clear(err);
    struct token_claim *claim = calloc(1, sizeof(*claim));
    if (claim == NULL) {
        sti_fail(err, "out of memory");
        return NULL;
    }
    ERR_set_mark();
    bool ok = jws_read(&jws, text, length, err) && check_signed(&jws, err) &&
              read_header(claim, &jws, err) && read_claims(claim, &jws, err);
    ERR_pop_to_mark();
    jws_free(&jws);
    if (ok)
        return claim;
    token_claim_free(claim);
    return NULL;
}
