/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in a certificate of each kind (ATIS-1000080 section 6.4.1, RFC 5280 section 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "hex.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define DAY ((time_t)86400)
#define BEGIN ((time_t)KIT_NOW)
#define VALIDITY_CLAUSE "RFC 5280 section 4.1.2.5"
#define ISSUER_CLAUSE "RFC 5280 section 6.1.3"

/* The SHAKEN policy of CP v1.4 and the CRL of an STI-PA, with the DER they must give. */
#define POLICY "2.16.840.1.114569.1.1.4"
#define POLICY_DER "300e300c060a6086480186ff09010104"
#define CRL_URL "https://pa.example/crl"
#define CRL_DER                                                                                    \
    "305f305da01aa018861668747470733a2f2f70612e6578616d706c652f63726ca23fa43d303b310b3009060355"   \
    "04061302555331173015060355040a0c0e4578616d706c65205354492d50413113301106035504030c0a535449"   \
    "2d50412043524c"

static X509_NAME *root_name;
static X509_NAME *intermediate_name;
static X509_NAME *end_entity_name;
static X509_NAME *pa_name;
static X509_NAME *crl_name;
static EVP_PKEY *root_key;
static EVP_PKEY *intermediate_key;
static EVP_PKEY *end_entity_key;
static X509 *root;
static X509 *intermediate;
static const uint8_t list[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '1', '2', '3', '4'};

/* ---- contents that are good ---- */

static struct cert_content root_content(void)
{
    struct cert_content content = {.kind = CERT_ROOT,
                                   .subject = root_name,
                                   .key = root_key,
                                   .serial = {[15] = 1},
                                   .not_before = BEGIN,
                                   .not_after = BEGIN + 400 * DAY,
                                   .path_length = -1};
    return content;
}

static struct cert_content intermediate_content(void)
{
    struct cert_content content = root_content();
    content.kind = CERT_INTERMEDIATE;
    content.subject = intermediate_name;
    content.key = intermediate_key;
    content.issuer = root;
    content.not_after = BEGIN + 300 * DAY;
    content.path_length = 0;
    content.policy = POLICY;
    content.crl_url = CRL_URL;
    content.crl_issuer = crl_name;
    return content;
}

static struct cert_content end_entity_content(void)
{
    struct cert_content content = intermediate_content();
    content.kind = CERT_END_ENTITY;
    content.subject = end_entity_name;
    content.key = end_entity_key;
    content.issuer = intermediate;
    content.not_after = BEGIN + 90 * DAY;
    content.path_length = -1;
    content.list = list;
    content.list_length = sizeof(list);
    return content;
}

static struct cert_content pa_content(void)
{
    struct cert_content content = root_content();
    content.kind = CERT_STI_PA;
    content.subject = pa_name;
    return content;
}

static X509 *build(const struct cert_content *content)
{
    struct sti_error err;
    sti_error_clear(&err);
    X509 *certificate = cert_build(content, &err);
    if (certificate == NULL)
        fail_msg("not built: %s", err.sentence);
    return certificate;
}

/* An issuer is a signed certificate. */
static X509 *build_signed(const struct cert_content *content, EVP_PKEY *key)
{
    unsigned char *der = NULL;
    size_t length;
    X509 *certificate = build(content);
    assert_true(cert_sign(certificate, key, &der, &length, NULL));
    OPENSSL_free(der);
    return certificate;
}

static int set_up(void **state)
{
    (void)state;
    root_name = kit_name("C=US/O=Example CA/CN=SHAKEN ROOT");
    intermediate_name = kit_name("C=US/O=Example CA/CN=SHAKEN Intermediate");
    end_entity_name = kit_name("C=US/O=Example/CN=SHAKEN 1234");
    pa_name = kit_name("C=US/O=Example STI-PA/CN=STI-PA");
    crl_name = kit_name("C=US/O=Example STI-PA/CN=STI-PA CRL");
    root_key = kit_ec("P-256");
    intermediate_key = kit_ec("P-256");
    end_entity_key = kit_ec("P-256");
    struct cert_content content = root_content();
    root = build_signed(&content, root_key);
    content = intermediate_content();
    intermediate = build_signed(&content, root_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    X509_free(root);
    X509_free(intermediate);
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(intermediate_key);
    EVP_PKEY_free(end_entity_key);
    X509_NAME_free(root_name);
    X509_NAME_free(intermediate_name);
    X509_NAME_free(end_entity_name);
    X509_NAME_free(pa_name);
    X509_NAME_free(crl_name);
    return 0;
}

/* ---- fields ---- */

/* The content of the serial's INTEGER must be these octets. */
static void serial_is(const char *serial_hex, const char *content_hex)
{
    uint8_t want[CERT_SERIAL_OCTETS + 3];
    struct cert_content content = root_content();
    assert_int_equal(from_hex(serial_hex, content.serial, sizeof(content.serial)), 16);
    want[0] = V_ASN1_INTEGER;
    want[1] = (uint8_t)from_hex(content_hex, want + 2, sizeof(want) - 2);
    X509 *certificate = build(&content);
    unsigned char *der = NULL;
    int length = i2d_ASN1_INTEGER(X509_get_serialNumber(certificate), &der);
    assert_int_equal(length, want[1] + 2);
    assert_memory_equal(der, want, (size_t)length);
    /* not negative */
    assert_int_equal(ASN1_STRING_type(X509_get_serialNumber(certificate)), V_ASN1_INTEGER);
    OPENSSL_free(der);
    X509_free(certificate);
}

static void serial_is_positive_rfc5280_section_4_1_2_2(void **state)
{
    (void)state;
    serial_is("7fffffffffffffffffffffffffffffff", "7fffffffffffffffffffffffffffffff");
    serial_is("00000000000000000000000000000001", "01");
    serial_is("00000000000000000000000000000080", "0080");
    serial_is("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef");
    /* the highest bit set would be a minus: a zero octet goes before */
    serial_is("80000000000000000000000000000000", "0080000000000000000000000000000000");
    serial_is("ffffffffffffffffffffffffffffffff", "00ffffffffffffffffffffffffffffffff");
}

static void serial_is_not_zero_rfc5280_section_4_1_2_2(void **state)
{
    (void)state;
    struct sti_error err;
    struct cert_content content = root_content();
    memset(content.serial, 0, sizeof(content.serial));
    assert_null(cert_build(&content, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "the root certificate could not be built", NULL);
}

static void version_is_3_rfc5280_section_4_1_2_1(void **state)
{
    (void)state;
    assert_int_equal(X509_get_version(root), X509_VERSION_3);
    assert_int_equal(X509_get_version(intermediate), X509_VERSION_3);
}

/* Issuer = the subject of the issuing certificate, or one's own. */
static void names_issuer_and_subject_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    struct cert_content contents[] = {end_entity_content(), pa_content()};
    X509 *leaf = build(&contents[0]);
    X509 *pa = build(&contents[1]);
    assert_int_equal(X509_NAME_cmp(X509_get_issuer_name(root), root_name), 0);
    assert_int_equal(X509_NAME_cmp(X509_get_subject_name(root), root_name), 0);
    assert_int_equal(X509_NAME_cmp(X509_get_issuer_name(leaf), intermediate_name), 0);
    assert_int_equal(X509_NAME_cmp(X509_get_subject_name(leaf), end_entity_name), 0);
    assert_int_equal(X509_NAME_cmp(X509_get_issuer_name(pa), pa_name), 0);
    X509_free(leaf);
    X509_free(pa);
}

/* The key stands in the certificate as in the CSR, octet for octet (RFC 5480 section 2). */
static void copies_the_key_of_the_csr_rfc5480_section_2(void **state)
{
    (void)state;
    unsigned char *asked = NULL;
    unsigned char *got = NULL;
    struct cert_content content = end_entity_content();
    struct csr *csr = kit_csr(
        &(struct kit_request){.subject = "C=US/O=Example/CN=SHAKEN 1234", .list = "SPC:1234"},
        end_entity_key);
    content.key = NULL;
    content.spki = csr->spki;
    X509 *certificate = build(&content);
    int length = i2d_X509_PUBKEY(content.spki, &asked);
    assert_int_equal(length, 91);
    assert_int_equal(i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &got), length);
    assert_memory_equal(asked, got, (size_t)length);
    OPENSSL_free(asked);
    OPENSSL_free(got);
    X509_free(certificate);
    csr_free(csr);
}

static void refuses_an_spki_without_a_named_curve_rfc5480_section_2_1_1(void **state)
{
    (void)state;
    struct sti_error err;
    X509_PUBKEY *spki = NULL;
    EVP_PKEY *rsa = kit_rsa();
    assert_int_equal(X509_PUBKEY_set(&spki, rsa), 1);
    struct cert_content content = end_entity_content();
    content.key = NULL;
    content.spki = spki;
    assert_null(cert_build(&content, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "could not be built", NULL);
    content.spki = NULL; /* and without any key */
    assert_null(cert_build(&content, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "could not be built", NULL);
    X509_PUBKEY_free(spki);
    EVP_PKEY_free(rsa);
}

/* ---- validity ---- */

static void time_is(const ASN1_TIME *time, int type, const char *text)
{
    assert_int_equal(ASN1_STRING_type(time), type);
    assert_int_equal(ASN1_STRING_length(time), strlen(text));
    assert_memory_equal(ASN1_STRING_get0_data(time), text, strlen(text));
}

/* Dates through 2049 are UTCTime, later ones GeneralizedTime. */
static void writes_times_by_their_year_rfc5280_section_4_1_2_5(void **state)
{
    (void)state;
    struct cert_content content = root_content();
    content.not_before = 2524607999;
    content.not_after = 2524608000;
    X509 *certificate = build(&content);
    time_is(X509_get0_notBefore(certificate), V_ASN1_UTCTIME, "491231235959Z");
    time_is(X509_get0_notAfter(certificate), V_ASN1_GENERALIZEDTIME, "20500101000000Z");
    X509_free(certificate);
}

static void refuses_an_empty_validity_rfc5280_section_4_1_2_5(void **state)
{
    (void)state;
    struct sti_error err;
    struct cert_content content = root_content();
    for (time_t length = 0; length >= -1; length--) {
        content.not_after = content.not_before + length;
        assert_null(cert_build(&content, &err));
        kit_check_error(&err, STI_REFUSED, "", "the validity would end before it begins",
                        VALIDITY_CLAUSE);
    }
}

/* A certificate may end with its issuer, in the same second, but not later; nor begin before it. */
static void stays_within_the_issuer_rfc5280_section_6_1_3(void **state)
{
    (void)state;
    struct sti_error err;
    struct cert_content content = intermediate_content();
    content.not_after = BEGIN + 400 * DAY;
    X509_free(build(&content));
    content.not_after++;
    assert_null(cert_build(&content, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "the validity does not lie within the issuer's, which ends at "
                    "2027-10-26T14:13:20Z",
                    ISSUER_CLAUSE);
    content = intermediate_content();
    content.not_before--;
    assert_null(cert_build(&content, &err));
    kit_check_error(&err, STI_REFUSED, "", "the validity does not lie within", ISSUER_CLAUSE);
}

/* An issuer without readable dates is no issuer. */
static void refuses_an_issuer_without_dates_rfc5280_section_6_1_3(void **state)
{
    (void)state;
    struct sti_error err;
    struct cert_content content = intermediate_content();
    for (int end = 0; end < 2; end++) {
        X509 *issuer = X509_dup(root);
        ASN1_TIME *time = end ? X509_getm_notAfter(issuer) : X509_getm_notBefore(issuer);
        assert_int_equal(ASN1_STRING_set(time, "no date", 7), 1);
        content.issuer = issuer;
        assert_null(cert_build(&content, &err));
        kit_check_error(&err, STI_REFUSED, "", end ? "an unreadable date" : "does not lie within",
                        ISSUER_CLAUSE);
        X509_free(issuer);
    }
}

/* ---- extensions ---- */

struct wanted {
    int nid;
    bool critical;
    const char *der; /* lower-case hex; NULL: told by the keys */
};

/* The extensions must be these, in this order, and no others. */
static void extensions_are(const X509 *certificate, const struct wanted *wanted)
{
    int count = 0;
    for (; wanted[count].nid != NID_undef; count++) {
        uint8_t octets[128];
        /* No variable: OpenSSL 4.0 returns it const, and 3.0 takes it only without. */
        assert_non_null(X509_get_ext(certificate, count));
        assert_int_equal(OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(certificate, count))),
                         wanted[count].nid);
        assert_int_equal(X509_EXTENSION_get_critical(X509_get_ext(certificate, count)),
                         wanted[count].critical);
        if (wanted[count].der == NULL)
            continue;
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(X509_get_ext(certificate, count));
        size_t length = from_hex(wanted[count].der, octets, sizeof(octets));
        assert_int_equal(ASN1_STRING_length(value), length);
        assert_memory_equal(ASN1_STRING_get0_data(value), octets, length);
    }
    assert_int_equal(X509_get_ext_count(certificate), count);
}

#define CA_TRUE "30030101ff"
#define CA_TRUE_PATH_0 "30060101ff020100"
#define CA_FALSE "3000"
#define KEY_CERT_SIGN "03020204"
#define DIGITAL_SIGNATURE "03020780"

static void root_extensions_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const struct wanted wanted[] = {{NID_basic_constraints, true, CA_TRUE},
                                           {NID_key_usage, true, KEY_CERT_SIGN},
                                           {NID_subject_key_identifier, false, NULL},
                                           {NID_undef, false, NULL}};
    extensions_are(root, wanted);
}

static void intermediate_extensions_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const struct wanted wanted[] = {{NID_basic_constraints, true, CA_TRUE_PATH_0},
                                           {NID_key_usage, true, KEY_CERT_SIGN},
                                           {NID_subject_key_identifier, false, NULL},
                                           {NID_authority_key_identifier, false, NULL},
                                           {NID_certificate_policies, false, POLICY_DER},
                                           {NID_crl_distribution_points, false, CRL_DER},
                                           {NID_undef, false, NULL}};
    extensions_are(intermediate, wanted);
}

