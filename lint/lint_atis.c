/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATIS-1000080 section 6.4.1: the fields of a certificate and its names. The ids are those of the
 * published reports on the SHAKEN PKI, and so are the days from which they count; what this project
 * adds to them begins with e_sti_, w_sti_ or n_sti_.
 */
#include <ctype.h>
#include <string.h>

#include "lint_families.h"
#include "lint_rules.h"

#define CP_1_4 "SHAKEN certificate policy v1.4 section 6.1.5"

static bool version_3(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->version == 3 || lint_fails(detail, "the version is %u", subject->version);
}

static bool serial_positive(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_octets serial = subject->serial;
    if ((serial.at[0] & 0x80) != 0)
        return lint_fails(detail, "the serial number is negative");
    for (size_t i = 0; i < serial.length; i++)
        if (serial.at[i] != 0)
            return true;
    return lint_fails(detail, "the serial number is 0");
}

/* The bits of the number; those of a negative one do not matter, for it is refused already. */
static bool serial_size(const struct lint_subject *subject, struct lint_detail *detail)
{
    struct lint_octets serial = subject->serial;
    while (serial.length > 0 && serial.at[0] == 0) {
        serial.at++;
        serial.length--;
    }
    size_t bits = serial.length * 8;
    for (unsigned top = serial.length == 0 ? 0x80u : serial.at[0]; (top & 0x80) == 0; top <<= 1)
        bits--;
    return bits >= 64 || lint_fails(detail, "the serial number has %zu bits, less than 64", bits);
}

/* CP v1.4 lets its CAs sign with SHA-384, against ATIS-1000080: w_sti_signature_sha384 says so. */
static bool signature_algorithm(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (lint_is_sha256(&subject->algorithm))
        return true;
    bool may = subject->root || subject->has_policy[LINT_POLICY_CP_1_4];
    return (may && lint_is_sha384(&subject->algorithm)) ||
           lint_fails(detail, "the signature algorithm is %s",
                      lint_dotted(subject->algorithm.oid).text);
}

static bool public_key(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (lint_is_p256(subject))
        return true;
    return lint_fails(detail,
                      "the key's algorithm is %s, not id-ecPublicKey with the named curve "
                      "P-256",
                      lint_dotted(subject->key_algorithm.oid).text);
}

/* CP v1.4 lets its CAs have P-384, against ATIS-1000080: w_sti_ca_p384 says so. */
static bool public_key_ca(const struct lint_subject *subject, struct lint_detail *detail)
{
    bool may = subject->has_policy[LINT_POLICY_CP_1_4] ||
               (subject->root && subject->not_before.stamp / 1000000 >= LINT_CP_1_4_CA);
    return (may && lint_is_p384(subject)) || public_key(subject, detail);
}

static bool has_p384(const struct lint_subject *subject)
{
    return subject->ca && (lint_is_p384(subject) || lint_is_p256(subject));
}

static bool not_p384(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_is_p384(subject) ||
           lint_fails(detail, "the key is on P-384: CP v1.4 section 6.1.5 allows it, ATIS-1000080 "
                              "knows P-256 alone");
}

static bool is_signed_with_ecdsa(const struct lint_subject *subject)
{
    return lint_is_ecdsa(&subject->algorithm);
}

static bool not_sha384(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_is_sha384(&subject->algorithm) ||
           lint_fails(detail, "it is signed with SHA-384: CP v1.4 section 6.1.5 allows it, "
                              "ATIS-1000080 knows ecdsa-with-SHA256 alone");
}

static bool issuer_is_subject(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_same(subject->issuer.whole, subject->subject.whole) ||
           lint_fails(detail, "the AKI names its own key, but the issuer is not the subject");
}

/* Exactly one attribute of the type. */
static bool one_attribute(const struct lint_subject *subject, enum lint_attribute_type type,
                          const char *name, struct lint_detail *detail)
{
    size_t count = lint_attributes(&subject->subject, type, NULL);
    if (count == 0)
        return lint_fails(detail, "the subject has no %s", name);
    return count == 1 || lint_fails(detail, "the subject has %s %zu times", name, count);
}

