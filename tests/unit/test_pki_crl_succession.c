/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a CRL may follow another (RFC 5280 sections 3.3, 5.2.3 and 5.3.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crl_succession.h"
#include "test_path_kit.h"

static struct kit_path kit;
static X509_NAME *issuer;
static ASN1_INTEGER *listed;

static const unsigned char serials[][1] = {{1}, {2}, {3}};
#define WHO "\"C = US, O = Example STI-CA, CN = Root\""

static int set_up(void **state)
{
    (void)state;
    kit_path_make(&kit);
    issuer = kit_name("C=US/O=Example STI-CA/CN=Root");
    listed = ASN1_INTEGER_new();
    assert_int_equal(ASN1_INTEGER_set(listed, 2), 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_path_free(&kit);
    X509_NAME_free(issuer);
    ASN1_INTEGER_free(listed);
    return 0;
}

/* A CRL with up to three entries; `pair` is the one before, and the next. */
struct written {
    unsigned char number;
    time_t this_update;
    struct crl_entry entries[3];
    size_t count;
};

static struct written first(void)
{
    struct written crl = {.number = 5, .this_update = KIT_NOW - 600, .count = 2};
    for (size_t i = 0; i < 3; i++)
        crl.entries[i] = (struct crl_entry){issuer, serials[i], 1, KIT_NOW - 1000, 1};
    return crl;
}

static struct written second(void)
{
    struct written crl = first();
    crl.number = 6;
    crl.this_update = KIT_NOW;
    crl.count = 3;
    return crl;
}

static void sign(const struct crl_content *content, struct kit_octets *der)
{
    struct sti_error err;
    X509_CRL *crl = crl_build(content, &err);
    if (crl == NULL)
        fail_msg("%s", err.sentence);
    assert_true(crl_sign(crl, kit.crl_key, &der->octets, &der->length, NULL));
    X509_CRL_free(crl);
}

static void read_written(const struct written *written, struct crl_listing *listing)
{
    struct kit_octets der;
    const struct crl_content content = {.signer = kit.crl_signer,
                                        .number = &written->number,
                                        .number_length = 1,
                                        .this_update = written->this_update,
                                        .next_update = KIT_NOW + 60,
                                        .indirect = true,
                                        .entries = written->entries,
                                        .count = written->count};
    sign(&content, &der);
    assert_true(crl_listing_read(listing, der.octets, der.length, NULL));
    kit_octets_free(&der);
}

static bool succeeds(const struct written *before, const struct written *next,
                     const struct crl_gone *gone, struct sti_error *err)
{
    struct crl_listing one;
    struct crl_listing other;
    read_written(before, &one);
    read_written(next, &other);
    bool ok = crl_succeeds(&one, &other, gone, gone == NULL ? 0 : 1, err);
    crl_listing_free(&one);
    crl_listing_free(&other);
    return ok;
}

static void refused(const struct written *before, const struct written *next,
                    const struct crl_gone *gone, const char *sentence, const char *clause)
{
    struct sti_error err;
    assert_false(succeeds(before, next, gone, &err));
    kit_check_error(&err, STI_REFUSED, "", sentence, clause);
}

static void more_entries_may_follow(void **state)
{
    (void)state;
    const struct written before = first();
    const struct written next = second();
    assert_true(succeeds(&before, &next, NULL, NULL));
}

static void numbers_rise_rfc5280_section_5_2_3(void **state)
{
    (void)state;
    const struct written before = first();
    struct written next = second();
    next.number = 5;
    refused(&before, &next, NULL, "the number 05 does not rise above that of the CRL before, 05",
            "RFC 5280 section 5.2.3");
    next.number = 4;
    refused(&before, &next, NULL, "the number 04 does not rise", "RFC 5280 section 5.2.3");
    next = second();
    next.this_update = before.this_update - 1;
    refused(&before, &next, NULL,
            "the thisUpdate 2026-09-21T14:03:19Z is earlier than that of the CRL before, "
            "2026-09-21T14:03:20Z, although the number is higher",
            "RFC 5280 section 5.2.3");
    next.this_update = before.this_update;
    assert_true(succeeds(&before, &next, NULL, NULL));
}

/* An entry stays until a CRL issued beyond the certificate's validity has listed it. */
static void nothing_disappears_rfc5280_section_3_3(void **state)
{
    (void)state;
    const struct written before = first();
    struct written next = second();
    struct crl_gone gone = {.issuer = issuer, .serial = listed};
    next.count = 1;
    refused(&before, &next, NULL,
            "serial 02 of " WHO " was listed in the CRL before and would be missing without a "
            "reason",
            "RFC 5280 section 3.3");
    gone.not_after = before.this_update;
    refused(&before, &next, &gone,
            "serial 02 of " WHO " must be listed once more: it expires at 2026-09-21T14:03:20Z, "
            "and no CRL issued after that has listed it",
            "RFC 5280 section 3.3");
    gone.not_after = before.this_update - 1;
    assert_true(succeeds(&before, &next, &gone, NULL));
    X509_NAME *stranger = kit_name("CN=Stranger"); /* a reason about another issuer's certificate */
    gone.issuer = stranger;
    refused(&before, &next, &gone, "would be missing without a reason", "RFC 5280 section 3.3");
    X509_NAME_free(stranger);
}

static void holds_end_rfc5280_section_5_3_1(void **state)
{
    (void)state;
    struct written before = first();
    struct written next = second();
    const struct crl_gone gone = {.issuer = issuer, .serial = listed, .released = true};
    next.count = 1;
    refused(&before, &next, &gone,
            "serial 02 of " WHO " cannot be released: it was not on hold, but revoked for good",
            "RFC 5280 section 5.3.1");
    before.entries[1].reason = CRL_CERTIFICATE_HOLD;
    assert_true(succeeds(&before, &next, &gone, NULL));
    next.count = 3; /* or become final, with a reason and date of its own */
    next.entries[1].date++;
    assert_true(succeeds(&before, &next, NULL, NULL));
}

static void entries_stay_as_they_are_rfc5280_section_5_3_1(void **state)
{
    (void)state;
    const struct written before = first();
    struct written next = second();
    next.entries[1].reason = CRL_CERTIFICATE_HOLD;
    refused(&before, &next, NULL,
            "serial 02 of " WHO " was revoked for keyCompromise by the CRL before, and would be "
            "for certificateHold by the next",
            "RFC 5280 section 5.3.1");
    next.entries[1].reason = 1;
    next.entries[1].date++;
    refused(&before, &next, NULL,
            "serial 02 of " WHO " was revoked at 2026-09-21T13:56:40Z by the CRL before, and would "
            "be at 2026-09-21T13:56:41Z by the next",
            "RFC 5280 section 5.1.2.6");
}

static void another_issuer_is_no_successor_rfc5280_section_5_2_3(void **state)
{
    (void)state;
    struct crl_listing one;
    struct crl_listing other;
    struct kit_octets der;
    struct sti_error err;
    const struct written before = first();
    const struct crl_content content = {.signer = kit.pa.root,
                                        .number = (const unsigned char *)"\x09",
                                        .number_length = 1,
                                        .this_update = KIT_NOW,
                                        .next_update = KIT_NOW + 60};
    read_written(&before, &one);
    sign(&content, &der);
    assert_true(crl_listing_read(&other, der.octets, der.length, NULL));
    assert_false(crl_succeeds(&one, &other, NULL, 0, &err));
    kit_check_error(&err, STI_REFUSED, "", "the CRL before is of the issuer \"CN = PA CRL\"",
                    "RFC 5280 section 5.2.3");
    crl_listing_free(&one);
    crl_listing_free(&other);
    kit_octets_free(&der);
}

/* ---- reading ---- */

static void refuses_to_read(X509_CRL *crl, const char *sentence, const char *clause)
{
    struct crl_listing listing;
    struct sti_error err;
    unsigned char *der = NULL;
    int length = i2d_X509_CRL(crl, &der);
    assert_true(length > 0);
    assert_false(crl_listing_read(&listing, der, (size_t)length, &err));
    kit_check_error(&err, STI_REFUSED, "", sentence, clause);
    crl_listing_free(&listing);
    assert_false(crl_listing_read(&listing, der, (size_t)length, NULL));
    crl_listing_free(&listing);
    OPENSSL_free(der);
    X509_CRL_free(crl);
}

static void refuses_what_cannot_be_compared(void **state)
{
    (void)state;
    struct crl_listing listing;
    struct sti_error err;
    const struct kit_crl usual = {.indirect = true};
    refuses_to_read(kit_crl(&usual, kit.crl_signer, kit.crl_key), "the CRL has no cRLNumber",
                    "RFC 5280 section 5.2.3");
    assert_false(crl_listing_read(&listing, (const unsigned char *)"\x30\x00", 2, &err));
    kit_check_error(&err, STI_REFUSED, "", "is not one CRL in DER", "RFC 5280 section 5.1");
    crl_listing_free(&listing);
    X509_CRL *crl = kit_crl(&usual, kit.crl_signer, kit.crl_key);
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, NID_crl_number, listed, 0, 0), 1);
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, NID_delta_crl, listed, 1, 0), 1);
    assert_true(X509_CRL_sign(crl, kit.crl_key, EVP_sha256()) > 0);
    refuses_to_read(crl, "the CRL is a delta CRL; the whole one is needed",
                    "RFC 5280 section 5.2.4");
}

