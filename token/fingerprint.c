/* SPDX-License-Identifier: Apache-2.0 */
/* The fingerprint that ties a token to an account key (RFC 9448 section 5.4). */
#include "token_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>

#include "base64url.h"

#define COORDINATE_OCTETS 32

static const char clause[] = "RFC 9448 section 5.4";
static const char prefix[] = "SHA256 ";

/* The public point, uncompressed: 0x04, x, y (SEC 1 section 2.3.3). */
static bool point_of(EVP_PKEY *key, uint8_t x[COORDINATE_OCTETS], uint8_t y[COORDINATE_OCTETS])
{
    uint8_t point[1 + 2 * COORDINATE_OCTETS];
    size_t length = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point),
                                        &length) != 1 ||
        length != sizeof(point) || point[0] != 0x04)
        return false;
    memcpy(x, point + 1, COORDINATE_OCTETS);
    memcpy(y, point + 1 + COORDINATE_OCTETS, COORDINATE_OCTETS);
    return true;
}

static bool coordinate(EVP_PKEY *key, const char *name, uint8_t octets[COORDINATE_OCTETS])
{
    BIGNUM *number = NULL;
    /* The width is fixed, leading zeros stay (RFC 7518 section 6.2.1.2). */
    bool ok = EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
              BN_bn2binpad(number, octets, COORDINATE_OCTETS) == COORDINATE_OCTETS;
    BN_free(number);
    return ok;
}

static bool coordinates(EVP_PKEY *key, uint8_t x[COORDINATE_OCTETS], uint8_t y[COORDINATE_OCTETS])
{
    /* One by one they take a multiple of the time; a key may give its point in another form. */
    return point_of(key, x, y) || (coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, x) &&
                                   coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, y));
}

/* The text that gets hashed (RFC 7638 section 3.2): these members in this order, no blanks. */
static bool thumbprint(const uint8_t x[COORDINATE_OCTETS], const uint8_t y[COORDINATE_OCTETS],
                       unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS], struct sti_error *err)
{
    char text[160];
    char *x_text = base64url_encode(x, COORDINATE_OCTETS, err);
    char *y_text = x_text == NULL ? NULL : base64url_encode(y, COORDINATE_OCTETS, err);
    bool ok = y_text != NULL;
    if (ok) {
        int length = snprintf(text, sizeof(text),
                              "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
                              x_text, y_text);
        ok = EVP_Digest(text, (size_t)length, fingerprint, NULL, EVP_sha256(), NULL) == 1;
        if (!ok)
            sti_fail(err, "SHA-256 is not available");
    }
    free(x_text);
    free(y_text);
    return ok;
}

bool token_fingerprint_of(EVP_PKEY *key, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                          struct sti_error *err)
{
    if (!es256_is_p256(key))
        return sti_refuse(err, "RFC 7518 section 3.4", "the key is not EC P-256");
    uint8_t x[COORDINATE_OCTETS];
    uint8_t y[COORDINATE_OCTETS];
    if (coordinates(key, x, y))
        return thumbprint(x, y, fingerprint, err);

    /* A key in an HSM does not tell its coordinates; its software copy does. */
    EVP_PKEY *copy = es256_public_copy(key, err);
    if (copy == NULL)
        return false;
    bool ok = coordinates(copy, x, y);
    EVP_PKEY_free(copy);
    if (!ok)
        return sti_fail(err, "the public point cannot be read from the key");
    return thumbprint(x, y, fingerprint, err);
}

bool token_fingerprint_spki(EVP_PKEY *key, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                            struct sti_error *err)
{
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);
    bool ok =
        length > 0 && EVP_Digest(der, (size_t)length, fingerprint, NULL, EVP_sha256(), NULL) == 1;
    OPENSSL_free(der);
    return ok || sti_fail(err, "the SHA-256 of the public key cannot be made");
}

void token_fingerprint_text(const unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                            char text[TOKEN_FINGERPRINT_TEXT + 1])
{
    static const char hex[] = "0123456789ABCDEF";
    memcpy(text, prefix, sizeof(prefix) - 1);
    char *to = text + sizeof(prefix) - 1;
    for (int i = 0; i < TOKEN_FINGERPRINT_OCTETS; i++) {
        if (i > 0)
            *to++ = ':';
        *to++ = hex[fingerprint[i] >> 4];
        *to++ = hex[fingerprint[i] & 15];
    }
    *to = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* 32 hex pairs joined by colons; the length is known to fit. */
static bool parse_pairs(const char *text, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS])
{
    for (int i = 0; i < TOKEN_FINGERPRINT_OCTETS; i++, text += 3) {
        int high = hex_value(text[0]);
        int low = hex_value(text[1]);
        if (high < 0 || low < 0)
            return false;
        if (text[2] != (i + 1 < TOKEN_FINGERPRINT_OCTETS ? ':' : '\0'))
            return false;
        fingerprint[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

bool token_fingerprint_parse(const char *text, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                             struct sti_error *err)
{
    size_t length = strlen(text);
    if (length == TOKEN_FINGERPRINT_TEXT && strncmp(text, prefix, sizeof(prefix) - 1) == 0 &&
        parse_pairs(text + sizeof(prefix) - 1, fingerprint))
        return true;

    uint8_t *octets = NULL;
    size_t octets_length = 0;
    bool ok = length == 43 && base64url_decode(text, length, &octets, &octets_length, NULL) &&
              octets_length == TOKEN_FINGERPRINT_OCTETS;
    if (ok)
        memcpy(fingerprint, octets, TOKEN_FINGERPRINT_OCTETS);
    free(octets);
    if (ok)
        return true;
    return sti_refuse(err, clause,
                      "\"%s\" is not a fingerprint; write \"SHA256 \" and 32 hex pairs joined by "
                      "\":\", or the base64url form of 43 characters",
                      quote(text, length).text);
}
