/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 5280 and the encoding rules beneath it, as far as STIR certificates are concerned. Ids that
 * public linters of X.509 certificates have are theirs; the rest begins with e_sti_ or w_sti_.
 */
#include "lint_families.h"
#include "lint_rules.h"

#define RFC "RFC 5280 section "
#define SERIAL_MAX_OCTETS 20
#define P256_POINT_OCTETS 65

/* What can be asked has been read; what cannot is refused by lint_subject_read(). */
static bool is_read(const struct lint_subject *subject, struct lint_detail *detail)
{
    (void)subject;
    (void)detail;
    return true;
}

static bool has_key_usage(const struct lint_subject *subject)
{
    return lint_has(subject, LINT_EXTENSION_KEY_USAGE);
}

static bool key_usage_encoding(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!subject->key_usage_well_formed)
        return lint_fails(detail, "the keyUsage is no BIT STRING");
    return subject->key_usage_minimal ||
           lint_fails(detail, "the keyUsage has zero bits at its end, or bits in its unused part");
}

static bool key_cert_sign_of_ca(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->ca || (subject->key_usage & LINT_KEY_CERT_SIGN) == 0 ||
           lint_fails(detail, "the keyUsage has keyCertSign, but cA is not TRUE");
}

static bool has_basic_constraints(const struct lint_subject *subject)
{
    return subject->basic_constraints_well_formed;
}

static bool path_length_of_ca(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->ca || !subject->path_length ||
           lint_fails(detail, "there is a pathLenConstraint, but cA is not TRUE");
}

/* A self-signed certificate may leave the AKI out, whether it is a CA's or not. */
static bool is_signed_by_another(const struct lint_subject *subject)
{
    return !subject->root &&
           (subject->ca || !lint_same(subject->issuer.whole, subject->subject.whole));
}

static bool has_aki(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_has(subject, LINT_EXTENSION_AKI) ||
           lint_fails(detail, "there is no authorityKeyIdentifier");
}

static bool has_aki_id(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->aki_id.at != NULL ||
           lint_fails(detail, "there is no keyIdentifier in an authorityKeyIdentifier");
}

static bool with_aki(const struct lint_subject *subject)
{
    return lint_has(subject, LINT_EXTENSION_AKI);
}

static bool aki_not_critical(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_critical(subject, LINT_EXTENSION_AKI) ||
           lint_fails(detail, "the authorityKeyIdentifier is critical");
}

static bool has_ski(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_has(subject, LINT_EXTENSION_SKI) ||
           lint_fails(detail, "there is no subjectKeyIdentifier");
}

static bool with_ski(const struct lint_subject *subject)
{
    return lint_has(subject, LINT_EXTENSION_SKI);
}

static bool ski_not_critical(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_critical(subject, LINT_EXTENSION_SKI) ||
           lint_fails(detail, "the subjectKeyIdentifier is critical");
}

static bool with_aia(const struct lint_subject *subject)
{
    return lint_has(subject, LINT_EXTENSION_AIA);
}

static bool aia_not_critical(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_critical(subject, LINT_EXTENSION_AIA) ||
           lint_fails(detail, "the authorityInfoAccess is critical");
}

static bool serial_length(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->serial.length <= SERIAL_MAX_OCTETS ||
           lint_fails(detail, "the serial number has %zu octets, at most 20 are allowed",
                      subject->serial.length);
}

static bool serial_minimal(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_octets serial = subject->serial;
    bool padded = serial.length > 1 && ((serial.at[0] == 0 && serial.at[1] < 0x80) ||
                                        (serial.at[0] == 0xff && serial.at[1] >= 0x80));
    return !padded || lint_fails(detail, "the serial number is not in the fewest octets");
}

static bool times_well_formed(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_time *time =
        subject->not_before.well_formed ? &subject->not_after : &subject->not_before;
    return time->well_formed ||
           lint_fails(detail, "\"%s\" is no time with seconds and Z, without fractions",
                      lint_words(time->text).text);
}

static bool has_times(const struct lint_subject *subject)
{
    return subject->not_before.well_formed && subject->not_after.well_formed;
}

