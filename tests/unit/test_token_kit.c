/* SPDX-License-Identifier: Apache-2.0 */
#include "test_token_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base64url.h"

EVP_PKEY *kit_ec(const char *group)
{
    EVP_PKEY *key = EVP_EC_gen(group);
    assert_non_null(key);
    return key;
}

EVP_PKEY *kit_rsa(void)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    assert_non_null(key);
    return key;
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static void set_name(X509_NAME *name, const char *text)
{
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                                (const unsigned char *)text, -1, -1, 0),
                     1);
}

X509 *kit_certificate(const struct kit_profile *profile, EVP_PKEY *key, X509 *issuer,
                      EVP_PKEY *issuer_key)
{
    static long serial = 1;
    bool times = profile->from != 0 || profile->to != 0;
    X509 *certificate = X509_new();
    assert_non_null(certificate);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    ASN1_TIME_set(X509_getm_notBefore(certificate), KIT_NOW + (times ? profile->from : -KIT_DAY));
    ASN1_TIME_set(X509_getm_notAfter(certificate), KIT_NOW + (times ? profile->to : KIT_DAY));
    X509_NAME *name = X509_NAME_new();
    set_name(name, profile->name);
    X509_set_subject_name(certificate, name);
    X509_set_issuer_name(certificate, issuer == NULL ? name : X509_get_subject_name(issuer));
    X509_NAME_free(name);
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    if (profile->ca)
        add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    if (profile->key_usage != NULL)
        add_extension(certificate, NID_key_usage, profile->key_usage);
    assert_true(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
    return certificate;
}

/* The DER of an ECDSA signature into r and s of equal width. */
static size_t flatten(EVP_PKEY *key, uint8_t *signature, size_t length)
{
    const unsigned char *at = signature;
    int width = (EVP_PKEY_get_bits(key) + 7) / 8;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)length);
    assert_non_null(pair);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, width);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + width, width);
    ECDSA_SIG_free(pair);
    return 2 * (size_t)width;
}

char *kit_jws(const char *header, const char *payload, EVP_PKEY *key)
{
    uint8_t signature[512];
    size_t length = sizeof(signature);
    char *input = kit_jws_with(header, payload, NULL, 0);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, signature, &length, (const unsigned char *)input,
                                    strlen(input) - 1), /* without the second dot */
                     1);
    EVP_MD_CTX_free(context);
    free(input);
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
        length = flatten(key, signature, length);
    return kit_jws_with(header, payload, signature, length);
}

char *kit_jws_with(const char *header, const char *payload, const uint8_t *signature, size_t length)
{
    char *parts[3] = {base64url_encode((const uint8_t *)header, strlen(header), NULL),
                      base64url_encode((const uint8_t *)payload, strlen(payload), NULL),
                      base64url_encode(signature, length, NULL)};
    size_t room = strlen(parts[0]) + strlen(parts[1]) + strlen(parts[2]) + 3;
    char *jws = malloc(room);
    assert_non_null(jws);
    snprintf(jws, room, "%s.%s.%s", parts[0], parts[1], parts[2]);
    for (int i = 0; i < 3; i++)
        free(parts[i]);
    return jws;
}

char *kit_x5c(X509 *certificate)
{
    unsigned char *der = NULL;
    int length = i2d_X509(certificate, &der);
    assert_true(length > 0);
    char *text = base64_encode(der, (size_t)length, NULL);
    OPENSSL_free(der);
    return text;
}

static STACK_OF(X509) * find_url(void *context, const char *url, struct sti_error *err)
{
    struct kit *kit = context;
    if (strcmp(url, KIT_URL) == 0)
        return kit->chain;
    sti_refuse(err, NULL, "x5u is not in the table");
    return NULL;
}

