/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every lint: a certificate that passes it, and the same one with a single change that fails it and
 * no other lint. Where a fault is by its nature one for other lints, too, the row says so: the same
 * rule in two standards, or a list of numbers, which is never the base profile's. What came before
 * a profile was in force is judged by the older standards alone, so most rows can do without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test_lint_kit.h"

/* ---- what is judged ---- */

/* A certificate, and the one that has signed it, if the file holds it. */
struct world {
    struct plan plan;
    struct plan signer;
    bool has_signer;
};

struct judged {
    uint8_t der[PLAN_MAX_OCTETS];
    uint8_t signer_der[PLAN_MAX_OCTETS];
    struct lint_subject subject;
    struct lint_subject signer;
};

/* Reads what the world's plans make; false if the certificate is refused. */
static bool judge(const struct world *world, struct judged *judged)
{
    size_t length = plan_build(&world->plan, judged->der);
    if (!lint_subject_read(&judged->subject, judged->der, length, NULL))
        return false;
    if (!world->has_signer)
        return true;
    length = plan_build(&world->signer, judged->signer_der);
    assert_true(lint_subject_read(&judged->signer, judged->signer_der, length, NULL));
    lint_subject_signer(&judged->subject, &judged->signer);
    return true;
}

/* ---- certificates that pass ---- */

static void leaf(struct world *world)
{
    plan_leaf(&world->plan);
}

static void intermediate(struct world *world)
{
    plan_intermediate(&world->plan);
}

static void root(struct world *world)
{
    plan_root(&world->plan);
}

static void chained_leaf(struct world *world)
{
    plan_leaf(&world->plan);
    plan_intermediate(&world->signer);
    world->has_signer = true;
}

static void leaf_of_1_3(struct world *world)
{
    plan_leaf(&world->plan);
    plan_value(&world->plan, OID_POLICIES, CP_1_3);
    plan_name_add(world->plan.subject, OID_SERIAL_NUMBER, "1");
}

/* Outside of the base profile: a list of numbers, and a CA with a list. */
static void leaf_with_numbers(struct world *world)
{
    plan_leaf(&world->plan);
    plan_list(&world->plan, "TN:12155550100-12155550199, TN:12155551212");
}

static void leaf_by_reference(struct world *world)
{
    plan_leaf(&world->plan);
    plan_drop(&world->plan, OID_TNAUTHLIST);
    plan_add(&world->plan, OID_AIA, 0,
             "3024302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31");
}

static void leaf_with_claims(struct world *world)
{
    plan_leaf(&world->plan);
    plan_add(&world->plan, OID_CLAIMS, 0,
             "3022a00a30081606617474657374a11430123010160661747465737430060c01420c0143");
}

static void leaf_with_enhanced_claims(struct world *world)
{
    plan_leaf(&world->plan);
    plan_add(&world->plan, OID_ENHANCED_CLAIMS, 0, "3014a2123010160661747465737416066f7269676964");
}

static void delegating_ca(struct world *world)
{
    plan_intermediate(&world->plan);
    plan_list(&world->plan, "TN:12155550000-12155559999");
}

static void delegating_ca_of_1_3(struct world *world)
{
    delegating_ca(world);
    plan_value(&world->plan, OID_POLICIES, CP_1_3);
    plan_name_add(world->plan.subject, OID_SERIAL_NUMBER, "1");
}

static void delegate(struct world *world)
{
    plan_leaf(&world->plan);
    plan_intermediate(&world->signer);
    plan_list(&world->signer, "SPC:709J,TN:12155550000-12155559999");
    world->has_signer = true;
}

/* ---- single changes ---- */

#define CHANGE(name, statement)                                                                    \
    static void name(struct world *world)                                                          \
    {                                                                                              \
        struct plan *plan = &world->plan;                                                          \
        statement;                                                                                 \
    }

