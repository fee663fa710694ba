/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATIS-1000080 section 6.4.1: the extensions. Ids and days as in the published reports on the
 * SHAKEN PKI; what this project adds begins with e_sti_.
 */
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "lint_families.h"
#include "lint_rules.h"

#define SHA1_OCTETS 20

static bool has_ski(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_has(subject, LINT_EXTENSION_SKI) ||
           lint_fails(detail, "there is no subjectKeyIdentifier");
}

static bool ski_size(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!has_ski(subject, detail))
        return false;
    if (subject->ski.at == NULL)
        return lint_fails(detail, "the subjectKeyIdentifier cannot be read");
    return subject->ski.length == SHA1_OCTETS ||
           lint_fails(detail, "the subjectKeyIdentifier has %zu octets, SHA-1 has 20",
                      subject->ski.length);
}

static bool has_ski_of_sha1_size(const struct lint_subject *subject)
{
    return subject->ski.at != NULL && subject->ski.length == SHA1_OCTETS;
}

/* RFC 5280 section 4.2.1.2 (1): SHA-1 of the octets of the key's BIT STRING. */
static bool ski_is_sha1(const struct lint_subject *subject, struct lint_detail *detail)
{
    unsigned char digest[SHA1_OCTETS];
    unsigned length = 0;
    if (EVP_Digest(subject->key.at, subject->key.length, digest, &length, EVP_sha1(), NULL) != 1)
        return lint_fails(detail, "SHA-1 cannot be computed here");
    return memcmp(digest, subject->ski.at, SHA1_OCTETS) == 0 ||
           lint_fails(detail, "the subjectKeyIdentifier is not the SHA-1 of the public key");
}

static bool has_aki(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_has(subject, LINT_EXTENSION_AKI) ||
           lint_fails(detail, "there is no authorityKeyIdentifier");
}

static bool is_root_with_aki(const struct lint_subject *subject)
{
    return subject->root && lint_has(subject, LINT_EXTENSION_AKI);
}

static bool aki_is_ski(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_same(subject->aki_id, subject->ski) ||
           lint_fails(detail, "the keyIdentifier of the AKI is not the root's own "
                              "subjectKeyIdentifier");
}

static bool basic_constraints(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!lint_has(subject, LINT_EXTENSION_BASIC_CONSTRAINTS))
        return lint_fails(detail, "there are no basicConstraints");
    if (!lint_critical(subject, LINT_EXTENSION_BASIC_CONSTRAINTS))
        return lint_fails(detail, "the basicConstraints are not critical");
    return subject->basic_constraints_well_formed ||
           lint_fails(detail, "the basicConstraints cannot be read");
}

static bool key_usage(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!lint_has(subject, LINT_EXTENSION_KEY_USAGE))
        return lint_fails(detail, "there is no keyUsage");
    return lint_critical(subject, LINT_EXTENSION_KEY_USAGE) ||
           lint_fails(detail, "the keyUsage is not critical");
}

static bool is_leaf_with_key_usage(const struct lint_subject *subject)
{
    return !subject->ca && lint_has(subject, LINT_EXTENSION_KEY_USAGE);
}

static bool is_ca_with_key_usage(const struct lint_subject *subject)
{
    return subject->ca && lint_has(subject, LINT_EXTENSION_KEY_USAGE);
}

static bool key_usage_leaf(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!subject->key_usage_well_formed)
        return lint_fails(detail, "the keyUsage cannot be read");
    return subject->key_usage == LINT_DIGITAL_SIGNATURE ||
           lint_fails(detail,
                      "the keyUsage has other bits than digitalSignature alone (0x%03x, "
                      "bit 0 lowest)",
                      subject->key_usage);
}

/* v003 and v004 let a CA also have digitalSignature and cRLSign; CP v1.4 and v005 do not. */
static bool key_usage_ca(const struct lint_subject *subject, struct lint_detail *detail)
{
    unsigned may = LINT_KEY_CERT_SIGN;
    if (!subject->has_policy[LINT_POLICY_CP_1_4])
        may |= LINT_DIGITAL_SIGNATURE | LINT_CRL_SIGN;
    if (!subject->key_usage_well_formed)
        return lint_fails(detail, "the keyUsage cannot be read");
    if ((subject->key_usage & LINT_KEY_CERT_SIGN) == 0)
        return lint_fails(detail, "the keyUsage lacks keyCertSign");
    return (subject->key_usage & ~may) == 0 ||
           lint_fails(detail, "the keyUsage has bits besides keyCertSign (0x%03x, bit 0 lowest)",
                      subject->key_usage);
}

