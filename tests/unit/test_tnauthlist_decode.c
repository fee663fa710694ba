/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading of a TNAuthList (RFC 8226 section 9): what must be read, and what refused where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "tnauthlist.h"

struct good {
    const char *hex;
    const char *entries[4];
};

static const struct good good[] = {
    {"3008a00616043730394a", {"SPC:709J"}},
    {"3010a006160431323334a00616043730394a", {"SPC:1234", "SPC:709J"}},
    {"300fa20d160b3132313535353531323132", {"TN:12155551212"}},
    {"3008a20616042a363723", {"TN:*67#"}},
    {"3015a1133011160b3132313235353531303030020203e8", {"TN:12125551000-12125551999"}},
    {"302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132",
     {"SPC:709J", "TN:12155550100-12155550199", "TN:12155551212"}},
    /* made by another implementation */
    {"302ba0071605626f677573a1123010160a3537313535353132313202020314a20c160a37303335353531323132",
     {"SPC:bogus", "TN:5715551212-5715551999", "TN:7035551212"}},
    /* the extension marker: a NULL, and a second pair, behind count are stepped over */
    {"300ea10c300a16033130300201050500", {"TN:100-104"}},
    {"3014a11230101603313030020105160332303002"
     "0105",
     {"TN:100-104"}},
    {"3015a11330111603313030020105"
     "30070c01617f810000",
     {"TN:100-104"}},
    /* leading zeros stand: the successor of 0099 is 0100 */
    {"300da10b3009160430303939020102", {"TN:0099-0100"}},
    /* the rule on ranges is start + count < 10^D, so 10 + 89 is the longest from 10 */
    {"300ba109300716023130020159", {"TN:10-98"}},
    {"300ba109300716023030020163", {"TN:00-98"}},
    /* fifteen nines, and the last range of fifteen digits */
    {"3013a211160f393939393939393939393939393939", {"TN:999999999999999"}},
    {"3018a1163014160f393939393939393939393939393937020102",
     {"TN:999999999999997-999999999999998"}},
    /* the longest range there is: 10^15 - 1 numbers from 000000000000000 */
    {"301ea11c301a160f30303030303030303030303030303002"
     "07038d7ea4c67fff",
     {"TN:000000000000000-999999999999998"}},
};

static void reads_the_worked_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        uint8_t der[128];
        size_t length = from_hex(good[i].hex, der, sizeof(der));
        struct tnauthlist list;
        struct sti_error err;
        assert_true(tnauthlist_decode(&list, der, length, NULL, &err));
        size_t count = 0;
        while (count < 4 && good[i].entries[count] != NULL) {
            char text[TNAUTHLIST_ENTRY_TEXT];
            assert_true(count < list.count);
            tnauthlist_entry_text(&list, count, text, sizeof(text));
            assert_string_equal(text, good[i].entries[count]);
            count++;
        }
        assert_int_equal(list.count, count);
        tnauthlist_free(&list);
    }
}

/* Every kind as a value: numbers and counts, also behind lengths of several octets. */
static void gives_entries_as_values(void **state)
{
    (void)state;
    uint8_t der[400] = {0x30, 0x81};
    size_t length = 3;
    length += from_hex("a00616043730394aa209160731323135353535", der + length, 40);
    size_t range_at = length;
    /* a range whose unknown element has 200 octets: [1] and SEQUENCE need lengths of two octets */
    length += from_hex("a181d83081d516043031303002020100"
                       "0481c8",
                       der + length, 40);
    length += 200;
    der[2] = (uint8_t)(length - 3);
    struct tnauthlist list;
    struct sti_error err;
    assert_true(tnauthlist_decode(&list, der, length, NULL, &err));
    assert_int_equal(list.count, 3);
    assert_int_equal(sizeof(*list.kept), 12);
    const struct tnauthlist_entry spc = tnauthlist_get(&list, 0);
    assert_int_equal(spc.kind, TNAUTHLIST_SPC);
    assert_int_equal(spc.offset, 3);
    assert_memory_equal(der + spc.number, "709J", 4);
    assert_int_equal(spc.count, 4);
    const struct tnauthlist_entry one = tnauthlist_get(&list, 1);
    tn_word word;
    assert_true(tn_pack("1215555", 7, &word, &err));
    assert_int_equal(one.kind, TNAUTHLIST_ONE);
    assert_int_equal(one.number, word);
    assert_int_equal(one.count, 1);
    assert_int_equal(one.offset, 11);
    const struct tnauthlist_entry range = tnauthlist_get(&list, 2);
    assert_true(tn_pack("0100", 4, &word, &err));
    assert_int_equal(range.kind, TNAUTHLIST_RANGE);
    assert_int_equal(range.number, word);
    assert_int_equal(range.count, 256);
    assert_int_equal(range.offset, range_at);
    tnauthlist_free(&list);
}

