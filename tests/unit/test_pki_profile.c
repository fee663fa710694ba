/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped profiles: what certificates of them are, to the octet; and everything that a profile
 * may not say, with the sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "hex.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define BEGIN ((time_t)KIT_NOW)
#define DAY ((time_t)KIT_DAY)
#define LIST "SPC:709J,TN:12155550100+100,TN:12155551212"
#define URL "https://tn.example/l/1"

static const char public_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEycbw2RnqhVaC97LtDf9P84Pe6g6i\n"
    "V/UFaDsjHSqedH9l5nmAiuR3n6zP3PaH4FMOQmId/iQ8Q1/ASD+AcqBPIw==\n"
    "-----END PUBLIC KEY-----\n";

static EVP_PKEY *key;
static X509_NAME *root_name;
static X509_NAME *intermediate_name;
static X509_NAME *end_entity_name;
static X509_NAME *crl_name;
static struct tnauthlist list;
static X509 *root;

/* ---- files and contents ---- */

static char *read_shipped(const char *name, size_t *length)
{
    char path[1024];
    char *text = calloc(1, PROFILE_MAX_OCTETS + 1);
    snprintf(path, sizeof(path), "%s/%s.cnf", SHIPPED_PROFILES, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    *length = fread(text, 1, PROFILE_MAX_OCTETS, file);
    fclose(file);
    return text;
}

static struct profile *shipped(const char *name)
{
    struct sti_error err;
    size_t length;
    char *text = read_shipped(name, &length);
    struct profile *profile = profile_read(text, length, name, &err);
    free(text);
    if (profile == NULL)
        fail_msg("%s: %s: %s", name, err.part, err.sentence);
    assert_int_equal(ERR_peek_error(), 0);
    return profile;
}

static struct cert_content root_content(void)
{
    return (struct cert_content){.kind = CERT_ROOT,
                                 .subject = root_name,
                                 .key = key,
                                 .serial = {[0] = 0x80, [15] = 1},
                                 .not_before = BEGIN,
                                 .not_after = BEGIN + 400 * DAY,
                                 .path_length = -1};
}

static struct cert_content intermediate_content(void)
{
    struct cert_content content = root_content();
    content.kind = CERT_INTERMEDIATE;
    content.subject = intermediate_name;
    content.issuer = root;
    content.not_after = BEGIN + 300 * DAY;
    content.path_length = 0;
    content.policy = "1.3.6.1.4.1.32473.1.1";
    content.crl_url = "https://sti-pa.example/crl";
    content.crl_issuer = crl_name;
    return content;
}

/* Its issuer is the root, which is good enough for its octets. */
static struct cert_content end_entity_content(bool by_reference)
{
    struct cert_content content = intermediate_content();
    content.kind = CERT_END_ENTITY;
    content.subject = end_entity_name;
    content.not_after = BEGIN + 90 * DAY;
    content.path_length = -1;
    content.list = by_reference ? NULL : list.der;
    content.list_length = by_reference ? 0 : list.der_length;
    content.list_url = by_reference ? URL : NULL;
    return content;
}

static X509 *build(const struct cert_content *content)
{
    struct sti_error err;
    X509 *certificate = cert_build(content, &err);
    if (certificate == NULL)
        fail_msg("not built: %s", err.sentence);
    return certificate;
}

static void tbs_digest(X509 *certificate, unsigned char digest[CERT_DIGEST_OCTETS])
{
    unsigned char *tbs;
    size_t length;
    assert_true(cert_tbs(certificate, &tbs, &length, NULL));
    assert_true(cert_digest(tbs, length, digest, NULL));
    OPENSSL_free(tbs);
}

static int set_up(void **state)
{
    unsigned char digest[CERT_DIGEST_OCTETS];
    (void)state;
    BIO *bio = BIO_new_mem_buf(public_key, -1);
    key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(key);
    root_name = kit_name("C=US/O=Example STI-CA/CN=SHAKEN Example ROOT");
    intermediate_name = kit_name("C=US/O=Example STI-CA/CN=SHAKEN Example Intermediate");
    end_entity_name = kit_name("C=US/O=Example Telecom/CN=SHAKEN 709J");
    crl_name = kit_name("C=US/O=Example STI-PA/CN=STI-PA CRL");
    kit_list(LIST, &list);
    struct cert_content content = root_content();
    root = build(&content);
    tbs_digest(root, digest); /* an issuer is a signed certificate */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    X509_NAME_free(root_name);
    X509_NAME_free(intermediate_name);
    X509_NAME_free(end_entity_name);
    X509_NAME_free(crl_name);
    kit_list_free(&list);
    X509_free(root);
    return 0;
}

/* ---- the octets of the default profiles ---- */

/* SHA-256 of what was signed before there were profiles. */
static const struct golden {
    const char *profile;
    enum cert_kind kind;
    int path_length;
    bool by_reference;
    const char *digest;
} golden[] = {
    {"shaken-root", CERT_ROOT, -1, false,
     "efd922bcc47ab4aae78cd2abe58e52aeb11e4fbf5d8c8da9f9149b49c186944c"},
    {"shaken-root", CERT_ROOT, 3, false,
     "9288e674d39229c1a1c1a349211f737a25868aea744bd3af8c49b63e0db047cf"},
    {"shaken-intermediate", CERT_INTERMEDIATE, 0, false,
     "d8b95b0556e1713d28b964a8242394ecede7fbb224a42169a4bcc9ccfe1fdf83"},
    {"tn-intermediate", CERT_INTERMEDIATE, 0, false,
     "d8b95b0556e1713d28b964a8242394ecede7fbb224a42169a4bcc9ccfe1fdf83"},
    {"shaken-intermediate", CERT_INTERMEDIATE, -1, false,
     "c100efcf3a0fdbf9eb06193cb1885804ded5ded035d8395a67dba8b49be94344"},
    {"tn-level", CERT_END_ENTITY, -1, false,
     "8b8472085830f483c9dc908c00671dfba6a67e7f7d2fe27ebcba22cf4bcb911b"},
    {"tn-reference", CERT_END_ENTITY, -1, true,
     "6ab34589b41b265aeba08652396d024f4212a673e5dd5e786ddd07a151c131ea"},
    /* Its list is the request's, so for the same list its octets are those of tn-level. */
    {"shaken", CERT_END_ENTITY, -1, false,
     "8b8472085830f483c9dc908c00671dfba6a67e7f7d2fe27ebcba22cf4bcb911b"},
};

/* By the profile, and by the kind alone. */
static void mints_the_octets_that_were_minted_before(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(golden) / sizeof(*golden); i++) {
        const struct golden *row = &golden[i];
        uint8_t wanted[CERT_DIGEST_OCTETS];
        unsigned char digest[CERT_DIGEST_OCTETS];
        struct profile *profile = shipped(row->profile);
        struct cert_content content = row->kind == CERT_ROOT ? root_content()
                                      : row->kind == CERT_INTERMEDIATE
                                          ? intermediate_content()
                                          : end_entity_content(row->by_reference);
        content.path_length = row->path_length;
        assert_int_equal(from_hex(row->digest, wanted, sizeof(wanted)), sizeof(wanted));
        for (int by_profile = 0; by_profile < 2; by_profile++) {
            content.profile = by_profile ? profile : NULL;
            X509 *certificate = build(&content);
            tbs_digest(certificate, digest);
            assert_memory_equal(digest, wanted, sizeof(wanted));
            X509_free(certificate);
        }
        profile_free(profile);
    }
}

