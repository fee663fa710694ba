/* SPDX-License-Identifier: Apache-2.0 */
/* The extensions of a CRL that is being made (RFC 5280 section 5.2). */
#include <openssl/x509v3.h>

#include "crl_internal.h"

static bool add(X509_CRL *crl, int nid, bool critical, void *value)
{
    return value != NULL &&
           X509_CRL_add1_ext_i2d(crl, nid, value, critical, X509V3_ADD_APPEND) == 1;
}

/*
 * keyIdentifier, which conforming issuers MUST use (section 5.2.1): the signer's SKI; without one,
 * what it would be (section 4.2.1.2 method 1).
 */
static ASN1_OCTET_STRING *key_identifier(X509 *signer)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(signer);
    if (own != NULL)
        return ASN1_OCTET_STRING_dup(own);
    ASN1_OCTET_STRING *identifier = ASN1_OCTET_STRING_new();
    if (identifier != NULL && X509_pubkey_digest(signer, EVP_sha1(), digest, &length) == 1 &&
        ASN1_OCTET_STRING_set(identifier, digest, (int)length) == 1)
        return identifier;
    ASN1_OCTET_STRING_free(identifier);
    return NULL;
}

static bool add_authority_key_identifier(X509_CRL *crl, X509 *signer)
{
    AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    bool ok = authority != NULL;
    if (ok) {
        authority->keyid = key_identifier(signer);
        ok = authority->keyid != NULL && add(crl, NID_authority_key_identifier, false, authority);
    }
    AUTHORITY_KEYID_free(authority);
    return ok;
}

static bool add_number(X509_CRL *crl, const struct crl_content *content)
{
    ASN1_INTEGER *number = crl_integer(content->number, content->number_length);
    bool ok = add(crl, NID_crl_number, false, number);
    ASN1_INTEGER_free(number);
    return ok;
}

/* A uniformResourceIdentifier. NULL without memory; the caller's. */
static GENERAL_NAME *uri_name(const char *url)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *uri = ASN1_IA5STRING_new();
    if (name != NULL && uri != NULL && ASN1_STRING_set(uri, url, -1) == 1) {
        GENERAL_NAME_set0_value(name, GEN_URI, uri);
        return name;
    }
    ASN1_IA5STRING_free(uri);
    GENERAL_NAME_free(name);
    return NULL;
}

/* distributionPoint with the same octets as in the certificates' point: fullName, one URL. */
static DIST_POINT_NAME *full_name(const char *url)
{
    DIST_POINT_NAME *point = DIST_POINT_NAME_new();
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = uri_name(url);
    if (point != NULL && names != NULL && name != NULL && sk_GENERAL_NAME_push(names, name) > 0) {
        point->type = 0; /* fullName */
        point->name.fullname = names;
        return point;
    }
    GENERAL_NAME_free(name);
    GENERAL_NAMES_free(names);
    DIST_POINT_NAME_free(point);
    return NULL;
}

/* Critical (section 5.2.5). All certificates and all reasons: no other flag, no onlySomeReasons. */
static bool add_issuing_point(X509_CRL *crl, const struct crl_content *content)
{
    if (content->url == NULL && !content->indirect)
        return true;
    ISSUING_DIST_POINT *issuing = ISSUING_DIST_POINT_new();
    bool ok = issuing != NULL;
    if (ok && content->url != NULL) {
        issuing->distpoint = full_name(content->url);
        ok = issuing->distpoint != NULL;
    }
    if (ok && content->indirect)
        issuing->indirectCRL = 0xff;
    ok = ok && add(crl, NID_issuing_distribution_point, true, issuing);
    ISSUING_DIST_POINT_free(issuing);
    return ok;
}

/* Where the signer's certificates are: id-ad-caIssuers alone (section 5.2.7). */
static bool add_information(X509_CRL *crl, const char *url)
{
    if (url == NULL)
        return true;
    AUTHORITY_INFO_ACCESS *access = AUTHORITY_INFO_ACCESS_new();
    ACCESS_DESCRIPTION *description = ACCESS_DESCRIPTION_new();
    GENERAL_NAME *name = uri_name(url);
    bool ok = access != NULL && description != NULL && name != NULL;
    if (ok) {
        ASN1_OBJECT_free(description->method);
        description->method = OBJ_nid2obj(NID_ad_ca_issuers);
        GENERAL_NAME_free(description->location);
        description->location = name;
        name = NULL;
        ok = sk_ACCESS_DESCRIPTION_push(access, description) > 0;
    }
    if (ok) {
        description = NULL;
        ok = add(crl, NID_info_access, false, access);
    }
    GENERAL_NAME_free(name);
    ACCESS_DESCRIPTION_free(description);
    AUTHORITY_INFO_ACCESS_free(access);
    return ok;
}

bool crl_extensions_add(X509_CRL *crl, const struct crl_content *content)
{
    return add_authority_key_identifier(crl, content->signer) && add_number(crl, content) &&
           add_issuing_point(crl, content) && add_information(crl, content->aia);
}
