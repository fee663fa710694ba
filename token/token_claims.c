/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of an SPC token (RFC 9447 section 4, RFC 9448 section 5). */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base64url.h"

/* A member and the words a refusal of it needs. */
struct member {
    const char *name; /* as in "claim NAME" */
    const char *clause;
};

static const struct member exp_claim = {"exp", "RFC 9448 section 5.2"};
static const struct member nbf_claim = {"nbf", "RFC 7519 section 4.1.5"};
static const struct member aud_claim = {"aud", "RFC 7519 section 4.1.3"};
static const struct member jti_claim = {"jti", "RFC 9448 section 5.3"};
static const struct member iss_claim = {"iss", "RFC 9448 section 5.1"};
static const struct member atc_claim = {"atc", "RFC 9448 section 5.4"};
static const struct member tktype_claim = {"atc.tktype", "RFC 9448 section 5.4"};
static const struct member tkvalue_claim = {"atc.tkvalue", "RFC 9448 section 5.4"};
static const struct member fingerprint_claim = {"atc.fingerprint", "RFC 9448 section 5.4"};
static const struct member ca_claim = {"atc.ca", "RFC 9448 section 5.4"};

/* "atc.tktype" is looked up as "tktype" in atc. */
static const json_t *value_of(const json_t *object, const struct member *member)
{
    const char *dot = strchr(member->name, '.');
    return json_object_get(object, dot == NULL ? member->name : dot + 1);
}

static bool refuse_missing(const struct member *member, struct sti_error *err)
{
    sti_refuse(err, member->clause, "%s is missing", member->name);
    return sti_error_part(err, "claim %s", member->name);
}

static bool refuse_type(const struct member *member, const json_t *value, const char *wanted,
                        struct sti_error *err)
{
    sti_refuse(err, member->clause, "%s is %s; it must be %s", member->name, json_type_words(value),
               wanted);
    return sti_error_part(err, "claim %s", member->name);
}

/* A string that must be there, borrowed; NULL on refusal. */
static const char *get_string(const json_t *object, const struct member *member,
                              struct sti_error *err)
{
    const json_t *value = value_of(object, member);
    if (value == NULL)
        refuse_missing(member, err);
    else if (!json_is_string(value))
        refuse_type(member, value, "a string", err);
    else
        return json_string_value(value);
    return NULL;
}

static bool keep_string(char **kept, const char *text, struct sti_error *err)
{
    *kept = strdup(text);
    return *kept != NULL || sti_fail(err, "out of memory");
}

/* Is `first` before `second`, or at most the allowed skew behind it? Notes whether that counted. */
static bool comes_before(int64_t first, int64_t second, const struct token_trust *trust,
                         struct token_claim *claim)
{
    if (first < second)
        return true;
    /* first >= second: the difference of two signed numbers fits into an unsigned one. */
    if (trust->skew <= 0 || (uint64_t)first - (uint64_t)second >= (uint64_t)trust->skew)
        return false;
    claim->skewed = true;
    return true;
}

static bool read_exp(struct token_claim *claim, const json_t *payload,
                     const struct token_trust *trust, struct sti_error *err)
{
    const json_t *exp = value_of(payload, &exp_claim);
    if (exp == NULL)
        return refuse_missing(&exp_claim, err);
    if (!json_is_integer(exp))
        return refuse_type(&exp_claim, exp, "a whole number of seconds since 1970", err);
    claim->exp = json_integer_value(exp);
    if (trust == NULL || comes_before(trust->now, claim->exp, trust, claim))
        return true;
    sti_refuse(err, "RFC 9447 section 4", "the token expired at %s; it is %s, ask for a new one",
               time_words(claim->exp).text, time_words(trust->now).text);
    return sti_error_part(err, "claim exp");
}

static bool check_nbf(struct token_claim *claim, const json_t *payload,
                      const struct token_trust *trust, struct sti_error *err)
{
    const json_t *nbf = value_of(payload, &nbf_claim);
    if (nbf == NULL)
        return true;
    if (!json_is_integer(nbf))
        return refuse_type(&nbf_claim, nbf, "a whole number of seconds since 1970", err);
    int64_t value = json_integer_value(nbf);
    if (trust == NULL || comes_before(value, (int64_t)trust->now + 1, trust, claim))
        return true;
    sti_refuse(err, nbf_claim.clause, "the token is not valid before %s; it is %s",
               time_words(value).text, time_words(trust->now).text);
    return sti_error_part(err, "claim nbf");
}

/* Who reads a token and is not named in its aud must refuse it, and we have no name in any. */
bool token_claims_check_aud(const json_t *payload, struct sti_error *err)
{
    if (value_of(payload, &aud_claim) == NULL)
        return true;
    sti_refuse(err, aud_claim.clause,
               "aud says that the token is meant for somebody by name; an SPC token has no aud");
    return sti_error_part(err, "claim aud");
}

static bool read_jti(struct token_claim *claim, const json_t *payload, struct sti_error *err)
{
    const char *jti = get_string(payload, &jti_claim, err);
    if (jti == NULL)
        return false;
    if (!jti_check(jti, err))
        return sti_error_part(err, "claim jti");
    return keep_string(&claim->jti, jti, err);
}

