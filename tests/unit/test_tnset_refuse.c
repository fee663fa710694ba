/* SPDX-License-Identifier: Apache-2.0 */
/* What the set algebra refuses, and what it takes just before that. */
#include "test_tnset_kit.h"
#include "tnauthlist_internal.h"

/* A list by hand: its entries are what is kept, and a range's count stands in the octets. */
struct by_hand {
    uint8_t der[40];
    struct tnauthlist_kept kept[2];
    struct tnauthlist list;
};

/* TN:1, and behind it an entry as no decoder may keep it. */
static void make_by_hand(struct by_hand *made, const struct tnauthlist_entry *entry)
{
    /* [1] SEQUENCE { IA5String "5", INTEGER of nine octets }, which read_count() would not take */
    static const uint8_t range[] = {0xa1, 16, 0x30, 14, 0x16, 1, '5', 0x02, 9, 0};
    const struct tnauthlist_entry first = {kit_tn("1"), 1, 0, TNAUTHLIST_ONE};
    memcpy(made->der, range, sizeof(range));
    for (size_t i = 0; i < 8; i++)
        made->der[sizeof(range) + i] = (uint8_t)(entry->count >> 8 * (7 - i));
    keep(&made->kept[0], &first);
    keep(&made->kept[1], entry);
    made->list = (struct tnauthlist){made->der, 3, made->kept, 2};
}

/* Entries that no decoder makes: each is refused and named, by the set and by the explanation. */
static void refuses_impossible_entries(void **state)
{
    (void)state;
    const struct tnauthlist_entry bad[] = {
        {kit_tn("5"), 1, 0, TNAUTHLIST_RANGE},
        {kit_tn("5"), 0, 0, TNAUTHLIST_RANGE},
        {kit_tn("5"), 6, 0, TNAUTHLIST_RANGE},
        {kit_tn("5"), UINT64_MAX, 0, TNAUTHLIST_RANGE},
        {kit_tn("5"), (uint64_t)1 << 63, 0, TNAUTHLIST_RANGE},
        {kit_tn("5*"), 2, 0, TNAUTHLIST_RANGE},
        {kit_tn("999999999999999"), 2, 0, TNAUTHLIST_RANGE},
        {0, 1, 0, TNAUTHLIST_ONE},
        {0, 2, 0, TNAUTHLIST_RANGE},
        {kit_tn("5"), 1, 0, 3},
        {0, 0, 0, TNAUTHLIST_SPC},
        {0, 4, 0, TNAUTHLIST_SPC},
        {2, 2, 0, TNAUTHLIST_SPC},
        {UINT32_MAX, 1, 0, TNAUTHLIST_SPC},
    };
    struct kit_list parent = kit_list("TN:0");
    struct tnset_cover cover;
    assert_true(tnset_cover_build(&cover, &parent.list, NULL));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct by_hand made;
        make_by_hand(&made, &bad[i]);
        struct tnset set;
        struct sti_error err;
        assert_false(tnset_build(&set, &made.list, 1, &err));
        assert_int_equal(err.code, STI_REFUSED);
        assert_int_equal(err.entry, 2);
        assert_true(tnset_is_empty(&set));
        assert_false(tnset_build(&set, &made.list, 1, NULL));
        struct tnset_explanation explanation;
        assert_false(tnset_cover_entry(&cover, &made.list, 1, &explanation, &err));
        assert_int_equal(err.entry, 2);
        struct tnset_cover none;
        assert_false(tnset_cover_build(&none, &made.list, &err));
    }
    tnset_cover_free(&cover);
    kit_list_free(&parent);
}

/* 90 to 99 break start + count < 10^D by one: a decoder refuses that, but the meaning is clear. */
static void understands_a_range_up_to_the_last_number(void **state)
{
    (void)state;
    struct by_hand made;
    make_by_hand(&made, &(struct tnauthlist_entry){kit_tn("90"), 10, 0, TNAUTHLIST_RANGE});
    made.list.kept++;
    made.list.count = 1;
    struct tnset set;
    assert_true(tnset_build(&set, &made.list, 1, NULL));
    kit_assert_set(&set, "TN:90-98,TN:99");
    tnset_free(&set);
}

static void keeps_its_limits(void **state)
{
    (void)state;
    struct sti_error err;
    struct tnset set;
    struct tnauthlist lists[] = {{NULL, 0, NULL, 0}, {NULL, 0, NULL, TNSET_MAX_INTERVALS + 1}};
    assert_false(tnset_build(&set, lists, 2, &err));
    assert_int_equal(err.code, STI_REFUSED);
    struct tnset many = {.intervals = TNSET_MAX_INTERVALS};
    struct tnset names = {.spc_count = TNSET_MAX_INTERVALS};
    struct tnset one = kit_set("TN:1,SPC:A");
    struct tnset result;
    assert_false(tnset_union(&result, &many, &one, &err));
    assert_int_equal(err.code, STI_REFUSED);
    assert_false(tnset_difference(&result, &one, &names, &err));
    many.intervals++;
    assert_false(tnset_intersection(&result, &many, &names, &err));
    assert_true(tnset_is_empty(&result));
    tnset_free(&one);
}

/* The builder's own limits are passed on, for every kind of piece. */
static void passes_on_what_the_builder_refuses(void **state)
{
    (void)state;
    static const char *const sets[] = {"SPC:A", "TN:1", "TN:1-2", "TN:97+2,TN:99", "TN:98,TN:99"};
    for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
        struct tnset set = kit_set(sets[i]);
        struct tnauthlist_builder full = {.count = TNAUTHLIST_MAX_ENTRIES};
        struct sti_error err;
        assert_false(tnset_canonical(&set, &full, &err));
        assert_int_equal(err.code, STI_REFUSED);
        tnset_free(&set);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(refuses_impossible_entries),
    cmocka_unit_test(understands_a_range_up_to_the_last_number),
    cmocka_unit_test(keeps_its_limits),
    cmocka_unit_test(passes_on_what_the_builder_refuses),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
