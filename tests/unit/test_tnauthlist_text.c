/* SPDX-License-Identifier: Apache-2.0 */
/* The text form: what it means in DER, that print and parse are inverse, and errors with places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "tnauthlist.h"

static bool encode(const char *text, size_t length, uint8_t **der, size_t *der_length,
                   struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    if (!tnauthlist_parse(&builder, text, length, err)) {
        tnauthlist_builder_free(&builder);
        return false;
    }
    return tnauthlist_builder_finish(&builder, der, der_length, err);
}

/* The vectors of RFC 8226's syntax, from their text. */
static void encodes_the_worked_examples(void **state)
{
    (void)state;
    static const char *const vectors[][2] = {
        {"SPC:709J", "3008a00616043730394a"},
        {"SPC:1234,SPC:709J", "3010a006160431323334a00616043730394a"},
        {"TN:12155551212", "300fa20d160b3132313535353531323132"},
        {"TN:*67#", "3008a20616042a363723"},
        {"TN:12125551000-12125551999", "3015a1133011160b3132313235353531303030020203e8"},
        {"TN:12125551000+1000", "3015a1133011160b3132313235353531303030020203e8"},
        {"  SPC:709J ;the provider\r\n\n;nothing\n TN:12155550100-12155550199 , TN:12155551212,\n",
         "302ba00616043730394aa1123010160b3132313535353530313030020164"
         "a20d160b3132313535353531323132"},
        {"TN:100+200", "300da10b30091603313030020200c8"},
        {"SPC:a\\x2C\\x5cb", "3008a0061604612c5c62"},
    };
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        uint8_t wanted[128];
        size_t wanted_length = from_hex(vectors[i][1], wanted, sizeof(wanted));
        uint8_t *der = NULL;
        size_t length = 0;
        struct sti_error err;
        if (!encode(vectors[i][0], strlen(vectors[i][0]), &der, &length, &err))
            fail_msg("%s: %s", vectors[i][0], err.sentence);
        assert_int_equal(length, wanted_length);
        assert_memory_equal(der, wanted, length);
        free(der);
    }
}

struct bad {
    const char *text;
    size_t line;
    size_t column;
    const char *sentence;
};

static const struct bad bad[] = {
    {"709J", 1, 1, "begins with SPC: or TN:"},
    {"SPC:709J,\n  spc:1", 2, 3, "begins with SPC: or TN:"},
    {"SPC:", 1, 5, "SPC is empty"},
    {"SPC:70 9J", 1, 7, "octet 0x20 cannot stand plainly"},
    {"SPC:a\\x4", 1, 6, "starts \\xHH"},
    {"SPC:a\\xZZb", 1, 6, "starts \\xHH"},
    {"TN:1x0-200", 1, 5, "'x' is not a symbol"},
    {"TN:100-1x0", 1, 9, "'x' is not a symbol"},
    {"SPC:a\\x80", 1, 5, "octet 0x80 cannot stand in an SPC"},
    {"SPC:\x1b[31m", 1, 5, "octet 0x1B cannot stand plainly"},
    {"TN:", 1, 4, "TN is empty"},
    {"TN:+12155551212", 1, 4, "a TN has no +"},
    {"TN:1215x", 1, 8, "'x' is not a symbol"},
    {"TN:1234567890123456", 1, 4, "TN has 16 digits, at most 15"},
    {"SPC:1\nSPC:2\nTN:12 34", 3, 6, "octet 0x20 is not a symbol"},
    {"TN:100-", 1, 8, "TN is empty"},
    {"TN:100-99", 1, 8, "same number of digits"},
    {"TN:100-100", 1, 8, "ends above its start"},
    {"TN:200-100", 1, 8, "ends above its start"},
    {"TN:100-999", 1, 4, "less than 10^3"},
    {"TN:10+90", 1, 4, "less than 10^2"},
    {"TN:100+1", 1, 4, "count of 1, at least 2"},
    {"TN:100+0", 1, 4, "count of 0, at least 2"},
    {"TN:100+", 1, 8, "a count has 1 to 16 digits"},
    {"TN:100+5x", 1, 9, "a count has digits only"},
    {"TN:100+99999999999999999", 1, 8, "a count has 1 to 16 digits"},
    {"TN:*67-*69", 1, 8, "digits only"},
    {"TN:*67+3", 1, 4, "only a number of digits can start a range"},
    {"SPC:709J;TN:12155551212", 1, 9, "; starts a comment; entries are separated by commas"},
    {"SPC:1\nTN:100-200 ;SPC:2", 2, 12, "; starts a comment; entries are separated by commas"},
    {"https://tn.example/list", 1, 1, "authorityInfoAccess = stirTNList;URI:"},
};

