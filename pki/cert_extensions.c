/* SPDX-License-Identifier: Apache-2.0 */
#include "cert_extensions.h"

#include <limits.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "list_extension.h"

/* RFC 5280 section 4.2.1.3. */
#define KEY_USAGE_BITS 9

/* Adds `value` as extension `nid`, takes no ownership. */
static bool add(X509 *cert, int nid, bool critical, void *value)
{
    return value != NULL && X509_add1_ext_i2d(cert, nid, value, critical, X509V3_ADD_APPEND) == 1;
}

/* Adds an extension that is made already, and frees it. */
static bool add_made(X509 *cert, X509_EXTENSION *extension)
{
    bool ok = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_basic_constraints(X509 *cert, bool ca, int path_length, bool critical)
{
    BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
    bool ok = constraints != NULL;
    if (ok)
        constraints->ca = ca ? 0xff : 0;
    if (ok && ca && path_length >= 0) {
        constraints->pathlen = ASN1_INTEGER_new();
        ok = constraints->pathlen != NULL && ASN1_INTEGER_set(constraints->pathlen, path_length);
    }
    ok = ok && add(cert, NID_basic_constraints, critical, constraints);
    BASIC_CONSTRAINTS_free(constraints);
    return ok;
}

static bool add_key_usage(X509 *cert, unsigned bits, bool critical)
{
    ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
    bool ok = usage != NULL;
    for (int bit = 0; ok && bit < KEY_USAGE_BITS; bit++)
        ok = (bits & 1U << bit) == 0 || ASN1_BIT_STRING_set_bit(usage, bit, 1) == 1;
    ok = ok && add(cert, NID_key_usage, critical, usage);
    ASN1_BIT_STRING_free(usage);
    return ok;
}

/* 160-bit SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2 method 1). */
static bool add_subject_key_identifier(X509 *cert)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    ASN1_OCTET_STRING *identifier = ASN1_OCTET_STRING_new();
    bool ok = identifier != NULL && X509_pubkey_digest(cert, EVP_sha1(), digest, &length) == 1 &&
              ASN1_OCTET_STRING_set(identifier, digest, (int)length) == 1 &&
              add(cert, NID_subject_key_identifier, false, identifier);
    ASN1_OCTET_STRING_free(identifier);
    return ok;
}

/* keyIdentifier = the issuer's SKI. */
static bool add_authority_key_identifier(X509 *cert, X509 *issuer)
{
    const ASN1_OCTET_STRING *identifier = X509_get0_subject_key_id(issuer);
    AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    bool ok = authority != NULL && identifier != NULL;
    if (ok) {
        authority->keyid = ASN1_OCTET_STRING_dup(identifier);
        ok = authority->keyid != NULL && add(cert, NID_authority_key_identifier, false, authority);
    }
    AUTHORITY_KEYID_free(authority);
    return ok;
}

static bool add_policy(X509 *cert, const char *oid)
{
    if (oid == NULL)
        return true; /* only without a profile, see cert.c */
    CERTIFICATEPOLICIES *policies = CERTIFICATEPOLICIES_new();
    POLICYINFO *policy = POLICYINFO_new();
    bool ok = policies != NULL && policy != NULL;
    if (ok) {
        ASN1_OBJECT_free(policy->policyid);
        policy->policyid = OBJ_txt2obj(oid, 1);
        ok = policy->policyid != NULL && sk_POLICYINFO_push(policies, policy) > 0;
    }
    if (ok) {
        policy = NULL; /* the stack's now */
        ok = add(cert, NID_certificate_policies, false, policies);
    }
    POLICYINFO_free(policy);
    CERTIFICATEPOLICIES_free(policies);
    return ok;
}

/* A GeneralNames with one name of this type, which it takes over; frees value on failure. */
static GENERAL_NAMES *one_name(int type, void *value)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    if (names != NULL && name != NULL && value != NULL && sk_GENERAL_NAME_push(names, name) > 0) {
        GENERAL_NAME_set0_value(name, type, value);
        return names;
    }
    if (type == GEN_URI)
        ASN1_IA5STRING_free(value);
    else
        X509_NAME_free(value);
    GENERAL_NAME_free(name);
    GENERAL_NAMES_free(names);
    return NULL;
}