/* The tag of a GeneralizedTime is 0x18; a UTCTime cannot name a year from 2050 on. */
static bool is_late_form(const struct lint_time *time)
{
    return time->tag == 0x18 && time->stamp < 20500000000000;
}

static bool time_form(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!is_late_form(&subject->not_before) && !is_late_form(&subject->not_after))
        return true;
    return lint_fails(detail, "a time before 2050 is a GeneralizedTime");
}

static bool time_order(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->not_before.stamp <= subject->not_after.stamp ||
           lint_fails(detail, "notAfter is before notBefore");
}

static bool no_extension_twice(const struct lint_subject *subject, struct lint_detail *detail)
{
    for (size_t i = 0; i < subject->extension_count; i++)
        for (size_t j = i + 1; j < subject->extension_count; j++)
            if (lint_same(subject->extensions[i].oid, subject->extensions[j].oid))
                return lint_fails(detail, "the extension %s stands there twice",
                                  lint_dotted(subject->extensions[i].oid).text);
    return true;
}

static bool no_written_default(const struct lint_subject *subject, struct lint_detail *detail)
{
    for (size_t i = 0; i < subject->extension_count; i++)
        if (subject->extensions[i].critical_false)
            return lint_fails(detail, "critical FALSE is written out in the extension %s",
                              lint_dotted(subject->extensions[i].oid).text);
    return true;
}

static bool with_extensions(const struct lint_subject *subject)
{
    return subject->extension_count > 0;
}

static bool extensions_of_v3(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->version == 3 ||
           lint_fails(detail, "there are extensions, but the version is %u", subject->version);
}

static bool no_unique_ids(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !subject->unique_ids ||
           lint_fails(detail, "there is an issuerUniqueID or a subjectUniqueID");
}

static bool same_algorithms(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_same(subject->tbs_algorithm.whole, subject->algorithm.whole) ||
           lint_fails(detail, "the signature field inside and signatureAlgorithm outside differ");
}

static bool with_ecdsa(const struct lint_subject *subject)
{
    return lint_is_ecdsa(&subject->algorithm) || lint_is_ecdsa(&subject->tbs_algorithm);
}

static bool no_parameters(const struct lint_subject *subject, struct lint_detail *detail)
{
    bool inside =
        lint_is_ecdsa(&subject->tbs_algorithm) && subject->tbs_algorithm.parameters.at != NULL;
    bool outside = lint_is_ecdsa(&subject->algorithm) && subject->algorithm.parameters.at != NULL;
    return (!inside && !outside) ||
           lint_fails(detail, "the AlgorithmIdentifier of ECDSA has parameters, such as NULL");
}

static bool whole_point(const struct lint_subject *subject, struct lint_detail *detail)
{
    return (subject->key.length == P256_POINT_OCTETS && subject->key.at[0] == 0x04) ||
           lint_fails(detail, "the key has %zu octets, an uncompressed point has 65",
                      subject->key.length);
}

