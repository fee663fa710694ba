/* SPDX-License-Identifier: Apache-2.0 */
/* The list of weak keys: what is read, what is found, what is refused and in which line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test_token_kit.h"
#include "weak_keys.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define C "0123456789abcdefABCDEF9876543210000102030405060708090a0b0c0d0e0f"

static bool have(const struct weak_keys *keys, int octet)
{
    unsigned char digest[WEAK_KEY_OCTETS];
    memset(digest, octet, sizeof(digest));
    return weak_keys_have(keys, digest);
}

static void finds_what_the_list_has(void **state)
{
    (void)state;
    static const char *const texts[] = {B "\n" A "\n" C "\n", B "\r\n\r\n\t" A " \r\n" C,
                                        "# known\n; weak\n\n" C "# one\n" A ";two\n" B
                                        " # three\n"};
    static const unsigned char c[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                      0xab, 0xcd, 0xef, 0x98, 0x76, 0x54, 0x32, 0x10,
                                      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
                                      0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct weak_keys *keys = weak_keys_read(texts[i], strlen(texts[i]), NULL);
        assert_non_null(keys);
        assert_int_equal(weak_keys_count(keys), 3);
        assert_true(have(keys, 0xaa));
        assert_true(have(keys, 0xbb));
        assert_true(weak_keys_have(keys, c));
        assert_false(have(keys, 0xab));
        weak_keys_free(keys);
    }
}

static void an_empty_list_has_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "# nothing", "  ;\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct weak_keys *keys = weak_keys_read(texts[i], strlen(texts[i]), NULL);
        assert_non_null(keys);
        assert_int_equal(weak_keys_count(keys), 0);
        assert_false(have(keys, 0));
        weak_keys_free(keys);
    }
    weak_keys_free(NULL);
}

static void refuses_what_is_no_digest(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length; /* 0: that of the text */
        size_t line;
    } rows[] = {
        {"a\n", 0, 1},          {A "a\n", 0, 1},           {A "\n" A " " A "\n", 0, 2},
        {A "\n\n\nzz" A, 0, 4}, {"SHA256 " A "\n", 0, 1},  {A "\n" B "\n0x" C, 0, 3},
        {A "\n\0\n", 67, 2},    {A "\n\0" A "\n", 131, 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct sti_error err;
        size_t length = rows[i].length == 0 ? strlen(rows[i].text) : rows[i].length;
        sti_error_clear(&err);
        assert_null(weak_keys_read(rows[i].text, length, &err));
        kit_check_error(&err, STI_USAGE, "",
                        "is not the SHA-256 of a SubjectPublicKeyInfo in 64 hex digits", NULL);
        assert_int_equal(err.line, rows[i].line);
        assert_null(weak_keys_read(rows[i].text, length, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_the_list_has),
        cmocka_unit_test(an_empty_list_has_nothing),
        cmocka_unit_test(refuses_what_is_no_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