/* ---- the other shipped profiles ---- */

static X509 *of_profile(const char *name)
{
    struct cert_content content = end_entity_content(false);
    struct profile *profile = shipped(name);
    content.profile = profile;
    X509 *certificate = build(&content);
    unsigned char digest[CERT_DIGEST_OCTETS];
    tbs_digest(certificate, digest); /* libcrypto reads the extensions of signed ones alone */
    profile_free(profile);
    return certificate;
}

/* The value of the extension with this OID, which is not critical. */
static const ASN1_OCTET_STRING *value_of(X509 *certificate, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    int index = X509_get_ext_by_OBJ(certificate, object, -1);
    ASN1_OBJECT_free(object);
    if (index < 0)
        return NULL;
    /* OpenSSL 4.0 shows it const, 3.0 wants it without. */
    X509_EXTENSION *extension = (X509_EXTENSION *)X509_get_ext(certificate, index);
    assert_int_equal(X509_EXTENSION_get_critical(extension), 0);
    return X509_EXTENSION_get_data(extension);
}

/* The worked example of mustExclude attest, origid. */
static void bars_delegates_from_shaken_passports_rfc9118_section_3(void **state)
{
    (void)state;
    uint8_t wanted[64];
    size_t length =
        from_hex("3014a2123010160661747465737416066f7269676964", wanted, sizeof(wanted));
    X509 *certificate = of_profile("delegate");
    const ASN1_OCTET_STRING *value = value_of(certificate, ENHANCED_JWT_CLAIM_CONSTRAINTS_OID);
    assert_non_null(value);
    assert_int_equal(ASN1_STRING_length(value), length);
    assert_memory_equal(ASN1_STRING_get0_data(value), wanted, length);
    assert_null(value_of(certificate, JWT_CLAIM_CONSTRAINTS_OID));
    assert_non_null(value_of(certificate, TNAUTHLIST_OID));
    assert_int_equal(X509_get_ext_count(certificate), 8);
    assert_int_equal(X509_get_key_usage(certificate), KU_DIGITAL_SIGNATURE);
    X509_free(certificate);
}

