/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base64url.h"

/* RFC 4648 section 10, both ways; base64url drops the padding (RFC 7515 section 2). */
static const struct {
    const char *plain;
    const char *base64;
    const char *base64url;
} vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/", "-_-_"},
};

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        const uint8_t *plain = (const uint8_t *)vectors[i].plain;
        size_t plain_length = strlen(vectors[i].plain);
        char *padded = base64_encode(plain, plain_length, NULL);
        char *url = base64url_encode(plain, plain_length, NULL);
        assert_string_equal(padded, vectors[i].base64);
        assert_string_equal(url, vectors[i].base64url);

        uint8_t *octets = NULL;
        size_t length = 0;
        assert_true(base64_decode(padded, strlen(padded), &octets, &length, NULL));
        assert_int_equal(length, plain_length);
        assert_non_null(octets);
        assert_memory_equal(octets, plain, length);
        free(octets);
        assert_true(base64url_decode(url, strlen(url), &octets, &length, NULL));
        assert_int_equal(length, plain_length);
        assert_memory_equal(octets, plain, length);
        free(octets);
        free(padded);
        free(url);
    }
}

/* All octets, so all symbols, survive the way there and back at every length modulo 3. */
static void test_round_trip(void **state)
{
    (void)state;
    uint8_t all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    for (size_t from = 0; from < 4; from++) {
        char *text = base64url_encode(all + from, sizeof(all) - from, NULL);
        uint8_t *octets = NULL;
        size_t length = 0;
        assert_true(base64url_decode(text, strlen(text), &octets, &length, NULL));
        assert_int_equal(length, sizeof(all) - from);
        assert_memory_equal(octets, all + from, length);
        free(octets);
        free(text);
    }
}

typedef bool decoder(const char *, size_t, uint8_t **, size_t *, struct sti_error *);

static void refused(decoder *decode, const char *text, size_t length, const char *sentence,
                    size_t offset)
{
    struct sti_error err;
    uint8_t *octets = NULL;
    size_t octets_length = 0;
    assert_false(decode(text, length, &octets, &octets_length, &err));
    assert_null(octets);
    assert_int_equal(octets_length, 0);
    assert_int_equal(err.code, STI_REFUSED);
    assert_non_null(strstr(err.sentence, sentence));
    assert_int_equal(err.offset, offset);
    assert_false(decode(text, length, &octets, &octets_length, NULL));
}

static void test_padding_rfc7515_section_2(void **state)
{
    (void)state;
    refused(base64url_decode, "Zg==", 4, "without padding", 2);
    refused(base64url_decode, "=", 1, "without padding", 0);
}

static void test_alphabet_rfc4648_section_3_3(void **state)
{
    (void)state;
    refused(base64url_decode, "-+-_", 4, "\"+\" is standard base64", 1);
    refused(base64url_decode, "-_/_", 4, "\"/\" is standard base64", 2);
    refused(base64url_decode, "Zm9 v", 5, "octet 0x20 is not in the base64url alphabet", 3);
    refused(base64url_decode, "Zm9v\n", 5, "octet 0x0A", 4);
    refused(base64url_decode, "Zm\0v", 4, "octet 0x00", 2);
    refused(base64url_decode, "\xc3\xa4zz", 4, "octet 0xC3", 0);
    refused(base64url_decode, "Zm9!", 4, "\"!\" is not in the base64url alphabet", 3);
    refused(base64_decode, "-/+/", 4, "\"-\" is base64url", 0);
    refused(base64_decode, "Zm9v\nm9v", 8, "octet 0x0A", 4);
    refused(base64_decode, "Zg==Zg==", 8, "\"=\" is not in the base64 alphabet", 2);
    refused(base64_decode, "====", 4, "\"=\" is not in the base64 alphabet", 0);
}

/* The place of a foreign symbol, and every octet that is none, wherever it stands. */
static void test_every_symbol_at_every_place_rfc4648_section_5(void **state)
{
    (void)state;
    for (unsigned symbol = 1; symbol < 256; symbol++) {
        for (size_t at = 0; at < 12; at++) {
            char text[] = "AAAAAAAAAAAA";
            uint8_t *octets = NULL;
            size_t length = 0;
            struct sti_error err;
            text[at] = (char)symbol;
            sti_error_clear(&err);
            bool good = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                               (int)symbol) != NULL;
            assert_int_equal(base64url_decode(text, 12, &octets, &length, &err), good);
            if (!good)
                assert_int_equal(err.offset, at);
            char *again = good ? base64url_encode(octets, length, NULL) : NULL;
            if (good)
                assert_string_equal(again, text);
            free(again);
            free(octets);
        }
    }
}

static void test_impossible_length(void **state)
{
    (void)state;
    refused(base64url_decode, "Z", 1, "a length that no octet string has", 1);
    refused(base64url_decode, "Zm9vY", 5, "a length that no octet string has", 5);
    refused(base64_decode, "Zg", 2, "must be a multiple of 4", 2);
    refused(base64_decode, "Zm9vYg=", 7, "must be a multiple of 4", 7);
    refused(base64_decode, "Z===", 4, "\"=\"", 1);
}

static void test_trailing_bits_rfc4648_section_3_5(void **state)
{
    (void)state;
    refused(base64url_decode, "Zh", 2, "unused bits", 1);
    refused(base64url_decode, "Zm9", 3, "unused bits", 2);
    refused(base64_decode, "Zh==", 4, "unused bits", 1);
    refused(base64_decode, "Zm9=", 4, "unused bits", 2);
}

static void test_encode_refuses_a_length_that_would_overflow(void **state)
{
    (void)state;
    struct sti_error err;
    uint8_t octet = 0;
    assert_null(base64url_encode(&octet, SIZE_MAX, &err));
    assert_int_equal(err.code, STI_ENVIRONMENT);
    assert_null(base64_encode(&octet, SIZE_MAX - 2, &err));
    assert_non_null(strstr(err.sentence, "too many"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_padding_rfc7515_section_2),
        cmocka_unit_test(test_alphabet_rfc4648_section_3_3),
        cmocka_unit_test(test_every_symbol_at_every_place_rfc4648_section_5),
        cmocka_unit_test(test_impossible_length),
        cmocka_unit_test(test_trailing_bits_rfc4648_section_3_5),
        cmocka_unit_test(test_encode_refuses_a_length_that_would_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
