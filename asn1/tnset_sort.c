/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting by a 64-bit key: a radix sort from the top, from one array to the other and back.
 *
 * Each round deals a part into buckets by its highest bits that differ, and leaves the buckets to
 * the next round; a part of few pairs is sorted by insertion. A round of b bits leaves keys that
 * agree in b bits more, so there are at most 64 / 4 rounds, whatever the keys are.
 */
#include <string.h>

#include "tnset_internal.h"

/* Parts up to this size are sorted by insertion. */
#define FEW 24

/* The most bits of one round; more would outgrow the nearest cache with the ends of the buckets. */
#define MAX_BITS 10

/* One part: sorted from `from` into itself, or into `to` when `move` is set. */
struct part {
    struct tnset_pair *from;
    struct tnset_pair *to;
    size_t count;
    bool move;
};

static void sort_few(const struct part *part)
{
    struct tnset_pair *out = part->move ? part->to : part->from;
    for (size_t i = 0; i < part->count; i++) {
        struct tnset_pair pair = part->from[i];
        size_t at = i;
        for (; at > 0 && out[at - 1].key > pair.key; at--)
            out[at] = out[at - 1];
        out[at] = pair;
    }
}

/* The bits in which the keys of a part differ. */
static uint64_t differing_bits(const struct part *part)
{
    uint64_t bits = 0;
    for (size_t i = 1; i < part->count; i++)
        bits |= part->from[i].key ^ part->from[0].key;
    return bits;
}

static unsigned bit_length(uint64_t value)
{
    unsigned length = 0;
    for (unsigned step = 32; step > 0; step /= 2) {
        if (value >> step != 0) {
            value >>= step;
            length += step;
        }
    }
    return length + (unsigned)value;
}

/* Deals from `from` to `to`; ends[b] becomes where bucket b ends. Returns the largest bucket. */
static uint32_t deal(const struct part *part, unsigned shift, unsigned bits, uint32_t *ends)
{
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    memset(ends, 0, sizeof(*ends) << bits);
    for (size_t i = 0; i < part->count; i++)
        ends[part->from[i].key >> shift & mask]++;
    uint32_t sum = 0;
    uint32_t largest = 0;
    for (size_t b = 0; b <= mask; b++) {
        uint32_t begin = sum;
        largest = ends[b] > largest ? ends[b] : largest;
        sum += ends[b];
        ends[b] = begin;
    }
    for (size_t i = 0; i < part->count; i++)
        part->to[ends[part->from[i].key >> shift & mask]++] = part->from[i];
    return largest;
}

/* Calls itself to the depth said above. */
static void sort_part(const struct part *part)
{
    if (part->count <= FEW) {
        sort_few(part);
        return;
    }
    uint64_t differing = differing_bits(part);
    if (differing == 0) {
        if (part->move)
            memcpy(part->to, part->from, part->count * sizeof(*part->to));
        return;
    }
    unsigned top = bit_length(differing);
    unsigned bits = bit_length(part->count) - 1;
    bits = bits > MAX_BITS ? MAX_BITS : bits;
    bits = bits > top ? top : bits;
    uint32_t ends[1 << MAX_BITS]; /* enough: TNSET_MAX_INTERVALS is below 2^32 */
    uint32_t largest = deal(part, top - bits, bits, ends);
    if (largest <= FEW) { /* nothing is far from its place: no need to look at buckets one by one */
        struct part dealt = {part->to, part->from, part->count, !part->move};
        sort_few(&dealt);
        return;
    }
    size_t begin = 0;
    for (size_t b = 0; b >> bits == 0; b++) {
        struct part bucket = {part->to + begin, part->from + begin, ends[b] - begin, !part->move};
        if (bucket.count > 0)
            sort_part(&bucket);
        begin = ends[b];
    }
}

void tnset_sort(struct tnset_pair *pairs, struct tnset_pair *scratch, size_t count)
{
    struct part whole = {pairs, scratch, count, false};
    sort_part(&whole);
}
