/* SPDX-License-Identifier: Apache-2.0 */
/* The making of a token; and that token_verify() takes what token_sign() makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base64url.h"
#include "test_token_kit.h"
#include "token_internal.h"

static struct kit kit;
static const uint8_t list[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '7', '0', '9', 'J'};

static int set_up(void **state)
{
    (void)state;
    kit_make(&kit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_free(&kit);
    return 0;
}

static struct token_request good_request(void)
{
    struct token_request request = {
        .jti = "id1",
        .exp = 1790003600,
        .list = list,
        .list_length = sizeof(list),
        .x5u = KIT_URL,
    };
    assert_true(token_fingerprint_parse(KIT_FINGERPRINT, request.fingerprint, NULL));
    return request;
}

static char *part_of(const char *jws, int which)
{
    while (which-- > 0)
        jws = strchr(jws, '.') + 1;
    uint8_t *octets = NULL;
    size_t length = 0;
    assert_true(base64url_decode(jws, strcspn(jws, "."), &octets, &length, NULL));
    octets = realloc(octets, length + 1);
    octets[length] = '\0';
    return (char *)octets;
}

/* The text is fixed: the members in this order, no blanks. */
static void test_text(void **state)
{
    (void)state;
    struct token_request request = good_request();
    char *jws = token_sign(&request, kit.signer_key, NULL);
    assert_non_null(jws);
    char *header = part_of(jws, 0);
    char *payload = part_of(jws, 1);
    assert_string_equal(header, KIT_HEADER);
    assert_string_equal(payload, KIT_PAYLOAD);
    token_claim_free(kit_expect_accepted(&kit, jws));

    request.iss = "https://pa.example.org/\xc3\xa4";
    request.ca = true;
    char *other = token_sign(&request, kit.signer_key, NULL);
    char *other_payload = part_of(other, 1);
    assert_string_equal(other_payload, "{\"iss\":\"https://pa.example.org/\xc3\xa4\",\"exp\":"
                                       "1790003600,\"jti\":\"id1\",\"atc\":{\"tktype\":"
                                       "\"TNAuthList\",\"tkvalue\":\"" KIT_TKVALUE
                                       "\",\"ca\":true,\"fingerprint\":\"" KIT_FINGERPRINT "\"}}");
    struct token_claim *claim = kit_expect_accepted(&kit, other);
    assert_true(claim->ca);
    assert_string_equal(claim->iss, request.iss);
    token_claim_free(claim);
    free(other_payload);
    free(other);
    free(header);
    free(payload);
    free(jws);
}

/* The same request, the same bytes up to the signature; r and s keep their leading zeros. */
static void test_repeatable(void **state)
{
    (void)state;
    struct token_request request = good_request();
    char *first = token_sign(&request, kit.signer_key, NULL);
    size_t input = (size_t)(strrchr(first, '.') - first) + 1;
    for (int i = 0; i < 300; i++) {
        char *next = token_sign(&request, kit.signer_key, NULL);
        assert_memory_equal(first, next, input);
        assert_int_equal(strlen(next), input + 86);
        free(next);
    }
    free(first);
}

static void test_x5c(void **state)
{
    (void)state;
    struct token_request request = good_request();
    request.x5u = NULL;
    request.x5c = kit.chain;
    char *jws = token_sign(&request, kit.signer_key, NULL);
    assert_non_null(jws);
    kit.trust.find_x5u = NULL;
    token_claim_free(kit_expect_accepted(&kit, jws));
    free(jws);
}

static void refused(const struct token_request *request, EVP_PKEY *key, enum sti_code code,
                    const char *part, const char *sentence)
{
    struct sti_error err;
    assert_null(token_sign(request, key, &err));
    kit_check_error(&err, code, part, sentence, NULL);
    assert_null(token_sign(request, key, NULL));
}