static void makes_a_ca_with_a_list_rfc9060_section_4(void **state)
{
    (void)state;
    X509 *certificate = of_profile("delegate-ca");
    assert_int_equal(X509_check_ca(certificate), 1);
    assert_int_equal(X509_get_pathlen(certificate), 0);
    assert_int_equal(X509_get_key_usage(certificate), KU_KEY_CERT_SIGN);
    assert_non_null(value_of(certificate, TNAUTHLIST_OID));
    assert_null(value_of(certificate, ENHANCED_JWT_CLAIM_CONSTRAINTS_OID));
    assert_int_equal(X509_get_ext_count(certificate), 7);
    X509_free(certificate);
}

static void knows_who_signs(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum profile_issuer issuer;
        bool ca, has_list, one_spc;
    } rows[] = {
        {"shaken-root", PROFILE_SELF, true, false, false},
        {"shaken-intermediate", PROFILE_NO_LIST, true, false, false},
        {"shaken", PROFILE_NO_LIST, false, true, true},
        {"tn-level", PROFILE_NO_LIST, false, true, false},
        {"tn-reference", PROFILE_NO_LIST, false, true, false},
        {"tn-intermediate", PROFILE_NO_LIST, true, false, false},
        {"delegate-ca", PROFILE_ANY, true, true, false},
        {"delegate", PROFILE_LISTED, false, true, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct profile *profile = shipped(rows[i].name);
        assert_string_equal(profile->name, rows[i].name);
        assert_int_equal(profile->issuer, rows[i].issuer);
        assert_int_equal(profile->ca, rows[i].ca);
        assert_int_equal(profile_has_list(profile), rows[i].has_list);
        assert_int_equal(profile->one_spc, rows[i].one_spc);
        profile_free(profile);
    }
}

static void keeps_the_waivers_of_the_file(void **state)
{
    (void)state;
    struct profile *profile = shipped("delegate-ca");
    assert_int_equal(profile->waiver_count, 2);
    assert_string_equal(profile->waivers[0].id, "e_atis_tn_auth_list_ca");
    assert_string_equal(profile->waivers[0].reason,
                        "RFC 9060 section 4 demands the list of a delegating CA that the base "
                        "profile forbids");
    assert_string_equal(profile->waivers[1].id, "e_shaken_certificate_policies_id_ca");
    profile_free(profile);
    profile = shipped("shaken");
    assert_int_equal(profile->waiver_count, 0);
    profile_free(profile);
}

