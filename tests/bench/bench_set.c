/* SPDX-License-Identifier: Apache-2.0 */
/* The set algebra: membership against bsearch(), operations against reading the lists. */
#include "bench.h"

#include <stdlib.h>

#include "tnset.h"

static const size_t sizes[] = BENCH_SIZES;

/* ---- membership ---- */

#define LOOKUPS ((size_t)1000000)

/* What a program without this library would search: sorted ranges, as packed numbers. */
struct interval {
    tn_word first;
    tn_word last;
};

struct membership {
    struct tnset set;
    struct interval *sorted;
    size_t ranges;
    tn_word *wanted; /* LOOKUPS numbers */
    size_t found;
};

static int compare_intervals(const void *a, const void *b)
{
    const struct interval *left = a;
    const struct interval *right = b;
    return (left->first > right->first) - (left->first < right->first);
}

/* All numbers have the same length, so that their words sort as they do. */
static int compare_number(const void *key, const void *element)
{
    tn_word number = *(const tn_word *)key;
    const struct interval *interval = element;
    return (number > interval->last) - (number < interval->first);
}

static void look_up_set(void *argument)
{
    struct membership *membership = argument;
    size_t found = 0;
    for (size_t i = 0; i < LOOKUPS; i++)
        found += tnset_contains(&membership->set, membership->wanted[i]) != TNSET_NOT;
    membership->found = found;
}

static void look_up_bsearch(void *argument)
{
    struct membership *membership = argument;
    size_t found = 0;
    for (size_t i = 0; i < LOOKUPS; i++)
        found += bsearch(&membership->wanted[i], membership->sorted, membership->ranges,
                         sizeof(membership->sorted[0]), compare_number) != NULL;
    membership->found = found;
}

static void membership_row(size_t entries)
{
    struct bench_list der = bench_list_ranges(entries, 1);
    struct tnauthlist list;
    struct membership membership = {.ranges = entries};
    bench_require(tnauthlist_decode(&list, der.der, der.length, NULL, NULL) &&
                      tnset_build(&membership.set, &list, 1, NULL),
                  "a list is refused");
    membership.sorted = calloc(entries, sizeof(membership.sorted[0]));
    membership.wanted = calloc(LOOKUPS, sizeof(membership.wanted[0]));
    bench_require(membership.sorted != NULL && membership.wanted != NULL, "no memory");
    bench_require(tnset_piece_count(&membership.set) == entries, "the ranges touch");
    for (size_t i = 0; i < entries; i++) {
        struct tnset_piece piece;
        tnset_piece(&membership.set, i, &piece);
        membership.sorted[i] = (struct interval){piece.first, piece.last};
    }
    qsort(membership.sorted, entries, sizeof(membership.sorted[0]), compare_intervals);
    uint64_t state = 2;
    for (size_t i = 0; i < LOOKUPS; i++)
        membership.wanted[i] =
            bench_number(UINT64_C(2000000000) + bench_random(&state) % UINT64_C(8000000000));
    look_up_bsearch(&membership);
    size_t found = membership.found;
    look_up_set(&membership);
    bench_require(membership.found == found, "bsearch() finds other numbers");
    bench_compare("10^6 look-ups in a set of ranges", entries, "bsearch",
                  (struct bench_work){look_up_set, &membership},
                  (struct bench_work){look_up_bsearch, &membership});
    free(membership.wanted);
    free(membership.sorted);
    tnset_free(&membership.set);
    tnauthlist_free(&list);
    bench_list_free(&der);
}

/* ---- operations on two lists ---- */

/* An operation on two sets; true when the answer is the one that is expected. */
typedef bool operation(const struct tnset *a, const struct tnset *b);

static bool encompasses(const struct tnset *a, const struct tnset *b)
{
    return tnset_encompasses(a, b) == TNSET_YES;
}

static bool equal(const struct tnset *a, const struct tnset *b)
{
    return tnset_equal(a, b);
}

static bool difference(const struct tnset *a, const struct tnset *b)
{
    struct tnset result;
    bool ok = tnset_difference(&result, a, b, NULL) && !tnset_is_empty(&result);
    tnset_free(&result);
    return ok;
}

struct two_lists {
    struct bench_list ders[2];
    struct tnauthlist lists[2];
    struct tnset sets[2];
    operation *run;
};

static void decode_both(void *argument)
{
    const struct two_lists *two = argument;
    for (size_t i = 0; i < 2; i++) {
        struct tnauthlist list;
        bench_require(tnauthlist_decode(&list, two->ders[i].der, two->ders[i].length, NULL, NULL),
                      "a list is refused");
        tnauthlist_free(&list);
    }
}

/* The operation, when only the lists are there. */
static void run_on_lists(void *argument)
{
    const struct two_lists *two = argument;
    struct tnset sets[2];
    for (size_t i = 0; i < 2; i++)
        bench_require(tnset_build(&sets[i], &two->lists[i], 1, NULL), "no set");
    bench_require(two->run(&sets[0], &sets[1]), "an operation has another answer");
    for (size_t i = 0; i < 2; i++)
        tnset_free(&sets[i]);
}

/* The operation, when the sets are there. */
static void run_on_sets(void *argument)
{
    const struct two_lists *two = argument;
    bench_require(two->run(&two->sets[0], &two->sets[1]), "an operation has another answer");
}

/* Takes the lists over. */
static void operation_rows(const char *on_lists, const char *on_sets, operation *run,
                           size_t entries, struct bench_list a, struct bench_list b)
{
    struct two_lists two = {.ders = {a, b}, .run = run};
    for (size_t i = 0; i < 2; i++)
        bench_require(
            tnauthlist_decode(&two.lists[i], two.ders[i].der, two.ders[i].length, NULL, NULL) &&
                tnset_build(&two.sets[i], &two.lists[i], 1, NULL),
            "a list is refused");
    struct bench_work decode = {decode_both, &two};
    const char *against = "strict decode of both";
    bench_compare(on_lists, entries, against, (struct bench_work){run_on_lists, &two}, decode);
    bench_compare(on_sets, entries, against, (struct bench_work){run_on_sets, &two}, decode);
    for (size_t i = 0; i < 2; i++) {
        tnset_free(&two.sets[i]);
        tnauthlist_free(&two.lists[i]);
        bench_list_free(&two.ders[i]);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t entries = sizes[i];
        membership_row(entries);
        /* the same scope in another order: nothing can be decided before the end */
        operation_rows("encompasses of two lists", "encompasses of two sets", encompasses, entries,
                       bench_list_mixed(entries, 1), bench_list_shuffled(entries, 1));
        operation_rows("equality of two lists", "equality of two sets", equal, entries,
                       bench_list_mixed(entries, 1), bench_list_shuffled(entries, 1));
        operation_rows("difference of two lists", "difference of two sets", difference, entries,
                       bench_list_mixed(entries, 1), bench_list_mixed(entries, 2));
    }
    return 0;
}