CHANGE(nothing_at_all, plan->spki = "0500")
CHANGE(version_2, plan->version = 2)
CHANGE(serial_zero, plan->serial = "00")
CHANGE(serial_63_bits, plan->serial = "7fffffffffffffff")
CHANGE(serial_21_octets, plan->serial = "010203040506070809101112131415161718192021")
CHANGE(serial_padded, plan->serial = "000b2233b9c29da21f35331abd8fd943de")
CHANGE(sha384, plan->algorithm = plan->tbs_algorithm = SHA384_ALGORITHM)
CHANGE(rsa_signature, plan->algorithm = plan->tbs_algorithm = "300d06092a864886f70d01010b0500")
CHANGE(algorithm_outside, plan->algorithm = SHA384_ALGORITHM)
CHANGE(algorithm_null, plan->algorithm = plan->tbs_algorithm = SHA256_NULL_ALGORITHM)
CHANGE(ed25519_key,
       plan->spki = "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3da"
                    "a62325af021a68f707511a";
       plan_value(plan, OID_SKI, "04143f4e3a8b8a1e5d2c7b0b8a9f3c2d1e0f4a5b6c7d"))
CHANGE(issuer_name, plan_name(plan->issuer, OID_CN, "SHAKEN other"))
CHANGE(no_c, plan_name(plan->subject, OID_C, NULL))
CHANGE(two_o, plan_name_add(plan->subject, OID_O, "Example"))
CHANGE(c_small, plan_name(plan->subject, OID_C, "us"))
CHANGE(c_canada, plan_name(plan->subject, OID_C, "CA"))
CHANGE(issuer_canada, plan_name(plan->issuer, OID_C, "CA"))
CHANGE(cn_without_shaken, plan_name(plan->subject, OID_CN, "Example intermediate"))
CHANGE(cn_shaken_inside, plan_name(plan->subject, OID_CN, "MYSHAKEN 709J"))
CHANGE(cn_between, plan_name(plan->subject, OID_CN, "SHAKEN Example 709J"))
CHANGE(cn_no_root, plan_name(plan->subject, OID_CN, "SHAKEN");
       plan_name(plan->issuer, OID_CN, "SHAKEN"))
CHANGE(no_serial_attribute, plan_name(plan->subject, OID_SERIAL_NUMBER, NULL))
CHANGE(not_before_late, plan->not_before = "280101000000Z")
CHANGE(time_generalized, plan->not_after = "20270101000000Z")
CHANGE(time_without_seconds, plan->not_after = "202701010000Z")
CHANGE(unique_id, plan->unique_id = true)

CHANGE(no_ski, plan_drop(plan, OID_SKI))
CHANGE(ski_short, plan_value(plan, OID_SKI, "040401020304"))
CHANGE(ski_other, plan_value(plan, OID_SKI, "04140102030405060708091011121314151617181920"))
CHANGE(ski_critical, plan_critical(plan, OID_SKI, 1))
CHANGE(no_aki, plan_drop(plan, OID_AKI))
CHANGE(aki_without_id, plan_value(plan, OID_AKI, "3000"))
CHANGE(aki_other, plan_value(plan, OID_AKI, "301680140102030405060708091011121314151617181920"))
CHANGE(aki_critical, plan_critical(plan, OID_AKI, 1))
CHANGE(constraints_plain, plan_critical(plan, OID_BASIC_CONSTRAINTS, 0))
CHANGE(path_of_leaf, plan_value(plan, OID_BASIC_CONSTRAINTS, "3003020100"))
CHANGE(usage_plain, plan_critical(plan, OID_KEY_USAGE, 0))
CHANGE(usage_cert_and_crl, plan_value(plan, OID_KEY_USAGE, "03020106"))
CHANGE(usage_of_two, plan_value(plan, OID_KEY_USAGE, "030205a0"))
CHANGE(usage_cert_sign, plan_value(plan, OID_KEY_USAGE, "03020284"))
CHANGE(usage_padded, plan_value(plan, OID_KEY_USAGE, "03020080"))
CHANGE(policies_critical, plan_critical(plan, OID_POLICIES, 1))
CHANGE(policy_1_1, plan_value(plan, OID_POLICIES, CP_1_1))
CHANGE(policies_of_root, plan_add(plan, OID_POLICIES, 0, CP_1_4))
CHANGE(no_crl, plan_drop(plan, OID_CRL_POINTS))
CHANGE(crl_without_issuer,
       plan_value(plan, OID_CRL_POINTS,
                  "301e301ca01aa018861668747470733a2f2f70612e6578616d706c652f63726c"))