/* An everyday size. Lists as large as this one get their memory in large pages. */
static void reads_a_million_entries(void **state)
{
    (void)state;
    static const size_t count = 1000000;
    struct tnauthlist_builder builder = {0};
    tn_word first;
    assert_true(tn_pack("12150000000", 11, &first, NULL));
    for (size_t i = 0; i < count; i++)
        assert_true(tnauthlist_builder_one(&builder, first + i % 10, NULL));
    uint8_t *der;
    size_t length;
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    struct tnauthlist list;
    assert_true(tnauthlist_decode(&list, der, length, NULL, NULL));
    assert_int_equal(list.count, count);
    for (size_t i = 0; i < count; i += 99999) {
        const struct tnauthlist_entry entry = tnauthlist_get(&list, i);
        assert_int_equal(entry.number, first + i % 10);
        assert_int_equal(entry.offset, 5 + 15 * i);
    }
    tnauthlist_free(&list);
    free(der);
}

struct bad {
    const char *what;
    const char *hex;
    size_t entry;
    size_t offset;
    const char *sentence; /* a telling part of it */
};

static const struct bad bad[] = {
    {"no octets", "", 0, 0, "no octets"},
    {"empty list", "3000", 0, 2, "the list is empty"},
    {"implicit tag", "300680043730394a", 1, 2, "tag 0x80 is implicit"},
    {"unknown arm", "3008a30616043730394a", 1, 2, "context tag [3] is no arm"},
    {"UTF8String", "3008a0060c043730394a", 1, 4, "tag 0x0C stands where ServiceProviderCode"},
    {"trailing octet", "3008a00616043730394a00", 0, 10, "1 octets too many behind the list"},
    {"letter in a number", "3007a2051603317832", 1, 7, "'x' is not a symbol of a TN"},
    {"count 1", "300ca10a30081603313030020101", 1, 11, "count of 1, at least 2"},
    {"16 digits", "3014a212161031323334353637383930313233343536", 1, 6, "TN has 16 digits"},
    {"no digits", "3004a2021600", 1, 6, "TN is empty"},
    {"empty SPC", "3004a0021600", 1, 4, "SPC is empty"},
    {"IA5String above 0x7f", "3005a003160180", 1, 6, "octet 0x80 cannot stand"},
    {"second entry bad", "3010a006160431323334800616043730394a", 2, 10, "implicit"},
    {"start with *", "300ba109300716022a31020102", 1, 6, "only a number of digits"},
    {"10 + 90 (RFC 8226: start + count MUST be < 10^D)", "300ba10930071602313002015a", 1, 10,
     "less than 10^2"},
    {"10 + 91", "300ba10930071602313002015b", 1, 10, "less than 10^2"},
    {"00 + 100", "300ba109300716023030020164", 1, 10, "less than 10^2"},
    {"count negative", "300ba1093007160231300201ff", 1, 10, "count is negative"},
    {"count padded", "300ca10a3008160231300202000a", 1, 10, "not in the fewest octets"},
    {"count without octets", "300aa1083006160231300200", 1, 10, "count has no octets"},
    {"count of nine octets", "3013a111300f160231300209010000000000000000", 1, 10, "9 octets"},
    {"start 999999999999998 and count 2: 10^15",
     "3018a1163014160f393939393939393939393939393938020102", 1, 23, "less than 10^15"},
    {"count 10^15", "301ea11c301a160f3030303030303030303030303030300207038d7ea4c68000", 1, 23,
     "less than 10^15"},
    {"count 2^63 - 1",
     "3012a110300e160231300208"
     "7fffffffffffffff",
     1, 10, "less than 10^2"},
    {"count 2^63",
     "3013a111300f160231300209"
     "008000000000000000",
     1, 10, "9 octets"},
    {"count -2^63",
     "3012a110300e160231300208"
     "8000000000000000",
     1, 10, "count is negative"},
    {"count 2^64 - 1",
     "3013a111300f160231300209"
     "00ffffffffffffffff",
     1, 10, "9 octets"},
    {"count missing", "3008a106300416023130", 1, 10, "count as INTEGER is missing"},
    {"range without SEQUENCE", "3009a10716023130020102", 1, 4, "TelephoneNumberRange as SEQUENCE"},
    {"start as PrintableString", "300ba109300713023130020102", 1, 6,
     "TelephoneNumber as IA5String"},
    {"two values in one arm", "300aa0081602414216024344", 1, 8, "behind the value of the entry"},
    {"long form for a short length", "308108a00616043730394a", 0, 1, "fewest octets"},
    {"leading zero in the length", "30820008a00616043730394a", 0, 1, "fewest octets"},
    {"indefinite length", "3080a00616043730394a0000", 0, 1, "indefinite"},
    {"length of five octets", "30850000000008a00616043730394a", 0, 1, "more than can be"},
    {"list cut short", "3008a0061604373039", 0, 1, "only 7 follow"},
    {"entry longer than the list", "3008a00716043730394a", 1, 3, "says 7 octets, but only 6"},
    {"length octet missing", "3001a0", 1, 3, "length octet is missing"},
    {"not a SEQUENCE", "3108a00616043730394a", 0, 0, "TNAuthorizationList as SEQUENCE"},
    {"bare text", "53504337", 0, 0, "tag 0x53"},
    {"bare IA5String as entry", "300616043730394a", 1, 2, "tag 0x16 stands where a TNEntry"},
    {"unknown element cut short", "300ea10c300a16033130300201050502", 1, 15, "says 2 octets"},
    {"unknown tag does not end", "300ea10c300a1603313030020105bf80", 1, 14, "does not end"},
};

