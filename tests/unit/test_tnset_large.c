/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of many intervals: every depth of the search index, every way through the sort. */
#include "test_tnset_kit.h"

/* The number of 11 digits with that value, below 10^11. */
static tn_word number(uint64_t value)
{
    uint64_t word = (uint64_t)11 << 60;
    for (unsigned shift = 0; shift < 44; shift += 4, value /= 10)
        word |= value % 10 << shift;
    return word;
}

static struct tnauthlist new_list(size_t count)
{
    struct tnauthlist list = {NULL, 0, calloc(count, sizeof(*list.entries)), count};
    assert_non_null(list.entries);
    return list;
}

static void set_range(struct tnauthlist *list, size_t index, uint64_t first, uint64_t count)
{
    list->entries[index] = (struct tnauthlist_entry){
        number(first), count, 0, count == 1 ? TNAUTHLIST_ONE : TNAUTHLIST_RANGE};
}

/* Just below, at and above what a group, a node and a level of the index hold. */
static void finds_its_way_in_any_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,   2,   15,   16,   17,   31,    32,    33,    255,
                                   256, 257, 4095, 4096, 4097, 65536, 65537, 300000};
    for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
        struct tnauthlist list = new_list(sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++)
            set_range(&list, i, 10 * i + 1, 1 + i % 3); /* 1; 11, 12; 21 to 23; 31; ... */
        struct tnset set;
        assert_true(tnset_build(&set, &list, 1, NULL));
        tnauthlist_free(&list);
        assert_int_equal(tnset_piece_count(&set), sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++) {
            enum tnset_arm arm = i % 3 == 0 ? TNSET_ONE : TNSET_RANGE;
            assert_int_equal(tnset_contains(&set, number(10 * i)), TNSET_NOT);
            assert_int_equal(tnset_contains(&set, number(10 * i + 1)), arm);
            assert_int_equal(tnset_contains(&set, number(10 * i + 1 + i % 3)), arm);
            assert_int_equal(tnset_contains(&set, number(10 * i + 2 + i % 3)), TNSET_NOT);
        }
        assert_int_equal(tnset_contains(&set, number(99999999999)), TNSET_NOT);
        tnset_free(&set);
    }
}

static void shuffle(struct tnauthlist *list, uint64_t *seed)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t other = kit_below(seed, i);
        struct tnauthlist_entry entry = list->entries[i - 1];
        list->entries[i - 1] = list->entries[other];
        list->entries[other] = entry;
    }
}

/* Firsts of entry i: even, uneven, many alike, far apart and bunched, two groups, all but one. */
static uint64_t skewed(size_t how, size_t i)
{
    switch (how) {
    case 0:
        return 5 * i;
    case 1:
        return 3 * i * i;
    case 2:
        return i / 100 * 5;
    case 3:
        return i % 2 == 0 ? 4 * i : 90000000000 + 4 * i;
    case 4:
        return i < 3 ? 40000000000 * i : 70000000000 + 4 * i;
    default:
        return i == 0 ? 7 : 60000000000;
    }
}

static void sorts_whatever_comes(void **state)
{
    (void)state;
    static const size_t counts[] = {2, 24, 25, 26, 100, 1000, 20000};
    uint64_t seed = 88172645463325252;
    for (size_t how = 0; how < 6; how++) {
        for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
            struct tnauthlist list = new_list(counts[c]);
            for (size_t i = 0; i < counts[c]; i++)
                set_range(&list, i, skewed(how, i), 1 + i % 4);
            struct tnset ordered;
            assert_true(tnset_build(&ordered, &list, 1, NULL));
            shuffle(&list, &seed);
            struct tnset shuffled;
            assert_true(tnset_build(&shuffled, &list, 1, NULL));
            assert_true(tnset_equal(&ordered, &shuffled));
            assert_int_equal(tnset_encompasses(&ordered, &shuffled), TNSET_YES);
            for (size_t i = 0; i < counts[c]; i++)
                assert_true(tnset_contains(&shuffled, list.entries[i].number) != TNSET_NOT);
            tnset_free(&ordered);
            tnset_free(&shuffled);
            tnauthlist_free(&list);
        }
    }
}

/* A small child and a large parent, and the parent with one number less. */
static void looks_far_ahead_in_a_parent(void **state)
{
    (void)state;
    struct tnauthlist list = new_list(20000);
    for (size_t i = 0; i < list.count; i++)
        set_range(&list, i, 10 * i, 5);
    struct tnset parent;
    assert_true(tnset_build(&parent, &list, 1, NULL));
    static const uint64_t firsts[] = {0, 10, 30, 4000, 4010, 123450, 199990};
    for (size_t i = 0; i < 7; i++)
        set_range(&list, i, firsts[i] + i % 3, 2);
    list.count = 7;
    struct tnset child;
    struct tnset less;
    assert_true(tnset_build(&child, &list, 1, NULL));
    assert_int_equal(tnset_encompasses(&parent, &child), TNSET_YES);
    assert_int_equal(tnset_encompasses(&child, &parent), TNSET_NO);
    for (size_t i = 0; i < 7; i++) {
        struct tnauthlist_entry gone = list.entries[i];
        struct tnauthlist hole = {NULL, 0, &gone, 1};
        struct tnset one;
        assert_true(tnset_build(&one, &hole, 1, NULL));
        assert_true(tnset_difference(&less, &parent, &one, NULL));
        assert_int_equal(tnset_encompasses(&less, &child), TNSET_NO);
        assert_int_equal(tnset_count(&less), 20000 * 5 - 2);
        tnset_free(&one);
        tnset_free(&less);
    }
    tnset_free(&parent);
    tnset_free(&child);
    tnauthlist_free(&list);
}

/* Many SPCs in no order, each twice, most of them alike in the first eight octets. */
static void sorts_many_spcs(void **state)
{
    (void)state;
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    for (size_t i = 0; i < 3000; i++) {
        char spc[16] = "SAMEPREF";
        size_t value = i * 7919 % 1500;
        size_t length = value % 5 == 0 ? 4 : 12;
        for (size_t at = length; at > length - 4; at--, value /= 10)
            spc[at - 1] = (char)('0' + value % 10);
        assert_true(tnauthlist_builder_spc(&builder, spc, length, NULL));
    }
    struct kit_list made = kit_list_finish(&builder);
    struct tnset set;
    assert_true(tnset_build(&set, &made.list, 1, NULL));
    assert_int_equal(tnset_piece_count(&set), 1500);
    struct kit_list form = kit_canonical(&set);
    struct tnset_piece before;
    tnset_piece(&set, 0, &before);
    for (size_t i = 1; i < 1500; i++) {
        struct tnset_piece piece;
        tnset_piece(&set, i, &piece);
        size_t shared = before.spc_length < piece.spc_length ? before.spc_length : piece.spc_length;
        assert_true(memcmp(before.spc, piece.spc, shared) < 0);
        before = piece;
    }
    assert_int_equal(form.list.count, 1500);
    kit_list_free(&form);
    kit_list_free(&made);
    tnset_free(&set);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(finds_its_way_in_any_size),
    cmocka_unit_test(sorts_whatever_comes),
    cmocka_unit_test(looks_far_ahead_in_a_parent),
    cmocka_unit_test(sorts_many_spcs),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
