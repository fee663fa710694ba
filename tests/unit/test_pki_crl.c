/* SPDX-License-Identifier: Apache-2.0 */
/* Making CRLs (RFC 5280 section 5): what stands in them, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crl.h"
#include "crl_succession.h"
#include "hex.h"
#include "test_path_kit.h"

#define URL "https://pa.example/crl"
/* From another implementation: the octets of both extensions. */
#define IDP "301fa01aa018861668747470733a2f2f70612e6578616d706c652f63726c8401ff"
#define CERTIFICATE_ISSUER                                                                         \
    "3048a4463044310b300906035504061302555331173015060355040a0c0e4578616d706c65205354492d4341311c" \
    "301a06035504030c134578616d706c65205348414b454e20526f6f74"
#define NOT_MEANT "what was signed is not what was to be signed; do not use this HSM or tool"
#define NOT_VERIFIED "the signature of the HSM does not verify with the issuer's public key"

static struct kit_path kit;
static X509_NAME *issuer; /* an STI-CA's, as in CERTIFICATE_ISSUER */
static X509_NAME *other;

static int set_up(void **state)
{
    (void)state;
    kit_path_make(&kit);
    issuer = kit_name("C=US/O=Example STI-CA/CN=Example SHAKEN Root");
    other = kit_name("C=US/O=Other STI-CA/CN=Other SHAKEN Root");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_path_free(&kit);
    X509_NAME_free(issuer);
    X509_NAME_free(other);
    return 0;
}

static const unsigned char one[] = {1};
static const unsigned char serials[][3] = {{0, 0, 1}, {0x80, 0, 0}, {0x12, 0x34, 0x56}};

static struct crl_content plain(void)
{
    return (struct crl_content){.signer = kit.crl_signer,
                                .number = one,
                                .number_length = 1,
                                .this_update = KIT_NOW,
                                .next_update = KIT_NOW + KIT_DAY};
}

static struct crl_content indirect(const struct crl_entry *entries, size_t count)
{
    struct crl_content content = plain();
    content.url = URL;
    content.indirect = true;
    content.entries = entries;
    content.count = count;
    return content;
}

static struct crl_entry entry_of(const X509_NAME *name, int serial, int reason)
{
    return (struct crl_entry){name, serials[serial], 3, KIT_NOW - 60, reason};
}

static X509_CRL *build(const struct crl_content *content)
{
    struct sti_error err;
    X509_CRL *crl = crl_build(content, &err);
    if (crl == NULL)
        fail_msg("%s", err.sentence);
    return crl;
}

static void tbs_of(const struct crl_content *content, struct kit_octets *tbs)
{
    X509_CRL *crl = build(content);
    assert_true(crl_tbs(crl, &tbs->octets, &tbs->length, NULL));
    X509_CRL_free(crl);
}

static void refused(const struct crl_content *content, const char *sentence, const char *clause)
{
    struct sti_error err;
    assert_null(crl_build(content, &err));
    kit_check_error(&err, STI_REFUSED, "", sentence, clause);
    assert_null(crl_build(content, NULL));
}

static void has_extension(X509_EXTENSION *extension, int nid, bool critical, const char *hex)
{
    uint8_t octets[200];
    assert_non_null(extension);
    assert_int_equal(OBJ_obj2nid(X509_EXTENSION_get_object(extension)), nid);
    assert_int_equal(X509_EXTENSION_get_critical(extension), critical);
    if (hex == NULL)
        return;
    size_t length = from_hex(hex, octets, sizeof(octets));
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
    assert_int_equal(ASN1_STRING_length(value), length);
    assert_memory_equal(ASN1_STRING_get0_data(value), octets, length);
}

static X509_EXTENSION *extension_at(X509_CRL *crl, int at)
{
    return (X509_EXTENSION *)X509_CRL_get_ext(crl, at);
}

/* ---- what stands in one ---- */

