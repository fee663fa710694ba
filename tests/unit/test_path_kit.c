/* SPDX-License-Identifier: Apache-2.0 */
#include "test_path_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509v3.h>

#include "hex.h"
#include "list_extension.h"
#include "list_url.h"

static void add_made(X509 *certificate, X509_EXTENSION *extension)
{
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static void add_text(X509 *certificate, int nid, const char *value)
{
    if (value != NULL)
        add_made(certificate, X509V3_EXT_conf_nid(NULL, NULL, nid, value));
}

static ASN1_OCTET_STRING *octets_of(const char *hex)
{
    uint8_t octets[64];
    ASN1_OCTET_STRING *string = ASN1_OCTET_STRING_new();
    size_t length = from_hex(hex, octets, sizeof(octets));
    assert_int_equal(ASN1_OCTET_STRING_set(string, octets, (int)length), 1);
    return string;
}

static void add_identifiers(X509 *certificate, const struct kit_member *member)
{
    if (member->ski != NULL) {
        ASN1_OCTET_STRING *ski = octets_of(member->ski);
        assert_int_equal(X509_add1_ext_i2d(certificate, NID_subject_key_identifier, ski, 0, 0), 1);
        ASN1_OCTET_STRING_free(ski);
    }
    if (member->aki != NULL) {
        AUTHORITY_KEYID *aki = AUTHORITY_KEYID_new();
        aki->keyid = octets_of(member->aki);
        assert_int_equal(X509_add1_ext_i2d(certificate, NID_authority_key_identifier, aki, 0, 0),
                         1);
        AUTHORITY_KEYID_free(aki);
    }
}

const char *kit_list_url(const char *text)
{
    static char url[200];
    char name[LIST_NAME_LENGTH + 1];
    struct tnauthlist list;
    kit_list(text, &list);
    assert_true(list_name(list.der, list.der_length, name, NULL));
    kit_list_free(&list);
    snprintf(url, sizeof(url), "%s%s", KIT_LIST_URL, name);
    return url;
}

static void add_list(X509 *certificate, const struct kit_member *member)
{
    struct tnauthlist list;
    if (member->list_hex != NULL) {
        add_made(certificate, kit_extension(TNAUTHLIST_OID, member->list_hex));
    } else if (member->list != NULL && !member->by_reference) {
        kit_list(member->list, &list);
        add_made(certificate, list_extension_make(list.der, list.der_length));
        kit_list_free(&list);
    }
    if (member->aia_hex != NULL)
        add_made(certificate, kit_extension(KIT_OID_AIA, member->aia_hex));
    if (member->url != NULL)
        add_made(certificate, list_reference_make(member->url));
    else if (member->by_reference && member->aia_hex == NULL)
        add_made(certificate, list_reference_make(kit_list_url(member->list)));
}

static GENERAL_NAMES *one_name(int type, void *value)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, type, value);
    sk_GENERAL_NAME_push(names, name);
    return names;
}

static X509_NAME *name_of(const char *common_name)
{
    char text[100];
    snprintf(text, sizeof(text), "CN=%s", common_name);
    return kit_name(text);
}

static void add_point(X509 *certificate, const struct kit_member *member)
{
    if (member->points_hex != NULL)
        add_made(certificate, kit_extension("2.5.29.31", member->points_hex));
    if (member->points_hex != NULL || (member->crl_url == NULL && member->crl_issuer == NULL))
        return;
    CRL_DIST_POINTS *points = CRL_DIST_POINTS_new();
    DIST_POINT *point = DIST_POINT_new();
    if (member->crl_url != NULL) {
        ASN1_IA5STRING *uri = ASN1_IA5STRING_new();
        ASN1_STRING_set(uri, member->crl_url, -1);
        point->distpoint = DIST_POINT_NAME_new();
        point->distpoint->type = 0;
        point->distpoint->name.fullname = one_name(GEN_URI, uri);
    }
    if (member->crl_issuer != NULL)
        point->CRLissuer = one_name(GEN_DIRNAME, name_of(member->crl_issuer));
    if (member->crl_reasons) {
        point->reasons = ASN1_BIT_STRING_new();
        ASN1_BIT_STRING_set_bit(point->reasons, 1, 1);
    }
    sk_DIST_POINT_push(points, point);
    assert_int_equal(X509_add1_ext_i2d(certificate, NID_crl_distribution_points, points, 0, 0), 1);
    CRL_DIST_POINTS_free(points);
}

static void add_unknown(X509 *certificate, int nid)
{
    if (nid == 0)
        return;
    ASN1_OCTET_STRING *value = octets_of("0500");
    add_made(certificate, X509_EXTENSION_create_by_NID(NULL, nid, 1, value));
    ASN1_OCTET_STRING_free(value);
}

static void set_names(X509 *certificate, const struct kit_member *member, X509 *issuer)
{
    X509_NAME *name = name_of(member->name);
    X509_NAME *other = member->issuer == NULL ? NULL : name_of(member->issuer);
    X509_set_subject_name(certificate, name);
    X509_set_issuer_name(certificate, other != NULL    ? other
                                      : issuer == NULL ? name
                                                       : X509_get_subject_name(issuer));
    X509_NAME_free(name);
    X509_NAME_free(other);
}

/* Read again, with another last octet if told so: what is judged came from octets. */
static X509 *reread(X509 *certificate, bool tampered)
{
    unsigned char *der = NULL;
    int length = i2d_X509(certificate, &der);
    assert_true(length > 0);
    if (tampered)
        der[length - 1] ^= 1;
    const unsigned char *at = der;
    X509_free(certificate);
    certificate = d2i_X509(NULL, &at, length);
    assert_non_null(certificate);
    OPENSSL_free(der);
    return certificate;
}

X509 *kit_member(const struct kit_member *member, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    static long serial = 100;
    bool times = member->from != 0 || member->to != 0;
    X509 *certificate = X509_new();
    assert_non_null(certificate);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    ASN1_TIME_set(X509_getm_notBefore(certificate), KIT_NOW + (times ? member->from : -KIT_DAY));
    ASN1_TIME_set(X509_getm_notAfter(certificate), KIT_NOW + (times ? member->to : KIT_DAY));
    set_names(certificate, member, issuer);
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    add_text(certificate, NID_basic_constraints, member->constraints);
    add_text(certificate, NID_key_usage, member->key_usage);
    add_identifiers(certificate, member);
    add_list(certificate, member);
    add_point(certificate, member);
    add_unknown(certificate, member->critical);
    assert_true(X509_sign(certificate, issuer_key, member->sha1 ? EVP_sha1() : EVP_sha256()) > 0);
    return reread(certificate, member->tampered);
}

void kit_path_make(struct kit_path *kit)
{
    static const struct kit_profile signer = {.name = "PA CRL", .key_usage = "critical,cRLSign"};
    for (int i = 0; i < KIT_MEMBERS; i++)
        kit->keys[i] = kit_ec("P-256");
    kit->p384 = kit_ec("P-384");
    kit_make(&kit->pa);
    kit->crl_key = kit_ec("P-256");
    kit->crl_signer = kit_certificate(&signer, kit->crl_key, kit->pa.root, kit->pa.root_key);
}

void kit_path_free(struct kit_path *kit)
{
    for (int i = 0; i < KIT_MEMBERS; i++)
        EVP_PKEY_free(kit->keys[i]);
    EVP_PKEY_free(kit->p384);
    EVP_PKEY_free(kit->crl_key);
    X509_free(kit->crl_signer);
    kit_free(&kit->pa);
}
