/* SPDX-License-Identifier: Apache-2.0 */
/* The protected header of an SPC token (RFC 9448 section 5, RFC 7515 section 4.1). */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base64url.h"

/*
 * jwk, jku, kid and x5t name keys that nobody vouches for; they are not read. The signer comes from
 * x5u or x5c alone (RFC 9448 section 6 steps 2 to 4).
 */

static bool refuse_alg(const char *alg, struct sti_error *err)
{
    /* "none" and MACs are forbidden by name, the others by being none of ours. */
    bool forbidden = strcmp(alg, "none") == 0 || strncmp(alg, "HS", 2) == 0;
    return sti_refuse(err, forbidden ? "RFC 8555 section 6.2" : "RFC 8725 section 3.1",
                      "alg is \"%s\"; only ES256 is accepted", quote(alg, strlen(alg)).text);
}

bool token_header_check_alg(const json_t *json, struct sti_error *err)
{
    const json_t *alg = json_object_get(json, "alg");
    if (alg == NULL)
        sti_refuse(err, "RFC 7515 section 4.1.1", "alg is missing; only ES256 is accepted");
    else if (!json_is_string(alg))
        sti_refuse(err, "RFC 7515 section 4.1.1", "alg is %s; it must be the string \"ES256\"",
                   json_type_words(alg));
    else if (strcmp(json_string_value(alg), "ES256") != 0)
        refuse_alg(json_string_value(alg), err);
    else
        return true;
    return sti_error_part(err, "header alg");
}

static bool check_typ(const json_t *json, struct sti_error *err)
{
    static const char clause[] = "RFC 9448 section 5";
    const json_t *typ = json_object_get(json, "typ");
    if (typ == NULL)
        sti_refuse(err, clause, "typ is missing; it must be \"JWT\"");
    else if (!json_is_string(typ))
        sti_refuse(err, clause, "typ is %s; it must be the string \"JWT\"", json_type_words(typ));
    else if (strcmp(json_string_value(typ), "JWT") != 0)
        sti_refuse(err, clause, "typ is \"%s\"; it must be \"JWT\"",
                   quote(json_string_value(typ), json_string_length(typ)).text);
    else
        return true;
    return sti_error_part(err, "header typ");
}

/* crit lists what a reader must understand. We understand no extension, so any crit is too much. */
static bool check_crit(const json_t *json, struct sti_error *err)
{
    if (json_object_get(json, "crit") == NULL)
        return true;
    sti_refuse(err, "RFC 7515 section 4.1.11",
               "crit demands extensions to JWS; none is understood, so none may be critical");
    return sti_error_part(err, "header crit");
}

bool token_header_read_x5u(struct token_header *header, const json_t *json, struct sti_error *err)
{
    const json_t *x5u = json_object_get(json, "x5u");
    if (x5u == NULL)
        return true;
    if (!json_is_string(x5u))
        sti_refuse(err, "RFC 7515 section 4.1.5", "x5u is %s; it must be a string with a URL",
                   json_type_words(x5u));
    else if (x5u_check(json_string_value(x5u), err)) {
        header->x5u = json_string_value(x5u);
        return true;
    }
    return sti_error_part(err, "header x5u");
}

/* Reads DER, to its last octet. */
static X509 *certificate_of(const uint8_t *der, size_t length)
{
    const unsigned char *at = der;
    X509 *certificate = d2i_X509(NULL, &at, (long)length); /* length is below TOKEN_MAX_OCTETS */
    if (certificate != NULL && at != der + length) {
        X509_free(certificate);
        certificate = NULL;
    }
    return certificate;
}

static X509 *read_certificate(const json_t *entry, const struct token_chains *chains,
                              struct sti_error *err)
{
    static const char clause[] = "RFC 7515 section 4.1.6";
    if (!json_is_string(entry)) {
        sti_refuse(err, clause, "%s is in x5c; it must hold base64 strings",
                   json_type_words(entry));
        return NULL;
    }
    uint8_t *der = NULL;
    size_t length = 0;
    if (!base64_decode(json_string_value(entry), json_string_length(entry), &der, &length, err))
        return NULL;
    X509 *certificate = token_chains_certificate(chains, der, length);
    if (certificate == NULL)
        certificate = certificate_of(der, length);
    if (certificate == NULL)
        sti_refuse(err, clause, "an entry of x5c is not one DER certificate");
    free(der);
    return certificate;
}

static bool read_chain(struct token_header *header, const json_t *x5c,
                       const struct token_chains *chains, struct sti_error *err)
{
    header->x5c = sk_X509_new_null();
    if (header->x5c == NULL)
        return sti_fail(err, "out of memory");
    for (size_t i = 0; i < json_array_size(x5c); i++) {
        X509 *certificate = read_certificate(json_array_get(x5c, i), chains, err);
        if (certificate == NULL) {
            if (err != NULL)
                err->entry = i + 1;
            return false;
        }
        if (sk_X509_push(header->x5c, certificate) == 0) {
            X509_free(certificate);
            return sti_fail(err, "out of memory");
        }
    }
    return true;
}

bool token_header_read_x5c(struct token_header *header, const json_t *json,
                           const struct token_chains *chains, struct sti_error *err)
{
    static const char clause[] = "RFC 7515 section 4.1.6";
    const json_t *x5c = json_object_get(json, "x5c");
    if (x5c == NULL)
        return true;
    if (!json_is_array(x5c))
        sti_refuse(err, clause, "x5c is %s; it must be an array of base64 certificates",
                   json_type_words(x5c));
    else if (json_array_size(x5c) == 0)
        sti_refuse(err, clause, "x5c is empty; the signer's certificate comes first");
    else if (json_array_size(x5c) > TOKEN_MAX_CHAIN)
        sti_refuse(err, NULL, "x5c has %zu certificates; at most %d are read", json_array_size(x5c),
                   TOKEN_MAX_CHAIN);
    else if (read_chain(header, x5c, chains, err))
        return true;
    return sti_error_part(err, "header x5c");
}

bool token_header_check_typ(const json_t *json, struct sti_error *err)
{
    return check_typ(json, err) && check_crit(json, err);
}

void token_header_free(struct token_header *header)
{
    sk_X509_pop_free(header->x5c, X509_free);
    memset(header, 0, sizeof(*header));
}