/* Version 2, AKI not critical, cRLNumber, no IDP: RFC 5280 sections 5.1.2.1, 5.2.1 and 5.2.3. */
static void plain_and_empty_rfc5280_section_5_2(void **state)
{
    (void)state;
    struct crl_content content = plain();
    X509_CRL *crl = build(&content);
    assert_int_equal(X509_CRL_get_version(crl), X509_CRL_VERSION_2);
    assert_int_equal(X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(kit.crl_signer)),
                     0);
    assert_int_equal(X509_CRL_get_ext_count(crl), 2);
    has_extension(extension_at(crl, 0), NID_authority_key_identifier, false, NULL);
    has_extension(extension_at(crl, 1), NID_crl_number, false, "020101");
    assert_true(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl)) <= 0);
    assert_int_equal(ASN1_TIME_cmp_time_t(X509_CRL_get0_lastUpdate(crl), KIT_NOW), 0);
    assert_int_equal(ASN1_TIME_cmp_time_t(X509_CRL_get0_nextUpdate(crl), KIT_NOW + KIT_DAY), 0);
    X509_CRL_free(crl);
}

/* The signer's SKI is the key identifier; without one, the SHA-1 of its key (section 5.2.1). */
static void names_the_key_rfc5280_section_5_2_1(void **state)
{
    (void)state;
    struct kit_member member = {.name = "PA CRL", .key_usage = "critical,cRLSign"};
    for (int i = 0; i < 2; i++) {
        unsigned char digest[EVP_MAX_MD_SIZE] = {0x0a, 0x05};
        unsigned int length = 2;
        member.ski = i == 0 ? "0a05" : NULL;
        X509 *signer = kit_member(&member, kit.crl_key, NULL, kit.crl_key);
        if (i == 1)
            assert_int_equal(X509_pubkey_digest(signer, EVP_sha1(), digest, &length), 1);
        struct crl_content content = plain();
        content.signer = signer;
        X509_CRL *crl = build(&content);
        AUTHORITY_KEYID *authority =
            X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, NULL, NULL);
        assert_non_null(authority);
        assert_null(authority->issuer);
        assert_int_equal(ASN1_STRING_length(authority->keyid), length);
        assert_memory_equal(ASN1_STRING_get0_data(authority->keyid), digest, length);
        AUTHORITY_KEYID_free(authority);
        X509_CRL_free(crl);
        X509_free(signer);
    }
}

/* The octets of spec section 2: IDP critical, and certificateIssuer critical in every entry. */
static void indirect_octets_rfc5280_sections_5_2_5_and_5_3_3(void **state)
{
    (void)state;
    const struct crl_entry entries[] = {entry_of(issuer, 1, 1), entry_of(issuer, 0, 0),
                                        entry_of(issuer, 2, CRL_NO_REASON)};
    struct crl_content content = indirect(entries, 3);
    content.aia = "https://pa.example/signer.pem";
    X509_CRL *crl = build(&content);
    assert_int_equal(X509_CRL_get_ext_count(crl), 4);
    has_extension(extension_at(crl, 2), NID_issuing_distribution_point, true, IDP);
    has_extension(extension_at(crl, 3), NID_info_access, false,
                  "302b302906082b06010505073002861d" /* one caIssuers and nothing else */
                  "68747470733a2f2f70612e6578616d706c652f7369676e65722e70656d");
    STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED(crl);
    assert_int_equal(sk_X509_REVOKED_num(revoked), 3);
    for (int i = 0; i < 3; i++) {
        const X509_REVOKED *entry = sk_X509_REVOKED_value(revoked, i);
        bool has_reason = i == 2; /* sorted: 1, 123456, 800000; "unspecified" is left out */
        int count = X509_REVOKED_get_ext_count(entry);
        assert_int_equal(count, has_reason ? 2 : 1);
        has_extension((X509_EXTENSION *)X509_REVOKED_get_ext(entry, count - 1),
                      NID_certificate_issuer, true, CERTIFICATE_ISSUER);
        if (has_reason)
            has_extension((X509_EXTENSION *)X509_REVOKED_get_ext(entry, 0), NID_crl_reason, false,
                          "0a0101");
    }
    X509_CRL_free(crl);
}