/* ---- what a certificate must not silently lack, or have ---- */

static void not_built(const struct cert_content *content, const char *sentence, const char *clause)
{
    struct sti_error err;
    assert_null(cert_build(content, &err));
    kit_check_error(&err, STI_USAGE, "", sentence, clause);
}

static void refuses_what_does_not_fit_the_profile(void **state)
{
    (void)state;
    struct profile *profile = shipped("tn-level");
    struct cert_content content = end_entity_content(false);
    content.profile = profile;
    content.policy = NULL;
    not_built(&content, "the profile tn-level has certificatePolicies, and no policy was given",
              NULL);
    content = end_entity_content(false);
    content.profile = profile;
    content.crl_url = NULL;
    not_built(&content,
              "the profile tn-level has crlDistributionPoints, and no crl_url and crl_issuer were "
              "given",
              NULL);
    content = end_entity_content(true);
    content.profile = profile;
    not_built(&content, "tn-level certificate with the wrong number of lists",
              "RFC 8226 section 9");
    content = end_entity_content(false);
    content.profile = profile;
    content.issuer = NULL;
    not_built(&content, "tn-level certificate with the wrong issuer", NULL);
    profile_free(profile);
}

/* ---- what a profile may not say ---- */

/* One line of a shipped profile gets another text, or one is added at its end. */
static const struct change {
    const char *profile;
    const char *from; /* a piece of its text; NULL: the end */
    const char *to;
    const char *part;
    const char *sentence;
    const char *clause;
} changes[] = {
    {"shaken", "[profile]", "[profil]", "[profile] title", "is missing", NULL},
    {"shaken", "issuer =", "isuer  =", "[profile] isuer",
     "is an unknown key; this section has: title, clause, issuer, list", NULL},
    {"shaken", "= no-list", "= anybody", "[profile] issuer",
     "is none of self, no-list, list and any", NULL},
    {"shaken", "= one-spc", "= two-spcs", "[profile] list", "is neither any nor one-spc", NULL},
    {"shaken", "title  = end-entity certificate of base SHAKEN", "title =", "[profile] title",
     "is empty", NULL},
    {"shaken", "issuer = no-list\n", "", "[profile] issuer", "is missing", NULL},
    {"shaken", "[profile]", "x = y\n[profile]", "[default] x", "stands outside of any section",
     NULL},
    {"shaken", NULL, "[more]\nx = y\n", "[more]", "is an unknown section", NULL},
    {"shaken", NULL, "x = y\n", "[sti_pa_crl] x",
     "is an unknown key; this section has: fullname, CRLissuer", NULL},
    {"shaken", NULL, "fullname = URI:from-configuration\n", "",
     "the key stands twice in its section", NULL},
    {"shaken", NULL, ".include /etc/ssl/openssl.cnf\n", "", "lines that begin with a dot", NULL},
    {"shaken", "= hash", "= ${ENV::HOME}", "", "takes a value from the environment", NULL},
    {"shaken", "= hash", "= ${nothing::there}", "", "cannot be read", NULL},
    {"shaken", "TNAuthList ", "extendedKeyUsage ", "[extensions] extendedKeyUsage",
     "is an unknown extension; known are basicConstraints", NULL},
    {"shaken", "= hash", "= none", "[extensions] subjectKeyIdentifier",
     "is none, and can only be hash", "RFC 5280 section 4.2.1.2"},
    {"shaken", "keyid:always", "issuer:always", "[extensions] authorityKeyIdentifier",
     "is issuer:always, and can only be keyid:always", "RFC 5280 section 4.2.1.1"},
    {"shaken", "certificatePolicies    = from-configuration", "certificatePolicies = 1.2.3",
     "[extensions] certificatePolicies", "is 1.2.3, and can only be from-configuration",
     "RFC 5280 section 4.2.1.4"},
    {"shaken", "= from-request", "= SPC:709J", "[extensions] TNAuthList",
     "is SPC:709J, and can only be from-request", "RFC 8226 section 9"},
    {"tn-reference", "URI:from-request", "URI:https://tn.example/1",
     "[extensions] authorityInfoAccess", "and can only be stirTNList;URI:from-request",
     "RFC 8226 section 10.1"},
    {"shaken", "CA:FALSE", "ca:false", "[extensions] basicConstraints",
     "ca:false is none of CA:TRUE, CA:FALSE and pathlen:N, once each", "RFC 5280 section 4.2.1.9"},
    {"shaken", "CA:FALSE", "CA:FALSE,CA:TRUE", "[extensions] basicConstraints",
     "CA:TRUE is none of", "RFC 5280 section 4.2.1.9"},
    {"delegate-ca", "CA:TRUE,", "", "[extensions] basicConstraints",
     "says neither CA:TRUE nor CA:FALSE", "RFC 5280 section 4.2.1.9"},
    {"delegate-ca", "pathlen:0\n", "pathlen:-1\n", "[extensions] basicConstraints",
     "pathlen is a number from 0 to 100, or from-configuration, and not -1",
     "RFC 5280 section 4.2.1.9"},
    {"delegate-ca", "pathlen:0\n", "pathlen:101\n", "[extensions] basicConstraints", "and not 101",
     "RFC 5280 section 4.2.1.9"},
    {"delegate-ca", "pathlen:0\n", "pathlen:from-configuration\n", "[extensions] basicConstraints",
     "the configuration has a path_length for the root and the intermediate alone",
     "RFC 5280 section 4.2.1.9"},
    {"shaken", "CA:FALSE", "CA:FALSE,pathlen:0", "[extensions] basicConstraints",
     "pathlen goes with CA:TRUE alone", "RFC 5280 section 4.2.1.9"},
    {"shaken", "digitalSignature", "digitalSignatures", "[extensions] keyUsage",
     "digitalSignatures is no key usage, or stands there twice", "RFC 5280 section 4.2.1.3"},
    {"shaken", "digitalSignature", "digitalSignature,digitalSignature", "[extensions] keyUsage",
     "digitalSignature is no key usage, or stands there twice", "RFC 5280 section 4.2.1.3"},
    {"shaken", "digitalSignature", "digitalSignature, keyAgreement", "[extensions] keyUsage",
     "an end entity has digitalSignature and nothing else", "RFC 5280 section 4.2.1.3"},
    {"shaken-root", "keyCertSign", "keyCertSign,digitalSignature", "[extensions] keyUsage",
     "a CA certificate has keyCertSign and nothing else, but for cRLSign in a private hierarchy",
     "RFC 5280 section 4.2.1.3"},
    {"shaken-root", "keyCertSign", "cRLSign", "[extensions] keyUsage",
     "a CA certificate has keyCertSign and nothing else, but for cRLSign in a private hierarchy",
     "RFC 5280 section 4.2.1.3"},
    {"delegate-ca", "keyCertSign", "keyCertSign,cRLSign", "[extensions] keyUsage",
     "a delegating CA has keyCertSign and nothing else", "RFC 5280 section 4.2.1.3"},
    {"shaken", "critical,CA", "CA", "[extensions] basicConstraints", "is not critical, and must be",
     "RFC 5280 section 4.2.1.9"},
    {"shaken", "critical,digital", "digital", "[extensions] keyUsage",
     "is not critical, and must be", "RFC 5280 section 4.2.1.3"},
    {"shaken", "= from-request", "= critical,from-request", "[extensions] TNAuthList",
     "is critical, and must not be", "RFC 8226 section 9"},
    {"shaken", "subjectKeyIdentifier   = hash\n", "", "[extensions] subjectKeyIdentifier",
     "is missing; every certificate has it", "RFC 5280 section 4.2.1.2"},
    {"shaken", "authorityKeyIdentifier = keyid:always\n", "", "[extensions] authorityKeyIdentifier",
     "is missing; a path is built by it", "RFC 5280 section 4.2.1.1"},
    {"shaken-root", "subjectKeyIdentifier = hash",
     "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always",
     "[extensions] authorityKeyIdentifier", "a self-signed certificate is made without it",
     "RFC 5280 section 4.2.1.1"},
    {"shaken", "= sti_pa_crl", "= other_crl", "[extensions] crlDistributionPoints",
     "names a section that has not exactly fullname", "ATIS-1000080 section 6.4.1"},
    {"shaken", "= sti_pa_crl", "= profile", "[extensions] crlDistributionPoints",
     "names no section of its own", NULL},
    {"shaken", "URI:from-configuration", "URI:https://x.example/",
     "[extensions] "
     "crlDistributionPoints",
     "names a section that has not exactly fullname", "ATIS-1000080 section 6.4.1"},
    {"shaken", "TNAuthList             = from-request\n", "", "[extensions] TNAuthList",
     "is missing; an end entity has a list", "RFC 8226 section 9"},
    {"tn-reference", "authorityInfoAccess ", "TNAuthList = from-request\nauthorityInfoAccess ",
     "[extensions] authorityInfoAccess", "the list stands in TNAuthList by value already",
     "RFC 8226 section 10.1"},
    {"tn-reference", "= any", "= one-spc", "[profile] list", "one-spc is a list by value",
     "ATIS-1000080 section 6.4.1"},
    {"shaken-root", "subjectKeyIdentifier =", "TNAuthList = from-request\nsubjectKeyIdentifier =",
     "[extensions] basicConstraints", "for the root and the intermediate alone",
     "RFC 5280 section 4.2.1.9"},
    {"shaken-root", ",pathlen:from-configuration", "\nTNAuthList = from-request",
     "[extensions] TNAuthList", "a self-signed certificate has no list", "RFC 8226 section 9"},
    {"shaken-intermediate", "= no-list", "= list", "[extensions] TNAuthList",
     "below a CA with a list every certificate has one", "RFC 9060 section 4"},
    {"delegate", "attest,", "iat,", "[extensions] EnhancedJWTClaimConstraints", "iat",
     "RFC 9118 section 3"},
    {"delegate", "EnhancedJWT", "JWT", "[extensions] JWTClaimConstraints", "mustExclude",
     "RFC 9118 section 6"},
    {"delegate", "mustExclude:attest", "attest", "[extensions] EnhancedJWTClaimConstraints", "",
     NULL},
    {"delegate", "EnhancedJWT", "JWTClaimConstraints = mustInclude:rcd\nEnhancedJWT",
     "[extensions] EnhancedJWTClaimConstraints", "cannot both stand in one certificate",
     "RFC 9118 section 6"},
    {"delegate", "mustExclude:attest", "critical,mustExclude:attest",
     "[extensions] EnhancedJWTClaimConstraints", "is critical, and must not be",
     "RFC 9118 section 3"},
    {"delegate-ca", "TNAuthList ", "JWTClaimConstraints = mustInclude:rcd\nTNAuthList ",
     "[extensions] JWTClaimConstraints", "stands in end-entity certificates only",
     "RFC 8226 section 8"},
    {"shaken", "= sti_pa_crl", "= waivers", "[extensions] crlDistributionPoints",
     "names no section of its own", NULL},
    {"shaken", NULL, "[waivers]\n= of what?\n", "[waivers] ",
     "has a reason and no lint before it: a line is id = reason", NULL},
    {"shaken", NULL, "[waivers]\ne_x =\n", "[waivers] e_x",
     "is waived without a reason; write why that is accepted, with the clause", NULL},
    {"shaken", NULL, "[waivers]\ne_x = a\ne_x = b\n", "", "the key stands twice in its section",
     NULL},
    {"shaken", NULL, "[waivers]\ne_x = one; two\n", "[waivers] e_x",
     "has a reason with other characters than printable ASCII without semicolons", NULL},
    {"shaken", NULL, "[waivers]\ne_x = caf\xc3\xa9\n", "[waivers] e_x",
     "has a reason with other characters than printable ASCII", NULL},
    {"shaken", NULL,
     "[waivers]\ne_x = 0123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
     "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
     "1\n",
     "[waivers] e_x", "has a reason of more than 160 characters", NULL},
    {"tn-intermediate", NULL,
     "a=a\nb=b\nc=c\nd=d\ne=e\nf=f\ng=g\nh=h\ni=i\nj=j\nk=k\nl=l\nm=m\nn=n\no=o\np=p\nq=q\n"
     "r=r\ns=s\nt=t\nu=u\nv=v\nw=w\nx=x\ny=y\nz=z\na1=a\nb1=b\nc1=c\nd1=d\ne1=e\nf1=f\n",
     "[waivers] f1", "is one waiver too many: a profile has at most 32", NULL},
};