static bool subject_dn(const struct lint_subject *subject, struct lint_detail *detail)
{
    return one_attribute(subject, LINT_ATTRIBUTE_C, "C", detail) &&
           one_attribute(subject, LINT_ATTRIBUTE_CN, "CN", detail);
}

static bool subject_o(const struct lint_subject *subject, struct lint_detail *detail)
{
    return one_attribute(subject, LINT_ATTRIBUTE_O, "O", detail);
}

static bool subject_c_iso(const struct lint_subject *subject, struct lint_detail *detail)
{
    struct lint_octets c = {0};
    if (!one_attribute(subject, LINT_ATTRIBUTE_C, "C", detail))
        return false;
    lint_attributes(&subject->subject, LINT_ATTRIBUTE_C, &c);
    return (c.length == 2 && c.at[0] >= 'A' && c.at[0] <= 'Z' && c.at[1] >= 'A' &&
            c.at[1] <= 'Z') ||
           lint_fails(detail, "C is \"%s\", not two capital letters", lint_words(c).text);
}

static struct lint_octets common_name(const struct lint_subject *subject)
{
    struct lint_octets cn = {0};
    lint_attributes(&subject->subject, LINT_ATTRIBUTE_CN, &cn);
    return cn;
}

static bool cn_has(const struct lint_subject *subject, const char *word, bool any_case,
                   struct lint_detail *detail)
{
    struct lint_octets wanted = {(const uint8_t *)word, strlen(word)};
    return lint_has_word(common_name(subject), wanted, any_case) ||
           lint_fails(detail, "CN is \"%s\", without the word %s",
                      lint_words(common_name(subject)).text, word);
}

static bool subject_cn(const struct lint_subject *subject, struct lint_detail *detail)
{
    return cn_has(subject, "SHAKEN", false, detail);
}

static bool subject_cn_root(const struct lint_subject *subject, struct lint_detail *detail)
{
    return cn_has(subject, "ROOT", true, detail);
}

/* `SHAKEN <SPC>` as words; without a single SPC there is nothing that could stand there. */
static bool subject_cn_spc(const struct lint_subject *subject, struct lint_detail *detail)
{
    uint8_t wanted[7 + 64] = "SHAKEN ";
    const struct lint_list *list = &subject->list;
    if (!list->well_formed || list->entries != 1 || list->spcs != 1)
        return lint_fails(detail, "there is no single SPC in a TNAuthList that CN could name");
    if (list->spc.length > sizeof(wanted) - 7)
        return lint_fails(detail, "the SPC has %zu octets, more than any CN holds",
                          list->spc.length);
    memcpy(wanted + 7, list->spc.at, list->spc.length);
    return lint_has_word(common_name(subject), (struct lint_octets){wanted, 7 + list->spc.length},
                         false) ||
           lint_fails(detail, "CN is \"%s\", without SHAKEN %s",
                      lint_words(common_name(subject)).text, lint_words(list->spc).text);
}

