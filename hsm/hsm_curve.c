/* SPDX-License-Identifier: Apache-2.0 */
/* The curves that keys are made on: how PKCS#11 names them, and how libcrypto does. */
#include "hsm_internal.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <string.h>

/* id-secp384r1, 1.3.132.0.34 (RFC 5480 section 2.1.1.1) */
static const unsigned char p384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};

static const struct hsm_curve_facts curves[] = {
    [HSM_CURVE_P256] = {"P-256", hsm_p256, HSM_P256_LENGTH, 65, 32, EVP_sha256},
    [HSM_CURVE_P384] = {"P-384", p384, sizeof(p384), 97, 48, EVP_sha384},
};
#define CURVES (sizeof(curves) / sizeof(curves[0]))

const struct hsm_curve_facts *hsm_curve_facts(enum hsm_curve curve)
{
    return &curves[curve];
}

const char *hsm_curve_name(enum hsm_curve curve)
{
    return curves[curve].name;
}

bool hsm_curve_of_name(const char *name, enum hsm_curve *curve)
{
    for (size_t i = 0; i < CURVES; i++) {
        if (strcmp(name, curves[i].name) == 0) {
            *curve = (enum hsm_curve)i;
            return true;
        }
    }
    return false;
}

bool hsm_curve_of_oid(const unsigned char *oid, size_t length, enum hsm_curve *curve)
{
    for (size_t i = 0; i < CURVES; i++) {
        if (length == curves[i].oid_length && memcmp(oid, curves[i].oid, length) == 0) {
            *curve = (enum hsm_curve)i;
            return true;
        }
    }
    return false;
}

CK_RV hsm_curve_of(struct hsm *hsm, CK_OBJECT_HANDLE key, enum hsm_curve *curve)
{
    CK_KEY_TYPE type = 0;
    size_t type_length = sizeof(type);
    unsigned char oid[HSM_ATTRIBUTE_LENGTH];
    size_t oid_length = sizeof(oid);
    CK_RV rv = hsm_attribute(hsm, key, CKA_KEY_TYPE, &type, &type_length);
    if (rv == CKR_OK && (type_length != sizeof(type) || type != CKK_EC))
        rv = CKR_CURVE_NOT_SUPPORTED;
    if (rv == CKR_OK)
        rv = hsm_attribute(hsm, key, CKA_EC_PARAMS, oid, &oid_length);
    if (rv == CKR_OK && !hsm_curve_of_oid(oid, oid_length, curve))
        rv = CKR_CURVE_NOT_SUPPORTED;
    return rv;
}

/* CKA_EC_POINT is an OCTET STRING around the point; some tokens hold the point itself. */
static const unsigned char *unwrap_point(size_t point_length, const unsigned char *value,
                                         size_t length)
{
    if (length == point_length + 2 && value[0] == 0x04 && value[1] == point_length) {
        value += 2;
        length -= 2;
    }
    return length == point_length && value[0] == 0x04 ? value : NULL;
}

EVP_PKEY *hsm_curve_public(enum hsm_curve curve, const unsigned char *value, size_t length)
{
    const struct hsm_curve_facts *facts = &curves[curve];
    const unsigned char *point = unwrap_point(facts->point_length, value, length);
    if (point == NULL)
        return NULL;
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)facts->name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point,
                                          facts->point_length),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}
