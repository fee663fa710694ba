/* SPDX-License-Identifier: Apache-2.0 */
/* Making an SPC token: nothing is signed that token_verify() would refuse for its content. */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "base64url.h"
#include "jws.h"

/* jansson makes no string of what is not UTF-8. */
static bool is_utf8(const char *text)
{
    json_t *string = json_string(text);
    json_decref(string);
    return string != NULL;
}

static bool check_jti(const char *jti, struct sti_error *err)
{
    if (!is_utf8(jti))
        sti_refuse(err, "RFC 8259 section 8.1", "jti is not UTF-8");
    else if (jti_check(jti, err))
        return true;
    return sti_error_part(err, "claim jti");
}

static bool check_iss(const char *iss, struct sti_error *err)
{
    if (!is_utf8(iss))
        sti_refuse(err, "RFC 8259 section 8.1", "iss is not UTF-8");
    else if (has_control_characters(iss))
        sti_refuse(err, "RFC 9448 section 5.1", "iss has control characters: \"%s\"",
                   quote(iss, strlen(iss)).text);
    else
        return true;
    return sti_error_part(err, "claim iss");
}

static bool check_list(const struct token_request *request, struct sti_error *err)
{
    struct tnauthlist list = {0};
    if (!tnauthlist_decode(&list, request->list, request->list_length, NULL, err))
        return sti_error_part(err, "TNAuthList");
    tnauthlist_free(&list);
    return true;
}

/* The key that signs must be the one the x5c says; the thumbprint is the same for the same key. */
static bool check_x5c(STACK_OF(X509) * x5c, EVP_PKEY *key, struct sti_error *err)
{
    unsigned char wanted[TOKEN_FINGERPRINT_OCTETS];
    unsigned char found[TOKEN_FINGERPRINT_OCTETS];
    EVP_PKEY *leaf = sk_X509_num(x5c) > 0 ? X509_get0_pubkey(sk_X509_value(x5c, 0)) : NULL;
    if (leaf == NULL)
        sti_refuse(err, "RFC 7515 section 4.1.6", "x5c has no certificate with a readable key");
    else if (sk_X509_num(x5c) > TOKEN_MAX_CHAIN)
        sti_refuse(err, NULL, "x5c has %d certificates; at most %d are read", sk_X509_num(x5c),
                   TOKEN_MAX_CHAIN);
    else if (!token_fingerprint_of(leaf, wanted, err) || !token_fingerprint_of(key, found, err))
        ; /* said there */
    else if (CRYPTO_memcmp(wanted, found, sizeof(wanted)) != 0)
        sti_refuse(err, "RFC 7515 section 4.1.6",
                   "the first certificate of x5c has another key than the one that signs");
    else
        return true;
    return sti_error_part(err, "header x5c");
}

static bool check_request(const struct token_request *request, EVP_PKEY *key, struct sti_error *err)
{
    if ((request->x5u == NULL) == (request->x5c == NULL))
        return sti_error_set(err, STI_USAGE, "RFC 9448 section 6",
                             "a token names its signer by x5u or by x5c; give one of them");
    if (!es256_is_p256(key))
        return sti_refuse(err, "RFC 7518 section 3.4",
                          "the signing key is not EC P-256, which ES256 needs");
    if (request->x5u != NULL && !x5u_check(request->x5u, err))
        return sti_error_part(err, "header x5u");
    if (request->x5c != NULL && !check_x5c(request->x5c, key, err))
        return false;
    if (!check_jti(request->jti == NULL ? "" : request->jti, err))
        return false;
    if (request->iss != NULL && !check_iss(request->iss, err))
        return false;
    return check_list(request, err);
}

/* Sets a member; takes value over, also when value is NULL or the setting fails. */
static bool put(json_t *object, const char *name, json_t *value, struct sti_error *err)
{
    if (json_object_set_new(object, name, value) == 0)
        return true;
    return sti_fail(err, "%s cannot be written as JSON", name);
}

static json_t *certificate_json(X509 *certificate)
{
    unsigned char *der = NULL;
    int length = i2d_X509(certificate, &der);
    char *text = length > 0 ? base64_encode(der, (size_t)length, NULL) : NULL;
    json_t *json = text == NULL ? NULL : json_string(text);
    free(text);
    OPENSSL_free(der);
    return json;
}

