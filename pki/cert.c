/* SPDX-License-Identifier: Apache-2.0 */
#include "cert.h"

#include <stdio.h>
#include <string.h>
#include <threads.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "cert_extensions.h"
#include "es256.h"
#include "list_extension.h"
#include "openssl_error.h"
#include "signed_octets.h"

/* Key and signature of every certificate: P-256 with SHA-256. */
#define KEY_CLAUSE "ATIS-1000080 section 6.4.1"

/* Exactly the lists that the profile has. */
static bool check_list(const struct cert_content *content, const struct profile *profile,
                       struct sti_error *err)
{
    bool by_value = profile_find(profile, PROFILE_LIST) != NULL;
    bool by_reference = profile_find(profile, PROFILE_LIST_REFERENCE) != NULL;
    if (by_value == (content->list != NULL) && by_reference == (content->list_url != NULL))
        return true;
    return sti_error_set(err, STI_USAGE, "RFC 8226 section 9",
                         "%s certificate with the wrong number of lists", profile->name);
}

/* A certificate must not silently lack what its profile says it has. */
static bool check_site_values(const struct cert_content *content, struct sti_error *err)
{
    const struct profile *profile = content->profile;
    if (profile == NULL)
        return true;
    if (profile_find(profile, PROFILE_POLICIES) != NULL && content->policy == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "the profile %s has certificatePolicies, and no policy was given",
                             profile->name);
    if (profile_find(profile, PROFILE_CRL) != NULL &&
        (content->crl_url == NULL || content->crl_issuer == NULL))
        return sti_error_set(err, STI_USAGE, NULL,
                             "the profile %s has crlDistributionPoints, and no crl_url and "
                             "crl_issuer were given",
                             profile->name);
    return true;
}

static bool check_content(const struct cert_content *content, struct sti_error *err)
{
    const struct profile *profile = cert_profile(content);
    if ((profile->issuer == PROFILE_SELF) != (content->issuer == NULL))
        return sti_error_set(err, STI_USAGE, NULL, "%s certificate with the wrong issuer",
                             profile->name);
    if (!check_list(content, profile, err) || !check_site_values(content, err))
        return false;
    if (content->key != NULL && !es256_is_p256(content->key))
        return sti_refuse(err, KEY_CLAUSE, "the key of the %s certificate is not EC P-256",
                          profile->name);
    if (content->not_after <= content->not_before)
        return sti_refuse(err, "RFC 5280 section 4.1.2.5",
                          "the validity would end before it begins");
    return true;
}

/* A certificate that outlives its issuer could not be verified to its end. */
static bool check_issuer_validity(const struct cert_content *content, struct sti_error *err)
{
    if (content->issuer == NULL)
        return true;
    /* -1, 0 or 1; -2 for a date that cannot be read. */
    int begin = ASN1_TIME_cmp_time_t(X509_get0_notBefore(content->issuer), content->not_before);
    int end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(content->issuer), content->not_after);
    if ((begin == -1 || begin == 0) && (end == 0 || end == 1))
        return true;
    char text[32];
    struct tm tm;
    if (!ASN1_TIME_to_tm(X509_get0_notAfter(content->issuer), &tm) ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(text, sizeof(text), "an unreadable date");
    return sti_refuse(err, "RFC 5280 section 6.1.3",
                      "the validity does not lie within the issuer's, which ends at %s; make it "
                      "shorter (the key days) or renew the issuer",
                      text);
}

static bool set_serial(X509 *cert, const unsigned char *octets)
{
    BIGNUM *number = BN_bin2bn(octets, CERT_SERIAL_OCTETS, NULL);
    ASN1_INTEGER *serial =
        number == NULL || BN_is_zero(number) ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    bool ok = serial != NULL && X509_set_serialNumber(cert, serial);
    ASN1_INTEGER_free(serial);
    BN_free(number);
    return ok;
}

/*
 * Copies the key's octets as the CSR has them. Decoding and encoding them again costs most of the
 * time of a certificate on OpenSSL 3.0, and could change them.
 */
