/* SPDX-License-Identifier: Apache-2.0 */
/* The SPCs of sets: octet strings in order, each once (ServiceProviderCode, RFC 8226 section 9). */
#include <stdlib.h>
#include <string.h>

#include "tnset_internal.h"

#define ENTRY_BITS 32 /* of a pair's value; the number of the list stands above them */

uint64_t tnset_spc_prefix(const uint8_t *octets, size_t length)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < length ? octets[i] : 0);
    return prefix;
}

bool tnset_spc_pair(const struct tnauthlist *lists, size_t list, size_t index,
                    struct tnset_pair *pair)
{
    const struct tnauthlist_entry spc = tnauthlist_get(&lists[list], index);
    size_t octets = lists[list].der_length;
    if (spc.count == 0 || spc.count > octets || spc.number > octets - spc.count)
        return false;
    pair->key = tnset_spc_prefix(lists[list].der + spc.number, (size_t)spc.count);
    pair->value = (uint64_t)list << ENTRY_BITS | index;
    return true;
}

struct tnset_spc tnset_spc_of(const struct tnauthlist *lists, const struct tnset_pair *pair)
{
    const struct tnauthlist *list = &lists[pair->value >> ENTRY_BITS];
    const struct tnauthlist_entry spc = tnauthlist_get(list, (uint32_t)pair->value);
    return (struct tnset_spc){list->der + spc.number, (size_t)spc.count};
}

int tnset_spc_compare(const struct tnset_spc *a, const struct tnset_spc *b)
{
    int order = memcmp(a->octets, b->octets, a->length < b->length ? a->length : b->length);
    if (order != 0)
        return order;
    return (a->length > b->length) - (a->length < b->length);
}

static int compare_pairs(const struct tnauthlist *lists, const struct tnset_pair *a,
                         const struct tnset_pair *b)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    struct tnset_spc spc_a = tnset_spc_of(lists, a);
    struct tnset_spc spc_b = tnset_spc_of(lists, b);
    return tnset_spc_compare(&spc_a, &spc_b);
}

/* Merges the sorted parts before and behind `middle` into `to`; equal ones keep their order. */
static void merge(const struct tnauthlist *lists, const struct tnset_pair *from, size_t middle,
                  size_t count, struct tnset_pair *to)
{
    size_t left = 0;
    size_t right = middle;
    for (size_t i = 0; i < count; i++) {
        bool take_left = right == count ||
                         (left < middle && compare_pairs(lists, &from[left], &from[right]) <= 0);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

static bool is_sorted(const struct tnauthlist *lists, const struct tnset_pair *pairs, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (compare_pairs(lists, &pairs[i - 1], &pairs[i]) > 0)
            return false;
    return true;
}

/* A merge sort from the bottom: n log n comparisons for any octets. */
static bool sort(const struct tnauthlist *lists, struct tnset_pair *pairs, size_t count,
                 struct sti_error *err)
{
    if (is_sorted(lists, pairs, count))
        return true;
    struct tnset_pair *scratch = malloc(count * sizeof(*scratch));
    if (scratch == NULL)
        return sti_fail(err, "no memory to sort %zu SPCs", count);
    struct tnset_pair *from = pairs;
    struct tnset_pair *to = scratch;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            size_t left = count - at;
            size_t middle = left < width ? left : width;
            size_t both = left < 2 * width ? left : 2 * width;
            merge(lists, from + at, middle, both, to + at);
        }
        struct tnset_pair *merged = to;
        to = from;
        from = merged;
    }
    if (from != pairs)
        memcpy(pairs, from, count * sizeof(*pairs));
    free(scratch);
    return true;
}

bool tnset_spc_sort(const struct tnauthlist *lists, struct tnset_pair *pairs, size_t *count,
                    struct sti_error *err)
{
    if (!sort(lists, pairs, *count, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || compare_pairs(lists, &pairs[kept - 1], &pairs[i]) != 0)
            pairs[kept++] = pairs[i];
    *count = kept;
    return true;
}

bool tnset_spc_copy(struct tnset *set, const struct tnset_spc *spcs, size_t count,
                    struct sti_error *err)
{
    if (count == 0)
        return true;
    size_t octets = 0;
    for (size_t i = 0; i < count; i++)
        octets += spcs[i].length;
    set->spcs = malloc(count * sizeof(*set->spcs));
    set->spc_octets = malloc(octets);
    if (set->spcs == NULL || set->spc_octets == NULL)
        return sti_fail(err, "no memory for %zu SPCs", count);
    uint8_t *at = set->spc_octets;
    for (size_t i = 0; i < count; i++) {
        memcpy(at, spcs[i].octets, spcs[i].length);
        set->spcs[i] = (struct tnset_spc){at, spcs[i].length};
        at += spcs[i].length;
    }
    set->spc_count = count;
    return true;
}

bool tnset_contains_spc(const struct tnset *set, const char *spc, size_t length)
{
    const struct tnset_spc wanted = {(const uint8_t *)spc, length};
    size_t low = 0;
    size_t high = set->spc_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = tnset_spc_compare(&set->spcs[middle], &wanted);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
