/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking up: a tree without pointers over the intervals. Each level holds every 16th key of the
 * level below, the lowest every 16th first key of the intervals, so that a look-up reads two lines
 * of cache a level and does not branch on what it finds.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tnset_internal.h"

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

/* A line of cache: nodes and groups of intervals begin at one. */
#define LINE 64

/* Memory of twice this size and more is asked for in huge pages: they make a first touch of memory
   many times cheaper, and random look-ups. */
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)

static size_t round_up(size_t count)
{
    return (count + TNSET_FANOUT - 1) / TNSET_FANOUT * TNSET_FANOUT;
}

void *tnset_memory(size_t octets)
{
    size_t unit = octets < 2 * HUGE_PAGE ? LINE : HUGE_PAGE;
    size_t rounded = (octets + unit - 1) / unit * unit;
    void *memory = aligned_alloc(unit, rounded);
#ifdef MADV_HUGEPAGE
    if (memory != NULL && unit == HUGE_PAGE)
        madvise(memory, rounded, MADV_HUGEPAGE); /* a wish: nothing depends on the answer */
#endif
    return memory;
}

static uint64_t *new_keys(size_t count, struct sti_error *err)
{
    uint64_t *keys = tnset_memory(count * sizeof(*keys));
    if (keys == NULL)
        sti_fail(err, "no memory for a set of TNs: %zu octets", count * sizeof(*keys));
    return keys;
}

/* For n intervals of room: room for n and one more. */
static size_t edges_room(size_t intervals)
{
    return 2 * round_up(intervals + 1);
}

uint64_t *tnset_edges_new(size_t intervals, struct sti_error *err)
{
    return new_keys(edges_room(intervals), err);
}

/* Moves the edges into memory of their size when more than half is unused, if there is any. */
static void trim(struct tnset *set, size_t room)
{
    if (edges_room(set->intervals) > edges_room(room) / 2)
        return;
    uint64_t *edges = tnset_edges_new(set->intervals, NULL);
    if (edges == NULL)
        return;
    memcpy(edges, set->edges, 2 * set->intervals * sizeof(*edges));
    free(set->edges);
    set->edges = edges;
}

/* Lays out the levels, the top one first; returns how many keys they have. */
static size_t plan_levels(struct tnset *set)
{
    size_t sizes[TNSET_MAX_LEVELS];
    set->levels = 0;
    for (size_t below = set->intervals; below > TNSET_FANOUT; set->levels++) {
        below = round_up(below) / TNSET_FANOUT;
        sizes[set->levels] = round_up(below);
    }
    size_t keys = 0;
    for (size_t level = 0; level < set->levels; level++) {
        set->level_at[level] = keys;
        keys += sizes[set->levels - 1 - level];
    }
    return keys;
}

bool tnset_seal(struct tnset *set, size_t room, struct sti_error *err)
{
    trim(set, room);
    for (size_t i = 2 * set->intervals; i < edges_room(set->intervals); i++)
        set->edges[i] = TNSET_NO_KEY;
    size_t keys = plan_levels(set);
    if (keys == 0)
        return true;
    set->index = new_keys(keys, err);
    if (set->index == NULL)
        return false;
    const uint64_t *below = set->edges;
    size_t below_count = set->intervals;
    size_t step = 2 * TNSET_FANOUT;
    for (size_t level = set->levels; level > 0; level--) {
        uint64_t *out = set->index + set->level_at[level - 1];
        size_t count = round_up(below_count) / TNSET_FANOUT;
        for (size_t i = 0; i < count; i++)
            out[i] = below[i * step];
        for (size_t i = count; i < round_up(count); i++)
            out[i] = TNSET_NO_KEY;
        below = out;
        below_count = count;
        step = TNSET_FANOUT;
    }
    return true;
}

/*
 * The last of 16 ascending keys, `step` words apart, that is not above `key`; 0 when the first is
 * above. First which four, then which of the four: six comparisons, no branch.
 */
static inline size_t find_in_node(const uint64_t *node, size_t step, uint64_t key)
{
    size_t at = 4 * ((size_t)(key >= node[4 * step]) + (size_t)(key >= node[8 * step]) +
                     (size_t)(key >= node[12 * step]));
    node += at * step;
    return at + (size_t)(key >= node[step]) + (size_t)(key >= node[2 * step]) +
           (size_t)(key >= node[3 * step]);
}

size_t tnset_find(const struct tnset *set, uint64_t key)
{
    if (set->intervals == 0)
        return SIZE_MAX;
    size_t at = 0;
    for (size_t level = 0; level < set->levels; level++)
        at = TNSET_FANOUT * at +
             find_in_node(set->index + set->level_at[level] + TNSET_FANOUT * at, 1, key);
    const uint64_t *group = set->edges + 2 * TNSET_FANOUT * at;
    PREFETCH(group); /* its other three lines are read first, all at once */
    at = TNSET_FANOUT * at + find_in_node(group, 2, key);
    return set->edges[2 * at] <= key ? at : SIZE_MAX;
}

/* Whether one of the edges' intervals has the key. */
static bool in_edges(const uint64_t *edges, size_t intervals, uint64_t key)
{
    size_t low = 0; /* edges before low are not above key, those from high on are */
    size_t high = 2 * intervals;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (edges[middle] <= key)
            low = middle + 1;
        else
            high = middle;
    }
    return low % 2 == 1;
}

enum tnset_arm tnset_contains(const struct tnset *set, tn_word number)
{
    uint64_t key = tnset_key(number);
    if (key == 0)
        return TNSET_NOT;
    size_t at = tnset_find(set, key);
    if (at == SIZE_MAX || key >= set->edges[2 * at + 1])
        return set->spc_count > 0 ? TNSET_SPC : TNSET_NOT;
    if (set->edges[2 * at + 1] - set->edges[2 * at] == 1)
        return TNSET_ONE;
    return in_edges(set->lone, set->lone_intervals, key) ? TNSET_ONE : TNSET_RANGE;
}
