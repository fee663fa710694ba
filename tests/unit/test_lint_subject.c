/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a certificate for the lints: what is kept, what is refused, and who is whose signer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509.h>

#include "hex.h"
#include "test_lint_kit.h"

static struct plan plan;
static uint8_t der[PLAN_MAX_OCTETS];
static size_t length;
static struct lint_subject subject;
static struct sti_error err;

static bool read_der(void)
{
    /* On the heap and exactly as long, so that a sanitizer sees a step too far. */
    uint8_t *copy = malloc(length + 1);
    memcpy(copy, der, length);
    sti_error_clear(&err);
    bool ok = lint_subject_read(&subject, copy, length, &err);
    free(copy);
    return ok;
}

static void build(void)
{
    length = plan_build(&plan, der);
}

/* Replaces the first occurrence of octets, as long as they are. */
static void patch(const char *old_hex, const char *new_hex)
{
    uint8_t old[64];
    uint8_t new[64];
    size_t count = from_hex(old_hex, old, sizeof(old));
    assert_int_equal(from_hex(new_hex, new, sizeof(new)), count);
    uint8_t *at = memmem(der, length, old, count);
    assert_non_null(at);
    memcpy(at, new, count);
}

static void refused(const char *sentence)
{
    assert_false(read_der());
    if (strstr(err.sentence, sentence) == NULL)
        fail_msg("it says: %s", err.sentence);
    assert_int_equal(err.code, STI_REFUSED);
}

/* ---- what is kept ---- */

static void keeps_what_stands_there(void **state)
{
    (void)state;
    plan_leaf(&plan);
    build();
    assert_true(lint_subject_read(&subject, der, length, &err));
    assert_int_equal(subject.version, 3);
    assert_int_equal(subject.serial.length, 16);
    assert_int_equal(subject.not_before.stamp, 20260101000000);
    assert_true(subject.not_before.well_formed);
    assert_int_equal(subject.subject.count, 3);
    assert_int_equal(subject.extension_count, 7);
    assert_int_equal(subject.key.length, 65);
    assert_int_equal(subject.key_usage, LINT_DIGITAL_SIGNATURE);
    assert_int_equal(subject.ski.length, 20);
    assert_int_equal(subject.aki_id.length, 20);
    assert_true(subject.has_policy[LINT_POLICY_CP_1_4]);
    assert_int_equal(subject.crl.points, 1);
    assert_true(subject.crl.name && subject.crl.issuer);
    assert_true(lint_is_text(subject.crl.url, "https://pa.example/crl"));
    assert_true(lint_is_text(subject.list.spc, "709J"));
    assert_int_equal(subject.list.entries, 1);
    assert_false(subject.ca || subject.root);
    struct lint_octets cn = {0};
    assert_int_equal(lint_attributes(&subject.subject, LINT_ATTRIBUTE_CN, &cn), 1);
    assert_true(lint_is_text(cn, "SHAKEN 709J"));
}

static void reads_what_libcrypto_reads(void **state)
{
    (void)state;
    plan_leaf(&plan);
    build();
    const unsigned char *at = der;
    X509 *x509 = d2i_X509(NULL, &at, (long)length);
    assert_non_null(x509);
    assert_true(lint_subject_read(&subject, der, length, &err));
    assert_int_equal(X509_get_ext_count(x509), (int)subject.extension_count);
    assert_int_equal(X509_get_version(x509) + 1, subject.version);
    const unsigned char *name;
    size_t name_length;
    assert_int_equal(X509_NAME_get0_der(X509_get_subject_name(x509), &name, &name_length), 1);
    assert_true(lint_same((struct lint_octets){name, name_length}, subject.subject.whole));
    X509_free(x509);
}

static void reads_version_1(void **state)
{
    (void)state;
    plan_leaf(&plan);
    plan.version = 1;
    plan.extension_count = 0;
    build();
    assert_true(read_der());
    assert_int_equal(subject.version, 1);
    assert_int_equal(subject.extension_count, 0);
}