static void test_signer_by_one_way(void **state)
{
    (void)state;
    struct token_request request = good_request();
    request.x5c = kit.chain;
    refused(&request, kit.signer_key, STI_USAGE, "", "by x5u or by x5c; give one");
    request.x5u = NULL;
    request.x5c = NULL;
    refused(&request, kit.signer_key, STI_USAGE, "", "by x5u or by x5c; give one");
    request.x5c = kit.chain;
    refused(&request, kit.root_key, STI_REFUSED, "header x5c", "has another key");
    STACK_OF(X509) *empty = sk_X509_new_null();
    request.x5c = empty;
    refused(&request, kit.signer_key, STI_REFUSED, "header x5c", "has no certificate");
    sk_X509_free(empty);
}

static void test_request_refused(void **state)
{
    (void)state;
    struct token_request request = good_request();
    request.x5u = "http://pa.example.org/signer.pem";
    refused(&request, kit.signer_key, STI_REFUSED, "header x5u", "is not an https URL");
    request = good_request();
    request.jti = "";
    refused(&request, kit.signer_key, STI_REFUSED, "claim jti", "jti is empty");
    request.jti = NULL;
    refused(&request, kit.signer_key, STI_REFUSED, "claim jti", "jti is empty");
    request.jti = "a\nb";
    refused(&request, kit.signer_key, STI_REFUSED, "claim jti", "control characters");
    request.jti = "\xff";
    refused(&request, kit.signer_key, STI_REFUSED, "claim jti", "not UTF-8");
    request = good_request();
    request.iss = "\x1b";
    refused(&request, kit.signer_key, STI_REFUSED, "claim iss", "control characters");
    request.iss = "\xc3";
    refused(&request, kit.signer_key, STI_REFUSED, "claim iss", "not UTF-8");
}

/* RFC 8226 section 9: a list that cannot be read is not signed. */
static void test_list_refused(void **state)
{
    (void)state;
    static const uint8_t implicit[] = {0x30, 0x06, 0x80, 0x04, '7', '0', '9', 'J'};
    struct token_request request = good_request();
    request.list = implicit;
    request.list_length = sizeof(implicit);
    struct sti_error err;
    assert_null(token_sign(&request, kit.signer_key, &err));
    kit_check_error(&err, STI_REFUSED, "TNAuthList", NULL, NULL);
    assert_int_equal(err.entry, 1);
    assert_int_equal(err.offset, 2);
    request.list_length = 0;
    refused(&request, kit.signer_key, STI_REFUSED, "TNAuthList", NULL);
}

static void test_key_refused(void **state)
{
    (void)state;
    struct token_request request = good_request();
    EVP_PKEY *keys[] = {kit_ec("P-384"), kit_rsa()};
    for (size_t i = 0; i < 2; i++) {
        refused(&request, keys[i], STI_REFUSED, "", "is not EC P-256");
        EVP_PKEY_free(keys[i]);
    }
}

/* A key that cannot sign is the machine's fault, not the request's. */
static void test_public_key_only(void **state)
{
    (void)state;
    struct token_request request = good_request();
    EVP_PKEY *public_only = es256_public_copy(kit.signer_key, NULL);
    refused(&request, public_only, STI_ENVIRONMENT, "", "the key did not sign");
    EVP_PKEY_free(public_only);
}

/* What token_verify() would not look at is not made. */
static void test_size_limit(void **state)
{
    (void)state;
    struct tnauthlist_builder builder = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    for (uint64_t i = 0; i < 50000; i++) {
        tn_word word = 0;
        assert_true(tn_pack("12155551212", 11, &word, NULL));
        assert_true(tnauthlist_builder_one(&builder, word, NULL));
    }
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    struct token_request request = good_request();
    request.list = der;
    request.list_length = length;
    refused(&request, kit.signer_key, STI_REFUSED, "", "at most 1048576 are read");
    free(der);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_text),
        CASE(test_repeatable),
        CASE(test_x5c),
        CASE(test_signer_by_one_way),
        CASE(test_request_refused),
        CASE(test_list_refused),
        CASE(test_key_refused),
        CASE(test_public_key_only),
        CASE(test_size_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