/* certificateIssuer holds for the entries that follow, so the order counts (section 5.3.3). */
static void resolves_what_is_inherited_rfc5280_section_5_3_3(void **state)
{
    (void)state;
    X509_NAME *other = kit_name("CN=Other");
    struct written written = first();
    struct crl_listing listing;
    struct kit_octets der;
    written.entries[2].issuer = other;
    const struct crl_content content = {.signer = kit.crl_signer,
                                        .number = &written.number,
                                        .number_length = 1,
                                        .this_update = written.this_update,
                                        .next_update = KIT_NOW + 60,
                                        .indirect = true,
                                        .entries = written.entries,
                                        .count = 3};
    X509_CRL *crl = crl_build(&content, NULL);
    assert_non_null(crl);
    /* CN=Other is shorter, so its entry 3 comes first; 1 inherits, 2 inherits from 1. */
    STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);
    for (int i = 0; i < 3; i++)
        if (i != 1)
            X509_EXTENSION_free(X509_REVOKED_delete_ext(
                sk_X509_REVOKED_value(entries, i),
                X509_REVOKED_get_ext_by_NID(sk_X509_REVOKED_value(entries, i),
                                            NID_certificate_issuer, -1)));
    assert_true(crl_sign(crl, kit.crl_key, &der.octets, &der.length, NULL));
    assert_true(crl_listing_read(&listing, der.octets, der.length, NULL));
    assert_int_equal(listing.count, 3);
    assert_non_null(crl_listing_find(&listing, issuer, listed));
    int of_signer = 0;
    for (size_t i = 0; i < 3; i++)
        of_signer +=
            X509_NAME_cmp(listing.entries[i].issuer, X509_get_subject_name(kit.crl_signer)) == 0;
    assert_int_equal(of_signer, 1);
    crl_listing_free(&listing);
    kit_octets_free(&der);
    X509_CRL_free(crl);
    X509_NAME_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_entries_may_follow),
        cmocka_unit_test(numbers_rise_rfc5280_section_5_2_3),
        cmocka_unit_test(nothing_disappears_rfc5280_section_3_3),
        cmocka_unit_test(holds_end_rfc5280_section_5_3_1),
        cmocka_unit_test(entries_stay_as_they_are_rfc5280_section_5_3_1),
        cmocka_unit_test(another_issuer_is_no_successor_rfc5280_section_5_2_3),
        cmocka_unit_test(refuses_what_cannot_be_compared),
        cmocka_unit_test(resolves_what_is_inherited_rfc5280_section_5_3_3),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