static void writes_oids(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        const char *text;
    } oids[] = {
        {"2b0601050507011a", "1.3.6.1.5.5.7.1.26"},
        {"6086480186ff09010104", "2.16.840.1.114569.1.1.4"},
        {"883703", "2.999.3"},
        {"2b86", "an OID that cannot be read"},
        {"2bffffffffffffffffffff7f", "an OID that cannot be read"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof(oids) / sizeof(*oids); i++) {
        uint8_t octets[32];
        size_t count = from_hex(oids[i].hex, octets, sizeof(octets));
        lint_oid_text((struct lint_octets){octets, count}, text, sizeof(text));
        assert_string_equal(text, oids[i].text);
    }
    uint8_t octets[] = {0x2b, 0x06, 0x01};
    lint_oid_text((struct lint_octets){octets, 3}, text, 5);
    assert_string_equal(text, "1.3."); /* cut */
}

/* ---- times ---- */

static void knows_which_times_exist(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t stamp; /* 0: no time */
    } times[] = {
        {"240229000000Z", 20240229000000},
        {"230229000000Z", 0},
        {"991231235959Z", 19991231235959},
        {"500101000000Z", 19500101000000},
        {"491231235959Z", 20491231235959},
        {"260132000000Z", 0},
        {"261301000000Z", 0},
        {"260001000000Z", 0},
        {"260100000000Z", 0},
        {"260101240000Z", 0},
        {"260101006000Z", 0},
        {"260101000060Z", 0},
        {"26010100000:Z", 0},
        {"260101000000X", 0},
        {"20500101000000Z", 20500101000000},
        {"20000229000000Z", 20000229000000},
        {"21000229000000Z", 0},
        {"99991231235959Z", 99991231235959},
        {"20260101000000.5Z", 0},
        {"202601010000Z+", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
        plan_leaf(&plan);
        plan.not_after = times[i].text;
        build();
        assert_true(read_der());
        if (subject.not_after.stamp != times[i].stamp)
            fail_msg("%s is read as %lld", times[i].text, (long long)subject.not_after.stamp);
        assert_int_equal(subject.not_after.well_formed, times[i].stamp != 0);
    }
}

/* Without a readable notBefore nothing can be said to be older than a rule. */
static void counts_every_lint_without_a_beginning(void **state)
{
    (void)state;
    struct lint_detail detail;
    plan_leaf(&plan);
    plan_name(plan.subject, OID_C, "us");
    plan.not_before = "2001010000Z";
    build();
    assert_true(lint_subject_read(&subject, der, length, &err));
    assert_int_equal(lint_run(lint_find("e_atis_subject_c_iso"), &subject, NULL, &detail),
                     LINT_FAIL);
    assert_int_equal(lint_run(lint_find("e_sti_time_encoding"), &subject, NULL, &detail),
                     LINT_FAIL);
    assert_non_null(strstr(detail.text, "\"2001010000Z\" is no time"));
}

/* ---- what is refused ---- */

static void refuses_what_is_no_certificate(void **state)
{
    (void)state;
    plan_leaf(&plan);
    build();
    der[0] = 0x31;
    refused("tag 0x31 stands where the certificate (0x30) is wanted");
    build();
    der[length++] = 0;
    refused("1 octets too many behind the certificate");
    length = 0;
    refused("the certificate is missing");
    length = LINT_MAX_OCTETS + 1;
    assert_false(lint_subject_read(&subject, der, length, &err)); /* not one octet is read */
    assert_non_null(strstr(err.sentence, "has more than 67108864 octets"));
}

static void refuses_faulty_fields(void **state)
{
    (void)state;
    plan_leaf(&plan);
    plan.serial = "";
    build();
    refused("serialNumber is an INTEGER without octets");
    plan_leaf(&plan);
    build();
    patch("170d323630313031", "130d323630313031");
    refused("notBefore is neither a UTCTime nor a GeneralizedTime");
    plan_leaf(&plan);
    plan.spki = "3019301306072a8648ce3d020106082a8648ce3d03010703020904";
    build();
    refused("the key is a BIT STRING without its first octet");
    plan.spki = "3017301306072a8648ce3d020106082a8648ce3d0301070300";
    build();
    refused("the key is a BIT STRING without its first octet");
    plan_leaf(&plan);
    build();
    patch("0603551d130101ff", "0603551d130102ff");
    refused("critical is a BOOLEAN of more or less than one octet");
    build();
    patch("06035504060c02", "06035504061f02");
    refused("an attribute's value has a tag of many octets, which none has");
}

