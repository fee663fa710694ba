/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of a token, in their order. RFC 9448 section 6 numbers its steps for a reader of the
 * standard; here nothing the token says is believed before its signer and signature are.
 */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "jws.h"

/* What the checks before have made, for those that come after. */
struct examination {
    const char *text;
    size_t length;
    const struct token_trust *trust;
    struct jws jws;
    struct token_header header;
    struct token_signer signer;
    json_t *payload;
    const json_t *atc;
    struct token_claim *claim;
};

static bool check_form(void *context, struct check *check)
{
    struct examination *in = context;
    size_t limit = in->trust->max_octets == 0 ? TOKEN_USUAL_OCTETS : in->trust->max_octets;
    check_found(check, "%zu octets", in->length);
    check_wanted(check, "a compact JWS of at most %zu octets", limit);
    if (in->length <= limit)
        return jws_read(&in->jws, in->text, in->length, &check->reason);
    sti_refuse(&check->reason, NULL,
               "the token has %zu octets; at most %zu are read, unless the policy has another "
               "limit (token_octets)",
               in->length, limit);
    return sti_error_part(&check->reason, "token");
}

/* A member of the header as found; nothing if it is no string. */
static void note_member(struct check *check, const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    if (json_is_string(value))
        check_found(check, "%s", quote(json_string_value(value), json_string_length(value)).text);
}

static bool check_alg(void *context, struct check *check)
{
    struct examination *in = context;
    note_member(check, in->jws.header, "alg");
    check_wanted(check, "ES256");
    return token_header_check_alg(in->jws.header, &check->reason);
}

static bool check_typ(void *context, struct check *check)
{
    struct examination *in = context;
    note_member(check, in->jws.header, "typ");
    check_wanted(check, "typ JWT and no crit");
    return token_header_check_typ(in->jws.header, &check->reason);
}

static bool check_x5u(void *context, struct check *check)
{
    struct examination *in = context;
    note_member(check, in->jws.header, "x5u");
    check_wanted(check, "an https URL that is known here");
    if (!token_header_read_x5u(&in->header, in->jws.header, &check->reason))
        return false;
    if (in->header.x5u == NULL)
        return check_not_applicable(check, "the header has no x5u");
    return token_signer_find(&in->signer, &in->header, in->trust, &check->reason);
}

static bool check_x5c(void *context, struct check *check)
{
    struct examination *in = context;
    check_wanted(check, "certificates, the signer's first");
    if (!token_header_read_x5c(&in->header, in->jws.header, in->trust->chains, &check->reason))
        return false;
    if (in->header.x5c == NULL)
        return check_not_applicable(check, "the header has no x5c");
    check_found(check, "%d certificates", sk_X509_num(in->header.x5c));
    return true;
}

static bool check_signer(void *context, struct check *check)
{
    struct examination *in = context;
    if (!token_signer_choose(&in->signer, &in->header, &check->reason))
        return false;
    check_found(check, "%s", subject_of(in->signer.leaf).text);
    return true;
}

static bool check_chain(void *context, struct check *check)
{
    struct examination *in = context;
    check_wanted(check, "a chain to an anchor of the STI-PA, valid at %s",
                 time_words(in->trust->now).text);
    if (!token_signer_build(&in->signer, in->trust, &check->reason))
        return false;
    int last = sk_X509_num(in->signer.chain) - 1;
    check_found(check, "anchor %s", subject_of(sk_X509_value(in->signer.chain, last)).text);
    return true;
}

static bool check_signer_key(void *context, struct check *check)
{
    struct examination *in = context;
    check_wanted(check, "EC P-256, with digitalSignature if it has a keyUsage");
    return token_signer_check_key(&in->signer, &check->reason);
}

static bool check_revocation(void *context, struct check *check)
{
    struct examination *in = context;
    struct quoted words = quote("", 0);
    check_wanted(check, "not in the STI-PA's CRL, which is valid at %s",
                 time_words(in->trust->now).text);
    if (in->trust->crls == NULL)
        return check_not_applicable(check, "no CRL of the STI-PA was given (sti_pa_crl)");
    bool ok = token_revocation_check(&in->signer, in->trust, &words, &check->reason);
    check_found(check, "%s", words.text);
    return ok;
}