/* The list is the last extension; libcrypto has no name for it. */
static void end_entity_extensions_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const struct wanted wanted[] = {{NID_basic_constraints, true, CA_FALSE},
                                           {NID_key_usage, true, DIGITAL_SIGNATURE},
                                           {NID_subject_key_identifier, false, NULL},
                                           {NID_authority_key_identifier, false, NULL},
                                           {NID_certificate_policies, false, POLICY_DER},
                                           {NID_crl_distribution_points, false, CRL_DER},
                                           {NID_undef, false, NULL}};
    struct cert_content content = end_entity_content();
    X509 *certificate = build(&content);
    X509_EXTENSION *last = X509_delete_ext(certificate, 6);
    extensions_are(certificate, wanted);
    /* extnID and extnValue, no `critical` (RFC 8226 section 9) */
    static const char extension[] = "301606082b0601050507011a040a3008a006160431323334";
    uint8_t octets[64];
    unsigned char *der = NULL;
    int length = i2d_X509_EXTENSION(last, &der);
    assert_int_equal(length, from_hex(extension, octets, sizeof(octets)));
    assert_memory_equal(der, octets, (size_t)length);
    OPENSSL_free(der);
    X509_EXTENSION_free(last);
    X509_free(certificate);
}

static void list_by_reference_rfc8226_section_10_1(void **state)
{
    (void)state;
    static const struct wanted wanted[] = {{NID_basic_constraints, true, CA_FALSE},
                                           {NID_key_usage, true, DIGITAL_SIGNATURE},
                                           {NID_subject_key_identifier, false, NULL},
                                           {NID_authority_key_identifier, false, NULL},
                                           {NID_certificate_policies, false, POLICY_DER},
                                           {NID_crl_distribution_points, false, CRL_DER},
                                           {NID_info_access, false, KIT_AIA},
                                           {NID_undef, false, NULL}};
    struct cert_content content = end_entity_content();
    content.list = NULL;
    content.list_url = KIT_AIA_URL;
    X509 *certificate = build(&content);
    extensions_are(certificate, wanted);
    X509_free(certificate);
}

