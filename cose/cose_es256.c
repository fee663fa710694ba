/* SPDX-License-Identifier: Apache-2.0 */
#include "cose_es256.h"

#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#define HALF (COSE_SIGNATURE_OCTETS / 2)

static const char clause[] = "RFC 9053 section 2.1";

static bool check_key(EVP_PKEY *key, struct sti_error *err)
{
    char group[32] = "";
    size_t length = 0;
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
        EVP_PKEY_get_group_name(key, group, sizeof(group), &length) == 1 &&
        strcmp(group, SN_X9_62_prime256v1) == 0)
        return true;
    ERR_clear_error();
    return sti_refuse(err, clause, "the key is not EC P-256, which ES256 needs here");
}

/* libcrypto's last error as the tail of a sentence; empties the queue. */
static const char *reason(void)
{
    const char *text = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return text == NULL ? "no reason given" : text;
}

/* The DER that EVP gives into r and s of fixed width. */
static bool from_der(const unsigned char *der, size_t length, uint8_t *signature)
{
    const unsigned char *at = der;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)length);
    bool ok = pair != NULL && at == der + length &&
              BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, HALF) == HALF &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + HALF, HALF) == HALF;
    ECDSA_SIG_free(pair);
    return ok;
}

/* r and s into the DER that EVP wants; its length, 0 on failure. *der is OPENSSL_free'd. */
static size_t to_der(const uint8_t *signature, unsigned char **der)
{
    int length = -1;
    BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        length = i2d_ECDSA_SIG(pair, der);
        r = s = NULL; /* the pair's now */
    }
    ECDSA_SIG_free(pair);
    BN_free(r);
    BN_free(s);
    return length > 0 ? (size_t)length : 0;
}

bool cose_es256_sign(EVP_PKEY *key, const uint8_t *octets, size_t length,
                     uint8_t signature[COSE_SIGNATURE_OCTETS], struct sti_error *err)
{
    if (!check_key(key, err))
        return false;
    unsigned char *der = NULL;
    size_t der_length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(context, NULL, &der_length, octets, length) == 1 &&
              (der = OPENSSL_malloc(der_length)) != NULL &&
              EVP_DigestSign(context, der, &der_length, octets, length) == 1;
    if (!ok) {
        sti_fail(err, "the key did not sign: %s", reason());
    } else if (!from_der(der, der_length, signature)) {
        ok = sti_fail(err, "the key gave something that is not an ECDSA P-256 signature");
        ERR_clear_error();
    }
    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    return ok;
}

/* A key of an HSM is no provider's key, and verifies only in its HSM; its DER becomes one. */
static EVP_PKEY *public_half(EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);
    const unsigned char *at = der;
    EVP_PKEY *copy = length > 0 ? d2i_PUBKEY(NULL, &at, length) : NULL;
    OPENSSL_free(der);
    return copy;
}

bool cose_es256_verify(EVP_PKEY *key, const uint8_t *octets, size_t length,
                       const uint8_t signature[COSE_SIGNATURE_OCTETS], struct sti_error *err)
{
    if (!check_key(key, err))
        return false;
    unsigned char *der = NULL;
    EVP_PKEY *public = public_half(key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t der_length = to_der(signature, &der);
    bool ok = public != NULL && context != NULL && der_length > 0 &&
              EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, public) == 1;
    if (!ok) {
        sti_fail(err, "the signature cannot be verified: %s", reason());
    } else if (EVP_DigestVerify(context, der, der_length, octets, length) != 1) {
        ok = sti_refuse(err, "RFC 9052 section 4.4",
                        "the signature does not fit the payload and the signer's key: either was "
                        "altered, or another key signed");
        ERR_clear_error();
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(public);
    OPENSSL_free(der);
    return ok;
}
