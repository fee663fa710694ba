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

/* Numbers from `first`, so many of them. */
struct numbers {
    uint64_t first;
    uint64_t count;
};

static struct numbers *new_numbers(size_t count)
{
    struct numbers *numbers = calloc(count, sizeof(*numbers));
    assert_non_null(numbers);
    return numbers;
}

/* The set of a list with these entries in this order. */
static struct tnset set_of(const struct numbers *numbers, size_t count)
{
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    for (size_t i = 0; i < count; i++)
        assert_true(numbers[i].count == 1
                        ? tnauthlist_builder_one(&builder, number(numbers[i].first), NULL)
                        : tnauthlist_builder_range(&builder, number(numbers[i].first),
                                                   numbers[i].count, NULL));
    struct kit_list made = kit_list_finish(&builder);
    struct tnset set;
    assert_true(tnset_build(&set, &made.list, 1, NULL));
    kit_list_free(&made);
    return set;
}

/* Just below, at and above what a group, a node and a level of the index hold. */
static void finds_its_way_in_any_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,   2,   15,   16,   17,   31,    32,    33,    255,
                                   256, 257, 4095, 4096, 4097, 65536, 65537, 300000};
    for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
        struct numbers *numbers = new_numbers(sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++) /* 1; 11, 12; 21 to 23; 31; ... */
            numbers[i] = (struct numbers){10 * i + 1, 1 + i % 3};
        struct tnset set = set_of(numbers, sizes[s]);
        free(numbers);
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

static void shuffle(struct numbers *numbers, size_t count, uint64_t *seed)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = kit_below(seed, i);
        struct numbers moved = numbers[i - 1];
        numbers[i - 1] = numbers[other];
        numbers[other] = moved;
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
            struct numbers *numbers = new_numbers(counts[c]);
            for (size_t i = 0; i < counts[c]; i++)
                numbers[i] = (struct numbers){skewed(how, i), 1 + i % 4};
            struct tnset ordered = set_of(numbers, counts[c]);
            shuffle(numbers, counts[c], &seed);
            struct tnset shuffled = set_of(numbers, counts[c]);
            assert_true(tnset_equal(&ordered, &shuffled));
            assert_int_equal(tnset_encompasses(&ordered, &shuffled), TNSET_YES);
            for (size_t i = 0; i < counts[c]; i++)
                assert_true(tnset_contains(&shuffled, number(numbers[i].first)) != TNSET_NOT);
            tnset_free(&ordered);
            tnset_free(&shuffled);
            free(numbers);
        }
    }
}

/* A small child and a large parent, and the parent with one number less. */
static void looks_far_ahead_in_a_parent(void **state)
{
    (void)state;
    struct numbers *numbers = new_numbers(20000);
    for (size_t i = 0; i < 20000; i++)
        numbers[i] = (struct numbers){10 * i, 5};
    struct tnset parent = set_of(numbers, 20000);
    static const uint64_t firsts[] = {0, 10, 30, 4000, 4010, 123450, 199990};
    for (size_t i = 0; i < 7; i++)
        numbers[i] = (struct numbers){firsts[i] + i % 3, 2};
    struct tnset child = set_of(numbers, 7);
    struct tnset less;
    assert_int_equal(tnset_encompasses(&parent, &child), TNSET_YES);
    assert_int_equal(tnset_encompasses(&child, &parent), TNSET_NO);
    for (size_t i = 0; i < 7; i++) {
        struct tnset one = set_of(&numbers[i], 1);
        assert_true(tnset_difference(&less, &parent, &one, NULL));
        assert_int_equal(tnset_encompasses(&less, &child), TNSET_NO);
        assert_int_equal(tnset_count(&less), 20000 * 5 - 2);
        tnset_free(&one);
        tnset_free(&less);
    }
    tnset_free(&parent);
    tnset_free(&child);
    free(numbers);
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