static bool read_iss(struct token_claim *claim, const json_t *payload, struct sti_error *err)
{
    if (value_of(payload, &iss_claim) == NULL)
        return true;
    const char *iss = get_string(payload, &iss_claim, err);
    if (iss == NULL)
        return false;
    if (has_control_characters(iss)) {
        sti_refuse(err, iss_claim.clause, "iss has control characters: \"%s\"",
                   quote(iss, strlen(iss)).text);
        return sti_error_part(err, "claim iss");
    }
    return keep_string(&claim->iss, iss, err);
}

bool token_claims_check_tktype(const json_t *atc, struct sti_error *err)
{
    const char *tktype = get_string(atc, &tktype_claim, err);
    if (tktype == NULL)
        return false;
    if (strcmp(tktype, "TNAuthList") == 0)
        return true;
    sti_refuse(
        err, tktype_claim.clause, "tktype is \"%s\"; it must be \"TNAuthList\"%s",
        quote(tktype, strlen(tktype)).text,
        strcmp(tktype, "TnAuthList") == 0
            ? " (the example of RFC 9447 has this spelling; the registered one has a large N)"
            : "");
    return sti_error_part(err, "claim atc.tktype");
}

/* The list is read to the last octet here, so that nobody downstream meets a half-readable one. */
static bool check_list(const uint8_t *der, size_t length, struct sti_error *err)
{
    struct tnauthlist list = {0};
    if (!tnauthlist_decode(&list, der, length, NULL, err)) {
        if (err != NULL)
            err->part[0] = '\0'; /* entry and offset stay; the part is the claim now */
        return false;
    }
    tnauthlist_free(&list);
    return true;
}

/* Live STI-PAs send base64 with padding (RFC 4648 section 4) where RFC 9448 has base64url. */
static bool decode_tkvalue(struct token_claim *claim, const char *text, bool padded_base64,
                           struct sti_error *err)
{
    if (base64url_decode(text, strlen(text), &claim->list, &claim->list_length, err))
        return true;
    struct sti_error ignored;
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!base64_decode(text, strlen(text), &octets, &length, &ignored))
        return false;
    if (padded_base64) {
        claim->list = octets;
        claim->list_length = length;
        claim->padded = true;
        return true;
    }
    free(octets);
    return sti_refuse(err, tkvalue_claim.clause,
                      "tkvalue is base64 with padding; base64url without it is wanted, unless the "
                      "policy accepts the other (token_base64 = padded)");
}

bool token_claims_list(struct token_claim *claim, const json_t *atc, bool padded_base64,
                       struct sti_error *err)
{
    const char *text = get_string(atc, &tkvalue_claim, err);
    if (text == NULL)
        return false;
    if (decode_tkvalue(claim, text, padded_base64, err) &&
        check_list(claim->list, claim->list_length, err))
        return true;
    free(claim->list);
    claim->list = NULL;
    claim->list_length = 0;
    return sti_error_part(err, "claim atc.tkvalue");
}

bool token_claims_fingerprint(struct token_claim *claim, const json_t *atc, struct sti_error *err)
{
    const char *text = get_string(atc, &fingerprint_claim, err);
    if (text == NULL)
        return false;
    return token_fingerprint_parse(text, claim->fingerprint, err) ||
           sti_error_part(err, "claim atc.fingerprint");
}

static bool read_ca(struct token_claim *claim, const json_t *atc, struct sti_error *err)
{
    const json_t *ca = value_of(atc, &ca_claim);
    if (ca != NULL && !json_is_boolean(ca))
        return refuse_type(&ca_claim, ca, "true or false, without quotes", err);
    claim->ca = json_is_true(ca); /* absent is false: the permission is withheld */
    return true;
}

bool token_claims_atc(struct token_claim *claim, const json_t *payload, const json_t **atc,
                      struct sti_error *err)
{
    *atc = value_of(payload, &atc_claim);
    if (*atc == NULL)
        return refuse_missing(&atc_claim, err);
    if (json_is_array(*atc)) {
        sti_refuse(err, atc_claim.clause,
                   "atc is an array, as in early drafts of RFC 9447; it must be an object with "
                   "tktype, tkvalue, fingerprint and ca");
        return sti_error_part(err, "claim atc");
    }
    if (!json_is_object(*atc))
        return refuse_type(&atc_claim, *atc, "an object", err);
    return get_string(*atc, &tktype_claim, err) != NULL &&
           get_string(*atc, &tkvalue_claim, err) != NULL &&
           get_string(*atc, &fingerprint_claim, err) != NULL && read_ca(claim, *atc, err);
}

bool token_claims_times(struct token_claim *claim, const json_t *payload,
                        const struct token_trust *trust, struct sti_error *err)
{
    return read_exp(claim, payload, trust, err) && check_nbf(claim, payload, trust, err);
}

bool token_claims_names(struct token_claim *claim, const json_t *payload, struct sti_error *err)
{
    return read_jti(claim, payload, err) && read_iss(claim, payload, err);
}

void token_claim_free(struct token_claim *claim)
{
    if (claim == NULL)
        return;
    free(claim->jti);
    free(claim->iss);
    free(claim->list);
    free(claim->x5u);
    X509_free(claim->signer);
    free(claim);
}