/* ---- a function of its argument ---- */

static void the_order_of_entries_does_not_count(void **state)
{
    (void)state;
    static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
    const struct crl_entry entries[] = {entry_of(issuer, 0, 1), entry_of(other, 0, 2),
                                        entry_of(NULL, 0, 3), entry_of(issuer, 1, 4)};
    struct kit_octets first = {0};
    for (size_t i = 0; i < 3; i++) {
        struct crl_entry shuffled[4];
        struct kit_octets tbs;
        for (int k = 0; k < 4; k++)
            shuffled[k] = entries[orders[i][k]];
        struct crl_content content = indirect(shuffled, 4);
        tbs_of(&content, &tbs);
        if (i > 0) {
            assert_int_equal(tbs.length, first.length);
            assert_memory_equal(tbs.octets, first.octets, first.length);
            kit_octets_free(&tbs);
        } else {
            first = tbs;
        }
    }
    kit_octets_free(&first);
}

/* ---- what is refused ---- */

static void refuses_times_rfc5280_sections_5_1_2_5_and_6_1_3(void **state)
{
    (void)state;
    struct crl_content content = plain();
    content.next_update = content.this_update;
    refused(&content,
            "the CRL's nextUpdate 2026-09-21T14:13:20Z does not come after its thisUpdate "
            "2026-09-21T14:13:20Z",
            "RFC 5280 section 5.1.2.5");
    content.next_update = KIT_NOW + KIT_DAY + 1;
    refused(&content,
            "the certificate of the CRL's signer \"CN = PA CRL\" ends before the CRL's nextUpdate "
            "2026-09-22T14:13:21Z; choose an earlier one or renew the certificate",
            "RFC 5280 section 6.1.3");
    for (int i = 0; i < 2; i++) {
        content.this_update = i == 0 ? KIT_NOW + KIT_DAY + 1 : KIT_NOW - KIT_DAY - 1;
        content.next_update = content.this_update + 1;
        refused(&content, "the certificate of the CRL's signer \"CN = PA CRL\" is not valid at",
                "RFC 5280 section 6.1.3");
    }
}

static void refuses_numbers_rfc5280_section_5_2_3(void **state)
{
    (void)state;
    static const unsigned char octets[22] = {0, 0x7f};
    static const unsigned char high[20] = {0x80};
    struct crl_content content = plain();
    X509_CRL *crl;
    content.number = octets; /* zeros in front do not count */
    content.number_length = 21;
    crl = build(&content);
    X509_CRL_free(crl);
    content.number_length = 22;
    refused(&content, "the CRL's number has 21 octets, and it may have 1 to 20",
            "RFC 5280 section 5.2.3");
    content.number = high; /* a zero octet more in DER */
    content.number_length = 20;
    refused(&content, "the CRL's number has 21 octets", "RFC 5280 section 5.2.3");
    content.number_length = 0;
    refused(&content, "the CRL's number has 0 octets", "RFC 5280 section 5.2.3");
    static const unsigned char zero[] = {0};
    content.number = zero;
    content.number_length = 1;
    crl = build(&content);
    has_extension(extension_at(crl, 1), NID_crl_number, false, "020100");
    X509_CRL_free(crl);
}

