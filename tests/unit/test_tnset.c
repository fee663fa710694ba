/* SPDX-License-Identifier: Apache-2.0 */
/* The set algebra at its edges, case by case (RFC 8226 section 9, RFC 9060 section 4). */
#include "test_tnset_kit.h"

struct meaning {
    const char *list;
    const char *canonical;
    uint64_t count;
};

static const struct meaning meanings[] = {
    {"", "", 0},
    {"SPC:709J", "SPC:709J", 0},
    {"SPC:b,SPC:B,SPC:b,SPC:BB,SPC:A", "SPC:A,SPC:B,SPC:BB,SPC:b", 0},
    {"SPC:123456789,SPC:12345678,SPC:123456780,SPC:12345678",
     "SPC:12345678,SPC:123456780,SPC:123456789", 0},
    /* SPCs first, then short before long, and within a length digits before * before # */
    {"TN:12,TN:#1,TN:3,TN:*1,TN:11,SPC:Z,TN:#,TN:1#", "SPC:Z,TN:3,TN:#,TN:11-12,TN:1#,TN:*1,TN:#1",
     7},
    /* overlap, touch, repetition, order */
    {"TN:100-104,TN:103-110,TN:111,TN:113", "TN:100-111,TN:113", 13},
    {"TN:7,TN:5,TN:6,TN:5", "TN:5-7", 3},
    {"TN:20-29,TN:22,TN:24-25", "TN:20-29", 10},
    /* leading zeros are symbols: 0099 and 99 differ, and 0099 is followed by 0100 */
    {"TN:0099,TN:99,TN:0100,TN:100", "TN:99,TN:100,TN:0099-0100", 4},
    {"TN:00,TN:0,TN:000", "TN:0,TN:00,TN:000", 3},
    /* 9 and 10, and 99 and 000, stand in different lengths and never touch */
    {"TN:9,TN:10", "TN:9,TN:10", 2},
    {"TN:98,TN:99,TN:000,TN:001", "TN:98,TN:99,TN:000-001", 4},
    /* a range cannot hold the last number of a length */
    {"TN:0+9,TN:9", "TN:0-8,TN:9", 10},
    {"TN:00+99,TN:99,TN:0+9,TN:9", "TN:0-8,TN:9,TN:00-98,TN:99", 110},
    {"TN:97+2,TN:99", "TN:97-98,TN:99", 3},
    {"TN:999999999999999,TN:999999999999998", "TN:999999999999998,TN:999999999999999", 2},
    {"TN:999999999999999,TN:999999999999996+3",
     "TN:999999999999996-999999999999998,TN:999999999999999", 4},
    {"TN:000000000000000+999999999999999,TN:999999999999999",
     "TN:000000000000000-999999999999998,TN:999999999999999", 1000000000000000},
    /* numbers with * or # never merge, not even where their symbols follow each other */
    {"TN:*0,TN:*1,TN:9#,TN:9*", "TN:9*,TN:9#,TN:*0,TN:*1", 4},
    {"TN:##,TN:#*,TN:*#,TN:##", "TN:*#,TN:#*,TN:##", 3},
    {"TN:###############,TN:***************", "TN:***************,TN:###############", 2},
    {"TN:11111111111111#,TN:111111111111111", "TN:111111111111111,TN:11111111111111#", 2},
};

static void has_one_canonical_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++) {
        struct tnset set = kit_set(meanings[i].list);
        kit_assert_set(&set, meanings[i].canonical);
        assert_int_equal(tnset_count(&set), meanings[i].count);
        assert_int_equal(tnset_is_empty(&set), meanings[i].list[0] == '\0');
        struct tnset again = kit_set(meanings[i].canonical);
        assert_true(tnset_equal(&set, &again));
        tnset_free(&again);
        tnset_free(&set);
        assert_true(tnset_is_empty(&set));
    }
}