static const struct lint lints[] = {
    {"e_atis_version", LINT_ATIS_V003, LINT_V003, "an end-entity certificate has version 3",
     "issue it as X.509 v3 (value 2)", lint_leaf, version_3},
    {"e_atis_version_ca", LINT_ATIS_V003, LINT_V003_CA, "a CA certificate has version 3",
     "issue it as X.509 v3 (value 2)", lint_ca, version_3},
    {"e_atis_serial_number", LINT_ATIS_V003, LINT_V003,
     "the serial number of an end-entity certificate is above 0",
     "take the serial from a random source, with its highest bit 0", lint_leaf, serial_positive},
    {"e_atis_serial_number_ca", LINT_ATIS_V003, LINT_V003_CA,
     "the serial number of a CA certificate is above 0",
     "take the serial from a random source, with its highest bit 0", lint_ca, serial_positive},
    {"e_atis_serial_number_size", LINT_ATIS_V005, LINT_V005,
     "the serial number of an end-entity certificate has 64 random bits",
     "take 128 random bits: a lawful one of 64 can look shorter", lint_leaf, serial_size},
    {"e_atis_serial_number_size_ca", LINT_ATIS_V005, LINT_V005_CA,
     "the serial number of a CA certificate has 64 random bits",
     "take 128 random bits: a lawful one of 64 can look shorter", lint_ca, serial_size},
    {"e_atis_signature_algorithm", LINT_ATIS_V003, LINT_V003,
     "an end-entity certificate is signed with ecdsa-with-SHA256",
     "sign with a P-256 key and SHA-256", lint_leaf, signature_algorithm},
    {"e_atis_signature_algorithm_ca", LINT_ATIS_V003, LINT_V003_CA,
     "a CA certificate is signed with ecdsa-with-SHA256", "sign with a P-256 key and SHA-256",
     lint_ca, signature_algorithm},
    {"e_atis_subject_public_key", LINT_ATIS_V003, LINT_V003,
     "the key of an end-entity certificate is EC on P-256",
     "make the key on P-256, with a named curve", lint_leaf, public_key},
    {"e_atis_subject_public_key_ca", LINT_ATIS_V003, LINT_V003_CA,
     "the key of a CA certificate is EC on P-256, or on P-384 under CP v1.4",
     "make the key on P-256, with a named curve", lint_ca, public_key_ca},
    {"w_sti_ca_p384", CP_1_4, LINT_V003_CA, "the key of a CA is on the curve that both texts allow",
     "make the key on P-256: CP v1.4 allows P-384, ATIS-1000080 does not", has_p384, not_p384},
    {"w_sti_signature_sha384", CP_1_4, LINT_V003_CA,
     "the signature is of the algorithm that both texts allow",
     "sign with ecdsa-with-SHA256: CP v1.4 allows SHA-384, ATIS-1000080 does not",
     is_signed_with_ecdsa, not_sha384},
    {"e_issuer_root", LINT_ATIS_V003, LINT_V003_CA, "the issuer of a root is its subject",
     "write the subject's name into the issuer field, octet for octet", lint_root,
     issuer_is_subject},
    {"e_atis_subject_dn", LINT_ATIS_V003, LINT_V003,
     "the subject of an end-entity certificate has one C and one CN", "give each exactly once",
     lint_leaf, subject_dn},
    {"e_atis_subject_dn_ca", LINT_ATIS_V003, LINT_V003_CA,
     "the subject of a CA certificate has one C and one CN", "give each exactly once", lint_ca,
     subject_dn},
    {"e_atis_subject_o_required", LINT_ATIS_V004, LINT_V004,
     "the subject of an end-entity certificate has one O", "give the holder's legal name as O",
     lint_leaf, subject_o},
    {"e_atis_subject_o_required_ca", LINT_ATIS_V004, LINT_V004_CA,
     "the subject of a CA certificate has one O", "give the CA's legal name as O", lint_ca,
     subject_o},
    {"e_atis_subject_c_iso", LINT_ATIS_V005, LINT_V005,
     "C of an end-entity certificate is a country code of two capital letters",
     "write the code of ISO 3166-1 alpha-2", lint_leaf, subject_c_iso},
    {"e_atis_subject_c_iso_ca", LINT_ATIS_V005, LINT_V005_CA,
     "C of a CA certificate is a country code of two capital letters",
     "write the code of ISO 3166-1 alpha-2", lint_ca, subject_c_iso},
    {"e_atis_subject_cn", LINT_ATIS_V003, LINT_V003,
     "CN of an end-entity certificate has the word SHAKEN", "begin CN with SHAKEN", lint_leaf,
     subject_cn},
    {"e_atis_subject_cn_ca", LINT_ATIS_V003, LINT_V003_CA,
     "CN of a CA certificate has the word SHAKEN", "put the word SHAKEN into CN", lint_ca,
     subject_cn},
    {"e_atis_subject_cn_root", LINT_ATIS_V005, LINT_V005_CA, "CN of a root has the word ROOT",
     "put the word ROOT into CN, in letters of either case", lint_root, subject_cn_root},
    {"e_atis_subject_cn_spc", LINT_ATIS_V004, LINT_V004,
     "CN of an end-entity certificate has SHAKEN, one space and the SPC of its list",
     "set CN to SHAKEN and the SPC, as in SHAKEN 1234", lint_leaf, subject_cn_spc},
};

const struct lint_family lint_atis = LINT_FAMILY("ATIS-1000080: fields and names", lints);