/* The text with the change; malloc'd. */
static char *changed(const struct change *change)
{
    size_t length;
    char *text = read_shipped(change->profile, &length);
    char *at = change->from == NULL ? text + length : strstr(text, change->from);
    assert_non_null(at);
    size_t before = (size_t)(at - text);
    const char *behind = at + (change->from == NULL ? 0 : strlen(change->from));
    size_t room = length + strlen(change->to) + 1;
    char *made = malloc(room);
    snprintf(made, room, "%.*s%s%s", (int)before, text, change->to, behind);
    free(text);
    return made;
}

static void refuses_what_no_profile_may_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        const struct change *change = &changes[i];
        struct sti_error err;
        char *text = changed(change);
        struct profile *profile = profile_read(text, strlen(text), "changed", &err);
        if (profile != NULL)
            fail_msg("%s with %s is read", change->profile, change->to);
        if (strstr(err.sentence, change->sentence) == NULL || strcmp(err.part, change->part) != 0)
            fail_msg("%s with %s: %s: %s", change->profile, change->to, err.part, err.sentence);
        assert_int_equal(err.code, STI_REFUSED);
        if (change->clause != NULL)
            assert_string_equal(err.clause, change->clause);
        assert_int_equal(ERR_peek_error(), 0);
        assert_null(profile_read(text, strlen(text), "changed", NULL));
        free(text);
    }
}