/* Every length full: each number there is of digits, 10 + 100 + ... + 10^15 of them. */
static void holds_all_numbers_of_all_lengths(void **state)
{
    (void)state;
    struct tnset all = {0};
    uint64_t count = 0;
    uint64_t space = 10;
    for (size_t length = 1; length <= TN_MAX_SYMBOLS; length++, space *= 10) {
        char zeros[] = "000000000000000";
        char nines[] = "999999999999999";
        struct tnauthlist_builder builder = {NULL, 0, 0, 0};
        assert_true(
            tnauthlist_builder_one(&builder, kit_tn(nines + TN_MAX_SYMBOLS - length), NULL));
        assert_true(tnauthlist_builder_range(&builder, kit_tn(zeros + TN_MAX_SYMBOLS - length),
                                             space - 1, NULL));
        struct kit_list made = kit_list_finish(&builder);
        struct tnset one;
        struct tnset sum;
        assert_true(tnset_build(&one, &made.list, 1, NULL));
        kit_list_free(&made);
        assert_true(tnset_union(&sum, &all, &one, NULL));
        tnset_free(&one);
        tnset_free(&all);
        all = sum;
        count += space;
        assert_int_equal(tnset_piece_count(&all), length);
        assert_int_equal(tnset_count(&all), count);
    }
    assert_int_equal(tnset_contains(&all, kit_tn("0")), TNSET_RANGE);
    assert_int_equal(tnset_contains(&all, kit_tn("999999999999999")), TNSET_RANGE);
    assert_int_equal(tnset_contains(&all, kit_tn("99999999999999#")), TNSET_NOT);
    tnset_free(&all);
}

struct look_up {
    const char *list;
    const char *number;
    enum tnset_arm arm;
};

static const struct look_up look_ups[] = {
    {"", "1", TNSET_NOT},
    {"SPC:709J", "1", TNSET_SPC},
    {"TN:100-104", "100", TNSET_RANGE},
    {"TN:100-104", "104", TNSET_RANGE},
    {"TN:100-104", "105", TNSET_NOT},
    {"TN:100-104", "099", TNSET_NOT},
    {"TN:0100-0199", "150", TNSET_NOT},
    {"TN:100-104,SPC:709J", "105", TNSET_SPC},
    {"TN:100-104,SPC:709J", "104", TNSET_RANGE},
    {"TN:*67#,TN:1", "*67#", TNSET_ONE},
    {"TN:*67#,TN:1", "*67*", TNSET_NOT},
    /* what was named one by one stays so, though the set holds it as one interval */
    {"TN:100,TN:101", "101", TNSET_ONE},
    {"TN:100,TN:101,TN:102-109,TN:110", "101", TNSET_ONE},
    {"TN:100,TN:101,TN:102-109,TN:110", "102", TNSET_RANGE},
    {"TN:100,TN:101,TN:102-109,TN:110", "109", TNSET_RANGE},
    {"TN:100,TN:101,TN:102-109,TN:110", "110", TNSET_ONE},
    /* a range goes before a one */
    {"TN:100,TN:100-101", "100", TNSET_RANGE},
    {"TN:99,TN:99,TN:98,TN:97-98", "98", TNSET_RANGE},
    {"TN:99,TN:99,TN:98,TN:97-98", "99", TNSET_ONE},
    {"TN:20-25,TN:23,TN:24-27,TN:30", "23", TNSET_RANGE},
    {"TN:20-25,TN:23,TN:24-27,TN:30", "30", TNSET_ONE},
};

static void says_which_arm_has_a_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(look_ups) / sizeof(*look_ups); i++) {
        struct tnset set = kit_set(look_ups[i].list);
        assert_int_equal(tnset_contains(&set, kit_tn(look_ups[i].number)), look_ups[i].arm);
        tnset_free(&set);
    }
}