static json_t *x5c_json(const STACK_OF(X509) * x5c)
{
    json_t *array = json_array();
    for (int i = 0; i < sk_X509_num(x5c); i++) {
        if (json_array_append_new(array, certificate_json(sk_X509_value(x5c, i))) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* The members stand in the order of the examples of RFC 9448 section 5. */
static bool fill_header(json_t *header, const struct token_request *request, struct sti_error *err)
{
    return put(header, "alg", json_string("ES256"), err) &&
           put(header, "typ", json_string("JWT"), err) &&
           (request->x5u != NULL ? put(header, "x5u", json_string(request->x5u), err)
                                 : put(header, "x5c", x5c_json(request->x5c), err));
}

static bool fill_atc(json_t *atc, const struct token_request *request, struct sti_error *err)
{
    char fingerprint[TOKEN_FINGERPRINT_TEXT + 1];
    token_fingerprint_text(request->fingerprint, fingerprint);
    char *tkvalue = base64url_encode(request->list, request->list_length, err);
    if (tkvalue == NULL)
        return false;
    bool ok = put(atc, "tktype", json_string("TNAuthList"), err) &&
              put(atc, "tkvalue", json_string(tkvalue), err) &&
              put(atc, "ca", json_boolean(request->ca), err) &&
              put(atc, "fingerprint", json_string(fingerprint), err);
    free(tkvalue);
    return ok;
}

static bool fill_payload(json_t *payload, const struct token_request *request,
                         struct sti_error *err)
{
    json_t *atc = json_object();
    bool ok = (request->iss == NULL || put(payload, "iss", json_string(request->iss), err)) &&
              put(payload, "exp", json_integer(request->exp), err) &&
              put(payload, "jti", json_string(request->jti), err) &&
              put(payload, "atc", json_incref(atc), err) && fill_atc(atc, request, err);
    json_decref(atc);
    return ok;
}

static char *make_input(const struct token_request *request, struct sti_error *err)
{
    json_t *header = json_object();
    json_t *payload = json_object();
    char *input = NULL;
    if (fill_header(header, request, err) && fill_payload(payload, request, err))
        input = jws_signing_input(header, payload, err);
    json_decref(header);
    json_decref(payload);
    return input;
}

/* Signs, and verifies with a software copy of the public key: not with what made the signature. */
static bool sign_and_verify(EVP_PKEY *key, const char *input, uint8_t signature[ES256_OCTETS],
                            struct sti_error *err)
{
    if (!es256_sign(key, input, strlen(input), signature, err))
        return false;
    EVP_PKEY *copy = es256_public_copy(key, err);
    if (copy == NULL)
        return false;
    bool ok = es256_verify(copy, input, strlen(input), signature, ES256_OCTETS, NULL) ||
              sti_fail(err, "the key made a signature that its own public key does not verify");
    EVP_PKEY_free(copy);
    return ok;
}

/* A token that token_verify() would not even look at must not leave this place. */
static char *join(const char *input, const char *signature, struct sti_error *err)
{
    size_t length = strlen(input) + 1 + strlen(signature);
    if (length <= TOKEN_MAX_OCTETS)
        return jws_join(input, signature, err);
    sti_refuse(err, NULL, "the token would have %zu octets; at most %zu are read", length,
               TOKEN_MAX_OCTETS);
    return NULL;
}

static char *make_token(const struct token_request *request, EVP_PKEY *key, struct sti_error *err)
{
    uint8_t signature[ES256_OCTETS];
    char *text = NULL;
    char *token = NULL;
    if (!check_request(request, key, err))
        return NULL;
    char *input = make_input(request, err);
    if (input == NULL || !sign_and_verify(key, input, signature, err))
        goto out;
    text = base64url_encode(signature, sizeof(signature), err);
    if (text != NULL)
        token = join(input, text, err);
out:
    free(text);
    free(input);
    return token;
}

char *token_sign(const struct token_request *request, EVP_PKEY *key, struct sti_error *err)
{
    sti_error_clear(err);
    ERR_set_mark();
    char *token = make_token(request, key, err);
    ERR_pop_to_mark();
    return token;
}