static bool check_signature(void *context, struct check *check)
{
    struct examination *in = context;
    const struct jws *jws = &in->jws;
    /* An unsigned token has the form of RFC 7519 section 6, which nothing here accepts. */
    if (jws->signature_length == 0)
        sti_refuse(&check->reason, "RFC 7515 section 7.1",
                   "the third part, the signature, is empty");
    else if (es256_verify(X509_get0_pubkey(in->signer.leaf), jws->text, jws->signed_length,
                          jws->signature, jws->signature_length, &check->reason) &&
             X509_up_ref(in->signer.leaf) == 1) {
        in->claim->signer = in->signer.leaf;
        return true;
    }
    return sti_error_part(&check->reason, "signature");
}

static bool check_payload(void *context, struct check *check)
{
    struct examination *in = context;
    in->payload = jws_json(in->jws.payload, in->jws.payload_length, "payload", "RFC 7519 section 4",
                           &check->reason);
    return in->payload != NULL;
}

static bool check_times(void *context, struct check *check)
{
    struct examination *in = context;
    check_wanted(check, "valid at %s", time_words(in->trust->now).text);
    bool ok = token_claims_times(in->claim, in->payload, in->trust, &check->reason);
    if (in->claim->exp != 0)
        check_found(check, "valid to %s", time_words(in->claim->exp).text);
    if (ok && in->claim->skewed)
        check_accepted(check, "valid but for %ld seconds that clocks may differ (clock_skew)",
                       in->trust->skew);
    return ok;
}

static bool check_aud(void *context, struct check *check)
{
    struct examination *in = context;
    return token_claims_check_aud(in->payload, &check->reason);
}

static bool check_names(void *context, struct check *check)
{
    struct examination *in = context;
    note_member(check, in->payload, "jti");
    return token_claims_names(in->claim, in->payload, &check->reason);
}

static bool check_atc(void *context, struct check *check)
{
    struct examination *in = context;
    return token_claims_atc(in->claim, in->payload, &in->atc, &check->reason);
}

static bool check_tktype(void *context, struct check *check)
{
    struct examination *in = context;
    note_member(check, in->atc, "tktype");
    check_wanted(check, "TNAuthList");
    return token_claims_check_tktype(in->atc, &check->reason);
}

static bool check_tkvalue(void *context, struct check *check)
{
    struct examination *in = context;
    check_wanted(check, "base64url of a DER TNAuthList");
    if (!token_claims_list(in->claim, in->atc, in->trust->padded_base64, &check->reason))
        return false;
    check_found(check, "%zu octets%s", in->claim->list_length,
                in->claim->padded ? ", in base64 with padding, which the policy accepts" : "");
    if (in->claim->padded)
        check_accepted(check, "base64 with padding (token_base64 = padded)");
    return true;
}

static bool check_fingerprint(void *context, struct check *check)
{
    struct examination *in = context;
    check_wanted(check, "\"SHA256 \" and 32 hex pairs, or base64url");
    return token_claims_fingerprint(in->claim, in->atc, &check->reason);
}

