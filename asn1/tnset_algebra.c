/* SPDX-License-Identifier: Apache-2.0 */
/* Two sets against each other: combining, comparing, encompassing (RFC 9060 section 4). */
#include <stdlib.h>
#include <string.h>

#include "tnset_internal.h"

/* Which parts of a and b an operation keeps: bit 1 a alone, bit 2 b alone, bit 3 both. */
enum keep {
    KEEP_UNION = 1 << 1 | 1 << 2 | 1 << 3,
    KEEP_INTERSECTION = 1 << 3,
    KEEP_DIFFERENCE = 1 << 1,
};

static const uint64_t no_edges[] = {TNSET_NO_KEY};

static const uint64_t *edges_of(const struct tnset *set)
{
    return set->edges == NULL ? no_edges : set->edges;
}

/*
 * Walks both arrays of edges at once; TNSET_NO_KEY ends each. Behind an odd number of edges we are
 * inside, so the low bits of the positions say where we are, and an edge of the result is where
 * being inside it changes. The edges of the result ascend strictly, as those walked over do: the
 * result is merged without more ado. There is no branch for random data to mislead.
 */
static size_t sweep(const uint64_t *a, const uint64_t *b, enum keep keep, uint64_t *out)
{
    size_t at_a = 0;
    size_t at_b = 0;
    size_t written = 0;
    for (;;) {
        uint64_t edge_a = a[at_a];
        uint64_t edge_b = b[at_b];
        uint64_t edge = edge_a < edge_b ? edge_a : edge_b;
        if (edge == TNSET_NO_KEY)
            return written / 2;
        at_a += edge_a == edge;
        at_b += edge_b == edge;
        size_t inside = (size_t)keep >> ((at_a & 1) | (at_b & 1) << 1) & 1;
        out[written] = edge;
        written += inside ^ (written & 1);
    }
}

static bool combine_numbers(struct tnset *result, const struct tnset *a, const struct tnset *b,
                            enum keep keep, struct sti_error *err)
{
    size_t room = a->intervals + b->intervals;
    result->edges = tnset_edges_new(room, err);
    if (result->edges == NULL)
        return false;
    result->intervals = sweep(edges_of(a), edges_of(b), keep, result->edges);
    return tnset_seal(result, room, err);
}

static size_t merge_spcs(const struct tnset *a, const struct tnset *b, enum keep keep,
                         struct tnset_spc *out)
{
    size_t at_a = 0;
    size_t at_b = 0;
    size_t count = 0;
    while (at_a < a->spc_count || at_b < b->spc_count) {
        int order = at_a == a->spc_count   ? 1
                    : at_b == b->spc_count ? -1
                                           : tnset_spc_compare(&a->spcs[at_a], &b->spcs[at_b]);
        unsigned where = (order <= 0) | (unsigned)(order >= 0) << 1;
        if (((unsigned)keep >> where & 1) != 0)
            out[count++] = order <= 0 ? a->spcs[at_a] : b->spcs[at_b];
        at_a += order <= 0;
        at_b += order >= 0;
    }
    return count;
}

static bool combine_spcs(struct tnset *result, const struct tnset *a, const struct tnset *b,
                         enum keep keep, struct sti_error *err)
{
    size_t room = a->spc_count + b->spc_count;
    if (room == 0)
        return true;
    struct tnset_spc *spcs = malloc(room * sizeof(*spcs));
    if (spcs == NULL)
        return sti_fail(err, "no memory for %zu SPCs", room);
    size_t count = merge_spcs(a, b, keep, spcs);
    bool done = tnset_spc_copy(result, spcs, count, err);
    free(spcs);
    return done;
}

/* Whether counts of two sets add up to no more than an operation takes. */
static bool within_limit(size_t a, size_t b)
{
    return a <= TNSET_MAX_INTERVALS && b <= TNSET_MAX_INTERVALS - a;
}

