/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan has signed: its own octets, and a signature that verifies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crl_build.h"
#include "planned.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

static EVP_PKEY *key;
static EVP_PKEY *other;
static struct plan_step step;

/* The to-be-signed octets of a root certificate. */
static int setup(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    other = EVP_EC_gen("P-256");
    X509_NAME *subject = X509_NAME_new();
    X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (const unsigned char *)"US", -1, -1, 0);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               (const unsigned char *)"SHAKEN Example ROOT", -1, -1, 0);
    const struct cert_content content = {
        .kind = CERT_ROOT,
        .subject = subject,
        .key = key,
        .serial = {0xAB, 0xCD, 1},
        .not_before = 1796115600,
        .not_after = 1827651599,
        .path_length = -1,
    };
    struct sti_error err;
    X509 *certificate = cert_build(&content, &err);
    unsigned char *tbs = NULL;
    size_t length = 0;
    if (certificate == NULL || !cert_tbs(certificate, &tbs, &length, &err))
        fail_msg("%s", err.sentence);
    step.what = strdup("certificate");
    step.tbs.octets = malloc(length);
    step.tbs.length = length;
    memcpy(step.tbs.octets, tbs, length);
    OPENSSL_free(tbs);
    X509_free(certificate);
    X509_NAME_free(subject);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(step.what);
    free(step.tbs.octets);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return 0;
}

static uint8_t *signed_with(EVP_PKEY *with, size_t *length)
{
    struct sti_error err;
    uint8_t *der = NULL;
    if (!planned_sign(&step.tbs, with, &der, length, &err))
        fail_msg("%s", err.sentence);
    return der;
}

/* RFC 5280 section 4.1: SEQUENCE { tbs, algorithm, signature }, the tbs as it was planned. */
static void signs_the_octets_as_they_are(void **state)
{
    (void)state;
    struct sti_error err;
    size_t length = 0;
    uint8_t *der = signed_with(key, &length);
    assert_true(memmem(der, length, step.tbs.octets, step.tbs.length) == der + 4);
    assert_true(planned_reread(&step, der, length, key, &err));
    const unsigned char *at = der;
    X509 *certificate = d2i_X509(NULL, &at, (long)length);
    assert_non_null(certificate);
    assert_ptr_equal(at, der + length);
    assert_int_equal(X509_verify(certificate, key), 1);
    X509_free(certificate);
    free(der);
}

static void rereads_what_is_planned_and_nothing_else(void **state)
{
    (void)state;
    struct sti_error err;
    size_t length = 0;
    uint8_t *der = signed_with(other, &length);
    assert_false(planned_reread(&step, der, length, key, &err));
    free(der);
    der = signed_with(key, &length);
    assert_false(planned_reread(&step, der, length - 1, key, &err));
    for (size_t i = 0; i < length; i++) {
        der[i] ^= 1;
        if (planned_reread(&step, der, length, key, &err))
            fail_msg("octet %zu can be changed", i);
        der[i] ^= 1;
    }
    free(der);
}

static void refuses_another_algorithm(void **state)
{
    (void)state;
    struct sti_error err;
    uint8_t *der = NULL;
    size_t length = 0;
    static uint8_t nothing[] = {0x30, 0x03, 0x02, 0x01, 0x00};
    const struct plan_octets tbs = {nothing, sizeof(nothing)};
    assert_false(planned_sign(&tbs, key, &der, &length, &err));
    kit_check_error(&err, STI_REFUSED, "", "the octets of the plan do not name ecdsa-with-SHA256",
                    "RFC 5280 section 4.1.1.2");
    assert_null(planned_certificate(&tbs, &err));
    kit_check_error(&err, STI_REFUSED, "", "what the plan signs is no TBSCertificate",
                    "RFC 5280 section 4.1");
    EVP_PKEY *large = EVP_EC_gen("P-384");
    assert_false(planned_sign(&step.tbs, large, &der, &length, &err));
    kit_check_error(&err, STI_REFUSED, "", "the key is not EC P-256", NULL);
    struct plan_octets spki = {0};
    assert_true(planned_spki(large, &spki, &err));
    assert_null(planned_key(&spki, &err));
    kit_check_error(&err, STI_REFUSED, "", "a key of the plan is not an EC P-256 key", NULL);
    free(spki.octets);
    EVP_PKEY_free(large);
}

static void tells_what_stands_in_it(void **state)
{
    (void)state;
    struct sti_error err;
    struct planned_facts facts;
    assert_true(planned_facts(&step.tbs, &facts, &err));
    assert_string_equal(facts.subject, "C=US, CN=SHAKEN Example ROOT");
    assert_string_equal(facts.issuer, facts.subject);
    assert_string_equal(facts.serial, "ABCD0100000000000000000000000000");
    assert_true(facts.not_before == 1796115600 && facts.not_after == 1827651599);
    planned_facts_free(&facts);
    struct plan_octets spki = {0};
    assert_true(planned_spki(key, &spki, &err));
    EVP_PKEY *again = planned_key(&spki, &err);
    assert_int_equal(EVP_PKEY_eq(again, key), 1);
    EVP_PKEY_free(again);
    free(spki.octets);
}

/* RFC 5280 section 5.1: the same for a CRL, whose tbs is all that the plan has of it. */
static void signs_and_rereads_a_crl(void **state)
{
    (void)state;
    struct sti_error err;
    uint8_t *der = NULL;
    size_t length = 0;
    unsigned char *tbs = NULL;
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *now = ASN1_TIME_set(NULL, 1796115600);
    ASN1_TIME *next = ASN1_TIME_set(NULL, 1798707600);
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    X509_NAME *issuer = X509_NAME_new();
    ASN1_INTEGER_set(number, 0x1234);
    X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_ASC, (const unsigned char *)"x", -1, -1, 0);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, issuer);
    X509_CRL_set1_lastUpdate(crl, now);
    X509_CRL_set1_nextUpdate(crl, next);
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0), 1);
    assert_true(crl_tbs(crl, &tbs, &length, &err));
    struct plan_step planned = {.what = (char[]){"crl"}, .tbs = {tbs, length}};
    struct crl_listing listing;
    assert_true(planned_crl(&planned.tbs, &listing, &err));
    char *text = crl_number_text(listing.number);
    assert_string_equal(text, "1234");
    assert_true(listing.this_update == 1796115600 && listing.next_update == 1798707600);
    assert_int_equal(listing.count, 0);
    free(text);
    crl_listing_free(&listing);
    assert_false(planned_crl(&step.tbs, &listing, &err)); /* a certificate's */
    crl_listing_free(&listing);
    assert_true(planned_sign(&planned.tbs, key, &der, &length, &err));
    assert_true(planned_reread(&planned, der, length, key, &err));
    assert_false(planned_reread(&planned, der, length, other, &err));
    assert_false(planned_reread(&planned, der, length - 1, key, &err));
    for (size_t i = 0; i < length; i++) {
        der[i] ^= 1;
        if (planned_reread(&planned, der, length, key, &err))
            fail_msg("octet %zu can be changed", i);
        der[i] ^= 1;
    }
    free(der);
    OPENSSL_free(tbs);
    X509_CRL_free(crl);
    ASN1_TIME_free(now);
    ASN1_TIME_free(next);
    ASN1_INTEGER_free(number);
    X509_NAME_free(issuer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_the_octets_as_they_are),
        cmocka_unit_test(rereads_what_is_planned_and_nothing_else),
        cmocka_unit_test(refuses_another_algorithm),
        cmocka_unit_test(tells_what_stands_in_it),
        cmocka_unit_test(signs_and_rereads_a_crl),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
