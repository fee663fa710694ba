/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From lists to a set: the entries as intervals, sorted by where they begin, then merged (scope is
 * the union of all entries, RFC 9060 section 4.1).
 */
#include <stdlib.h>
#include <string.h>

#include "tnset_internal.h"

/* Intervals gathered from the front of the room, SPCs from its back. */
struct gathered {
    struct tnset_pair *pairs; /* numbers: first key, key behind the last */
    size_t room;
    size_t numbers;
    size_t spcs;
    bool sorted; /* the numbers came in ascending order */
};

static bool gather(struct gathered *all, const struct tnauthlist *lists, size_t which,
                   struct sti_error *err)
{
    const struct tnauthlist *list = &lists[which];
    uint64_t before = all->numbers == 0 ? 0 : all->pairs[all->numbers - 1].key;
    for (size_t i = 0; i < list->count; i++) {
        if (kept_kind(&list->kept[i]) == TNAUTHLIST_SPC) {
            struct tnset_pair *pair = &all->pairs[all->room - 1 - all->spcs++];
            if (!tnset_spc_pair(lists, which, i, pair))
                return tnset_bad_entry(i, err);
            continue;
        }
        struct tnset_span span;
        if (!tnset_entry_span(list, i, &span))
            return tnset_bad_entry(i, err);
        all->pairs[all->numbers++] = (struct tnset_pair){span.first, span.end};
        all->sorted &= before <= span.first;
        before = span.first;
    }
    return true;
}

static bool sort(struct gathered *all, struct sti_error *err)
{
    if (all->sorted)
        return true;
    struct tnset_pair *scratch = tnset_memory(all->numbers * sizeof(*scratch));
    if (scratch == NULL)
        return sti_fail(err, "no memory to sort %zu TNs and ranges", all->numbers);
    tnset_sort(all->pairs, scratch, all->numbers);
    free(scratch);
    return true;
}

/* How often a pair overlaps or touches one before it; *apart becomes how many come before that. */
static size_t count_touching(const struct tnset_pair *pairs, size_t count, size_t *apart)
{
    size_t touching = 0;
    uint64_t reach = 0;
    *apart = count;
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].key <= reach && touching++ == 0)
            *apart = i;
        reach = pairs[i].value > reach ? pairs[i].value : reach;
    }
    return touching;
}

/* Merges sorted pairs that overlap or touch; the first `apart` are known not to. */
static size_t merge(struct tnset_pair *pairs, size_t count, size_t apart)
{
    size_t merged = apart;
    for (size_t i = apart; i < count; i++) {
        struct tnset_pair *last = &pairs[merged - 1];
        if (pairs[i].key > last->value)
            pairs[merged++] = pairs[i];
        else if (pairs[i].value > last->value)
            last->value = pairs[i].value;
    }
    return merged;
}

/* Numbers in line that entries name one by one, while it is open whether a range names them too. */
struct lone {
    uint64_t first;
    uint64_t end;
    bool touched; /* a range stands beside it */
    uint64_t *edges;
    size_t intervals;
};

/* Those that stand quite alone are intervals of one number, which say the same by themselves. */
static void close_lone(struct lone *lone)
{
    if (lone->first < lone->end && (lone->touched || lone->end - lone->first > 1)) {
        lone->edges[2 * lone->intervals] = lone->first;
        lone->edges[2 * lone->intervals + 1] = lone->end;
        lone->intervals++;
    }
    lone->first = lone->end;
}

/* Takes the next pair; reach is the key behind the last number that a range has named so far. */
static void add_lone(struct lone *lone, const struct tnset_pair *pair, uint64_t reach)
{
    uint64_t first = pair->key;
    if (pair->value - first > 1) {
        if (lone->end > first)
            lone->end = first; /* the range begins at the last of them */
        lone->touched |= lone->end == first;
        close_lone(lone);
    } else if (first >= reach && first > lone->end) {
        close_lone(lone);
        lone->first = first;
        lone->end = pair->value;
        lone->touched = first == reach;
    } else if (first >= reach) {
        lone->end = pair->value; /* the next in line, or the last once more */
    }
}