void kit_make(struct kit *kit)
{
    static const struct kit_profile root = {
        .name = "PA Root", .ca = true, .key_usage = "critical,keyCertSign,cRLSign"};
    static const struct kit_profile middle = {
        .name = "PA Intermediate", .ca = true, .key_usage = "critical,keyCertSign,cRLSign"};
    static const struct kit_profile signer = {.name = "PA Signer",
                                              .key_usage = "critical,digitalSignature"};
    memset(kit, 0, sizeof(*kit));
    kit->root_key = kit_ec("P-256");
    kit->middle_key = kit_ec("P-256");
    kit->signer_key = kit_ec("P-256");
    kit->root = kit_certificate(&root, kit->root_key, NULL, kit->root_key);
    kit->middle = kit_certificate(&middle, kit->middle_key, kit->root, kit->root_key);
    kit->signer = kit_certificate(&signer, kit->signer_key, kit->middle, kit->middle_key);
    kit->chain = sk_X509_new_null();
    sk_X509_push(kit->chain, kit->signer);
    sk_X509_push(kit->chain, kit->middle);
    kit->trust.anchors = sk_X509_new_null();
    sk_X509_push(kit->trust.anchors, kit->root);
    kit->trust.find_x5u = find_url;
    kit->trust.context = kit;
    kit->trust.now = KIT_NOW;
}

static void add_revoked(X509_CRL *crl, const struct kit_crl *profile)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *then = ASN1_TIME_set(NULL, KIT_NOW - KIT_DAY);
    assert_int_equal(X509_REVOKED_set_serialNumber(
                         entry, (ASN1_INTEGER *)X509_get0_serialNumber(profile->revoked)),
                     1);
    assert_int_equal(X509_REVOKED_set_revocationDate(entry, then), 1);
    ASN1_TIME_free(then);
    if (profile->indirect) {
        GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
        GENERAL_NAME *name = GENERAL_NAME_new();
        name->type = GEN_DIRNAME;
        name->d.directoryName = X509_NAME_dup(X509_get_issuer_name(profile->revoked));
        sk_GENERAL_NAME_push(names, name);
        assert_int_equal(X509_REVOKED_add1_ext_i2d(entry, NID_certificate_issuer, names, 1, 0), 1);
        GENERAL_NAMES_free(names);
    }
    if (profile->entry_extension != 0) {
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(value, (const unsigned char *)"\x05", 1);
        X509_EXTENSION *extension =
            X509_EXTENSION_create_by_NID(NULL, profile->entry_extension, 1, value);
        assert_int_equal(X509_REVOKED_add_ext(entry, extension, -1), 1);
        X509_EXTENSION_free(extension);
        ASN1_OCTET_STRING_free(value);
    }
    assert_int_equal(X509_CRL_add0_revoked(crl, entry), 1);
}

/* The issuingDistributionPoint: others' certificates, too; where it is; and which kinds. */
static void add_point(X509_CRL *crl, const struct kit_crl *profile)
{
    if (!profile->indirect && profile->url == NULL && !profile->only_user && !profile->only_ca &&
        !profile->some_reasons)
        return;
    ISSUING_DIST_POINT *point = ISSUING_DIST_POINT_new();
    point->indirectCRL = profile->indirect ? 0xff : 0;
    point->onlyuser = profile->only_user ? 0xff : 0;
    point->onlyCA = profile->only_ca ? 0xff : 0;
    if (profile->some_reasons) {
        point->onlysomereasons = ASN1_BIT_STRING_new();
        ASN1_BIT_STRING_set_bit(point->onlysomereasons, 1, 1);
    }
    if (profile->url != NULL) {
        GENERAL_NAME *name = GENERAL_NAME_new();
        ASN1_IA5STRING *uri = ASN1_IA5STRING_new();
        ASN1_STRING_set(uri, profile->url, -1);
        GENERAL_NAME_set0_value(name, GEN_URI, uri);
        point->distpoint = DIST_POINT_NAME_new();
        point->distpoint->type = 0;
        point->distpoint->name.fullname = GENERAL_NAMES_new();
        sk_GENERAL_NAME_push(point->distpoint->name.fullname, name);
    }
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, NID_issuing_distribution_point, point, 1, 0), 1);
    ISSUING_DIST_POINT_free(point);
}

