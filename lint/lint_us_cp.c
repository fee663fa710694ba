/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The United States SHAKEN certificate policy, v1.3 and v1.4. A certificate says by its policy's
 * OID which of them it is under. Ids and days as in the published reports on the SHAKEN PKI, whose
 * e_us_cp_subject_sn_may is not here: it can fail for no certificate.
 */
#include "lint_families.h"
#include "lint_rules.h"

#define CP_1_3 "SHAKEN certificate policy v1.3 section "
#define CP_1_4 "SHAKEN certificate policy v1.4 section "

static bool policy_id(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (subject->policy_count != 1)
        return lint_fails(detail, "there is no single policy: %zu", subject->policy_count);
    return subject->has_policy[LINT_POLICY_CP_1_3] || subject->has_policy[LINT_POLICY_CP_1_4] ||
           lint_fails(detail, "the policy is %s", lint_dotted(subject->policy_oid).text);
}

static bool is_leaf_of_1_4(const struct lint_subject *subject)
{
    return !subject->ca && subject->has_policy[LINT_POLICY_CP_1_4];
}

static bool is_ca_of_1_4(const struct lint_subject *subject)
{
    return subject->ca && subject->has_policy[LINT_POLICY_CP_1_4];
}

static bool country_us(const struct lint_subject *subject, struct lint_detail *detail)
{
    struct lint_octets c = {0};
    size_t count = lint_attributes(&subject->subject, LINT_ATTRIBUTE_C, &c);
    if (count != 1)
        return lint_fails(detail, "the subject has C %zu times, not once", count);
    return lint_is_text(c, "US") || lint_fails(detail, "C is \"%s\", not US", lint_words(c).text);
}

static bool is_of_1_4(const struct lint_subject *subject)
{
    return subject->has_policy[LINT_POLICY_CP_1_4];
}

static bool issuer_country_us(const struct lint_subject *subject, struct lint_detail *detail)
{
    struct lint_octets c = {0};
    size_t count = lint_attributes(&subject->issuer, LINT_ATTRIBUTE_C, &c);
    if (count != 1)
        return lint_fails(detail, "the issuer has C %zu times, not once", count);
    return lint_is_text(c, "US") ||
           lint_fails(detail, "C of the issuer is \"%s\", not US", lint_words(c).text);
}

/* One CRL, the STI-PA's, is for the certificates of all STI-CAs. */
static bool no_crl_sign(const struct lint_subject *subject, struct lint_detail *detail)
{
    return (subject->key_usage & LINT_CRL_SIGN) == 0 ||
           lint_fails(detail, "the keyUsage has cRLSign, but the STI-PA signs the CRL");
}

static bool is_leaf_of_1_3_with_list(const struct lint_subject *subject)
{
    return !subject->ca && subject->has_policy[LINT_POLICY_CP_1_3] && subject->list.there;
}

static bool is_ca_of_1_3_with_list(const struct lint_subject *subject)
{
    return subject->ca && subject->has_policy[LINT_POLICY_CP_1_3] && subject->list.there;
}

static bool serial_number_attribute(const struct lint_subject *subject, struct lint_detail *detail)
{
    struct lint_octets number = {0};
    lint_attributes(&subject->subject, LINT_ATTRIBUTE_SERIAL_NUMBER, &number);
    return number.length > 0 || lint_fails(detail, "the subject has no serialNumber");
}

static const struct lint lints[] = {
    {"e_shaken_certificate_policies_id", CP_1_3 "1.3", LINT_CP_1_3,
     "the policy of an end-entity certificate is the SHAKEN policy, v1.3 or v1.4",
     "name 2.16.840.1.114569.1.1.4", lint_leaf, policy_id},
    {"e_shaken_certificate_policies_id_ca", CP_1_3 "1.3", LINT_CP_1_3_CA,
     "the policy of an intermediate certificate is the SHAKEN policy, v1.3 or v1.4",
     "name 2.16.840.1.114569.1.1.4", lint_intermediate, policy_id},
    {"e_atis_subject_c_us", CP_1_4 "3.1", LINT_CP_1_4,
     "C of an end-entity certificate under CP v1.4 is US", "set C to US", is_leaf_of_1_4,
     country_us},
    {"e_atis_subject_c_us_ca", CP_1_4 "3.1", LINT_CP_1_4_CA,
     "C of a CA certificate under CP v1.4 is US", "set C to US", is_ca_of_1_4, country_us},
    {"e_sti_issuer_c_us", CP_1_4 "3.1", LINT_CP_1_4,
     "C of the issuer of a certificate under CP v1.4 is US",
     "let a CA sign whose name has C set to US", is_of_1_4, issuer_country_us},
    {"w_sti_ca_crl_sign", CP_1_3 "4.9", LINT_CP_1_3_CA,
     "a CA certificate has no cRLSign: an STI-CA signs no CRL",
     "set keyUsage = critical, keyCertSign", lint_ca, no_crl_sign},
    {"e_us_cp_subject_sn_shall", CP_1_3 "3.1", LINT_CP_1_3,
     "the subject of an end-entity certificate under CP v1.3 has a serialNumber",
     "add a serialNumber attribute to the subject, or come under CP v1.4", is_leaf_of_1_3_with_list,
     serial_number_attribute},
    {"e_us_cp_subject_sn_shall_ca", CP_1_3 "3.1", LINT_CP_1_3_CA,
     "the subject of a CA certificate with a list under CP v1.3 has a serialNumber",
     "add a serialNumber attribute to the subject, or come under CP v1.4", is_ca_of_1_3_with_list,
     serial_number_attribute},
};

const struct lint_family lint_us_cp = LINT_FAMILY("United States SHAKEN certificate policy", lints);