CHANGE(crl_of_root, plan_add(plan, OID_CRL_POINTS, 0,
                             "301e301ca01aa018861668747470733a2f2f70612e6578616d706c652f63726c"))
CHANGE(list_two_spcs, plan_list(plan, "SPC:709J,SPC:1234"))
CHANGE(list_of_ca, plan_list(plan, "SPC:709J"))
CHANGE(list_small_letters, plan_list(plan, "SPC:709j");
       plan_name(plan->subject, OID_CN, "SHAKEN 709j"))
CHANGE(list_implicit, plan_value(plan, OID_TNAUTHLIST, "300680043730394a"))
CHANGE(list_long_range, plan_value(plan, OID_TNAUTHLIST, "300ba10930071602313002015b"))
CHANGE(list_critical, plan_critical(plan, OID_TNAUTHLIST, 1))
CHANGE(extended_key_usage, plan_add(plan, OID_EKU, 0, "300a06082b06010505070302"))
CHANGE(extension_twice, plan_add(plan, OID_BASIC_CONSTRAINTS, 1, "3000"))
CHANGE(default_written, plan_critical(plan, OID_SKI, 2))
CHANGE(point_compressed,
       plan->spki = "3039301306072a8648ce3d020106082a8648ce3d03010703220002"
                    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
       plan_value(plan, OID_SKI, "0414f2a8e8f0c55a6d3c9d5a0b6d9e3f7c1a2b4d5e6f"))
CHANGE(p384_key, plan->spki = "3076301006072a8648ce3d020106052b81040022036200"
                              "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a3855"
                              "02f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41d"
                              "bd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f")

CHANGE(aia_critical, plan_critical(plan, OID_AIA, 1))
CHANGE(reference_http,
       plan_value(plan, OID_AIA,
                  "3023302106082b0601050507300e8615687474703a2f2f746e2e6578616d706c652f6c2f31"))
CHANGE(
    reference_twice,
    plan_value(plan, OID_AIA,
               "3048302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31302206"
               "082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31"))
CHANGE(list_and_reference, plan_list(plan, "TN:12155551212"))
CHANGE(spc_too, plan_list(plan, "SPC:709J,TN:12155551212"))

CHANGE(claims_malformed, plan_value(plan, OID_CLAIMS, "3000"))
CHANGE(claims_critical, plan_critical(plan, OID_CLAIMS, 1))
CHANGE(claims_of_ca, plan_value(plan, OID_BASIC_CONSTRAINTS, "30030101ff"))
CHANGE(claims_both,
       plan_add(plan, OID_ENHANCED_CLAIMS, 0, "3014a2123010160661747465737416066f7269676964"))
CHANGE(claims_exclude_iat, plan_value(plan, OID_ENHANCED_CLAIMS, "3009a20730051603696174"))
CHANGE(claims_include_iat, plan_value(plan, OID_CLAIMS, "3009a00730051603696174"))
CHANGE(claims_enhanced_needlessly,
       plan_value(plan, OID_ENHANCED_CLAIMS, "300ca00a30081606617474657374"))

CHANGE(signer_no_ca, (void)plan; plan_value(&world->signer, OID_BASIC_CONSTRAINTS, "3000"))
CHANGE(delegate_without_list, plan_drop(plan, OID_TNAUTHLIST))
CHANGE(delegate_of_others, (void)plan; plan_list(&world->signer, "SPC:1234"))
CHANGE(delegate_of_spc, plan_list(plan, "TN:12165551212"))
CHANGE(usage_signs, plan_value(plan, OID_KEY_USAGE, "03020284"))

/* ---- the rows ---- */

#define MAX_TOGETHER 4

struct row {
    const char *id;
    void (*good)(struct world *world);
    void (*change)(struct world *world);
    const char *together[MAX_TOGETHER]; /* what the same fault is for other lints, too */
    const char *not_before;             /* NULL: that of the plan */
};

