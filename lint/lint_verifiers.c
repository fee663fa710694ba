/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who will accept it: what deployed verifiers do not accept, although the standards may. Each row
 * says where that was read, in public source text; a row is about that version of it.
 */
#include "lint_rules.h"

#define ASTERISK "Asterisk, res_stir_shaken"
#define ASTERISK_SOURCE "asterisk/asterisk, res/res_stir_shaken/verification.c, "
#define OPENSIPS "OpenSIPS, stir_shaken"
#define OPENSIPS_SOURCE "OpenSIPS/opensips, modules/stir_shaken/stir_shaken.c, "
#define LIBSTIRSHAKEN "libstirshaken"
#define LIBSTIRSHAKEN_SOURCE "signalwire/libstirshaken, src/stir_shaken_ssl.c, "

#define ASTERISK_MAX_OCTETS ((size_t)8192)

size_t lint_pem_octets(size_t der_octets)
{
    static const size_t lines =
        sizeof("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n") - 1;
    size_t base64 = (der_octets + 2) / 3 * 4;
    return lines + base64 + (base64 + 63) / 64;
}

/* Only end-entity certificates sign PASSporTs, so only they are shown to a verifier. */
static bool no_list_by_value(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (subject->ca || subject->list.there)
        return false;
    lint_fails(detail, subject->references > 0 ? "its list is by reference, which is not looked at"
                                               : "it has no TNAuthList");
    return true;
}

static bool first_entry_no_spc(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (subject->ca || !subject->list.there ||
        (subject->list.entries > 0 && subject->list.first_is_spc))
        return false;
    lint_fails(detail, "the first entry of its list is no SPC");
    return true;
}

/* What counts is what stands at x5u: the certificate in PEM, and the chain behind it. */
static bool too_large(const struct lint_subject *subject, struct lint_detail *detail)
{
    size_t octets = lint_pem_octets(subject->whole.length);
    if (octets < subject->published)
        octets = subject->published;
    if (subject->ca || octets <= ASTERISK_MAX_OCTETS)
        return false;
    lint_fails(detail, "it has %zu octets in PEM, with what stands behind it in its file", octets);
    return true;
}

static bool no_common_name(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (subject->ca || lint_attributes(&subject->subject, LINT_ATTRIBUTE_CN, NULL) > 0)
        return false;
    lint_fails(detail, "its subject has no CN");
    return true;
}

static bool list_on_ca(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (!subject->ca || !subject->list.there)
        return false;
    lint_fails(detail, "it is a CA certificate with a TNAuthList");
    return true;
}

static bool numbers_unread(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (subject->ca || !subject->list.there || subject->list.spcs == subject->list.entries)
        return false;
    lint_fails(detail, "its list has numbers, to which a call is not compared");
    return true;
}

const struct lint_verifier lint_verifiers[] = {
    {"asterisk-first-spc", ASTERISK,
     "the first entry of the TNAuthList must be an SPC; it rejects the certificate otherwise",
     ASTERISK_SOURCE "check_tn_auth_list()",
     "put the provider's SPC first, but only if all its numbers are meant", first_entry_no_spc},
    {"asterisk-size", ASTERISK,
     "what is at x5u may have 8,192 octets; it rejects a longer download",
     ASTERISK_SOURCE "retrieve_cert_from_url(), max_download_bytes",
     "write fewer, larger ranges, or publish the list by reference", too_large},
    {"asterisk-aia", ASTERISK,
     "the TNAuthList must be there by value; it does not look at authorityInfoAccess",
     ASTERISK_SOURCE "check_tn_auth_list()", "put the list into the certificate", no_list_by_value},
    {"asterisk-cn", ASTERISK, "the subject must have a CN; it rejects the certificate otherwise",
     ASTERISK_SOURCE "check_cert()", "give the subject a CN", no_common_name},
    {"opensips-aia", OPENSIPS,
     "the TNAuthList must be there by value; it does not look at authorityInfoAccess",
     OPENSIPS_SOURCE "validate_certificate()", "put the list into the certificate",
     no_list_by_value},
    {"opensips-numbers", OPENSIPS,
     "only that there is a TNAuthList is asked: the numbers in it do not limit what is accepted",
     OPENSIPS_SOURCE "validate_certificate()", "compare the numbers elsewhere", numbers_unread},
    {"libstirshaken-aia", LIBSTIRSHAKEN,
     "the TNAuthList must be there by value; it does not look at authorityInfoAccess",
     LIBSTIRSHAKEN_SOURCE "stir_shaken_verify_cert_tn_authlist_extension()",
     "put the list into the certificate", no_list_by_value},
    {"reports-ca-list", "the published reports on the SHAKEN PKI",
     "a CA certificate with a TNAuthList is reported as an error: delegation is outside the base "
     "profile",
     "ATIS-1000080.v005 section 6.4.1, by the lint e_atis_tn_auth_list_ca",
     "keep delegating CAs apart from those of the base profile", list_on_ca},
};

const size_t lint_verifier_count = sizeof(lint_verifiers) / sizeof(lint_verifiers[0]);