static void refuses_with_the_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        uint8_t der[128];
        size_t length = from_hex(bad[i].hex, der, sizeof(der));
        struct tnauthlist list;
        struct sti_error err;
        if (tnauthlist_decode(&list, der, length, NULL, &err))
            fail_msg("%s: was read", bad[i].what);
        assert_null(list.kept);
        char line[1024];
        sti_error_text(&err, line, sizeof(line));
        if (err.entry != bad[i].entry || err.offset != bad[i].offset ||
            strstr(line, bad[i].sentence) == NULL || err.code != STI_REFUSED)
            fail_msg("%s: %s", bad[i].what, line);
    }
}

static void unknown_elements_may_not_nest_for_ever(void **state)
{
    (void)state;
    /* range 100/5 and behind count a SEQUENCE in a SEQUENCE in ..., `levels` deep */
    for (size_t levels = 8; levels <= 9; levels++) {
        uint8_t der[64] = {0x30, 0, 0xa1, 0, 0x30, 0, 0x16, 3, '1', '0', '0', 2, 1, 5};
        size_t length = 14;
        for (size_t i = 0; i < levels; i++) {
            der[length++] = 0x30;
            der[length++] = (uint8_t)(2 * (levels - 1 - i));
        }
        der[1] = (uint8_t)(length - 2);
        der[3] = (uint8_t)(length - 4);
        der[5] = (uint8_t)(length - 6);
        struct tnauthlist list;
        struct sti_error err;
        bool ok = tnauthlist_decode(&list, der, length, NULL, &err);
        assert_int_equal(ok, levels == 8);
        if (!ok)
            assert_non_null(strstr(err.sentence, "nests deeper than 8 levels"));
        tnauthlist_free(&list);
    }
}

/* Every cut and every one-octet change of a good list is read or refused, never overrun (run under
 * the sanitizers), and what is read can be written down again. */
static void survives_every_small_damage(void **state)
{
    (void)state;
    uint8_t der[64];
    size_t length = from_hex(good[5].hex, der, sizeof(der));
    for (size_t cut = 0; cut <= length; cut++) {
        uint8_t *copy = malloc(cut + 1);
        memcpy(copy, der, cut);
        struct tnauthlist list;
        assert_int_equal(tnauthlist_decode(&list, copy, cut, NULL, NULL), cut == length);
        tnauthlist_free(&list);
        free(copy);
    }
    for (size_t i = 0; i < length; i++) {
        for (unsigned change = 1; change < 256; change++) {
            uint8_t copy[64];
            memcpy(copy, der, length);
            copy[i] ^= (uint8_t)change;
            struct tnauthlist list;
            struct sti_error err;
            if (!tnauthlist_decode(&list, copy, length, NULL, &err)) {
                assert_true(err.code == STI_REFUSED && err.offset <= length);
                continue;
            }
            for (size_t k = 0; k < list.count; k++) {
                char text[256];
                assert_true(tnauthlist_entry_text(&list, k, text, sizeof(text)) < sizeof(text));
            }
            tnauthlist_free(&list);
        }
    }
}