static const struct row rows[] = {
    {"e_sti_certificate_form", leaf, nothing_at_all, {0}, NULL},
    {"e_atis_version", leaf, version_2, {"e_cert_extensions_version_not_3"}, NULL},
    {"e_atis_version_ca", intermediate, version_2, {"e_cert_extensions_version_not_3"}, NULL},
    {"e_cert_extensions_version_not_3", leaf, version_2, {0}, "200101000000Z"},
    {"e_atis_serial_number", leaf, serial_zero, {0}, "210101000000Z"},
    {"e_atis_serial_number_ca", intermediate, serial_zero, {0}, "210101000000Z"},
    {"e_atis_serial_number_size", leaf, serial_63_bits, {0}, NULL},
    {"e_atis_serial_number_size_ca", intermediate, serial_63_bits, {0}, NULL},
    {"e_serial_number_longer_than_20_octets", leaf, serial_21_octets, {0}, NULL},
    {"e_sti_serial_number_encoding", leaf, serial_padded, {0}, NULL},
    {"e_atis_signature_algorithm", leaf, rsa_signature, {0}, NULL},
    {"e_atis_signature_algorithm_ca", intermediate, rsa_signature, {0}, NULL},
    {"w_sti_signature_sha384", leaf, sha384, {0}, NULL},
    {"e_cert_sig_alg_not_match_tbs_sig_alg", leaf, algorithm_outside, {0}, "200101000000Z"},
    {"e_sti_ecdsa_parameters", leaf, algorithm_null, {0}, NULL},
    {"e_atis_subject_public_key", leaf, ed25519_key, {0}, "220101000000Z"},
    {"e_atis_subject_public_key_ca", intermediate, ed25519_key, {0}, "210901000000Z"},
    {"w_sti_ca_p384", intermediate, p384_key, {0}, "210101000000Z"},
    {"w_sti_ec_point_form", leaf, point_compressed, {0}, "220101000000Z"},
    {"e_issuer_root", root, issuer_name, {0}, NULL},
    {"e_atis_subject_dn", leaf, no_c, {0}, "220101000000Z"},
    {"e_atis_subject_dn_ca", intermediate, no_c, {0}, "220101000000Z"},
    {"e_atis_subject_o_required", leaf, two_o, {0}, NULL},
    {"e_atis_subject_o_required_ca", intermediate, two_o, {0}, NULL},
    {"e_atis_subject_c_iso", leaf, c_small, {0}, "230401000000Z"},
    {"e_atis_subject_c_iso_ca", intermediate, c_small, {0}, "230401000000Z"},
    {"e_atis_subject_c_us", leaf, c_canada, {0}, NULL},
    {"e_atis_subject_c_us_ca", intermediate, c_canada, {0}, NULL},
    {"e_atis_subject_cn", leaf, cn_shaken_inside, {0}, "210101000000Z"},
    {"e_atis_subject_cn_ca", intermediate, cn_without_shaken, {0}, NULL},
    {"e_atis_subject_cn_root", root, cn_no_root, {0}, NULL},
    {"e_atis_subject_cn_spc", leaf, cn_between, {0}, NULL},
    {"e_sti_issuer_c_us", leaf, issuer_canada, {0}, NULL},
    {"e_us_cp_subject_sn_shall", leaf_of_1_3, no_serial_attribute, {0}, NULL},
    {"e_us_cp_subject_sn_shall_ca",
     delegating_ca_of_1_3,
     no_serial_attribute,
     {"e_atis_tn_auth_list_ca"},
     NULL},
    {"e_sti_time_encoding", leaf, time_without_seconds, {0}, NULL},
    {"e_wrong_time_format_pre2050", leaf, time_generalized, {0}, NULL},
    {"e_validity_time_not_positive", leaf, not_before_late, {0}, NULL},
    {"e_cert_contains_unique_identifier", leaf, unique_id, {0}, NULL},

    {"e_atis_subject_key_identifier",
     leaf,
     no_ski,
     {"w_ext_subject_key_identifier_missing_sub_cert"},
     "210101000000Z"},
    {"w_ext_subject_key_identifier_missing_sub_cert", leaf, no_ski, {0}, "200101000000Z"},
    {"e_atis_subject_key_identifier_ca",
     intermediate,
     no_ski,
     {"e_ext_subject_key_identifier_missing_ca"},
     "210101000000Z"},
    {"e_ext_subject_key_identifier_missing_ca", intermediate, no_ski, {0}, "200101000000Z"},
    {"e_atis_subject_key_identifier_size", leaf, ski_short, {0}, NULL},
    {"e_atis_subject_key_identifier_size_ca", intermediate, ski_short, {0}, NULL},
    {"e_sti_subject_key_identifier_sha1", leaf, ski_other, {0}, NULL},
    {"e_ext_subject_key_identifier_critical", leaf, ski_critical, {0}, NULL},
    {"e_atis_ext_authority_key_identifier",
     leaf,
     no_aki,
     {"e_ext_authority_key_identifier_missing", "e_ext_authority_key_identifier_no_key_identifier"},
     NULL},
    {"e_atis_ext_authority_key_identifier_ca",
     intermediate,
     no_aki,
     {"e_ext_authority_key_identifier_missing", "e_ext_authority_key_identifier_no_key_identifier"},
     NULL},
    {"e_ext_authority_key_identifier_missing",
     leaf,
     no_aki,
     {"e_ext_authority_key_identifier_no_key_identifier"},
     "200101000000Z"},
    {"e_ext_authority_key_identifier_no_key_identifier", leaf, aki_without_id, {0}, NULL},
    {"e_ext_authority_key_identifier_critical", leaf, aki_critical, {0}, NULL},
    {"e_atis_ext_authority_key_identifier_root", root, aki_other, {0}, NULL},
    {"e_atis_ext_basic_constraints", leaf, constraints_plain, {0}, NULL},
    {"e_path_len_constraint_improperly_included", leaf, path_of_leaf, {0}, NULL},
    {"e_atis_ext_key_usage", leaf, usage_plain, {0}, NULL},
    {"e_atis_ext_key_usage_ca", intermediate, usage_signs, {0}, NULL},
    {"e_sti_key_usage_ca_alone", root, usage_signs, {0}, NULL},
    {"w_sti_ca_crl_sign", root, usage_cert_and_crl, {0}, "220101000000Z"},
    {"e_atis_ext_key_usage_ee", leaf, usage_of_two, {0}, NULL},
    {"e_sti_key_cert_sign_without_ca", leaf, usage_cert_sign, {0}, "200101000000Z"},
    {"e_incorrect_ku_encoding", leaf, usage_padded, {0}, NULL},
    {"e_atis_ext_certificate_policies", leaf, policies_critical, {0}, NULL},
    {"e_atis_ext_certificate_policies_ca", intermediate, policies_critical, {0}, NULL},
    {"e_atis_ext_certificate_policies_root", root, policies_of_root, {0}, NULL},
    {"e_shaken_certificate_policies_id", leaf, policy_1_1, {0}, NULL},
    {"e_shaken_certificate_policies_id_ca", intermediate, policy_1_1, {0}, NULL},
    {"e_atis_ext_crl_distribution", leaf, no_crl, {0}, NULL},
    {"e_atis_ext_crl_distribution_ca", intermediate, no_crl, {0}, NULL},
    {"e_atis_ext_crl_distribution_struct", leaf, crl_without_issuer, {0}, NULL},
    {"e_atis_ext_crl_distribution_struct_ca", intermediate, crl_without_issuer, {0}, NULL},
    {"e_atis_ext_crl_distribution_root", root, crl_of_root, {0}, NULL},
    {"e_atis_tn_auth_list", leaf, list_two_spcs, {0}, "210101000000Z"},
    {"e_atis_tn_auth_list_ca", intermediate, list_of_ca, {0}, NULL},
    {"e_atis_tn_auth_list_spc_format", leaf, list_small_letters, {0}, NULL},
    {"e_atis_ext_not_specified", leaf, extended_key_usage, {0}, NULL},
    {"e_atis_ext_not_specified_ca", intermediate, extended_key_usage, {0}, NULL},
    {"e_ext_duplicate_extension", leaf, extension_twice, {0}, NULL},
    {"e_sti_ext_critical_default", leaf, default_written, {0}, NULL},
    {"e_ext_aia_marked_critical", leaf_by_reference, aia_critical, {0}, "190101000000Z"},

    {"e_sti_tnauthlist_form", leaf_with_numbers, list_implicit, {0}, "190101000000Z"},
    {"e_sti_tnauthlist_range", leaf_with_numbers, list_long_range, {0}, "190101000000Z"},
    {"e_sti_tnauthlist_critical", leaf, list_critical, {0}, "190101000000Z"},
    {"e_sti_list_reference_https", leaf_by_reference, reference_http, {0}, "190101000000Z"},
    {"w_sti_list_reference_twice", leaf_by_reference, reference_twice, {0}, "190101000000Z"},
    {"w_sti_list_value_and_reference", leaf_by_reference, list_and_reference, {0}, "190101000000Z"},
    {"n_sti_spc_beside_numbers", leaf_with_numbers, spc_too, {0}, "190101000000Z"},

    {"e_sti_claims_form", leaf_with_claims, claims_malformed, {0}, "190101000000Z"},
    {"e_sti_claims_critical", leaf_with_claims, claims_critical, {0}, "190101000000Z"},
    {"e_sti_claims_ca", leaf_with_claims, claims_of_ca, {0}, "190101000000Z"},
    {"e_sti_claims_both", leaf_with_claims, claims_both, {0}, "220101000000Z"},
    {"e_sti_claims_rules", leaf_with_enhanced_claims, claims_exclude_iat, {0}, "220101000000Z"},
    {"w_sti_claims_rules", leaf_with_claims, claims_include_iat, {0}, "190101000000Z"},
    {"n_sti_claims_enhanced",
     leaf_with_enhanced_claims,
     claims_enhanced_needlessly,
     {0},
     "220101000000Z"},

    {"e_sti_delegate_signer_ca", delegate, signer_no_ca, {0}, NULL},
    {"e_sti_delegate_list",
     delegate,
     delegate_without_list,
     {"e_atis_tn_auth_list"},
     "211001000000Z"},
    {"e_sti_delegate_encompassed", delegate, delegate_of_others, {0}, NULL},
    {"n_sti_delegate_undecidable",
     delegate,
     delegate_of_spc,
     {"e_atis_tn_auth_list"},
     "211001000000Z"},
    {"e_sti_chain_key_identifier", chained_leaf, aki_other, {0}, NULL},
    {"e_sti_delegating_ca_key_identifier",
     delegating_ca,
     no_ski,
     {"e_ext_subject_key_identifier_missing_ca", "e_atis_subject_key_identifier_ca",
      "e_atis_tn_auth_list_ca"},
     "211001000000Z"},
    {"w_sti_delegating_ca_signs",
     delegating_ca,
     usage_signs,
     {"e_atis_ext_key_usage_ca", "e_atis_tn_auth_list_ca"},
     NULL},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

/* ---- the tests of a row ---- */

static struct world good_world(const struct row *row)
{
    static struct world world;
    memset(&world, 0, sizeof(world));
    row->good(&world);
    if (row->not_before != NULL)
        world.plan.not_before = row->not_before;
    return world;
}

static enum lint_status run(const char *id, const struct judged *judged, struct lint_detail *detail)
{
    const struct lint *lint = lint_find(id);
    if (lint == NULL)
        fail_msg("there is no lint %s", id);
    return lint_run(lint, &judged->subject, NULL, detail);
}

static bool expected(const struct row *row, const char *id)
{
    bool found = strcmp(row->id, id) == 0;
    for (size_t i = 0; i < MAX_TOGETHER && row->together[i] != NULL; i++)
        found = found || strcmp(row->together[i], id) == 0;
    return found;
}

/*
 * In the changed certificate the row's lint fails, which did not in the good one, with what the row
 * says it fails with, and no other lint at all.
 */
static void fails_alone(const struct row *row, const struct judged *good,
                        const struct judged *changed)
{
    struct lint_detail detail;
    struct lint_detail other;
    for (size_t i = 0; i < lint_count(); i++) {
        const struct lint *lint = lint_at(i);
        bool before = lint_run(lint, &good->subject, NULL, &other) == LINT_FAIL;
        bool after = lint_run(lint, &changed->subject, NULL, &detail) == LINT_FAIL;
        if (after && !expected(row, lint->id))
            fail_msg("%s fails, too: %s", lint->id, detail.text);
        if (!after && expected(row, lint->id))
            fail_msg("%s does not fail: %s", lint->id, detail.text);
        if (before && strcmp(row->id, lint->id) == 0)
            fail_msg("%s failed before: %s", lint->id, other.text);
        if (after && detail.text[0] == '\0')
            fail_msg("%s fails without a reason", lint->id);
    }
}

static void passes_and_fails_alone(void **state)
{
    const struct row *row = *state;
    static struct judged good;
    static struct judged changed;
    struct lint_detail detail;
    struct world world = good_world(row);
    assert_true(judge(&world, &good));
    assert_int_equal(run(row->id, &good, &detail), LINT_PASS);
    row->change(&world);
    if (strcmp(row->id, LINT_CERTIFICATE_ID) == 0) {
        assert_false(judge(&world, &changed));
        return;
    }
    assert_true(judge(&world, &changed));
    fails_alone(row, &good, &changed);
}

/* The day before yyyymmdd as YYMMDDHHMMSSZ, in its last second; days of all lints are below 2050.
 */
static void day_before(int day, char text[16])
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = day / 10000;
    int m = day / 100 % 100;
    int d = day % 100 - 1;
    if (d == 0 && --m == 0) {
        m = 12;
        y--;
    }
    if (d == 0)
        d = lengths[m - 1] + (m == 2 && y % 4 == 0 ? 1 : 0);
    snprintf(text, 16, "%02u%02u%02u235959Z", (unsigned)y % 100, (unsigned)m % 100,
             (unsigned)d % 100);
}