/* Finds the numbers in line that no range names, from sorted pairs that are not merged yet. */
static void find_lone(struct lone *lone, const struct tnset_pair *pairs, size_t count)
{
    uint64_t reach = 0; /* of ranges */
    uint64_t end = 0;   /* behind the last number of all */
    for (size_t i = 0; i < count; i++) {
        bool apart = pairs[i].key > end && (i + 1 == count || pairs[i + 1].key > pairs[i].value);
        end = pairs[i].value > end ? pairs[i].value : end;
        if (apart)
            continue; /* nearly all, and foreseeable */
        add_lone(lone, &pairs[i], reach);
        if (pairs[i].value - pairs[i].key > 1 && pairs[i].value > reach)
            reach = pairs[i].value;
    }
    close_lone(lone);
}

/*
 * Keeps how numbers were named where merging hides it. The pairs that merge into an interval touch
 * one time less than they are, and hide one stretch of lone numbers when all are lone, otherwise at
 * most one for each pair but the range: there are never more stretches than touches.
 */
static bool keep_lone(struct tnset *set, const struct tnset_pair *pairs, size_t count,
                      size_t touching, struct sti_error *err)
{
    struct lone lone = {.edges = malloc(2 * touching * sizeof(*set->lone))};
    if (lone.edges == NULL)
        return sti_fail(err, "no memory for a set of %zu TNs and ranges", count);
    find_lone(&lone, pairs, count);
    set->lone = lone.edges;
    set->lone_intervals = lone.intervals;
    uint64_t *less = realloc(lone.edges, 2 * (lone.intervals + 1) * sizeof(*less));
    if (less != NULL)
        set->lone = less;
    return true;
}

static bool set_numbers(struct tnset *set, struct gathered *all, struct sti_error *err)
{
    if (!sort(all, err))
        return false;
    size_t apart;
    size_t touching = count_touching(all->pairs, all->numbers, &apart);
    if (touching > 0 && !keep_lone(set, all->pairs, all->numbers, touching, err))
        return false;
    set->intervals = merge(all->pairs, all->numbers, apart);
    return tnset_seal(set, all->room, err);
}

/* Turns pairs that were gathered from the back into the order of the lists: often sorted. */
static void turn(struct tnset_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct tnset_pair pair = pairs[i];
        pairs[i] = pairs[count - 1 - i];
        pairs[count - 1 - i] = pair;
    }
}

static bool set_spcs(struct tnset *set, const struct gathered *all, const struct tnauthlist *lists,
                     struct sti_error *err)
{
    if (all->spcs == 0)
        return true;
    size_t count = all->spcs;
    struct tnset_pair *pairs = all->pairs + (all->room - count);
    struct tnset_spc *spcs = malloc(count * sizeof(*spcs));
    if (spcs == NULL)
        return sti_fail(err, "no memory for %zu SPCs", count);
    turn(pairs, count);
    bool done = tnset_spc_sort(lists, pairs, &count, err);
    for (size_t i = 0; i < count; i++)
        spcs[i] = tnset_spc_of(lists, &pairs[i]);
    done = done && tnset_spc_copy(set, spcs, count, err);
    free(spcs);
    return done;
}

static bool add_counts(const struct tnauthlist *lists, size_t list_count, size_t *sum,
                       struct sti_error *err)
{
    *sum = 0;
    for (size_t i = 0; i < list_count; i++) {
        if (i >= TNSET_MAX_INTERVALS || lists[i].count > TNSET_MAX_INTERVALS - *sum)
            return sti_refuse(err, NULL, "the lists have more than %zu entries together",
                              TNSET_MAX_INTERVALS);
        *sum += lists[i].count;
    }
    return true;
}

bool tnset_build(struct tnset *set, const struct tnauthlist *lists, size_t list_count,
                 struct sti_error *err)
{
    memset(set, 0, sizeof(*set));
    struct gathered all = {.sorted = true};
    if (!add_counts(lists, list_count, &all.room, err))
        return false;
    set->edges = tnset_edges_new(all.room, err);
    if (set->edges == NULL)
        return false;
    all.pairs = (struct tnset_pair *)set->edges; /* two keys side by side */
    bool done = true;
    for (size_t i = 0; done && i < list_count; i++)
        done = gather(&all, lists, i, err);
    if (done && set_spcs(set, &all, lists, err) && set_numbers(set, &all, err))
        return true;
    tnset_free(set);
    return false;
}

void tnset_free(struct tnset *set)
{
    free(set->edges);
    free(set->lone);
    free(set->index);
    free(set->spcs);
    free(set->spc_octets);
    memset(set, 0, sizeof(*set));
}
