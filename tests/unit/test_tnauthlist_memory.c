/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of the codec and the streams fails once: the reason is memory, nothing is left
 * half-made, nothing leaks. Linked with --wrap for malloc and realloc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "tnauthlist_stream.h"

void *__real_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *memory, size_t size);

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

/* Three entries, one with an SPC that is longer than any buffer on a stack. */
static char text[2000];
static uint8_t der[2000];
static size_t der_length;

static void make_inputs(void)
{
    struct tnauthlist_builder builder = {0};
    uint8_t *octets = NULL;
    memset(text, 0, sizeof(text));
    memcpy(text, "SPC:", 4);
    memset(text + 4, 'A', 1500);
    strcat(text, "\nTN:12155551212,TN:12155550100+100\n");
    assert_true(tnauthlist_parse(&builder, text, strlen(text), NULL));
    assert_true(tnauthlist_builder_finish(&builder, &octets, &der_length, NULL));
    assert_true(der_length <= sizeof(der));
    memcpy(der, octets, der_length);
    free(octets);
}

static bool decode(struct sti_error *err)
{
    struct tnauthlist list;
    bool ok = tnauthlist_decode(&list, der, der_length, NULL, err);
    assert_true(ok || list.kept == NULL);
    tnauthlist_free(&list);
    return ok;
}

static bool encode(struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    uint8_t *octets = NULL;
    size_t length = 0;
    bool ok = tnauthlist_parse(&builder, text, strlen(text), err) &&
              tnauthlist_builder_finish(&builder, &octets, &length, err);
    tnauthlist_builder_free(&builder);
    free(octets);
    return ok;
}

static bool visit(void *context, const struct tnauthlist_found *found)
{
    (void)context;
    return found->flaw == NULL;
}

static bool walk(struct sti_error *err)
{
    return tnauthlist_walk(der, der_length, visit, NULL) || sti_fail(err, "no memory");
}

/* All octets at once, then none. */
struct input {
    const uint8_t *octets;
    size_t length;
};

static bool give(void *context, uint8_t *buf, size_t room, size_t *got, struct sti_error *err)
{
    struct input *input = context;
    (void)err;
    assert_true(input->length <= room);
    memcpy(buf, input->octets, input->length);
    *got = input->length;
    input->length = 0;
    return true;
}

static bool take(void *context, const uint8_t *octets, size_t length, struct sti_error *err)
{
    (void)context;
    (void)octets;
    (void)err;
    return length > 0;
}

static bool stream_encode(struct sti_error *err)
{
    struct input input = {(const uint8_t *)text, strlen(text)};
    struct tnauthlist_totals totals;
    return tnauthlist_stream_encode(give, &input, take, NULL, &totals, err);
}

static bool stream_decode(struct sti_error *err)
{
    struct input input = {der, der_length};
    struct tnauthlist_totals totals;
    return tnauthlist_stream_decode(give, &input, take, NULL, &totals, err);
}

/* Fails each allocation in turn until none is left to fail. */
static void fail_each(bool (*attempt)(struct sti_error *err), size_t least)
{
    size_t failures = 0;
    for (size_t after = 0;; after++) {
        struct sti_error err;
        sti_error_clear(&err);
        left = after;
        bool ok = attempt(&err);
        bool none_failed = left != SIZE_MAX;
        left = SIZE_MAX;
        if (ok && none_failed)
            break;
        if (ok)
            continue; /* it does without: giving memory back is no need */
        assert_int_equal(err.code, STI_ENVIRONMENT);
        failures++;
    }
    assert_true(failures >= least);
}

static void every_allocation_can_fail(void **state)
{
    (void)state;
    make_inputs();
    fail_each(decode, 1);
    /* What fails once for a number read in one go is asked for once more, and then is there. */
    fail_each(encode, 3);
    fail_each(walk, 2);
    fail_each(stream_encode, 3);
    fail_each(stream_decode, 2);
}

/* The limits of a builder, without filling 256 MiB: it only looks at its counters. */
static void the_builder_keeps_its_limits(void **state)
{
    (void)state;
    struct sti_error err;
    tn_word number;
    assert_true(tn_pack("100", 3, &number, NULL));
    struct tnauthlist_builder many = {.count = TNAUTHLIST_MAX_ENTRIES};
    assert_false(tnauthlist_builder_one(&many, number, &err));
    assert_non_null(strstr(err.sentence, "the list is too long"));
    assert_false(tnauthlist_builder_spc(&many, "A", 1, &err));
    struct tnauthlist_builder large = {.length = TNAUTHLIST_MAX_OCTETS - 6};
    assert_false(tnauthlist_builder_range(&large, number, 2, &err));
    assert_non_null(strstr(err.sentence, "the list is too long"));
    assert_false(tnauthlist_builder_spc(&(struct tnauthlist_builder){0}, "A",
                                        TNAUTHLIST_MAX_OCTETS + 1, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_can_fail),
        cmocka_unit_test(the_builder_keeps_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