static ASN1_IA5STRING *uri(const char *text)
{
    ASN1_IA5STRING *string = ASN1_IA5STRING_new();
    if (string != NULL && ASN1_STRING_set(string, text, -1) != 1) {
        ASN1_IA5STRING_free(string);
        return NULL;
    }
    return string;
}

/* One distribution point: the URL of the STI-PA's CRL, and who signs that CRL. */
static DIST_POINT *distribution_point(const char *url, const X509_NAME *crl_issuer)
{
    DIST_POINT *point = DIST_POINT_new();
    if (point == NULL)
        return NULL;
    point->distpoint = DIST_POINT_NAME_new();
    point->CRLissuer = one_name(GEN_DIRNAME, X509_NAME_dup(crl_issuer));
    if (point->distpoint != NULL) {
        point->distpoint->type = 0; /* fullName */
        point->distpoint->name.fullname = one_name(GEN_URI, uri(url));
    }
    if (point->CRLissuer != NULL && point->distpoint != NULL &&
        point->distpoint->name.fullname != NULL)
        return point;
    DIST_POINT_free(point);
    return NULL;
}

static bool add_crl_distribution_point(X509 *cert, const char *url, const X509_NAME *crl_issuer)
{
    if (url == NULL)
        return true;
    CRL_DIST_POINTS *points = CRL_DIST_POINTS_new();
    DIST_POINT *point = distribution_point(url, crl_issuer);
    bool ok = points != NULL && point != NULL && sk_DIST_POINT_push(points, point) > 0;
    if (ok) {
        point = NULL;
        ok = add(cert, NID_crl_distribution_points, false, points);
    }
    DIST_POINT_free(point);
    CRL_DIST_POINTS_free(points);
    return ok;
}

/* The claim constraints as the profile has them, not critical (RFC 8226 section 8). */
static bool add_claims(X509 *cert, const char *oid, const uint8_t *der, size_t length)
{
    X509_EXTENSION *extension = NULL;
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    if (object != NULL && value != NULL && length <= INT_MAX &&
        ASN1_OCTET_STRING_set(value, der, (int)length) == 1)
        extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
    return add_made(cert, extension);
}

static bool add_item(X509 *cert, const struct cert_content *content, const struct profile *profile,
                     const struct profile_extension *extension)
{
    switch (extension->item) {
    case PROFILE_BASIC_CONSTRAINTS:
        return add_basic_constraints(cert, profile->ca,
                                     profile->path_length == PROFILE_SITE_PATH_LENGTH
                                         ? content->path_length
                                         : profile->path_length,
                                     extension->critical);
    case PROFILE_KEY_USAGE:
        return add_key_usage(cert, profile->key_usage, extension->critical);
    case PROFILE_SUBJECT_KEY_IDENTIFIER:
        return add_subject_key_identifier(cert);
    case PROFILE_AUTHORITY_KEY_IDENTIFIER:
        return add_authority_key_identifier(cert, content->issuer);
    case PROFILE_POLICIES:
        return add_policy(cert, content->policy);
    case PROFILE_CRL:
        return add_crl_distribution_point(cert, content->crl_url, content->crl_issuer);
    case PROFILE_LIST:
        return add_made(cert, list_extension_make(content->list, content->list_length));
    case PROFILE_LIST_REFERENCE:
        return add_made(cert, list_reference_make(content->list_url));
    case PROFILE_CLAIMS:
        return add_claims(cert, JWT_CLAIM_CONSTRAINTS_OID, profile->claims, profile->claims_length);
    case PROFILE_ENHANCED_CLAIMS:
        return add_claims(cert, ENHANCED_JWT_CLAIM_CONSTRAINTS_OID, profile->claims,
                          profile->claims_length);
    }
    return false;
}

bool cert_extensions_add(X509 *cert, const struct cert_content *content)
{
    const struct profile *profile = cert_profile(content);
    for (size_t i = 0; i < profile->count; i++)
        if (!add_item(cert, content, profile, &profile->extensions[i]))
            return false;
    return true;
}