/* The STI-PA's own signer of tokens: no CA, no list, nothing of the SHAKEN profile. */
static void pa_extensions_rfc5280_section_4_2_1(void **state)
{
    (void)state;
    static const struct wanted wanted[] = {{NID_basic_constraints, true, CA_FALSE},
                                           {NID_key_usage, true, DIGITAL_SIGNATURE},
                                           {NID_subject_key_identifier, false, NULL},
                                           {NID_undef, false, NULL}};
    struct cert_content content = pa_content();
    X509 *certificate = build(&content);
    extensions_are(certificate, wanted);
    X509_free(certificate);
}

/* pathLenConstraint only where cA is TRUE. */
static void path_length_only_in_a_ca_rfc5280_section_4_2_1_9(void **state)
{
    (void)state;
    static const struct {
        bool root;
        int path_length;
        const char *der;
    } rows[] = {{true, -1, CA_TRUE},
                {true, 0, CA_TRUE_PATH_0},
                {true, 1, "30060101ff020101"},
                {true, 300, "30070101ff0202012c"},
                {false, 0, CA_FALSE}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint8_t octets[32];
        struct cert_content content = rows[i].root ? root_content() : end_entity_content();
        content.path_length = rows[i].path_length;
        X509 *certificate = build(&content);
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(X509_get_ext(certificate, 0));
        size_t length = from_hex(rows[i].der, octets, sizeof(octets));
        assert_int_equal(ASN1_STRING_length(value), length);
        assert_memory_equal(ASN1_STRING_get0_data(value), octets, length);
        X509_free(certificate);
    }
}