/* One row a check. A new check is one function and one row. */
static const struct check_row rows[] = {
    {"token-form", "the token is a compact JWS", "RFC 7515 section 7.1", 0, TOKEN_FORM, check_form},
    {"token-alg", "it is signed with ES256", "RFC 8725 section 3.1", TOKEN_FORM, TOKEN_ALG,
     check_alg},
    {"token-typ", "it is a JWT that demands no extension", "RFC 9448 section 5", TOKEN_FORM,
     TOKEN_HEADER, check_typ},
    {"token-x5u", "its x5u names certificates that are known", "RFC 9448 section 6 step 2",
     TOKEN_FORM, TOKEN_X5U, check_x5u},
    {"token-x5c", "its x5c holds certificates", "RFC 9448 section 6 step 3", TOKEN_FORM, TOKEN_X5C,
     check_x5c},
    {"token-signer", "it names one signer", "RFC 9448 section 6 steps 2 and 3",
     TOKEN_X5U | TOKEN_X5C, TOKEN_SIGNER, check_signer},
    {"token-chain", "the STI-PA vouches for the signer", "RFC 9448 section 6 steps 2 and 3",
     TOKEN_SIGNER, TOKEN_CHAIN, check_chain},
    {"token-signer-key", "the signer's key is P-256 and may sign", "RFC 7518 section 3.4",
     TOKEN_SIGNER, TOKEN_SIGNER_KEY, check_signer_key},
    {"token-not-revoked", "the signer is not revoked", "RFC 5280 section 6.3", TOKEN_CHAIN,
     TOKEN_NOT_REVOKED, check_revocation},
    {"token-signature", "the signer signed the token", "RFC 9448 section 6 step 4",
     TOKEN_ALG | TOKEN_HEADER | TOKEN_CHAIN | TOKEN_SIGNER_KEY | TOKEN_NOT_REVOKED, TOKEN_SIGNATURE,
     check_signature},
    {"token-payload", "its payload is one JSON object", "RFC 7519 section 4", TOKEN_SIGNATURE,
     TOKEN_PAYLOAD, check_payload},
    {"token-aud", "it is not meant for somebody else", "RFC 9448 section 6 step 7", TOKEN_PAYLOAD,
     0, check_aud},
    {"token-times", "it is valid now", "RFC 9448 section 6 step 7", TOKEN_PAYLOAD, TOKEN_EXP,
     check_times},
    {"token-id", "it has an id", "RFC 9448 section 6 step 7", TOKEN_PAYLOAD, TOKEN_JTI,
     check_names},
    {"token-atc", "its atc has all members", "RFC 9448 section 6 step 1", TOKEN_PAYLOAD, TOKEN_ATC,
     check_atc},
    {"token-tktype", "it is about a TNAuthList", "RFC 9448 section 6 step 5", TOKEN_ATC, 0,
     check_tktype},
    {"token-tkvalue", "its TNAuthList can be read", "RFC 9448 section 6 step 6", TOKEN_ATC,
     TOKEN_LIST, check_tkvalue},
    {"token-fingerprint", "its fingerprint can be read", "RFC 9448 section 6 step 8", TOKEN_ATC,
     TOKEN_FINGERPRINT, check_fingerprint},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

static bool keep_x5u(struct examination *in)
{
    if (in->header.x5u == NULL)
        return true;
    in->claim->x5u = strdup(in->header.x5u);
    return in->claim->x5u != NULL;
}

struct token_claim *token_examine(const char *jws, size_t length, const struct token_trust *trust,
                                  struct checks *checks)
{
    struct examination in = {.text = jws, .length = length, .trust = trust};
    in.claim = calloc(1, sizeof(*in.claim));
    if (in.claim == NULL)
        return NULL;
    /* Our refusals are in the list; what libcrypto noted on the way is nobody else's business. */
    ERR_set_mark();
    checks_run(checks, rows, ROWS, &in);
    ERR_pop_to_mark();
    if ((checks->given & TOKEN_SIGNATURE) == 0 || !keep_x5u(&in)) {
        token_claim_free(in.claim);
        in.claim = NULL;
    }
    json_decref(in.payload);
    token_signer_free(&in.signer);
    token_header_free(&in.header);
    jws_free(&in.jws);
    return in.claim;
}

struct token_claim *token_verify(const char *jws, size_t length, const struct token_trust *trust,
                                 struct sti_error *err)
{
    struct checks *checks = calloc(1, sizeof(*checks));
    struct token_claim *claim = checks == NULL ? NULL : token_examine(jws, length, trust, checks);
    const struct check *failure = checks == NULL ? NULL : checks_first_failure(checks);
    sti_error_clear(err);
    if (failure != NULL && err != NULL)
        *err = failure->reason;
    else if (claim == NULL)
        sti_fail(err, "out of memory");
    if (failure != NULL) {
        token_claim_free(claim);
        claim = NULL;
    }
    free(checks);
    return claim;
}