/* v005 says so of every CA; the public lint asks it of those under CP v1.4 alone. */
static bool is_other_ca_with_key_usage(const struct lint_subject *subject)
{
    return is_ca_with_key_usage(subject) && !subject->has_policy[LINT_POLICY_CP_1_4];
}

static bool key_cert_sign_alone(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->key_usage == LINT_KEY_CERT_SIGN ||
           lint_fails(detail, "the keyUsage is not keyCertSign alone (0x%03x, bit 0 lowest)",
                      subject->key_usage);
}

static bool policies(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!lint_has(subject, LINT_EXTENSION_POLICIES))
        return lint_fails(detail, "there are no certificatePolicies");
    if (lint_critical(subject, LINT_EXTENSION_POLICIES))
        return lint_fails(detail, "the certificatePolicies are critical");
    if (!subject->policies_well_formed)
        return lint_fails(detail, "the certificatePolicies cannot be read");
    return subject->policy_count == 1 ||
           lint_fails(detail, "the certificatePolicies name %zu policies, not one",
                      subject->policy_count);
}

static bool no_policies(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_has(subject, LINT_EXTENSION_POLICIES) ||
           lint_fails(detail, "there are certificatePolicies");
}

static bool is_url(struct lint_octets url)
{
    const char *text = (const char *)url.at;
    return (url.length > 7 && strncasecmp(text, "http://", 7) == 0) ||
           (url.length > 8 && strncasecmp(text, "https://", 8) == 0);
}

static bool crl_points(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_crl_points *crl = &subject->crl;
    if (!lint_has(subject, LINT_EXTENSION_CRL_POINTS))
        return lint_fails(detail, "there are no cRLDistributionPoints");
    if (!crl->well_formed)
        return lint_fails(detail, "the cRLDistributionPoints cannot be read");
    if (crl->points != 1)
        return lint_fails(detail, "there are %zu distribution points, not one", crl->points);
    if (crl->urls != 1)
        return lint_fails(detail, "the distribution point has %zu URLs, not one", crl->urls);
    return is_url(crl->url) || lint_fails(detail, "the distribution point is \"%s\", no http URL",
                                          lint_words(crl->url).text);
}

static bool no_crl_points(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_has(subject, LINT_EXTENSION_CRL_POINTS) ||
           lint_fails(detail, "there are cRLDistributionPoints");
}

/* As in the published reports, asked of certificates of CP v1.4 alone. */
static bool is_cp_1_4_with_points(const struct lint_subject *subject)
{
    return subject->has_policy[LINT_POLICY_CP_1_4] && lint_has(subject, LINT_EXTENSION_CRL_POINTS);
}

static bool is_leaf_with_points(const struct lint_subject *subject)
{
    return lint_leaf(subject) && is_cp_1_4_with_points(subject);
}

static bool is_intermediate_with_points(const struct lint_subject *subject)
{
    return lint_intermediate(subject) && is_cp_1_4_with_points(subject);
}

static bool crl_point_parts(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!subject->crl.name)
        return lint_fails(detail, "the distribution point has no distributionPoint field");
    return subject->crl.issuer ||
           lint_fails(detail, "the distribution point has no cRLIssuer with a name");
}

static bool list_spc(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_list *list = &subject->list;
    if (!list->there)
        return lint_fails(detail, "there is no TNAuthList");
    if (!list->well_formed)
        return lint_fails(detail, "the TNAuthList is malformed: %s", list->fault.sentence);
    if (list->spcs == 1 && list->entries == 1)
        return true;
    return lint_fails(detail,
                      "the TNAuthList has %zu entries, %zu of them SPCs, where one SPC is "
                      "wanted",
                      list->entries, list->spcs);
}

