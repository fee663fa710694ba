/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a parent list encompasses an entry or not (RFC 9060 section 4): the merged numbers say how
 * far the parent reaches from a number, and of the entries that begin at or before it the one that
 * reaches farthest covers it, if any does.
 */
#include <stdlib.h>
#include <string.h>

#include "tnset_internal.h"

/* Gathers the entries: numbers into cover->starts, SPCs into cover->spcs. All are known good. */
static void gather(struct tnset_cover *cover)
{
    const struct tnauthlist *list = cover->list;
    for (size_t i = 0; i < list->count; i++) {
        struct tnset_span span;
        if (kept_kind(&list->kept[i]) == TNAUTHLIST_SPC) {
            tnset_spc_pair(list, 0, i, &cover->spcs[cover->spc_count++]);
            if (cover->first_spc == TNSET_NO_ENTRY)
                cover->first_spc = i;
        } else if (tnset_entry_span(list, i, &span)) {
            cover->starts[cover->start_count++] = (struct tnset_pair){span.first, i};
        }
    }
}

static uint64_t end_of(const struct tnauthlist *list, size_t entry)
{
    struct tnset_span span = {0, 0};
    tnset_entry_span(list, entry, &span);
    return span.end;
}

/* Sorts the starts, and puts into each the entry up to there that reaches farthest. */
static bool order_starts(struct tnset_cover *cover, struct sti_error *err)
{
    if (cover->start_count == 0)
        return true;
    struct tnset_pair *scratch = tnset_memory(cover->start_count * sizeof(*scratch));
    if (scratch == NULL)
        return sti_fail(err, "no memory to sort %zu TNs and ranges", cover->start_count);
    tnset_sort(cover->starts, scratch, cover->start_count);
    free(scratch);
    uint64_t reach = 0;
    uint64_t farthest = 0;
    for (size_t i = 0; i < cover->start_count; i++) {
        uint64_t end = end_of(cover->list, (size_t)cover->starts[i].value);
        if (end > reach) {
            reach = end;
            farthest = cover->starts[i].value;
        }
        cover->starts[i].value = farthest;
    }
    return true;
}

static size_t count_spcs(const struct tnauthlist *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += kept_kind(&list->kept[i]) == TNAUTHLIST_SPC;
    return count;
}

static bool fill(struct tnset_cover *cover, struct sti_error *err)
{
    size_t spcs = count_spcs(cover->list);
    cover->starts = tnset_memory((cover->list->count - spcs + 1) * sizeof(*cover->starts));
    cover->spcs = malloc((spcs + 1) * sizeof(*cover->spcs));
    if (cover->starts == NULL || cover->spcs == NULL)
        return sti_fail(err, "no memory for a list of %zu entries", cover->list->count);
    gather(cover);
    return order_starts(cover, err) &&
           tnset_spc_sort(cover->list, cover->spcs, &cover->spc_count, err);
}

bool tnset_cover_build(struct tnset_cover *cover, const struct tnauthlist *parent,
                       struct sti_error *err)
{
    memset(cover, 0, sizeof(*cover));
    cover->list = parent;
    cover->first_spc = TNSET_NO_ENTRY;
    if (tnset_build(&cover->scope, parent, 1, err) && fill(cover, err))
        return true;
    tnset_cover_free(cover);
    return false;
}

void tnset_cover_free(struct tnset_cover *cover)
{
    tnset_free(&cover->scope);
    free(cover->starts);
    free(cover->spcs);
    memset(cover, 0, sizeof(*cover));
    cover->first_spc = TNSET_NO_ENTRY;
}

/* The entry that reaches farthest of those that begin at or before key; there is one. */
static size_t farthest_from(const struct tnset_cover *cover, uint64_t key)
{
    size_t low = 0; /* begins at or before key */
    size_t high = cover->start_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (cover->starts[middle].key <= key)
            low = middle;
        else
            high = middle;
    }
    return (size_t)cover->starts[low].value;
}

static void answer_missing(const struct tnset_cover *cover, struct tnset_explanation *explanation)
{
    explanation->answer = cover->first_spc == TNSET_NO_ENTRY ? TNSET_NO : TNSET_UNDECIDABLE;
    explanation->spc_entry = cover->first_spc;
}

/* The parent's interval at or before the span covers all of it, its beginning, or nothing. */
static void explain_span(const struct tnset_cover *cover, const struct tnset_span *span,
                         struct tnset_explanation *explanation)
{
    const struct tnset *scope = &cover->scope;
    uint64_t missing = span->first;
    size_t at = tnset_find(scope, span->first);
    if (at != SIZE_MAX && scope->edges[2 * at + 1] > span->first) {
        explanation->entry = farthest_from(cover, span->first);
        missing = scope->edges[2 * at + 1];
    }
    if (missing >= span->end) {
        explanation->answer = TNSET_YES;
        explanation->several = end_of(cover->list, explanation->entry) < span->end;
        return;
    }
    uint64_t next = scope->edges[at == SIZE_MAX ? 0 : 2 * (at + 1)]; /* TNSET_NO_KEY at the end */
    uint64_t end = next < span->end ? next : span->end;
    explanation->missing_first = tnset_word(missing);
    explanation->missing_last = tnset_word(end - 1);
    answer_missing(cover, explanation);
}

/* An SPC is in the parent or it is not: no SPC stands for another. */
static void explain_spc(const struct tnset_cover *cover, const struct tnset_spc *spc,
                        struct tnset_explanation *explanation)
{
    size_t low = 0;
    size_t high = cover->spc_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct tnset_spc found = tnset_spc_of(cover->list, &cover->spcs[middle]);
        int order = tnset_spc_compare(&found, spc);
        if (order == 0) {
            explanation->answer = TNSET_YES;
            explanation->entry = (size_t)cover->spcs[middle].value;
            return;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
}

static const struct tnset_explanation unexplained = {
    .answer = TNSET_NO, .entry = TNSET_NO_ENTRY, .spc_entry = TNSET_NO_ENTRY};

bool tnset_cover_entry(const struct tnset_cover *cover, const struct tnauthlist *child,
                       size_t index, struct tnset_explanation *explanation, struct sti_error *err)
{
    *explanation = unexplained;
    if (kept_kind(&child->kept[index]) == TNAUTHLIST_SPC) {
        struct tnset_pair pair;
        if (!tnset_spc_pair(child, 0, index, &pair))
            return tnset_bad_entry(index, err);
        struct tnset_spc spc = tnset_spc_of(child, &pair);
        explain_spc(cover, &spc, explanation);
        return true;
    }
    struct tnset_span span;
    if (!tnset_entry_span(child, index, &span))
        return tnset_bad_entry(index, err);
    explain_span(cover, &span, explanation);
    return true;
}

bool tnset_cover_numbers(const struct tnset_cover *cover, tn_word first, uint64_t count,
                         struct tnset_explanation *explanation, struct sti_error *err)
{
    *explanation = unexplained;
    struct tnset_span span;
    if (!tnset_span_of(first, count, &span))
        return sti_refuse(err, TN_CLAUSE, "there is no such TN or range of TNs");
    explain_span(cover, &span, explanation);
    return true;
}