static void refuses_names_and_octets(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",   "Shaken", "../shaken",
        "-x", "a.b",    "a123456789012345678901234567890123456789012345678901234567890123"};
    struct sti_error err;
    size_t length;
    char *text = read_shipped("shaken", &length);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        assert_null(profile_read(text, length, names[i], &err));
        kit_check_error(&err, STI_REFUSED, "", "is no name of a profile", NULL);
    }
    text[5] = '\0';
    assert_null(profile_read(text, length, "shaken", &err));
    kit_check_error(&err, STI_REFUSED, "", "has a NUL octet or more than 65536 octets", NULL);
    free(text);
    assert_null(profile_read("", 0, "shaken", &err));
    kit_check_error(&err, STI_REFUSED, "[profile] title", "is missing", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mints_the_octets_that_were_minted_before),
        cmocka_unit_test(bars_delegates_from_shaken_passports_rfc9118_section_3),
        cmocka_unit_test(makes_a_ca_with_a_list_rfc9060_section_4),
        cmocka_unit_test(knows_who_signs),
        cmocka_unit_test(keeps_the_waivers_of_the_file),
        cmocka_unit_test(refuses_what_does_not_fit_the_profile),
        cmocka_unit_test(refuses_what_no_profile_may_say),
        cmocka_unit_test(refuses_names_and_octets),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