/* 160-bit SHA-1 of the key's bits, and the issuer's as authority (method 1). */
static void identifies_keys_by_sha1_rfc5280_section_4_2_1_2(void **state)
{
    (void)state;
    unsigned char digest[20];
    struct cert_content content = end_entity_content();
    X509 *certificate = build_signed(&content, intermediate_key);
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);
    assert_int_equal(ASN1_STRING_length(bits), 65);
    assert_int_equal(EVP_Digest(ASN1_STRING_get0_data(bits), 65, digest, NULL, EVP_sha1(), NULL),
                     1);
    const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(certificate);
    assert_int_equal(ASN1_STRING_length(own), sizeof(digest));
    assert_memory_equal(ASN1_STRING_get0_data(own), digest, sizeof(digest));
    assert_int_equal(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(certificate),
                                           X509_get0_subject_key_id(intermediate)),
                     0);
    assert_null(X509_get0_authority_issuer(certificate));
    assert_null(X509_get0_authority_key_id(root));
    X509_free(certificate);
}

/* ---- contents that a kind does not allow ---- */

static void wrong(const struct cert_content *content, const char *sentence, const char *clause)
{
    struct sti_error err;
    assert_null(cert_build(content, &err));
    kit_check_error(&err, STI_USAGE, "", sentence, clause);
    assert_null(cert_build(content, NULL));
}