static void refuses_entries_rfc5280_sections_5_1_2_6_and_5_3_1(void **state)
{
    (void)state;
    struct crl_entry entries[] = {entry_of(issuer, 0, 1), entry_of(issuer, 0, 2)};
    struct crl_content content = indirect(entries, 2);
    static const unsigned char again[] = {1};
    entries[1].serial = again; /* the same number without zeros in front */
    entries[1].serial_length = 1;
    refused(
        &content,
        "serial 01 of the issuer \"C = US, O = Example STI-CA, CN = Example SHAKEN Root\" would "
        "be listed twice",
        "RFC 5280 section 5.1.2.6");
    entries[1].serial_length = 0;
    refused(&content, "a serial number to be revoked has 0 octets", "RFC 5280 section 4.1.2.2");
    static const unsigned char high[20] = {0x80};
    entries[1].serial = high;
    entries[1].serial_length = 20;
    refused(&content, "a serial number to be revoked has 21 octets", "RFC 5280 section 4.1.2.2");
    entries[1] = entry_of(issuer, 1, 1);
    entries[1].date = KIT_NOW + 1;
    refused(&content,
            "serial 800000 would be revoked at 2026-09-21T14:13:21Z, after this CRL's thisUpdate "
            "2026-09-21T14:13:20Z; a CRL says what has happened",
            "RFC 5280 section 5.1.2.6");
    static const int reasons[] = {7, 8, 11, -2, 1000};
    for (size_t i = 0; i < 5; i++) {
        char sentence[100];
        entries[1] = entry_of(issuer, 1, reasons[i]);
        snprintf(sentence, sizeof(sentence), "serial 800000 has the reason %d, which %s",
                 reasons[i],
                 reasons[i] == 8 ? "only a delta CRL may give (removeFromCRL)" : "is no reason");
        refused(&content, sentence, "RFC 5280 section 5.3.1");
    }
}

static void refuses_others_in_a_plain_crl_rfc5280_section_5_2_5(void **state)
{
    (void)state;
    const struct crl_entry entries[] = {entry_of(issuer, 2, 1)};
    struct crl_content content = indirect(entries, 1);
    content.indirect = false;
    refused(&content,
            "serial 123456 is of the issuer \"C = US, O = Example STI-CA, CN = Example SHAKEN "
            "Root\", and this CRL is of \"CN = PA CRL\"; only an indirect CRL lists certificates "
            "of others",
            "RFC 5280 section 5.2.5");
}

static void refuses_the_signer_rfc5280_section_6_3_3(void **state)
{
    (void)state;
    struct crl_content content = plain();
    content.signer = kit.pa.signer; /* digitalSignature alone */
    refused(&content, "has no cRLSign, so nobody would believe a CRL that it signs",
            "RFC 5280 section 6.3.3");
    struct kit_member member = {.name = "PA CRL"}; /* no keyUsage at all: allowed */
    content.signer = kit_member(&member, kit.crl_key, NULL, kit.crl_key);
    X509_CRL *crl = build(&content);
    X509_CRL_free(crl);
    X509_NAME *empty = X509_NAME_new();
    X509_set_subject_name(content.signer, empty);
    refused(&content, "has an empty subject, and a CRL names its issuer",
            "RFC 5280 section 5.1.2.3");
    X509_NAME_free(empty);
    X509_free(content.signer);
}

