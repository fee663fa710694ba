/* SPDX-License-Identifier: Apache-2.0 */
#include "cose_es256.h"

#include <openssl/err.h>

#include "es256.h"

_Static_assert(COSE_SIGNATURE_OCTETS == ES256_OCTETS, "one form of signature");

static const char clause[] = "RFC 9053 section 2.1";

static bool check_key(EVP_PKEY *key, struct sti_error *err)
{
    if (es256_is_p256(key))
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
    } else if (!es256_from_der(der, der_length, signature)) {
        ok = sti_fail(err, "the key gave something that is not an ECDSA P-256 signature");
        ERR_clear_error();
    }
    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    return ok;
}

bool cose_es256_verify(EVP_PKEY *key, const uint8_t *octets, size_t length,
                       const uint8_t signature[COSE_SIGNATURE_OCTETS], struct sti_error *err)
{
    if (!check_key(key, err))
        return false;
    unsigned char *der = NULL;
    EVP_PKEY *public = es256_public_copy(key, NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t der_length = es256_to_der(signature, &der);
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