static bool copy_spki(X509 *cert, const X509_PUBKEY *spki)
{
    ASN1_OBJECT *algorithm;
    const unsigned char *point;
    int point_length;
    X509_ALGOR *parameters;
    if (!X509_PUBKEY_get0_param(&algorithm, &point, &point_length, &parameters, spki))
        return false;
    int type;
    const void *value;
    X509_ALGOR_get0(NULL, &type, &value, parameters);
    if (type != V_ASN1_OBJECT || point_length <= 0)
        return false; /* not a named curve: the caller has checked for P-256 */
    ASN1_OBJECT *own_algorithm = OBJ_dup(algorithm);
    ASN1_OBJECT *curve = OBJ_dup(value);
    unsigned char *copy = OPENSSL_memdup(point, (size_t)point_length);
    /* OpenSSL 4.0 shows it const; the certificate is our own, with no encoding yet to outdate. */
    X509_PUBKEY *own = (X509_PUBKEY *)X509_get_X509_PUBKEY(cert);
    if (own_algorithm != NULL && curve != NULL && copy != NULL &&
        X509_PUBKEY_set0_param(own, own_algorithm, V_ASN1_OBJECT, curve, copy, point_length))
        return true;
    ASN1_OBJECT_free(own_algorithm);
    ASN1_OBJECT_free(curve);
    OPENSSL_free(copy);
    return false;
}

static bool set_fields(X509 *cert, const struct cert_content *content)
{
    const X509_NAME *issuer =
        content->issuer == NULL ? content->subject : X509_get_subject_name(content->issuer);
    return X509_set_version(cert, X509_VERSION_3) && set_serial(cert, content->serial) &&
           X509_set_issuer_name(cert, issuer) && X509_set_subject_name(cert, content->subject) &&
           ASN1_TIME_set(X509_getm_notBefore(cert), content->not_before) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), content->not_after) != NULL &&
           (content->spki != NULL ? copy_spki(cert, content->spki)
                                  : X509_set_pubkey(cert, content->key) == 1);
}

X509 *cert_build(const struct cert_content *content, struct sti_error *err)
{
    if (!check_content(content, err) || !check_issuer_validity(content, err))
        return NULL;
    X509 *cert = X509_new();
    if (cert != NULL && set_fields(cert, content) && cert_extensions_add(cert, content))
        return cert;
    sti_fail(err, "the %s certificate could not be built: %s", cert_profile(content)->name,
             openssl_reason());
    X509_free(cert);
    return NULL;
}

/* Made once in a process: nobody believes what it signs, and making one takes as long as signing.
 */
static EVP_PKEY *throw_away;
static once_flag throw_away_once = ONCE_FLAG_INIT;

static void make_throw_away(void)
{
    throw_away = EVP_EC_gen("P-256");
}

bool cert_tbs(X509 *cert, unsigned char **tbs, size_t *length, struct sti_error *err)
{
    *tbs = NULL;
    call_once(&throw_away_once, make_throw_away);
    int octets = -1;
    if (throw_away != NULL && X509_sign(cert, throw_away, EVP_sha256()) > 0)
        octets = i2d_re_X509_tbs(cert, tbs);
    if (octets <= 0)
        return sti_fail(err, "the certificate could not be encoded: %s", openssl_reason());
    *length = (size_t)octets;
    return true;
}

bool cert_digest(const void *octets, size_t length, unsigned char digest[CERT_DIGEST_OCTETS],
                 struct sti_error *err)
{
    if (EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL) == 1)
        return true;
    return sti_fail(err, "SHA-256 failed: %s", openssl_reason());
}

bool cert_key_digest(const X509_PUBKEY *spki, unsigned char digest[CERT_DIGEST_OCTETS],
                     struct sti_error *err)
{
    unsigned char *der = NULL;
    int length = i2d_X509_PUBKEY(spki, &der);
    bool ok = length > 0 ? cert_digest(der, (size_t)length, digest, err)
                         : sti_fail(err, "the key has no DER: %s", openssl_reason());
    OPENSSL_free(der);
    return ok;
}

bool cert_sign(X509 *cert, EVP_PKEY *key, unsigned char **der, size_t *length,
               struct sti_error *err)
{
    *der = NULL;
    /* With a key on another curve it would not be the algorithm that the octets were built with. */
    if (!es256_is_p256(key))
        return sti_refuse(
            err, KEY_CLAUSE,
            "the signing key is not EC P-256, which ecdsa-with-SHA256 goes with here");
    int octets = X509_sign(cert, key, EVP_sha256()) > 0 ? i2d_X509(cert, der) : -1;
    if (octets <= 0)
        return sti_fail(err, "the HSM did not sign the certificate: %s", openssl_reason());
    *length = (size_t)octets;
    return true;
}