static void knows_the_words_rfc5280_section_5_3_1(void **state)
{
    (void)state;
    int known = 0;
    for (int i = -3; i < 20; i++) {
        int reason = 99;
        const char *word = crl_reason_word(i);
        if (word == NULL)
            continue;
        assert_true(crl_reason_read(word, &reason, NULL));
        assert_int_equal(reason, i == CRL_NO_REASON ? 0 : i);
        known++;
    }
    assert_int_equal(known, 10); /* nine and CRL_NO_REASON */
    struct sti_error err;
    int reason;
    assert_false(crl_reason_read("keycompromise", &reason, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "\"keycompromise\" is no reason of a whole CRL: unspecified, keyCompromise,",
                    "RFC 5280 section 5.3.1");
    assert_false(crl_reason_read("removeFromCRL", &reason, NULL));
}

/* ---- signed and read again ---- */

struct made {
    X509_CRL *crl;
    struct kit_octets tbs;
    struct kit_octets der;
};

static void make(struct made *made, const struct crl_content *content, EVP_PKEY *key)
{
    memset(made, 0, sizeof(*made));
    made->crl = build(content);
    assert_true(crl_tbs(made->crl, &made->tbs.octets, &made->tbs.length, NULL));
    assert_true(crl_sign(made->crl, key, &made->der.octets, &made->der.length, NULL));
}

static void unmake(struct made *made)
{
    X509_CRL_free(made->crl);
    kit_octets_free(&made->tbs);
    kit_octets_free(&made->der);
}

static X509_CRL *reread(const struct made *made, EVP_PKEY *key, struct sti_error *err)
{
    return crl_reread(made->der.octets, made->der.length, made->tbs.octets, made->tbs.length, key,
                      err);
}

static void signs_and_rereads_rfc5280_section_5_1_1(void **state)
{
    (void)state;
    const struct crl_entry entries[] = {entry_of(issuer, 0, 1)};
    const struct crl_content content = indirect(entries, 1);
    struct made made;
    struct sti_error err;
    make(&made, &content, kit.crl_key);
    X509_CRL *crl = reread(&made, kit.crl_key, NULL);
    assert_non_null(crl);
    assert_int_equal(X509_CRL_get_signature_nid(crl), NID_ecdsa_with_SHA256);
    X509_CRL_free(crl);
    assert_null(reread(&made, kit.keys[0], &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", NOT_VERIFIED, NULL);
    for (size_t i = 0; i < made.der.length; i++) {
        made.der.octets[i] ^= 1;
        if (reread(&made, kit.crl_key, NULL) != NULL)
            fail_msg("octet %zu may be changed", i);
        made.der.octets[i] ^= 1;
    }
    made.tbs.octets[made.tbs.length - 1] ^= 1;
    assert_null(reread(&made, kit.crl_key, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", NOT_MEANT, NULL);
    kit_octets_free(&made.der);
    assert_false(crl_sign(made.crl, kit.p384, &made.der.octets, &made.der.length, &err));
    assert_null(made.der.octets);
    kit_check_error(&err, STI_REFUSED, "", "the signing key is not EC P-256",
                    "ATIS-1000080 section 6.4.1");
    unmake(&made);
    ERR_clear_error();
}

/* What a relying party finds in it: each certificate under its own issuer's name. */
static void a_look_up_finds_it_rfc5280_section_6_3_3(void **state)
{
    (void)state;
    const X509_NAME *pa = X509_get_issuer_name(kit.crl_signer);
    const ASN1_INTEGER *serial = X509_get0_serialNumber(kit.crl_signer);
    struct crl_entry entries[] = {entry_of(issuer, 0, 1), entry_of(other, 1, 1),
                                  entry_of(pa, 2, 1)};
    entries[2].serial = ASN1_STRING_get0_data(serial);
    entries[2].serial_length = (size_t)ASN1_STRING_length(serial);
    for (size_t count = 2; count <= 3; count++) {
        const struct crl_content content = indirect(entries, count);
        struct made made;
        make(&made, &content, kit.crl_key);
        X509_CRL *crl = reread(&made, kit.crl_key, NULL);
        assert_int_equal(crl_lists(crl, kit.crl_signer), count == 3);
        X509_CRL_free(crl);
        unmake(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_empty_rfc5280_section_5_2),
        cmocka_unit_test(names_the_key_rfc5280_section_5_2_1),
        cmocka_unit_test(indirect_octets_rfc5280_sections_5_2_5_and_5_3_3),
        cmocka_unit_test(the_order_of_entries_does_not_count),
        cmocka_unit_test(refuses_times_rfc5280_sections_5_1_2_5_and_6_1_3),
        cmocka_unit_test(refuses_numbers_rfc5280_section_5_2_3),
        cmocka_unit_test(refuses_entries_rfc5280_sections_5_1_2_6_and_5_3_1),
        cmocka_unit_test(refuses_others_in_a_plain_crl_rfc5280_section_5_2_5),
        cmocka_unit_test(refuses_the_signer_rfc5280_section_6_3_3),
        cmocka_unit_test(knows_the_words_rfc5280_section_5_3_1),
        cmocka_unit_test(signs_and_rereads_rfc5280_section_5_1_1),
        cmocka_unit_test(a_look_up_finds_it_rfc5280_section_6_3_3),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
