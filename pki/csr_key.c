/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key of a CSR. Almost every one is written as RFC 5480 section 2 has it, and is made from its
 * point alone: libcrypto 3.0 takes twenty times as long to decode the octets around it.
 */
#include <stdint.h>
#include <string.h>
#include <threads.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "cert.h"
#include "csr.h"
#include "csr_form.h"
#include "es256.h"
#include "openssl_error.h"

/* A point of P-256: 0x04, x, y (SEC 1 section 2.3.3). */
#define P256_POINT_OCTETS 65
#define UNCOMPRESSED_POINT 0x04

/* The SubjectPublicKeyInfo of every key on P-256, up to where its point begins. */
static const unsigned char p256_spki[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
#define P256_SPKI_OCTETS (sizeof(p256_spki) + P256_POINT_OCTETS)

/* The key is EC on P-256, by its named curve, and its point whole. */
static bool is_p256_spki(const struct csr *csr)
{
    const ASN1_STRING *spki = csr_form_spki(csr->form);
    const unsigned char *octets = ASN1_STRING_get0_data(spki);
    return ASN1_STRING_length(spki) == (int)P256_SPKI_OCTETS &&
           memcmp(octets, p256_spki, sizeof(p256_spki)) == 0 &&
           octets[sizeof(p256_spki)] == UNCOMPRESSED_POINT;
}

/* The curve alone, as a key without a point: made once in a process, and kept to its end. */
static EVP_PKEY *p256;
static once_flag p256_once = ONCE_FLAG_INIT;

static void make_p256(void)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                         (char *)(uintptr_t)SN_X9_62_prime256v1, 0),
        OSSL_PARAM_construct_end(),
    };
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &p256, EVP_PKEY_KEY_PARAMETERS, parameters) != 1)
        p256 = NULL;
    EVP_PKEY_CTX_free(context);
}

/* NULL if the point is not on the curve. */
static EVP_PKEY *key_of_point(const unsigned char *point)
{
    call_once(&p256_once, make_p256);
    EVP_PKEY *key = p256 == NULL ? NULL : EVP_PKEY_new();
    if (key != NULL && EVP_PKEY_copy_parameters(key, p256) == 1 &&
        EVP_PKEY_set1_encoded_public_key(key, point, P256_POINT_OCTETS) == 1)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

/* libcrypto decodes the key that it reads into an X509_PUBKEY, not the one that is put there. */
static X509_PUBKEY *spki_of_point(const unsigned char *point)
{
    X509_PUBKEY *spki = X509_PUBKEY_new();
    unsigned char *copy = OPENSSL_memdup(point, P256_POINT_OCTETS);
    if (spki != NULL && copy != NULL &&
        X509_PUBKEY_set0_param(spki, OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                               OBJ_nid2obj(NID_X9_62_prime256v1), copy, P256_POINT_OCTETS) == 1)
        return spki;
    OPENSSL_free(copy);
    X509_PUBKEY_free(spki);
    return NULL;
}

void csr_read_key(struct csr *csr)
{
    const ASN1_STRING *spki = csr_form_spki(csr->form);
    const unsigned char *octets = ASN1_STRING_get0_data(spki);
    if (is_p256_spki(csr)) {
        csr->key = key_of_point(octets + sizeof(p256_spki));
        csr->spki = spki_of_point(octets + sizeof(p256_spki));
    } else {
        csr->spki = d2i_X509_PUBKEY(NULL, &octets, ASN1_STRING_length(spki));
        csr->key = csr->spki == NULL ? NULL : X509_PUBKEY_get(csr->spki);
    }
    if (csr->key == NULL)
        csr->key_fault = openssl_reason();
}

/* What is wrong with a key on P-256 that is not written as usual. */
static bool refuse_spelling(const struct csr *csr, struct sti_error *err)
{
    int type = V_ASN1_UNDEF;
    X509_ALGOR *algorithm = NULL;
    if (X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, csr->spki) == 1)
        X509_ALGOR_get0(NULL, &type, NULL, algorithm);
    if (type != V_ASN1_OBJECT)
        return sti_refuse(err, "RFC 5480 section 2.1.1",
                          "the CSR's key spells its curve out instead of naming P-256");
    return sti_refuse(err, "RFC 5480 section 2.2",
                      "the CSR's key is a compressed point; write it uncompressed, which every "
                      "verifier reads");
}

bool csr_key_check(const struct csr *csr, struct sti_error *err)
{
    if (csr->key == NULL)
        return sti_refuse(err, "RFC 8226 section 4", "the CSR's public key cannot be read: %s",
                          csr->key_fault);
    if (!es256_is_p256(csr->key))
        return sti_refuse(err, "RFC 8226 section 4",
                          "the CSR's key is not EC on the named curve P-256, which ES256 needs");
    return is_p256_spki(csr) || refuse_spelling(csr, err);
}

bool csr_key_digest(const struct csr *csr, unsigned char digest[32], struct sti_error *err)
{
    const ASN1_STRING *spki = csr_form_spki(csr->form);
    return cert_digest(ASN1_STRING_get0_data(spki), (size_t)ASN1_STRING_length(spki), digest, err);
}
