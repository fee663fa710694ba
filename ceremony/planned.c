/* SPDX-License-Identifier: Apache-2.0 */
#include "planned.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crl_build.h"
#include "der.h"
#include "es256.h"
#include "signed_octets.h"

#define BIT_STRING 0x03

/* SEQUENCE { tbs, signed_octets_algorithm, BIT STRING { signature } }. */
static bool assemble(const struct plan_octets *tbs, const uint8_t *signature,
                     size_t signature_length, uint8_t **der, size_t *length, struct sti_error *err)
{
    uint8_t outer[DER_MAX_HEADER];
    uint8_t bits[DER_MAX_HEADER];
    size_t bits_header = der_header(bits, BIT_STRING, signature_length + 1);
    size_t content =
        tbs->length + sizeof(signed_octets_algorithm) + bits_header + 1 + signature_length;
    size_t outer_header = der_header(outer, DER_SEQUENCE, content);
    uint8_t *at = *der = malloc(outer_header + content);
    if (at == NULL)
        return sti_fail(err, "no memory for what is signed");
    *length = outer_header + content;
    memcpy(at, outer, outer_header);
    at += outer_header;
    memcpy(at, tbs->octets, tbs->length);
    at += tbs->length;
    memcpy(at, signed_octets_algorithm, sizeof(signed_octets_algorithm));
    at += sizeof(signed_octets_algorithm);
    memcpy(at, bits, bits_header);
    at += bits_header;
    *at++ = 0; /* no unused bits */
    memcpy(at, signature, signature_length);
    return true;
}

/* A certificate must name the algorithm within and without alike (RFC 5280 section 4.1.1.2). */
static bool check_algorithm(const struct plan_octets *tbs, struct sti_error *err)
{
    return memmem(tbs->octets, tbs->length, signed_octets_algorithm,
                  sizeof(signed_octets_algorithm)) != NULL ||
           sti_refuse(err, "RFC 5280 section 4.1.1.2",
                      "the octets of the plan do not name ecdsa-with-SHA256 as their algorithm");
}

bool planned_sign(const struct plan_octets *tbs, EVP_PKEY *key, uint8_t **der, size_t *length,
                  struct sti_error *err)
{
    *der = NULL;
    if (!check_algorithm(tbs, err))
        return false;
    if (!es256_is_p256(key))
        return sti_refuse(err, NULL, "the key is not EC P-256, and nothing else signs here");
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t signature_length = 0;
    uint8_t *signature = NULL;
    bool ok = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(context, NULL, &signature_length, tbs->octets, tbs->length) == 1;
    signature = ok ? malloc(signature_length) : NULL;
    ok = signature != NULL &&
         EVP_DigestSign(context, signature, &signature_length, tbs->octets, tbs->length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    if (ok)
        ok = assemble(tbs, signature, signature_length, der, length, err);
    else
        sti_fail(err, "the key did not sign");
    free(signature);
    return ok;
}

bool planned_reread(const struct plan_step *step, const uint8_t *der, size_t length,
                    EVP_PKEY *issuer_key, struct sti_error *err)
{
    if (strcmp(step->what, "certificate") == 0) {
        X509 *certificate =
            cert_reread(der, length, step->tbs.octets, step->tbs.length, issuer_key, err);
        X509_free(certificate);
        return certificate != NULL;
    }
    X509_CRL *crl = crl_reread(der, length, step->tbs.octets, step->tbs.length, issuer_key, err);
    X509_CRL_free(crl);
    return crl != NULL;
}

/* The whole, with a signature that nobody has made: (0, 0), the shortest. */
static bool assemble_unsigned(const struct plan_octets *tbs, uint8_t **der, size_t *length,
                              struct sti_error *err)
{
    static const uint8_t zeros[8] = {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00};
    return assemble(tbs, zeros, sizeof(zeros), der, length, err);
}

bool planned_crl(const struct plan_octets *tbs, struct crl_listing *listing, struct sti_error *err)
{
    uint8_t *der = NULL;
    size_t length = 0;
    memset(listing, 0, sizeof(*listing));
    bool ok =
        assemble_unsigned(tbs, &der, &length, err) && crl_listing_read(listing, der, length, err);
    free(der);
    return ok;
}

X509 *planned_certificate(const struct plan_octets *tbs, struct sti_error *err)
{
    uint8_t *der = NULL;
    size_t length = 0;
    if (!assemble_unsigned(tbs, &der, &length, err))
        return NULL;
    const unsigned char *at = der;
    X509 *certificate = length > LONG_MAX ? NULL : d2i_X509(NULL, &at, (long)length);
    free(der);
    ERR_clear_error();
    if (certificate == NULL)
        sti_refuse(err, "RFC 5280 section 4.1", "what the plan signs is no TBSCertificate");
    return certificate;
}

EVP_PKEY *planned_key(const struct plan_octets *spki, struct sti_error *err)
{
    const unsigned char *at = spki->octets;
    EVP_PKEY *key = spki->length > LONG_MAX ? NULL : d2i_PUBKEY(NULL, &at, (long)spki->length);
    ERR_clear_error();
    if (key != NULL && at == spki->octets + spki->length && es256_is_p256(key))
        return key;
    EVP_PKEY_free(key);
    sti_refuse(err, NULL, "a key of the plan is not an EC P-256 key");
    return NULL;
}

bool planned_spki(EVP_PKEY *key, struct plan_octets *spki, struct sti_error *err)
{
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);
    spki->octets = length > 0 ? malloc((size_t)length) : NULL;
    if (spki->octets != NULL) {
        memcpy(spki->octets, der, (size_t)length);
        spki->length = (size_t)length;
    }
    OPENSSL_free(der);
    ERR_clear_error();
    return spki->octets != NULL || sti_fail(err, "no memory for a public key");
}