static void refuses_with_line_and_column(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        uint8_t *der = NULL;
        size_t length = 0;
        struct sti_error err;
        if (encode(bad[i].text, strlen(bad[i].text), &der, &length, &err))
            fail_msg("%s: was read", bad[i].text);

        if (err.line != bad[i].line || err.column != bad[i].column ||
            strstr(err.sentence, bad[i].sentence) == NULL)
            fail_msg("%s: line %zu column %zu: %s", bad[i].text, err.line, err.column,
                     err.sentence);
    }
}

/*
 * The usual entries of a long list are read in one go; a blank before one is not usual. So with a
 * blank and without, in the middle of a list, each text must have the same octets or the same
 * refusal, one column further on.
 */
static void a_blank_before_an_entry_changes_nothing(void **state)
{
    static const char *const texts[] = {
        "TN:1",
        "TN:12",
        "TN:1234567",
        "TN:12345678",
        "TN:123456789",
        "TN:12155551212",
        "TN:123456789012345",
        "TN:1234567890123456",
        "TN:12345678901234567",
        "TN:",
        "TN:*67",
        "TN:12*67",
        "TN:12155551212x",
        "TN:1215555:212",
        "TN:1215555/212",
        "TN:12155551212 ",
        "TN:12155551212\r",
        "TN:12155551212; a comment",
        "TN:12155551212;TN:1",
        "TN:1-2",
        "TN:2-1",
        "TN:7-7",
        "TN:1-9",
        "TN:0-8",
        "TN:0-9",
        "TN:12155550100-12155550199",
        "TN:100-99",
        "TN:99-100",
        "TN:00-99",
        "TN:00-98",
        "TN:10-98",
        "TN:100000000000000-999999999999998",
        "TN:000000000000000-999999999999999",
        "TN:123456789012345-1234567890123456",
        "TN:12155550100-12155550199-12155550200",
        "TN:12155550100-1215555019x",
        "TN:12155550100-",
        "TN:12155550100+100",
        "TN:12155550100-12155550199 ",
        "tn:1",
        "TN 1",
    };
    static const char *const behind[] = {",TN:12155551212,SPC:709J", "\nTN:12155550100-12155550199",
                                         ",", "\n", ""};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) * 5; i++) {
        char plain[256];
        char blank[256];
        uint8_t *plain_der = NULL;
        uint8_t *blank_der = NULL;
        size_t plain_length = 0;
        size_t blank_length = 0;
        struct sti_error plain_err;
        struct sti_error blank_err;
        snprintf(plain, sizeof(plain), "SPC:0123456789ABCDEF\n%s%s", texts[i / 5], behind[i % 5]);
        snprintf(blank, sizeof(blank), "SPC:0123456789ABCDEF\n %s%s", texts[i / 5], behind[i % 5]);
        bool read = encode(plain, strlen(plain), &plain_der, &plain_length, &plain_err);
        assert_int_equal(encode(blank, strlen(blank), &blank_der, &blank_length, &blank_err), read);
        if (read) {
            assert_int_equal(blank_length, plain_length);
            assert_memory_equal(blank_der, plain_der, plain_length);
        } else {
            assert_string_equal(blank_err.sentence, plain_err.sentence);
            assert_int_equal(blank_err.line, 2);
            assert_int_equal(plain_err.line, 2);
            assert_int_equal(blank_err.column, plain_err.column + 1);
        }
        free(plain_der);
        free(blank_der);
    }
}

static void a_nul_is_no_separator(void **state)
{
    (void)state;
    static const char text[] = "SPC:1\0SPC:2";
    uint8_t *der = NULL;
    size_t length = 0;
    struct sti_error err;
    assert_false(encode(text, sizeof(text) - 1, &der, &length, &err));
    assert_non_null(strstr(err.sentence, "octet 0x00"));
}

/* RFC 8226 section 9: SEQUENCE SIZE (1..MAX). */
static void an_empty_text_is_no_list(void **state)
{
    (void)state;
    uint8_t *der = NULL;
    size_t length = 0;
    struct sti_error err;
    assert_false(encode(" ; nothing\n", 11, &der, &length, &err));
    assert_string_equal(err.sentence, "the list is empty, at least one entry is needed");
}

/* ---- property: text -> DER -> text -> DER is the identity, over made-up lists ---- */

static uint64_t seed = 42;

static uint64_t below(uint64_t limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % limit;
}