static bool list_one_spc(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (lint_critical(subject, LINT_EXTENSION_TNAUTHLIST))
        return lint_fails(detail, "the TNAuthList is critical");
    return list_spc(subject, detail);
}

static bool list_spc_format(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!list_spc(subject, detail))
        return false;
    const struct lint_octets spc = subject->list.spc;
    for (size_t i = 0; i < spc.length; i++)
        if (!(spc.at[i] >= '0' && spc.at[i] <= '9') && !(spc.at[i] >= 'A' && spc.at[i] <= 'Z'))
            return lint_fails(detail, "the SPC %s has more than digits and capital letters",
                              lint_words(spc).text);
    return true;
}

static bool no_list(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !subject->list.there || lint_fails(detail, "there is a TNAuthList");
}

/* The seven that the profile names come first in the list of known extensions. */
static bool nothing_else(const struct lint_subject *subject, struct lint_detail *detail)
{
    for (size_t i = 0; i < subject->extension_count; i++)
        if (subject->extensions[i].type > LINT_EXTENSION_TNAUTHLIST)
            return lint_fails(detail, "there is the extension %s, which the profile does not name",
                              lint_dotted(subject->extensions[i].oid).text);
    return true;
}

static const struct lint lints[] = {
    {"e_atis_subject_key_identifier", LINT_ATIS_V003, LINT_V003,
     "an end-entity certificate has a subjectKeyIdentifier", "add subjectKeyIdentifier = hash",
     lint_leaf, has_ski},
    {"e_atis_subject_key_identifier_ca", LINT_ATIS_V003, LINT_V003_CA,
     "a CA certificate has a subjectKeyIdentifier", "add subjectKeyIdentifier = hash", lint_ca,
     has_ski},
    {"e_atis_subject_key_identifier_size", LINT_ATIS_V004, LINT_V004,
     "the subjectKeyIdentifier of an end-entity certificate has 20 octets",
     "take the SHA-1 of the key's octets (RFC 5280 section 4.2.1.2)", lint_leaf, ski_size},
    {"e_atis_subject_key_identifier_size_ca", LINT_ATIS_V004, LINT_V004_CA,
     "the subjectKeyIdentifier of a CA certificate has 20 octets",
     "take the SHA-1 of the key's octets (RFC 5280 section 4.2.1.2)", lint_ca, ski_size},
    {"e_sti_subject_key_identifier_sha1", LINT_ATIS_V005, LINT_V005,
     "the subjectKeyIdentifier is the SHA-1 of the public key",
     "take the SHA-1 of the key's octets (RFC 5280 section 4.2.1.2)", has_ski_of_sha1_size,
     ski_is_sha1},
    {"e_atis_ext_authority_key_identifier", LINT_ATIS_V003, LINT_V003,
     "an end-entity certificate has an authorityKeyIdentifier",
     "add authorityKeyIdentifier = keyid:always", lint_leaf, has_aki},
    {"e_atis_ext_authority_key_identifier_ca", LINT_ATIS_V003, LINT_V003_CA,
     "an intermediate certificate has an authorityKeyIdentifier",
     "add authorityKeyIdentifier = keyid:always", lint_intermediate, has_aki},
    {"e_atis_ext_authority_key_identifier_root", LINT_ATIS_V003, LINT_V003_CA,
     "the authorityKeyIdentifier of a root, if there is one, names its own key",
     "leave the extension out, or give the root's own keyIdentifier", is_root_with_aki, aki_is_ski},
    {"e_atis_ext_basic_constraints", LINT_ATIS_V003, LINT_V003_CA,
     "basicConstraints are there, critical and readable",
     "add basicConstraints = critical, CA:FALSE (or CA:TRUE)", lint_all, basic_constraints},
    {"e_atis_ext_key_usage", LINT_ATIS_V003, LINT_V003_CA, "keyUsage is there and critical",
     "add keyUsage = critical, digitalSignature (for a CA: keyCertSign)", lint_all, key_usage},
    {"e_atis_ext_key_usage_ca", LINT_ATIS_V003, LINT_V003_CA,
     "the keyUsage of a CA certificate is keyCertSign, and under CP v1.4 nothing else",
     "set keyUsage = critical, keyCertSign", is_ca_with_key_usage, key_usage_ca},
    {"e_sti_key_usage_ca_alone", LINT_ATIS_V005, LINT_V005_CA,
     "the keyUsage of a CA certificate is keyCertSign alone, under whatever policy",
     "set keyUsage = critical, keyCertSign", is_other_ca_with_key_usage, key_cert_sign_alone},
    {"e_atis_ext_key_usage_ee", LINT_ATIS_V003, LINT_V003,
     "the keyUsage of an end-entity certificate is digitalSignature alone",
     "set keyUsage = critical, digitalSignature", is_leaf_with_key_usage, key_usage_leaf},
    {"e_atis_ext_certificate_policies", LINT_ATIS_V003, LINT_V003,
     "an end-entity certificate names one certificate policy, not critical",
     "add certificatePolicies with the SHAKEN policy's OID", lint_leaf, policies},
    {"e_atis_ext_certificate_policies_ca", LINT_ATIS_V003, LINT_V003_CA,
     "an intermediate certificate names one certificate policy, not critical",
     "add certificatePolicies with the SHAKEN policy's OID", lint_intermediate, policies},
    {"e_atis_ext_certificate_policies_root", LINT_ATIS_V005, LINT_V005_CA,
     "a root has no certificatePolicies", "leave the extension out", lint_root, no_policies},
    {"e_atis_ext_crl_distribution", LINT_ATIS_V003, LINT_V003,
     "an end-entity certificate has one CRL distribution point with one http URL",
     "add the URL of the STI-PA's CRL", lint_leaf, crl_points},
    {"e_atis_ext_crl_distribution_ca", LINT_ATIS_V003, LINT_V003_CA,
     "an intermediate certificate has one CRL distribution point with one http URL",
     "add the URL of the STI-PA's CRL", lint_intermediate, crl_points},
    {"e_atis_ext_crl_distribution_struct", LINT_ATIS_V004, LINT_V004,
     "the CRL distribution point of an end-entity certificate has a distributionPoint and a "
     "cRLIssuer",
     "add CRLissuer = dirName with the name of the CRL's issuer", is_leaf_with_points,
     crl_point_parts},
    {"e_atis_ext_crl_distribution_struct_ca", LINT_ATIS_V004, LINT_V004_CA,
     "the CRL distribution point of an intermediate certificate has a distributionPoint and a "
     "cRLIssuer",
     "add CRLissuer = dirName with the name of the CRL's issuer", is_intermediate_with_points,
     crl_point_parts},
    {"e_atis_ext_crl_distribution_root", LINT_ATIS_V005, LINT_V005_CA,
     "a root has no cRLDistributionPoints", "leave the extension out", lint_root, no_crl_points},
    {"e_atis_tn_auth_list", LINT_ATIS_V003, LINT_V003,
     "an end-entity certificate has a TNAuthList with one SPC and nothing else, not critical",
     "add TNAuthList = SPC:...; a list of numbers is outside the base profile", lint_leaf,
     list_one_spc},
    {"e_atis_tn_auth_list_ca", LINT_ATIS_V005, LINT_V003_CA, "a CA certificate has no TNAuthList",
     "leave it out; a delegating CA is outside the base profile", lint_ca, no_list},
    {"e_atis_tn_auth_list_spc_format", LINT_ATIS_V005, LINT_V005,
     "the SPC of an end-entity certificate has only digits and capital letters",
     "write the SPC in capital letters", lint_leaf, list_spc_format},
    {"e_atis_ext_not_specified", LINT_ATIS_V005 ".1", LINT_V005,
     "an end-entity certificate has no extension that the profile does not name",
     "leave the extension out, or stay outside of the base profile", lint_leaf, nothing_else},
    {"e_atis_ext_not_specified_ca", LINT_ATIS_V005 ".1", LINT_V005_CA,
     "a CA certificate has no extension that the profile does not name",
     "leave the extension out, or stay outside of the base profile", lint_ca, nothing_else},
};

const struct lint_family lint_atis_extensions = LINT_FAMILY("ATIS-1000080: extensions", lints);
