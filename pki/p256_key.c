/* SPDX-License-Identifier: Apache-2.0 */
#include "p256_key.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <threads.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#define UNCOMPRESSED_POINT 0x04

/* The SubjectPublicKeyInfo of every key on P-256, up to where its point begins. */
static const unsigned char p256_spki[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
#define P256_SPKI_OCTETS (sizeof(p256_spki) + P256_POINT_OCTETS)

const unsigned char *p256_key_point(const unsigned char *spki, size_t length)
{
    bool usual = length == P256_SPKI_OCTETS && memcmp(spki, p256_spki, sizeof(p256_spki)) == 0 &&
                 spki[sizeof(p256_spki)] == UNCOMPRESSED_POINT;
    return usual ? spki + sizeof(p256_spki) : NULL;
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

EVP_PKEY *p256_key_make(const unsigned char *point)
{
    call_once(&p256_once, make_p256);
    EVP_PKEY *key = p256 == NULL ? NULL : EVP_PKEY_new();
    if (key != NULL && EVP_PKEY_copy_parameters(key, p256) == 1 &&
        EVP_PKEY_set1_encoded_public_key(key, point, P256_POINT_OCTETS) == 1)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

EVP_PKEY *p256_key_pem(const unsigned char *text, size_t length)
{
    char *name = NULL;
    char *header = NULL;
    unsigned char *der = NULL;
    long der_length = 0;
    EVP_PKEY *key = NULL;
    BIO *bio = length > INT_MAX ? NULL : BIO_new_mem_buf(text, (int)length);
    ERR_set_mark();
    if (bio != NULL && PEM_read_bio(bio, &name, &header, &der, &der_length) == 1 &&
        strcmp(name, PEM_STRING_PUBLIC) == 0 && header[0] == '\0') {
        const unsigned char *point = p256_key_point(der, (size_t)der_length);
        key = point == NULL ? NULL : p256_key_make(point);
    }
    ERR_pop_to_mark();
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(der, (size_t)der_length); /* it might be a private key */
    BIO_free(bio);
    return key;
}
