/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ES256 over EVP (RFC 7518 section 3.4): ECDSA on P-256 with SHA-256, the signature as r and s of
 * 32 octets each. Nothing else is here, so that no other algorithm can be chosen by a token.
 */
#include "token_internal.h"

#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>

static const char clause[] = "RFC 7518 section 3.4";

bool es256_is_p256(EVP_PKEY *key)
{
    char group[32] = "";
    size_t length = 0;
    return key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group, sizeof(group), &length) == 1 &&
           strcmp(group, SN_X9_62_prime256v1) == 0;
}

/* A key of an HSM is not a provider's key; by way of its DER it becomes one. */
EVP_PKEY *es256_public_copy(EVP_PKEY *key, struct sti_error *err)
{
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);
    const unsigned char *at = der;
    EVP_PKEY *copy = length > 0 ? d2i_PUBKEY(NULL, &at, length) : NULL;
    OPENSSL_free(der);
    if (copy == NULL)
        sti_fail(err, "the public key cannot be read from the key");
    return copy;
}

size_t es256_to_der(const uint8_t signature[ES256_OCTETS], unsigned char **der)
{
    int length = 0;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, ES256_OCTETS / 2, NULL);
    BIGNUM *s = BN_bin2bn(signature + ES256_OCTETS / 2, ES256_OCTETS / 2, NULL);
    if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else {
        length = i2d_ECDSA_SIG(pair, der);
    }
    ECDSA_SIG_free(pair);
    return length > 0 ? (size_t)length : 0;
}

bool es256_from_der(const unsigned char *der, size_t length, uint8_t signature[ES256_OCTETS])
{
    const unsigned char *at = der;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)length);
    bool ok =
        pair != NULL && at == der + length &&
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, ES256_OCTETS / 2) == ES256_OCTETS / 2 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + ES256_OCTETS / 2, ES256_OCTETS / 2) ==
            ES256_OCTETS / 2;
    ECDSA_SIG_free(pair);
    return ok;
}

static bool check_length(const uint8_t *signature, size_t length, struct sti_error *err)
{
    if (length == ES256_OCTETS)
        return true;
    return sti_refuse(
        err, clause, "the signature has %zu octets; ES256 has exactly %d, r and s of 32 each%s",
        length, ES256_OCTETS,
        length > ES256_OCTETS && signature[0] == 0x30 ? " (this one looks like DER)" : "");
}

bool es256_verify(EVP_PKEY *key, const char *text, size_t length, const uint8_t *signature,
                  size_t signature_length, struct sti_error *err)
{
    if (!check_length(signature, signature_length, err))
        return false;
    if (!es256_is_p256(key))
        return sti_refuse(err, clause, "the key is not EC P-256, which ES256 needs");
    unsigned char *der = NULL;
    size_t der_length = es256_to_der(signature, &der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = false;
    if (der_length == 0 || context == NULL ||
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) != 1) {
        sti_fail(err, "the signature cannot be verified: out of memory or no ECDSA");
        goto out;
    }
    ok = EVP_DigestVerify(context, der, der_length, (const unsigned char *)text, length) == 1;
    if (!ok)
        sti_refuse(
            err, "RFC 7515 section 5.2",
            "the signature does not fit the text and the signer's key; the token was altered "
            "or another key signed it");
out:
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    return ok;
}

bool es256_sign(EVP_PKEY *key, const char *text, size_t length, uint8_t signature[ES256_OCTETS],
                struct sti_error *err)
{
    const unsigned char *octets = (const unsigned char *)text;
    unsigned char *der = NULL;
    size_t der_length = 0;
    bool ok = false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(context, NULL, &der_length, octets, length) != 1 ||
        (der = OPENSSL_malloc(der_length)) == NULL ||
        EVP_DigestSign(context, der, &der_length, octets, length) != 1) {
        const char *why = ERR_reason_error_string(ERR_peek_last_error());
        sti_fail(err, "the key did not sign: %s", why == NULL ? "no reason given" : why);
        goto out;
    }
    ok = es256_from_der(der, der_length, signature);
    if (!ok)
        sti_fail(err, "the key gave something that is not an ECDSA P-256 signature");
out:
    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    return ok;
}
