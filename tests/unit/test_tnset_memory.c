/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of the set algebra fails once: the reason is memory, what was asked for is
 * empty, nothing leaks. Linked with --wrap for the functions below.
 */
#include "test_tnset_kit.h"

void *__real_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static size_t left = SIZE_MAX; /* how many allocations go well before one fails */

static bool fails(void)
{
    return left != SIZE_MAX && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

struct inputs {
    struct kit_list list;
    struct tnset a;
    struct tnset b;
};

typedef bool attempt(const struct inputs *inputs, struct sti_error *err);

/* Fails each allocation in turn, until none is left to fail; some are not needed to succeed. */
static void fail_each(attempt *try, const struct inputs *inputs, size_t least_failures)
{
    size_t failures = 0;
    for (size_t after = 0;; after++) {
        struct sti_error err;
        sti_error_clear(&err);
        left = after;
        bool done = try(inputs, &err);
        bool all_went_well = left != SIZE_MAX;
        left = SIZE_MAX;
        if (!done) {
            failures++;
            assert_int_equal(err.code, STI_ENVIRONMENT);
        } else if (all_went_well) {
            break;
        }
    }
    assert_true(failures >= least_failures && failures <= 100);
}

static bool try_build(const struct inputs *inputs, struct sti_error *err)
{
    struct tnset set;
    bool done = tnset_build(&set, &inputs->list.list, 1, err);
    assert_int_equal(tnset_is_empty(&set), !done);
    if (done)
        assert_true(tnset_equal(&set, &inputs->a));
    tnset_free(&set);
    return done;
}

static bool try_union(const struct inputs *inputs, struct sti_error *err)
{
    struct tnset set;
    bool done = tnset_union(&set, &inputs->a, &inputs->b, err);
    assert_int_equal(tnset_is_empty(&set), !done);
    tnset_free(&set);
    return done;
}

static bool try_difference(const struct inputs *inputs, struct sti_error *err)
{
    struct tnset set;
    bool done = tnset_difference(&set, &inputs->a, &inputs->a, err);
    assert_true(tnset_is_empty(&set));
    tnset_free(&set);
    return done;
}

static bool try_canonical(const struct inputs *inputs, struct sti_error *err)
{
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    bool done = tnset_canonical(&inputs->a, &builder, err);
    tnauthlist_builder_free(&builder);
    return done;
}

static bool try_cover(const struct inputs *inputs, struct sti_error *err)
{
    struct tnset_cover cover;
    bool done = tnset_cover_build(&cover, &inputs->list.list, err);
    assert_int_equal(tnset_is_empty(&cover.scope), !done);
    tnset_cover_free(&cover);
    return done;
}

static void fails_cleanly_without_memory(void **state)
{
    (void)state;
    /* unsorted numbers and SPCs, lone numbers in longer intervals, enough for an index */
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    assert_true(tnauthlist_builder_spc(&builder, "B", 1, NULL));
    assert_true(tnauthlist_builder_spc(&builder, "A", 1, NULL));
    for (size_t i = 60; i > 0; i--) {
        const char text[] = {(char)('0' + i / 10), (char)('0' + i % 10), '1', '\0'};
        assert_true(tnauthlist_builder_one(&builder, kit_tn(text), NULL));
    }
    assert_true(tnauthlist_builder_one(&builder, kit_tn("012"), NULL));
    struct inputs inputs = {.list = kit_list_finish(&builder), .b = kit_set("TN:5,SPC:C")};
    assert_true(tnset_build(&inputs.a, &inputs.list.list, 1, NULL));
    fail_each(try_build, &inputs, 8);
    fail_each(try_union, &inputs, 5);
    fail_each(try_difference, &inputs, 2);
    fail_each(try_canonical, &inputs, 1);
    fail_each(try_cover, &inputs, 12);
    tnset_free(&inputs.a);
    tnset_free(&inputs.b);
    kit_list_free(&inputs.list);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fails_cleanly_without_memory),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