/* From its day on a lint counts; the second before, it does not, and says what it would say. */
static void counts_from_its_day_on(void **state)
{
    const struct row *row = *state;
    static struct judged judged;
    struct lint_detail detail;
    char before[16];
    char from[16];
    const struct lint *lint = lint_find(row->id);
    assert_non_null(lint);
    /* These are about notBefore itself, or about octets that are no certificate. */
    if (strcmp(row->id, "e_validity_time_not_positive") == 0 ||
        strcmp(row->id, LINT_CERTIFICATE_ID) == 0)
        return;
    day_before(lint->effective, before);
    snprintf(from, sizeof(from), "%06u000000Z", (unsigned)(lint->effective % 1000000));
    struct world world = good_world(row);
    world.plan.not_before = before;
    assert_true(judge(&world, &judged));
    assert_int_equal(run(row->id, &judged, &detail), LINT_NOT_EFFECTIVE);
    assert_string_equal(detail.text, "would pass");
    row->change(&world);
    assert_true(judge(&world, &judged));
    assert_int_equal(run(row->id, &judged, &detail), LINT_NOT_EFFECTIVE);
    assert_int_equal(strncmp(detail.text, "would fail: ", 12), 0);
    world.plan.not_before = from;
    assert_true(judge(&world, &judged));
    assert_int_equal(run(row->id, &judged, &detail), LINT_FAIL);
}