static void refuses_more_than_its_limits(void **state)
{
    (void)state;
    plan_leaf(&plan);
    while (plan.extension_count < LINT_MAX_EXTENSIONS)
        plan_add(&plan, OID_EKU, 0, "3000");
    build();
    assert_true(read_der());
    plan_add(&plan, OID_EKU, 0, "3000");
    build();
    refused("has more than 48 extensions, the most read here");
    plan_leaf(&plan);
    for (int i = 3; i < LINT_MAX_ATTRIBUTES; i++)
        plan_name_add(plan.subject, OID_OU, "x");
    build();
    assert_true(read_der());
    plan_name_add(plan.subject, OID_OU, "x");
    build();
    refused("a name has more than 48 attributes, the most read here");
}

/* Any prefix is refused, and any single octet that is changed is read or refused, but no more. */
static void survives_damage(void **state)
{
    (void)state;
    struct lint_detail detail;
    plan_leaf(&plan);
    build();
    size_t whole = length;
    for (length = 0; length < whole; length++)
        assert_false(read_der());
    for (size_t i = 0; i < whole; i++) {
        uint8_t kept = der[i];
        for (unsigned value = 0; value < 256; value += 5) {
            der[i] = (uint8_t)value;
            if (!lint_subject_read(&subject, der, whole, &err))
                continue;
            for (size_t k = 0; k < lint_count(); k++)
                lint_run(lint_at(k), &subject, NULL, &detail);
        }
        der[i] = kept;
    }
}

/* ---- extensions that cannot be read ---- */

static void leaves_faulty_extensions_to_the_lints(void **state)
{
    (void)state;
    static const struct {
        const char *oid;
        const char *hex;
        const char *id;
        const char *detail;
    } faults[] = {
        {OID_BASIC_CONSTRAINTS, "3003010100ff", "e_atis_ext_basic_constraints",
         "the basicConstraints cannot be read"},
        {OID_BASIC_CONSTRAINTS, "30020200", "e_atis_ext_basic_constraints",
         "the basicConstraints cannot be read"},
        {OID_BASIC_CONSTRAINTS, "30040102ffff", "e_atis_ext_basic_constraints",
         "the basicConstraints cannot be read"},
        {OID_KEY_USAGE, "0300", "e_atis_ext_key_usage_ee", "the keyUsage cannot be read"},
        {OID_KEY_USAGE, "03020880", "e_incorrect_ku_encoding", "the keyUsage is no BIT STRING"},
        {OID_KEY_USAGE, "030100", "e_incorrect_ku_encoding", "the keyUsage has zero bits"},
        {OID_KEY_USAGE, "0303008000", "e_incorrect_ku_encoding", "the keyUsage has zero bits"},
        {OID_SKI, "0403", "e_atis_subject_key_identifier_size",
         "the subjectKeyIdentifier cannot be read"},
        {OID_AKI, "3102", "e_ext_authority_key_identifier_no_key_identifier",
         "there is no keyIdentifier"},
        {OID_POLICIES, "3000", "e_atis_ext_certificate_policies",
         "the certificatePolicies cannot be read"},
        {OID_POLICIES, "3004300206ff", "e_atis_ext_certificate_policies",
         "the certificatePolicies cannot be read"},
        {OID_POLICIES, "301c300c060a6086480186ff09010104300c060a6086480186ff09010103",
         "e_atis_ext_certificate_policies", "name 2 policies, not one"},
        {OID_CRL_POINTS, "3000", "e_atis_ext_crl_distribution",
         "the cRLDistributionPoints cannot be read"},
        {OID_CRL_POINTS, "300430003000", "e_atis_ext_crl_distribution",
         "there are 2 distribution points, not one"},
        {OID_CRL_POINTS, "300c300aa008a0068604666f6f3a", "e_atis_ext_crl_distribution",
         "the distribution point is \"foo:\", no http URL"},
        {OID_CRL_POINTS, "30023000", "e_atis_ext_crl_distribution",
         "the distribution point has 0 URLs, not one"},
        {OID_CRL_POINTS, "30023000", "e_atis_ext_crl_distribution_struct",
         "the distribution point has no distributionPoint field"},
        {OID_TNAUTHLIST, "3000", "e_sti_tnauthlist_form", "the list is empty"},
        {OID_TNAUTHLIST, "3000", "e_atis_tn_auth_list",
         "the TNAuthList is malformed: the list is empty"},
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        struct lint_detail detail;
        plan_leaf(&plan);
        plan_value(&plan, faults[i].oid, faults[i].hex);
        build();
        assert_true(lint_subject_read(&subject, der, length, &err));
        assert_int_equal(lint_run(lint_find(faults[i].id), &subject, NULL, &detail), LINT_FAIL);
        if (strstr(detail.text, faults[i].detail) == NULL)
            fail_msg("%zu: %s says: %s", i, faults[i].id, detail.text);
    }
}