static void add_made_up_entry(struct tnauthlist_builder *builder)
{
    char text[TN_MAX_SYMBOLS + 1];
    size_t length = 1 + (size_t)below(TN_MAX_SYMBOLS);
    tn_word number;
    uint64_t arm = below(3);
    for (size_t i = 0; i < length; i++)
        text[i] = arm == 0 ? (char)below(0x80) : "0123456789*#"[below(arm == 1 ? 10 : 12)];
    if (arm == 0) {
        assert_true(tnauthlist_builder_spc(builder, text, length, NULL));
        return;
    }
    assert_true(tn_pack(text, length, &number, NULL));
    if (arm == 1 && tnauthlist_builder_range(builder, number, 2 + below(1000000), NULL))
        return;
    assert_true(tnauthlist_builder_one(builder, number, NULL));
}

static char *print_all(const struct tnauthlist *list)
{
    char *text = calloc(list->count, 80);
    assert_non_null(text);
    char *end = text;
    for (size_t i = 0; i < list->count; i++) {
        end += tnauthlist_entry_text(list, i, end, 80);
        *end++ = below(2) == 0 ? '\n' : ',';
    }
    return text;
}

static void printing_and_parsing_are_inverse(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct tnauthlist_builder builder = {0};
        size_t entries = 1 + (size_t)below(20);
        for (size_t i = 0; i < entries; i++)
            add_made_up_entry(&builder);
        uint8_t *der = NULL;
        uint8_t *again = NULL;
        size_t length = 0;
        size_t again_length = 0;
        assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
        struct tnauthlist list;
        assert_true(tnauthlist_decode(&list, der, length, NULL, NULL));
        assert_int_equal(list.count, entries);
        char *text = print_all(&list);
        assert_true(encode(text, strlen(text), &again, &again_length, NULL));
        assert_int_equal(again_length, length);
        assert_memory_equal(again, der, length);
        free(text);
        tnauthlist_free(&list);
        free(again);
        free(der);
    }
}

/* What tn_pack() does not make is no number: the builder does not write it. */
static void words_that_are_no_numbers_are_refused(void **state)
{
    (void)state;
    static const tn_word words[] = {0, 5, (tn_word)1 << 60 | 0xc, (tn_word)1 << 60 | 0x11,
                                    (tn_word)2 << 60 | 0xd1};
    struct tnauthlist_builder builder = {0};
    struct sti_error err;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        assert_false(tnauthlist_builder_one(&builder, words[i], &err));
        assert_non_null(strstr(err.sentence, "is no packed number"));
        assert_false(tn_is_digits(words[i]));
        assert_false(tnauthlist_builder_range(&builder, words[i], 2, &err));
    }
    assert_int_equal(builder.count, 0);
    char text[TN_MAX_SYMBOLS + 1];
    assert_int_equal(tn_unpack(0, text), 0);
    assert_string_equal(text, "");
}

static void long_lists_get_long_lengths(void **state)
{
    (void)state;
    struct tnauthlist_builder builder = {0};
    for (uint64_t i = 0; i < 150000; i++) {
        char text[16];
        snprintf(text, sizeof(text), "1215%07u", (unsigned)i);
        tn_word number;
        assert_true(tn_pack(text, 11, &number, NULL));
        assert_true(tnauthlist_builder_one(&builder, number, NULL));
    }
    char *spc = calloc(1, 70000);
    memset(spc, 'A', 70000);
    assert_true(tnauthlist_builder_spc(&builder, spc, 70000, NULL));
    uint8_t *der = NULL;
    size_t length = 0;
    struct tnauthlist list;
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    assert_true(tnauthlist_decode(&list, der, length, NULL, NULL));
    assert_int_equal(list.count, 150001);
    assert_int_equal(tnauthlist_get(&list, 150000).count, 70000);
    char small[10];
    assert_int_equal(tnauthlist_entry_text(&list, 150000, small, sizeof(small)), 70004);
    assert_string_equal(small, "SPC:AAAAA");
    tnauthlist_free(&list);
    free(der);
    free(spc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_the_worked_examples),
        cmocka_unit_test(refuses_with_line_and_column),
        cmocka_unit_test(a_blank_before_an_entry_changes_nothing),
        cmocka_unit_test(a_nul_is_no_separator),
        cmocka_unit_test(an_empty_text_is_no_list),
        cmocka_unit_test(printing_and_parsing_are_inverse),
        cmocka_unit_test(words_that_are_no_numbers_are_refused),
        cmocka_unit_test(long_lists_get_long_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