static void add_odd(X509_CRL *crl, int nid)
{
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(value, (const unsigned char *)"\x02\x01\x01", 3);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_NID(NULL, nid, 1, value);
    assert_int_equal(X509_CRL_add_ext(crl, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
}

X509_CRL *kit_crl(const struct kit_crl *profile, const X509 *issuer, EVP_PKEY *key)
{
    X509_CRL *crl = X509_CRL_new();
    bool times = profile->from != 0 || profile->to != 0;
    ASN1_TIME *last = ASN1_TIME_set(NULL, KIT_NOW + (times ? profile->from : -KIT_DAY));
    ASN1_TIME *next = ASN1_TIME_set(NULL, KIT_NOW + (times ? profile->to : KIT_DAY));
    assert_int_equal(X509_CRL_set_version(crl, X509_CRL_VERSION_2), 1);
    assert_int_equal(X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)), 1);
    assert_int_equal(X509_CRL_set1_lastUpdate(crl, last), 1);
    if (!profile->endless)
        assert_int_equal(X509_CRL_set1_nextUpdate(crl, next), 1);
    ASN1_TIME_free(last);
    ASN1_TIME_free(next);
    add_point(crl, profile);
    if (profile->extension != 0)
        add_odd(crl, profile->extension);
    if (profile->revoked != NULL)
        add_revoked(crl, profile);
    assert_true(X509_CRL_sign(crl, key, EVP_sha256()) > 0);
    /* Read again: libcrypto notes what is in a CRL when it reads it. */
    unsigned char *der = NULL;
    int length = i2d_X509_CRL(crl, &der);
    const unsigned char *at = der;
    X509_CRL_free(crl);
    crl = d2i_X509_CRL(NULL, &at, length);
    assert_non_null(crl);
    OPENSSL_free(der);
    return crl;
}

void kit_free(struct kit *kit)
{
    sk_X509_free(kit->chain);
    sk_X509_free(kit->trust.anchors);
    X509_free(kit->root);
    X509_free(kit->middle);
    X509_free(kit->signer);
    EVP_PKEY_free(kit->root_key);
    EVP_PKEY_free(kit->middle_key);
    EVP_PKEY_free(kit->signer_key);
}

void kit_replace_signer(struct kit *kit, X509 *signer)
{
    X509_free(kit->signer);
    kit->signer = signer;
    sk_X509_set(kit->chain, 0, signer);
}

void kit_check_error(const struct sti_error *err, enum sti_code code, const char *part,
                     const char *sentence, const char *clause)
{
    if (err->code != code || (sentence != NULL && strstr(err->sentence, sentence) == NULL) ||
        (part != NULL && strcmp(part, err->part) != 0)) {
        char line[1200];
        sti_error_text(err, line, sizeof(line));
        fail_msg("want code %d, part \"%s\", \"%s\"; got code %d: %s", (int)code,
                 part == NULL ? "(any)" : part, sentence == NULL ? "(any)" : sentence,
                 (int)err->code, line);
    }
    if (clause != NULL) {
        assert_non_null(err->clause);
        assert_string_equal(err->clause, clause);
    }
}

void kit_expect_refusal(const struct kit *kit, const char *jws, const char *part,
                        const char *sentence, const char *clause)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct token_claim *claim = token_verify(jws, strlen(jws), &kit->trust, &err);
    if (claim != NULL)
        fail_msg("accepted, but wanted: %s: %s", part, sentence);
    kit_check_error(&err, STI_REFUSED, part, sentence, clause);
    /* The reason can be left out. */
    assert_null(token_verify(jws, strlen(jws), &kit->trust, NULL));
}

void kit_refuses(const struct kit *kit, const char *header, const char *payload, const char *part,
                 const char *sentence, const char *clause)
{
    char *jws = kit_jws(header, payload, kit->signer_key);
    kit_expect_refusal(kit, jws, part, sentence, clause);
    free(jws);
}

struct token_claim *kit_expect_accepted(const struct kit *kit, const char *jws)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct token_claim *claim = token_verify(jws, strlen(jws), &kit->trust, &err);
    if (claim == NULL) {
        char line[1200];
        sti_error_text(&err, line, sizeof(line));
        fail_msg("refused: %s", line);
    }
    return claim;
}