static bool combine(struct tnset *result, const struct tnset *a, const struct tnset *b,
                    enum keep keep, struct sti_error *err)
{
    memset(result, 0, sizeof(*result));
    if (!within_limit(a->intervals, b->intervals) || !within_limit(a->spc_count, b->spc_count))
        return sti_refuse(err, NULL, "the sets have more than %zu intervals or SPCs together",
                          TNSET_MAX_INTERVALS);
    if (combine_numbers(result, a, b, keep, err) && combine_spcs(result, a, b, keep, err))
        return true;
    tnset_free(result);
    return false;
}

bool tnset_union(struct tnset *result, const struct tnset *a, const struct tnset *b,
                 struct sti_error *err)
{
    return combine(result, a, b, KEEP_UNION, err);
}

bool tnset_intersection(struct tnset *result, const struct tnset *a, const struct tnset *b,
                        struct sti_error *err)
{
    return combine(result, a, b, KEEP_INTERSECTION, err);
}

bool tnset_difference(struct tnset *result, const struct tnset *a, const struct tnset *b,
                      struct sti_error *err)
{
    return combine(result, a, b, KEEP_DIFFERENCE, err);
}

bool tnset_is_empty(const struct tnset *set)
{
    return set->intervals == 0 && set->spc_count == 0;
}

bool tnset_equal(const struct tnset *a, const struct tnset *b)
{
    if (a->intervals != b->intervals || a->spc_count != b->spc_count)
        return false;
    for (size_t i = 0; i < a->spc_count; i++)
        if (tnset_spc_compare(&a->spcs[i], &b->spcs[i]) != 0)
            return false;
    return a->intervals == 0 ||
           memcmp(a->edges, b->edges, 2 * a->intervals * sizeof(*a->edges)) == 0;
}

/*
 * The last interval that begins at or before key, from interval `at` on, which does. Mostly it is
 * this one or the next; otherwise in steps that double, then halve, so that a small child costs
 * little against a large parent. TNSET_NO_KEY stands behind the last interval.
 */
static size_t seek(const struct tnset *set, size_t at, uint64_t key)
{
    if (set->edges[2 * (at + 1)] > key)
        return at;
    at++;
    if (set->edges[2 * (at + 1)] > key)
        return at;
    size_t step = 1;
    while (step < set->intervals - at && set->edges[2 * (at + step)] <= key) {
        at += step;
        step *= 2;
    }
    for (; step > 0; step /= 2)
        if (step < set->intervals - at && set->edges[2 * (at + step)] <= key)
            at += step;
    return at;
}

/* Intervals of a set do not touch, so one of the child lies in one of the parent or is not covered.
 */
static bool numbers_encompass(const struct tnset *parent, const struct tnset *child)
{
    if (child->intervals == 0)
        return true;
    size_t at = tnset_find(parent, child->edges[0]);
    if (at == SIZE_MAX)
        return false;
    for (size_t i = 0; i < child->intervals; i++) {
        at = seek(parent, at, child->edges[2 * i]);
        if (child->edges[2 * i + 1] > parent->edges[2 * at + 1])
            return false;
    }
    return true;
}

static bool spcs_encompass(const struct tnset *parent, const struct tnset *child)
{
    for (size_t i = 0; i < child->spc_count; i++) {
        const struct tnset_spc *spc = &child->spcs[i];
        if (!tnset_contains_spc(parent, (const char *)spc->octets, spc->length))
            return false;
    }
    return true;
}

enum tnset_answer tnset_encompasses(const struct tnset *parent, const struct tnset *child)
{
    if (!spcs_encompass(parent, child))
        return TNSET_NO;
    if (numbers_encompass(parent, child))
        return TNSET_YES;
    return parent->spc_count > 0 ? TNSET_UNDECIDABLE : TNSET_NO;
}

/*
 * Cannot overflow: intervals are disjoint, so every number is counted once, and there are
 * 12^1 + ... + 12^15 < 12^16 / 11 < 2^54 numbers of 1 to 15 symbols. A key stands for one number,
 * but for the keys between two with * or #; of those each is an interval by itself.
 */
uint64_t tnset_count(const struct tnset *set)
{
    uint64_t count = 0;
    for (size_t i = 0; i < set->intervals; i++)
        count += set->edges[2 * i + 1] - set->edges[2 * i];
    return count;
}