static const struct lint lints[] = {
    {LINT_CERTIFICATE_ID, RFC "4.1", LINT_RFC5280,
     "it is one certificate in DER, or a file of certificates in PEM",
     "give certificates alone, and convert what is in another form with openssl x509", lint_all,
     is_read},
    {"e_incorrect_ku_encoding", RFC "4.2.1.3", LINT_RFC5280,
     "keyUsage is encoded as DER wants named bits: no zero bits at its end",
     "write digitalSignature as 03 02 07 80, keyCertSign as 03 02 02 04", has_key_usage,
     key_usage_encoding},
    {"e_sti_key_cert_sign_without_ca", RFC "4.2.1.3", LINT_RFC5280,
     "only a CA has keyCertSign in its keyUsage", "take keyCertSign out", has_key_usage,
     key_cert_sign_of_ca},
    {"e_path_len_constraint_improperly_included", RFC "4.2.1.9", LINT_RFC5280,
     "only a CA has a pathLenConstraint", "take pathlen out", has_basic_constraints,
     path_length_of_ca},
    {"e_ext_authority_key_identifier_missing", RFC "4.2.1.1", LINT_RFC5280,
     "a certificate that has not signed itself has an authorityKeyIdentifier",
     "add authorityKeyIdentifier = keyid:always", is_signed_by_another, has_aki},
    {"e_ext_authority_key_identifier_no_key_identifier", RFC "4.2.1.1", LINT_RFC5280,
     "the authorityKeyIdentifier of what has not signed itself has a keyIdentifier",
     "add authorityKeyIdentifier = keyid:always", is_signed_by_another, has_aki_id},
    {"e_ext_authority_key_identifier_critical", RFC "4.2.1.1", LINT_RFC5280,
     "the authorityKeyIdentifier is not critical", "take critical off it", with_aki,
     aki_not_critical},
    {"e_ext_subject_key_identifier_missing_ca", RFC "4.2.1.2", LINT_RFC5280,
     "a CA certificate has a subjectKeyIdentifier", "add subjectKeyIdentifier = hash", lint_ca,
     has_ski},
    {"w_ext_subject_key_identifier_missing_sub_cert", RFC "4.2.1.2", LINT_RFC5280,
     "an end-entity certificate has a subjectKeyIdentifier", "add subjectKeyIdentifier = hash",
     lint_leaf, has_ski},
    {"e_ext_subject_key_identifier_critical", RFC "4.2.1.2", LINT_RFC5280,
     "the subjectKeyIdentifier is not critical", "take critical off it", with_ski,
     ski_not_critical},
    {"e_ext_aia_marked_critical", RFC "4.2.2.1", LINT_RFC5280,
     "the authorityInfoAccess is not critical", "take critical off it", with_aia, aia_not_critical},
    {"e_serial_number_longer_than_20_octets", RFC "4.1.2.2", LINT_RFC5280,
     "the serial number has at most 20 octets", "take 16 random octets", lint_all, serial_length},
    {"e_sti_serial_number_encoding", "X.690 section 8.3.2", LINT_RFC5280,
     "the serial number is an INTEGER in the fewest octets", "encode it in DER", lint_all,
     serial_minimal},
    {"e_sti_time_encoding", RFC "4.1.2.5", LINT_RFC5280,
     "notBefore and notAfter have seconds, Z and no fractions",
     "write YYMMDDHHMMSSZ, from 2050 on YYYYMMDDHHMMSSZ", lint_all, times_well_formed},
    {"e_wrong_time_format_pre2050", RFC "4.1.2.5", LINT_RFC5280, "a time before 2050 is a UTCTime",
     "write it as UTCTime", has_times, time_form},
    {"e_validity_time_not_positive", RFC "4.1.2.5", LINT_RFC5280,
     "notAfter is not before notBefore", "swap them", has_times, time_order},
    {"e_ext_duplicate_extension", RFC "4.2", LINT_RFC5280, "no extension stands there twice",
     "leave one of them out", with_extensions, no_extension_twice},
    {"e_sti_ext_critical_default", "X.690 section 11.5", LINT_RFC5280,
     "critical FALSE is left out, as DER wants a default", "encode the extension in DER",
     with_extensions, no_written_default},
    {"e_cert_extensions_version_not_3", RFC "4.1.2.1", LINT_RFC5280,
     "a certificate with extensions has version 3", "issue it as X.509 v3 (value 2)",
     with_extensions, extensions_of_v3},
    {"e_cert_contains_unique_identifier", RFC "4.1.2.8", LINT_RFC5280,
     "there is no issuerUniqueID and no subjectUniqueID", "leave them out", lint_all,
     no_unique_ids},
    {"e_cert_sig_alg_not_match_tbs_sig_alg", RFC "4.1.1.2", LINT_RFC5280,
     "the signature field and signatureAlgorithm are the same octets",
     "write the same AlgorithmIdentifier in both places", lint_all, same_algorithms},
    {"e_sti_ecdsa_parameters", "RFC 5758 section 3.2", LINT_RFC5758,
     "the AlgorithmIdentifier of an ECDSA signature has no parameters, not even NULL",
     "leave the parameters out", with_ecdsa, no_parameters},
    {"w_sti_ec_point_form", "RFC 5480 section 2.2", LINT_RFC5280,
     "a P-256 key is an uncompressed point, the form that everyone must read",
     "give the point as 04, X and Y", lint_is_p256, whole_point},
};

const struct lint_family lint_rfc5280 = LINT_FAMILY("RFC 5280 and encoding", lints);
