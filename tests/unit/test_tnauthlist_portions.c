/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a TNAuthList in portions: the entries and the refusals of tnauthlist_decode(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tnauthlist.h"

/* More than two portions, and not a whole number of them. */
#define ENTRIES (2 * TNAUTHLIST_PORTION + 100)

struct octets {
    uint8_t *der;
    size_t length;
};

static struct octets make_list(size_t entries)
{
    struct tnauthlist_builder builder = {0};
    struct octets octets = {0};
    tn_word number = 0;
    assert_true(tn_pack("12155550100", 11, &number, NULL));
    for (size_t i = 0; i < entries; i++) {
        bool ok = i % 3 == 0   ? tnauthlist_builder_spc(&builder, "709J", 4, NULL)
                  : i % 3 == 1 ? tnauthlist_builder_range(&builder, number, 2 + i, NULL)
                               : tnauthlist_builder_one(&builder, number, NULL);
        assert_true(ok);
    }
    assert_true(tnauthlist_builder_finish(&builder, &octets.der, &octets.length, NULL));
    return octets;
}

/* What was handed out so far, compared with the whole list. */
struct seen {
    const struct tnauthlist *whole;
    size_t entries;
    size_t portions;
    size_t stop_at; /* the portion to stop at; 0: none */
};

static bool compare(void *context, const struct tnauthlist *portion)
{
    struct seen *seen = context;
    assert_true(portion->count > 0 && portion->count <= TNAUTHLIST_PORTION);
    assert_ptr_equal(portion->der, seen->whole->der);
    assert_int_equal(portion->der_length, seen->whole->der_length);
    for (size_t i = 0; i < portion->count; i++) {
        assert_true(seen->entries < seen->whole->count);
        const struct tnauthlist_entry wanted = tnauthlist_get(seen->whole, seen->entries++);
        assert_true(tnauthlist_get(portion, i).number == wanted.number);
        assert_true(tnauthlist_get(portion, i).count == wanted.count);
        assert_int_equal(tnauthlist_get(portion, i).offset, wanted.offset);
        assert_int_equal(tnauthlist_get(portion, i).kind, wanted.kind);
    }
    return ++seen->portions != seen->stop_at;
}

static void hands_out_every_entry(void **state)
{
    static const size_t sizes[] = {1, TNAUTHLIST_PORTION, TNAUTHLIST_PORTION + 1, ENTRIES};
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct octets octets = make_list(sizes[i]);
        struct tnauthlist list;
        struct sti_error err;
        assert_true(tnauthlist_decode(&list, octets.der, octets.length, NULL, &err));
        struct seen seen = {.whole = &list};
        assert_true(tnauthlist_portions(octets.der, octets.length, NULL, compare, &seen, &err));
        assert_int_equal(seen.entries, sizes[i]);
        assert_int_equal(seen.portions, (sizes[i] - 1) / TNAUTHLIST_PORTION + 1);
        assert_true(tnauthlist_portions(octets.der, octets.length, NULL, NULL, NULL, &err));
        tnauthlist_free(&list);
        free(octets.der);
    }
}

static void stops_when_told_to(void **state)
{
    (void)state;
    struct octets octets = make_list(ENTRIES);
    struct tnauthlist list;
    struct sti_error err = {.code = STI_ENVIRONMENT, .sentence = "old"};
    assert_true(tnauthlist_decode(&list, octets.der, octets.length, NULL, NULL));
    struct seen seen = {.whole = &list, .stop_at = 2};
    assert_false(tnauthlist_portions(octets.der, octets.length, NULL, compare, &seen, &err));
    assert_int_equal(err.code, STI_OK);
    assert_string_equal(err.sentence, "");
    assert_int_equal(seen.portions, 2);
    assert_int_equal(seen.entries, 2 * TNAUTHLIST_PORTION);
    tnauthlist_free(&list);
    free(octets.der);
}

/* Both refuse in the same words, or both read. True if they read. */
static bool agree(const uint8_t *der, size_t length, const struct tnauthlist_limits *limits)
{
    struct tnauthlist list;
    struct sti_error by_decode;
    struct sti_error by_portions;
    bool read = tnauthlist_decode(&list, der, length, limits, &by_decode);
    assert_int_equal(tnauthlist_portions(der, length, limits, NULL, NULL, &by_portions), read);
    tnauthlist_free(&list);
    if (read)
        return true;
    char wanted[1024];
    char got[1024];
    sti_error_text(&by_decode, wanted, sizeof(wanted));
    sti_error_text(&by_portions, got, sizeof(got));
    assert_string_equal(got, wanted);
    assert_int_equal(by_portions.code, by_decode.code);
    assert_false(tnauthlist_portions(der, length, limits, NULL, NULL, NULL));
    return false;
}

/* Every cut and every one-octet change of a good list. */
static void refuses_what_decode_refuses(void **state)
{
    (void)state;
    struct octets octets = make_list(3);
    for (size_t cut = 0; cut <= octets.length; cut++)
        assert_int_equal(agree(octets.der, cut, NULL), cut == octets.length);
    for (size_t i = 0; i < octets.length; i++)
        for (unsigned change = 1; change < 256; change++) {
            octets.der[i] ^= (uint8_t)change;
            agree(octets.der, octets.length, NULL);
            octets.der[i] ^= (uint8_t)change;
        }
    free(octets.der);
    assert_false(agree((const uint8_t *)"\x30\x00", 2, NULL));
}

static void counts_entries_over_all_portions(void **state)
{
    (void)state;
    struct octets octets = make_list(ENTRIES);
    struct tnauthlist list;
    struct sti_error err;
    assert_true(tnauthlist_decode(&list, octets.der, octets.length, NULL, NULL));
    size_t offset = tnauthlist_get(&list, ENTRIES - 10).offset;
    struct seen seen = {.whole = &list};
    octets.der[offset] = 0x80; /* an implicit tag */
    assert_false(agree(octets.der, octets.length, NULL));
    assert_false(tnauthlist_portions(octets.der, octets.length, NULL, compare, &seen, &err));
    assert_int_equal(err.entry, ENTRIES - 9);
    assert_int_equal(err.offset, offset);
    assert_int_equal(seen.entries, 2 * TNAUTHLIST_PORTION); /* those before, portion by portion */
    tnauthlist_free(&list);
    free(octets.der);
}

static void keeps_the_limits(void **state)
{
    (void)state;
    struct octets octets = make_list(ENTRIES);
    struct tnauthlist_limits limits = {octets.length, ENTRIES};
    struct sti_error err;
    assert_true(agree(octets.der, octets.length, &limits));
    limits.entries = ENTRIES - 1;
    assert_false(agree(octets.der, octets.length, &limits));
    assert_false(tnauthlist_portions(octets.der, octets.length, &limits, NULL, NULL, &err));
    assert_string_equal(err.sentence, "the list has 612 entries, the limit is 611");
    limits.entries = 0;
    assert_false(agree(octets.der, octets.length, &limits));
    limits = (struct tnauthlist_limits){octets.length - 1, ENTRIES};
    assert_false(agree(octets.der, octets.length, &limits));
    free(octets.der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_every_entry),
        cmocka_unit_test(stops_when_told_to),
        cmocka_unit_test(refuses_what_decode_refuses),
        cmocka_unit_test(counts_entries_over_all_portions),
        cmocka_unit_test(keeps_the_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
