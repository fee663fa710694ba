/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and sets from the text form, for the tests of the set algebra. */
#ifndef TEST_TNSET_KIT_H
#define TEST_TNSET_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tnset.h"

/* A list and the DER it borrows. */
struct kit_list {
    uint8_t *der;
    struct tnauthlist list;
};

static inline struct kit_list kit_list_finish(struct tnauthlist_builder *builder)
{
    struct kit_list made = {NULL, {NULL, 0, NULL, 0}};
    size_t length;
    struct sti_error err;
    if (builder->count == 0)
        return made;
    assert_true(tnauthlist_builder_finish(builder, &made.der, &length, &err));
    assert_true(tnauthlist_decode(&made.list, made.der, length, NULL, &err));
    return made;
}

/* The list of a text; an empty text makes a list that no DER has, of no entries. */
static inline struct kit_list kit_list(const char *text)
{
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    struct sti_error err;
    assert_true(tnauthlist_parse(&builder, text, strlen(text), &err));
    return kit_list_finish(&builder);
}

static inline void kit_list_free(struct kit_list *made)
{
    tnauthlist_free(&made->list);
    free(made->der);
    made->der = NULL;
}

/* The set of a text; the list is gone already, so the set must own what it has. */
static inline struct tnset kit_set(const char *text)
{
    struct kit_list made = kit_list(text);
    struct tnset set;
    struct sti_error err;
    assert_true(tnset_build(&set, &made.list, 1, &err));
    kit_list_free(&made);
    return set;
}

/* The canonical list of a set; of no entries for the empty set. */
static inline struct kit_list kit_canonical(const struct tnset *set)
{
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    struct sti_error err;
    assert_true(tnset_canonical(set, &builder, &err));
    return kit_list_finish(&builder);
}

/* A set must read, in canonical form, as the text says. */
static inline void kit_assert_set(const struct tnset *set, const char *text)
{
    struct kit_list made = kit_canonical(set);
    char all[1024] = "";
    size_t at = 0;
    for (size_t i = 0; i < made.list.count; i++) {
        if (i > 0)
            all[at++] = ',';
        at += tnauthlist_entry_text(&made.list, i, all + at, sizeof(all) - at);
        assert_true(at + 1 < sizeof(all));
    }
    assert_string_equal(all, text);
    kit_list_free(&made);
}

static inline tn_word kit_tn(const char *text)
{
    tn_word word;
    assert_true(tn_pack(text, strlen(text), &word, NULL));
    return word;
}

/* The same sequence on every machine (xorshift). */
static inline uint64_t kit_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline uint64_t kit_below(uint64_t *state, uint64_t limit)
{
    return (kit_random(state) >> 16) % limit;
}

#endif