/* ---- roots and signers ---- */

static bool is_root(void)
{
    build();
    assert_true(lint_subject_read(&subject, der, length, &err));
    return subject.root;
}

static void tells_a_root_from_a_new_key(void **state)
{
    (void)state;
    plan_root(&plan);
    assert_true(is_root());
    plan_drop(&plan, OID_AKI);
    assert_true(is_root()); /* by its names alone */
    plan_root(&plan);
    plan_value(&plan, OID_AKI, "301680140102030405060708091011121314151617181920");
    assert_true(is_root()); /* it has signed itself, so its AKI is wrong */
    plan.signer = KEY_INTERMEDIATE;
    assert_false(is_root()); /* the same name, another key: a rollover */
    plan_intermediate(&plan);
    assert_false(is_root());
    plan_leaf(&plan);
    memcpy(plan.issuer, plan.subject, sizeof(plan.issuer));
    assert_false(is_root()); /* no CA */
}

/* RFC 5280 section 4.2.1.1: a self-signed certificate may leave the AKI out. */
static void asks_no_aki_of_the_self_signed(void **state)
{
    (void)state;
    const struct lint *lint = lint_find("e_ext_authority_key_identifier_missing");
    struct lint_detail detail;
    plan_leaf(&plan);
    plan_drop(&plan, OID_AKI);
    assert_false(is_root());
    assert_int_equal(lint_run(lint, &subject, NULL, &detail), LINT_FAIL);
    memcpy(plan.issuer, plan.subject, sizeof(plan.issuer));
    assert_false(is_root());
    assert_int_equal(lint_run(lint, &subject, NULL, &detail), LINT_NOT_APPLICABLE);
}

static void takes_the_next_certificate_for_its_signer(void **state)
{
    (void)state;
    static struct lint_subject next;
    static uint8_t next_der[PLAN_MAX_OCTETS];
    static struct plan signer;
    plan_intermediate(&signer);
    assert_true(lint_subject_read(&next, next_der, plan_build(&signer, next_der), &err));
    plan_leaf(&plan);
    assert_false(is_root());
    lint_subject_signer(&subject, &next);
    assert_ptr_equal(subject.signer, &next);
    plan_name(plan.issuer, OID_CN, "SHAKEN other");
    assert_false(is_root());
    lint_subject_signer(&subject, &next);
    assert_null(subject.signer);
    /* A root has none, even with another root of its name behind it. */
    plan_root(&plan);
    assert_true(is_root());
    assert_true(lint_subject_read(&next, next_der, plan_build(&plan, next_der), &err));
    lint_subject_signer(&subject, &next);
    assert_null(subject.signer);
}

/* ---- verifiers ---- */

static bool stumbles(const char *id, struct lint_detail *detail)
{
    build();
    assert_true(lint_subject_read(&subject, der, length, &err));
    for (size_t i = 0; i < lint_verifier_count; i++)
        if (strcmp(lint_verifiers[i].id, id) == 0)
            return lint_verifiers[i].stumbles_over(&subject, detail);
    fail_msg("there is no verifier %s", id);
    return false;
}

/* More than 8,192 octets in PEM, whatever they are. */
static void make_large(struct plan *to)
{
    char zeros[401];
    memset(zeros, '0', 400);
    zeros[400] = '\0';
    while (to->extension_count < LINT_MAX_EXTENSIONS)
        plan_add(to, OID_EKU, 0, zeros);
}