/* ---- the tables ---- */

static void every_lint_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < lint_count(); i++) {
        size_t found = 0;
        for (size_t k = 0; k < ROWS; k++)
            found += strcmp(rows[k].id, lint_at(i)->id) == 0 ? 1 : 0;
        if (found != 1)
            fail_msg("%zu rows for %s", found, lint_at(i)->id);
    }
}

/*
 * How many lints have a certificate that fails nothing but them, and which have not. Both ends are
 * held, so that a new lint that could fail alone does.
 */
#define NEVER_ALONE 12

static void nearly_every_lint_fails_alone(void **state)
{
    (void)state;
    size_t together = 0;
    for (size_t k = 0; k < ROWS; k++)
        together += rows[k].together[0] != NULL;
    print_message("%zu lints: %zu fail alone, %zu never do\n", ROWS, ROWS - together, together);
    assert_int_equal(together, NEVER_ALONE);
}

static void every_row_of_the_tables_is_whole(void **state)
{
    (void)state;
    char day[LINT_DAY_TEXT];
    for (size_t i = 0; i < lint_count(); i++) {
        const struct lint *lint = lint_at(i);
        assert_ptr_equal(lint_find(lint->id), lint); /* so no id stands there twice */
        assert_true(strchr("ewn", lint->id[0]) != NULL && lint->id[1] == '_');
        assert_true(strlen(lint->clause) > 0 && strlen(lint->title) > 0 && strlen(lint->hint) > 0);
        assert_true(lint->effective >= 20080501 && lint->effective < 20270101);
        lint_day_text(lint, day);
        assert_int_equal(strlen(day), 10);
    }
    assert_null(lint_find("e_nothing"));
    assert_null(lint_at(lint_count()));
}