static void knows_what_is_no_number(void **state)
{
    (void)state;
    static const tn_word none[] = {
        0,                         /* no symbols */
        5,                         /* a symbol, but a length of 0 */
        (uint64_t)1 << 60 | 0x12,  /* two symbols, a length of 1 */
        (uint64_t)1 << 60 | 0xc,   /* there is no symbol 12 */
        (uint64_t)2 << 60 | 0xa5f, /* three, and one of them is 15 */
        (uint64_t)15 << 60 | 0xd00000000000000,
    };
    struct tnset set = kit_set("TN:0,TN:1,TN:2,TN:00,TN:*,TN:#,TN:1*,SPC:1");
    struct kit_list parent = kit_list("TN:0");
    struct tnset_cover cover;
    assert_true(tnset_cover_build(&cover, &parent.list, NULL));
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
        assert_int_equal(tnset_contains(&set, none[i]), TNSET_NOT);
        struct tnset_explanation explanation;
        struct sti_error err;
        assert_false(tnset_cover_numbers(&cover, none[i], 1, &explanation, &err));
        assert_int_equal(err.code, STI_REFUSED);
    }
    tnset_cover_free(&cover);
    kit_list_free(&parent);
    tnset_free(&set);
}

struct operation {
    const char *a;
    const char *b;
    const char *both;
    const char *common;
    const char *a_alone;
};

static const struct operation operations[] = {
    {"", "", "", "", ""},
    {"TN:5", "", "TN:5", "", "TN:5"},
    {"", "TN:5", "TN:5", "", ""},
    {"TN:10-19", "TN:15-24", "TN:10-24", "TN:15-19", "TN:10-14"},
    {"TN:10-19", "TN:20-24", "TN:10-24", "", "TN:10-19"},
    {"TN:10-19", "TN:12,TN:14-15", "TN:10-19", "TN:12,TN:14-15", "TN:10-11,TN:13,TN:16-19"},
    {"TN:9,TN:10", "TN:8", "TN:8,TN:9,TN:10", "", "TN:9,TN:10"},
    {"SPC:A,SPC:B,TN:1", "SPC:B,SPC:C,TN:1", "SPC:A,SPC:B,SPC:C,TN:1", "SPC:B,TN:1", "SPC:A"},
    {"SPC:A", "TN:1", "SPC:A,TN:1", "", "SPC:A"},
    {"TN:*1,TN:*2,TN:*3", "TN:*2,TN:#2", "TN:*1,TN:*2,TN:*3,TN:#2", "TN:*2", "TN:*1,TN:*3"},
};

static void combines_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
        struct tnset a = kit_set(operations[i].a);
        struct tnset b = kit_set(operations[i].b);
        struct tnset result;
        assert_true(tnset_union(&result, &a, &b, NULL));
        kit_assert_set(&result, operations[i].both);
        tnset_free(&result);
        assert_true(tnset_intersection(&result, &a, &b, NULL));
        kit_assert_set(&result, operations[i].common);
        tnset_free(&result);
        assert_true(tnset_difference(&result, &a, &b, NULL));
        kit_assert_set(&result, operations[i].a_alone);
        tnset_free(&result);
        assert_true(tnset_union(&result, &a, &a, NULL));
        assert_true(tnset_equal(&result, &a));
        tnset_free(&result);
        tnset_free(&a);
        tnset_free(&b);
    }
}

struct scope {
    const char *parent;
    const char *child;
    enum tnset_answer answer;
};

static const struct scope scopes[] = {
    {"", "", TNSET_YES},
    {"TN:1", "", TNSET_YES},
    {"", "TN:1", TNSET_NO},
    {"SPC:A", "SPC:A", TNSET_YES},
    {"SPC:A", "SPC:a", TNSET_NO},
    {"SPC:A", "TN:1", TNSET_UNDECIDABLE},
    {"SPC:A,TN:1-3", "TN:2", TNSET_YES},
    {"SPC:A,TN:1-3", "TN:2-4", TNSET_UNDECIDABLE},
    {"SPC:A,TN:1-3", "TN:2-4,SPC:B", TNSET_NO},
    {"TN:1-3", "TN:0", TNSET_NO},
    {"TN:1-3,TN:4-6", "TN:2-5", TNSET_YES},
    {"TN:1-3,TN:5-6", "TN:2-5", TNSET_NO},
    {"TN:1-3,TN:5-6", "TN:1,TN:5,TN:6,TN:3", TNSET_YES},
    {"TN:100-109", "TN:0105", TNSET_NO},
};