/* Exactly one of list and list_url in an end entity, none elsewhere. */
static void wants_one_list_in_an_end_entity_rfc8226_section_9(void **state)
{
    (void)state;
    struct cert_content content = end_entity_content();
    content.list_url = KIT_AIA_URL;
    wrong(&content, "end-entity certificate with the wrong number of lists", "RFC 8226 section 9");
    content = end_entity_content();
    content.list = NULL;
    wrong(&content, "end-entity certificate with the wrong number of lists", "RFC 8226 section 9");
    struct cert_content others[] = {root_content(), intermediate_content(), pa_content()};
    for (size_t i = 0; i < 3; i++) {
        others[i].list = list;
        others[i].list_length = sizeof(list);
        wrong(&others[i], "with the wrong number of lists", "RFC 8226 section 9");
        others[i].list = NULL;
        others[i].list_url = KIT_AIA_URL;
        wrong(&others[i], "with the wrong number of lists", "RFC 8226 section 9");
    }
}

static void wants_the_issuer_of_the_kind_rfc5280_section_4_1_2_4(void **state)
{
    (void)state;
    struct cert_content content = root_content();
    content.issuer = root;
    wrong(&content, "root certificate with the wrong issuer", NULL);
    content = pa_content();
    content.issuer = root;
    wrong(&content, "STI-PA certificate with the wrong issuer", NULL);
    content = intermediate_content();
    content.issuer = NULL;
    wrong(&content, "intermediate certificate with the wrong issuer", NULL);
    content = end_entity_content();
    content.issuer = NULL;
    wrong(&content, "end-entity certificate with the wrong issuer", NULL);
}