static void levels_come_from_the_ids(void **state)
{
    (void)state;
    assert_string_equal(lint_level_name(lint_level(lint_find("e_atis_version"))), "error");
    assert_string_equal(lint_level_name(lint_level(lint_find("w_sti_ca_p384"))), "warning");
    assert_string_equal(lint_level_name(lint_level(lint_find("n_sti_claims_enhanced"))), "notice");
}

/* Nothing at all fails in the certificates of the base profile. */
static void the_base_profile_is_clean(void **state)
{
    (void)state;
    void (*const good[])(struct world *) = {leaf, intermediate, root, chained_leaf};
    static struct judged judged;
    static struct world world;
    struct lint_detail detail;
    for (size_t k = 0; k < sizeof(good) / sizeof(*good); k++) {
        memset(&world, 0, sizeof(world));
        good[k](&world);
        assert_true(judge(&world, &judged));
        for (size_t i = 0; i < lint_count(); i++)
            if (lint_run(lint_at(i), &judged.subject, NULL, &detail) == LINT_FAIL)
                fail_msg("kind %zu: %s: %s", k, lint_at(i)->id, detail.text);
    }
}

/* ---- waivers ---- */

static void a_waiver_is_said_with_its_reason(void **state)
{
    (void)state;
    static struct judged judged;
    static struct world world;
    struct lint_detail detail;
    const struct lint_waiver list[] = {{"e_atis_subject_c_us", "Canadian trial"}};
    const struct lint_waivers waivers = {list, 1};
    leaf(&world);
    c_canada(&world);
    assert_true(judge(&world, &judged));
    const struct lint *lint = lint_find("e_atis_subject_c_us");
    assert_int_equal(lint_run(lint, &judged.subject, &waivers, &detail), LINT_WAIVED);
    assert_string_equal(detail.text, "waived: Canadian trial; C is \"CA\", not US");
    assert_string_equal(lint_status_name(LINT_WAIVED), "waived");
    /* It is for this lint alone, and for a failure alone. */
    assert_int_equal(lint_run(lint_find("e_atis_version"), &judged.subject, &waivers, &detail),
                     LINT_PASS);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(every_lint_has_a_row),
        cmocka_unit_test(nearly_every_lint_fails_alone),
        cmocka_unit_test(every_row_of_the_tables_is_whole),
        cmocka_unit_test(levels_come_from_the_ids),
        cmocka_unit_test(the_base_profile_is_clean),
        cmocka_unit_test(a_waiver_is_said_with_its_reason),
    };
    enum { OTHERS = sizeof(others) / sizeof(*others) };
    struct CMUnitTest tests[OTHERS + 2 * ROWS];
    memcpy(tests, others, sizeof(others));
    for (size_t i = 0; i < ROWS; i++) {
        void *row = (void *)(uintptr_t)&rows[i];
        tests[OTHERS + 2 * i] =
            (struct CMUnitTest){rows[i].id, passes_and_fails_alone, NULL, NULL, row};
        tests[OTHERS + 2 * i + 1] =
            (struct CMUnitTest){rows[i].id, counts_from_its_day_on, NULL, NULL, row};
    }
    kit_keys_make();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    kit_keys_free();
    return failed;
}