static void knows_who_stumbles(void **state)
{
    (void)state;
    struct lint_detail detail;
    for (size_t i = 0; i < lint_verifier_count; i++) {
        plan_leaf(&plan);
        if (stumbles(lint_verifiers[i].id, &detail))
            fail_msg("%s stumbles over the base profile: %s", lint_verifiers[i].id, detail.text);
    }
    plan_leaf(&plan);
    plan_list(&plan, "TN:12155551212,SPC:709J");
    assert_true(stumbles("asterisk-first-spc", &detail));
    assert_string_equal(detail.text, "the first entry of its list is no SPC");
    assert_true(stumbles("opensips-numbers", &detail));
    plan_list(&plan, "SPC:709J,TN:12155551212");
    assert_false(stumbles("asterisk-first-spc", &detail));
    plan_drop(&plan, OID_TNAUTHLIST);
    static const char *const by_value[] = {"asterisk-aia", "opensips-aia", "libstirshaken-aia"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(stumbles(by_value[i], &detail));
        assert_string_equal(detail.text, "it has no TNAuthList");
    }
    plan_add(&plan, OID_AIA, 0,
             "3024302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31");
    assert_true(stumbles("asterisk-aia", &detail));
    assert_string_equal(detail.text, "its list is by reference, which is not looked at");
    plan_leaf(&plan);
    plan_name(plan.subject, OID_CN, NULL);
    assert_true(stumbles("asterisk-cn", &detail));
    plan_leaf(&plan);
    make_large(&plan);
    assert_true(stumbles("asterisk-size", &detail));
    assert_non_null(strstr(detail.text, "octets in PEM"));
    plan_leaf(&plan);
    build();
    assert_true(lint_subject_read(&subject, der, length, &err));
    subject.published = 8193; /* a chain that is too long, behind a small certificate */
    assert_true(lint_verifiers[1].stumbles_over(&subject, &detail));
    subject.published = 8192;
    assert_false(lint_verifiers[1].stumbles_over(&subject, &detail));
    plan_intermediate(&plan);
    plan_list(&plan, "SPC:709J");
    assert_true(stumbles("reports-ca-list", &detail));
    assert_false(stumbles("opensips-numbers", &detail));
}

static void counts_octets_in_pem(void **state)
{
    (void)state;
    assert_int_equal(lint_pem_octets(0), 54);
    assert_int_equal(lint_pem_octets(1), 54 + 4 + 1);
    assert_int_equal(lint_pem_octets(48), 54 + 64 + 1);
    assert_int_equal(lint_pem_octets(49), 54 + 68 + 2);
}

/* ---- the days of the public ids ---- */

/* As in the reports on the SHAKEN PKI; written out once more, so that no table changes unseen. */
static void the_days_are_those_of_the_published_reports(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        int day;
    } days[] = {
        {"e_atis_version", 20201203},
        {"e_atis_version_ca", 20200904},
        {"e_atis_ext_basic_constraints", 20200904},
        {"e_atis_ext_key_usage", 20200904},
        {"e_atis_ext_key_usage_ee", 20201203},
        {"e_atis_subject_cn_spc", 20220116},
        {"e_atis_subject_o_required_ca", 20211018},
        {"e_atis_subject_key_identifier_size", 20220116},
        {"e_atis_ext_crl_distribution_struct", 20220116},
        {"e_atis_serial_number_size", 20230312},
        {"e_atis_serial_number_size_ca", 20221212},
        {"e_atis_ext_certificate_policies_root", 20221212},
        {"e_atis_tn_auth_list_ca", 20200904},
        {"e_atis_tn_auth_list_spc_format", 20230312},
        {"e_shaken_certificate_policies_id", 20220110},
        {"e_shaken_certificate_policies_id_ca", 20210818},
        {"e_us_cp_subject_sn_shall", 20220110},
        {"e_atis_subject_c_us", 20230904},
        {"e_atis_subject_c_us_ca", 20230606},
    };
    for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
        assert_int_equal(lint_find(days[i].id)->effective, days[i].day);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_stands_there),
        cmocka_unit_test(reads_what_libcrypto_reads),
        cmocka_unit_test(reads_version_1),
        cmocka_unit_test(writes_oids),
        cmocka_unit_test(knows_which_times_exist),
        cmocka_unit_test(counts_every_lint_without_a_beginning),
        cmocka_unit_test(refuses_what_is_no_certificate),
        cmocka_unit_test(refuses_faulty_fields),
        cmocka_unit_test(refuses_more_than_its_limits),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(leaves_faulty_extensions_to_the_lints),
        cmocka_unit_test(tells_a_root_from_a_new_key),
        cmocka_unit_test(asks_no_aki_of_the_self_signed),
        cmocka_unit_test(takes_the_next_certificate_for_its_signer),
        cmocka_unit_test(knows_who_stumbles),
        cmocka_unit_test(counts_octets_in_pem),
        cmocka_unit_test(the_days_are_those_of_the_published_reports),
    };
    kit_keys_make();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    kit_keys_free();
    return failed;
}