/* What cannot be encoded is not left out. */
static void leaves_nothing_out(void **state)
{
    (void)state;
    struct sti_error err;
    struct cert_content content = end_entity_content();
    content.policy = "no OID";
    assert_null(cert_build(&content, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "the end-entity certificate could not be built",
                    NULL);
    content = end_entity_content();
    content.crl_issuer = NULL;
    assert_null(cert_build(&content, &err));
    X509 *issuer = X509_dup(intermediate);
    content = end_entity_content();
    X509_EXTENSION_free(X509_delete_ext(issuer, 2)); /* its subjectKeyIdentifier */
    assert_true(X509_sign(issuer, root_key, EVP_sha256()) > 0);
    content.issuer = issuer;
    assert_null(cert_build(&content, &err));
    X509_free(issuer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serial_is_positive_rfc5280_section_4_1_2_2),
        cmocka_unit_test(serial_is_not_zero_rfc5280_section_4_1_2_2),
        cmocka_unit_test(version_is_3_rfc5280_section_4_1_2_1),
        cmocka_unit_test(names_issuer_and_subject_atis1000080_section_6_4_1),
        cmocka_unit_test(copies_the_key_of_the_csr_rfc5480_section_2),
        cmocka_unit_test(refuses_an_spki_without_a_named_curve_rfc5480_section_2_1_1),
        cmocka_unit_test(writes_times_by_their_year_rfc5280_section_4_1_2_5),
        cmocka_unit_test(refuses_an_empty_validity_rfc5280_section_4_1_2_5),
        cmocka_unit_test(stays_within_the_issuer_rfc5280_section_6_1_3),
        cmocka_unit_test(refuses_an_issuer_without_dates_rfc5280_section_6_1_3),
        cmocka_unit_test(root_extensions_atis1000080_section_6_4_1),
        cmocka_unit_test(intermediate_extensions_atis1000080_section_6_4_1),
        cmocka_unit_test(end_entity_extensions_atis1000080_section_6_4_1),
        cmocka_unit_test(list_by_reference_rfc8226_section_10_1),
        cmocka_unit_test(pa_extensions_rfc5280_section_4_2_1),
        cmocka_unit_test(path_length_only_in_a_ca_rfc5280_section_4_2_1_9),
        cmocka_unit_test(identifies_keys_by_sha1_rfc5280_section_4_2_1_2),
        cmocka_unit_test(wants_one_list_in_an_end_entity_rfc8226_section_9),
        cmocka_unit_test(wants_the_issuer_of_the_kind_rfc5280_section_4_1_2_4),
        cmocka_unit_test(leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