bool cert_assemble(const unsigned char *tbs, size_t tbs_length, const unsigned char *signature,
                   size_t signature_length, unsigned char **der, size_t *length,
                   struct sti_error *err)
{
    *der = NULL;
    if (tbs_length > INT_MAX / 2 || signature_length > INT_MAX / 4)
        return sti_fail(err, "the certificate is too large to be encoded");
    /* BIT STRING, of which the first octet says that no bits of the last are unused. */
    int bits = ASN1_object_size(0, (int)signature_length + 1, V_ASN1_BIT_STRING);
    int content = (int)tbs_length + (int)sizeof(signed_octets_algorithm) + bits;
    int size = ASN1_object_size(1, content, V_ASN1_SEQUENCE);
    unsigned char *at = size <= 0 || bits <= 0 ? NULL : OPENSSL_malloc((size_t)size);
    if (at == NULL)
        return sti_fail(err, "no memory for the certificate");
    *der = at;
    *length = (size_t)size;
    ASN1_put_object(&at, 1, content, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
    memcpy(at, tbs, tbs_length);
    at += tbs_length;
    memcpy(at, signed_octets_algorithm, sizeof(signed_octets_algorithm));
    at += sizeof(signed_octets_algorithm);
    ASN1_put_object(&at, 0, (int)signature_length + 1, V_ASN1_BIT_STRING, V_ASN1_UNIVERSAL);
    *at++ = 0;
    memcpy(at, signature, signature_length);
    return true;
}

static bool refuse_octets(struct sti_error *err)
{
    return sti_fail(err, "what was signed is not what was to be signed; do not use this HSM or "
                         "tool");
}

X509 *cert_reread(const unsigned char *der, size_t length, const unsigned char *tbs,
                  size_t tbs_length, EVP_PKEY *issuer_key, struct sti_error *err)
{
    if (!signed_octets_hold(der, length, tbs, tbs_length)) {
        refuse_octets(err);
        return NULL;
    }
    const unsigned char *at = der;
    X509 *cert = d2i_X509(NULL, &at, (long)length);
    if (cert != NULL && at == der + length && X509_verify(cert, issuer_key) == 1)
        return cert;
    sti_fail(err, "the signature of the HSM does not verify with the issuer's public key: %s",
             openssl_reason());
    X509_free(cert);
    return NULL;
}

static bool verify(const unsigned char *tbs, size_t tbs_length, const unsigned char *signature,
                   size_t length, EVP_PKEY *key)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL && key != NULL &&
              EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestVerify(context, signature, length, tbs, tbs_length) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}

bool cert_prove(const unsigned char *der, size_t length, const unsigned char *tbs,
                size_t tbs_length, EVP_PKEY *issuer_key, struct sti_error *err)
{
    const unsigned char *signature;
    size_t signature_length;
    if (length > LONG_MAX || !signed_octets_hold(der, length, tbs, tbs_length))
        return refuse_octets(err);
    if (signed_octets_signature(der, length, tbs_length, &signature, &signature_length) &&
        verify(tbs, tbs_length, signature, signature_length, issuer_key))
        return true;
    return sti_fail(err,
                    "the signature of the HSM does not verify with the issuer's public key: "
                    "%s",
                    openssl_reason());
}

bool cert_list(X509 *cert, struct tnauthlist *list, struct sti_error *err)
{
    struct list_place place = {X509_get0_extensions(cert), "certificate"};
    return list_extension_read(&place, list, err);
}

void cert_serial_text(const unsigned char serial[CERT_SERIAL_OCTETS],
                      char text[2 * CERT_SERIAL_OCTETS + 1])
{
    size_t first = 0;
    while (first + 1 < CERT_SERIAL_OCTETS && serial[first] == 0)
        first++;
    for (size_t i = first; i < CERT_SERIAL_OCTETS; i++)
        snprintf(text + 2 * (i - first), 3, "%02X", serial[i]);
}