static void encompasses_in_three_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++) {
        struct tnset parent = kit_set(scopes[i].parent);
        struct tnset child = kit_set(scopes[i].child);
        assert_int_equal(tnset_encompasses(&parent, &child), scopes[i].answer);
        tnset_free(&parent);
        tnset_free(&child);
    }
}

static void shows_its_pieces(void **state)
{
    (void)state;
    struct tnset set = kit_set("TN:*,TN:12,SPC:A,TN:97+2,TN:99");
    assert_int_equal(tnset_piece_count(&set), 4);
    struct tnset_piece piece;
    tnset_piece(&set, 0, &piece);
    assert_int_equal(piece.kind, TNAUTHLIST_SPC);
    assert_int_equal(piece.spc_length, 1);
    assert_int_equal(piece.spc[0], 'A');
    assert_true(piece.first == 0 && piece.last == 0 && piece.count == 0);
    static const char *const ends[][2] = {{"*", "*"}, {"12", "12"}, {"97", "99"}};
    for (size_t i = 0; i < 3; i++) {
        tnset_piece(&set, 1 + i, &piece);
        assert_int_equal(piece.kind, i < 2 ? TNAUTHLIST_ONE : TNAUTHLIST_RANGE);
        assert_true(piece.first == kit_tn(ends[i][0]) && piece.last == kit_tn(ends[i][1]));
        assert_int_equal(piece.count, i < 2 ? 1 : 3);
        assert_true(piece.spc == NULL && piece.spc_length == 0);
    }
    tnset_free(&set);
}

static void finds_spcs_by_their_octets(void **state)
{
    (void)state;
    struct tnset set = kit_set("SPC:709J,SPC:A,SPC:ABCDEFGHI,SPC:Z");
    assert_true(tnset_contains_spc(&set, "709J", 4));
    assert_true(tnset_contains_spc(&set, "Z", 1));
    assert_true(tnset_contains_spc(&set, "ABCDEFGHI", 9));
    assert_false(tnset_contains_spc(&set, "ABCDEFGH", 8));
    assert_false(tnset_contains_spc(&set, "709j", 4));
    assert_false(tnset_contains_spc(&set, "", 0));
    tnset_free(&set);
    assert_false(tnset_contains_spc(&set, "Z", 1));
}

static void unites_several_lists(void **state)
{
    (void)state;
    struct kit_list made[] = {kit_list("SPC:A,TN:5-6"), kit_list(""), kit_list("TN:4,SPC:A,SPC:0"),
                              kit_list("TN:7-8,SPC:A")};
    struct tnauthlist lists[4];
    for (size_t i = 0; i < 4; i++)
        lists[i] = made[i].list;
    struct tnset set;
    assert_true(tnset_build(&set, lists, 4, NULL));
    for (size_t i = 0; i < 4; i++)
        kit_list_free(&made[i]);
    kit_assert_set(&set, "SPC:0,SPC:A,TN:4-8");
    tnset_free(&set);
    assert_true(tnset_build(&set, NULL, 0, NULL));
    assert_true(tnset_is_empty(&set));
    assert_int_equal(tnset_contains(&set, kit_tn("1")), TNSET_NOT);
    tnset_free(&set);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(has_one_canonical_form),
    cmocka_unit_test(holds_all_numbers_of_all_lengths),
    cmocka_unit_test(says_which_arm_has_a_number),
    cmocka_unit_test(knows_what_is_no_number),
    cmocka_unit_test(combines_sets),
    cmocka_unit_test(encompasses_in_three_answers),
    cmocka_unit_test(shows_its_pieces),
    cmocka_unit_test(finds_spcs_by_their_octets),
    cmocka_unit_test(unites_several_lists),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