static void callers_can_lower_the_limits(void **state)
{
    (void)state;
    uint8_t der[64];
    size_t length = from_hex(good[5].hex, der, sizeof(der));
    struct tnauthlist list;
    struct sti_error err;
    assert_false(tnauthlist_decode(
        &list, der, length, &(struct tnauthlist_limits){.octets = 1000, .entries = 2}, &err));
    assert_string_equal(err.sentence, "the list has 3 entries, the limit is 2");
    /* what cannot be counted is not counted */
    uint8_t broken[64];
    memcpy(broken, der, length);
    broken[31] = 0x7f;
    assert_false(tnauthlist_decode(
        &list, broken, length, &(struct tnauthlist_limits){.octets = 1000, .entries = 1}, &err));
    assert_string_equal(err.sentence, "the list has 2 entries, the limit is 1");
    assert_false(tnauthlist_decode(&list, der, length,
                                   &(struct tnauthlist_limits){.octets = 44, .entries = 9}, &err));
    assert_string_equal(err.sentence, "the list has 45 octets, the limit is 44");
}

static void the_error_line_reads_as_designed(void **state)
{
    (void)state;
    uint8_t der[64];
    size_t length = from_hex("3014a212161031323334353637383930313233343536", der, sizeof(der));
    struct tnauthlist list;
    struct sti_error err;
    assert_false(tnauthlist_decode(&list, der, length, NULL, &err));
    sti_error_in(&err, "request.csr");
    char line[256];
    sti_error_text(&err, line, sizeof(line));
    assert_string_equal(line,
                        "request.csr: TNAuthList entry 1 at byte 6: TN has 16 digits, at most "
                        "15 are allowed (RFC 8226 section 9)");
    assert_int_equal(sti_error_text(&err, line, 8),
                     strlen("request.csr: TNAuthList entry 1 at byte "
                            "6: TN has 16 digits, at most 15 are "
                            "allowed (RFC 8226 section 9)"));
    assert_string_equal(line, "request");
    sti_refuse(&err, NULL, "a\x1b[31m%c", 0x7f);
    sti_error_text(&err, line, sizeof(line));
    assert_string_equal(line, "a\\x1B[31m\\x7F");
    /* U+009B, which some terminals take for ESC [, and an innocent e with acute */
    sti_refuse(&err, NULL, "%s",
               "\xc2\x9b"
               "m \xc3\xa9");
    sti_error_text(&err, line, sizeof(line));
    assert_string_equal(line, "\\xC2\\x9Bm \xc3\xa9");
    /* Octets that are not UTF-8: alone, cut, too long, a surrogate, beyond U+10FFFF, at the end. */
    sti_refuse(&err, NULL, "%s",
               "\x9b[ \xe2\x82 \xc0\xaf \xe0\x80\x80 \xed\xa0\x80 \xf4\x90\x80\x80 "
               "\xe2\x82\xac\xf0\x9f\x98\x80\xf0\x9f\x98");
    sti_error_text(&err, line, sizeof(line));
    assert_string_equal(line, "\\x9B[ \\xE2\\x82 \\xC0\\xAF \\xE0\\x80\\x80 \\xED\\xA0\\x80 "
                              "\\xF4\\x90\\x80\\x80 \xe2\x82\xac\xf0\x9f\x98\x80\\xF0\\x9F\\x98");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_worked_examples),
        cmocka_unit_test(gives_entries_as_values),
        cmocka_unit_test(reads_a_million_entries),
        cmocka_unit_test(refuses_with_the_place),
        cmocka_unit_test(unknown_elements_may_not_nest_for_ever),
        cmocka_unit_test(survives_every_small_damage),
        cmocka_unit_test(callers_can_lower_the_limits),
        cmocka_unit_test(the_error_line_reads_as_designed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
