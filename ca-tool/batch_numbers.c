/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that two holders of one batch ask for, where the policy gives a number to one holder
 * (second_holder). The ledger is asked for those that were issued before (request_record.c); here
 * the first request by name has the number. Certificates of one batch stand beside each other, so
 * none of them is the parent of another.
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "tnset.h"

#define SECOND_HOLDER "second-holder"

/* All numbers from first to last, of one length. */
struct piece {
    tn_word first;
    tn_word last;
};

/*
 * The line of all numbers, cut wherever a piece of any request begins or ends: a cut is where a
 * stretch begins, and every piece is a row of whole stretches.
 */
struct line {
    tn_word *cuts;                          /* sorted, each once */
    const struct batch_item **holder_first; /* whose a stretch is; NULL: nobody's so far */
    size_t count;
};

static int compare_words(const void *a, const void *b)
{
    tn_word left = *(const tn_word *)a;
    tn_word right = *(const tn_word *)b;
    return left < right ? -1 : left > right;
}

/* The pieces of numbers of a set; its SPCs are no numbers. */
static struct piece piece_at(const struct tnset *set, size_t index, bool *is_number)
{
    struct tnset_piece piece;
    tnset_piece(set, index, &piece);
    *is_number = piece.spc == NULL;
    return (struct piece){piece.first, piece.last};
}

static bool cut(struct line *line, const struct batch *batch, struct sti_error *err)
{
    size_t room = 0;
    for (size_t i = 0; i < batch->count; i++)
        room += 2 * batch->items[i].request.list.count;
    line->cuts = malloc((room + 1) * sizeof(*line->cuts));
    if (line->cuts == NULL)
        return sti_fail(err, "no memory to compare the numbers of the batch");
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_item *item = &batch->items[i];
        struct tnset set;
        if (item->outcome != BATCH_OPEN)
            continue;
        if (!tnset_build(&set, &item->request.list, 1, err))
            return false;
        for (size_t j = 0; j < tnset_piece_count(&set); j++) {
            bool is_number;
            struct piece piece = piece_at(&set, j, &is_number);
            if (!is_number)
                continue;
            line->cuts[line->count++] = piece.first;
            line->cuts[line->count++] = piece.last + 1; /* also behind the last of a length */
        }
        tnset_free(&set);
    }
    return true;
}

/* Sorts the cuts, drops what is there twice, and makes room for whose they are. */
static bool lay_out(struct line *line, struct sti_error *err)
{
    size_t kept = 0;
    if (line->count > 0)
        qsort(line->cuts, line->count, sizeof(*line->cuts), compare_words);
    for (size_t i = 0; i < line->count; i++)
        if (kept == 0 || line->cuts[kept - 1] != line->cuts[i])
            line->cuts[kept++] = line->cuts[i];
    line->count = kept;
    line->holder_first = calloc(kept + 1, sizeof(*line->holder_first));
    return line->holder_first != NULL ||
           sti_fail(err, "no memory to compare the numbers of the batch");
}

static size_t stretch_of(const struct line *line, tn_word first)
{
    const tn_word *cut =
        bsearch(&first, line->cuts, line->count, sizeof(*line->cuts), compare_words);
    return (size_t)(cut - line->cuts); /* it is there: every piece has made its cuts */
}

static bool same_holder(const struct batch_item *a, const struct batch_item *b)
{
    return memcmp(a->request.holder, b->request.holder, LEDGER_DIGEST_OCTETS) == 0;
}

/* The first stretch of the set that is another holder's; line->count if there is none. */
static size_t find_other(const struct line *line, const struct tnset *set,
                         const struct batch_item *item)
{
    for (size_t j = 0; j < tnset_piece_count(set); j++) {
        bool is_number;
        struct piece piece = piece_at(set, j, &is_number);
        for (size_t k = is_number ? stretch_of(line, piece.first) : line->count;
             k < line->count && line->cuts[k] <= piece.last; k++)
            if (line->holder_first[k] != NULL && !same_holder(line->holder_first[k], item))
                return k;
    }
    return line->count;
}

static void take(struct line *line, const struct tnset *set, const struct batch_item *item)
{
    for (size_t j = 0; j < tnset_piece_count(set); j++) {
        bool is_number;
        struct piece piece = piece_at(set, j, &is_number);
        for (size_t k = is_number ? stretch_of(line, piece.first) : line->count;
             k < line->count && line->cuts[k] <= piece.last; k++)
            if (line->holder_first[k] == NULL)
                line->holder_first[k] = item;
    }
}

/* What a warning adds to what the policy has accepted of the request. */
static bool add_note(struct batch_item *item, const char *number, const char *other,
                     struct sti_error *err)
{
    char *note = NULL;
    const char *before = item->request.note;
    if (asprintf(&note,
                 "%s%s" SECOND_HOLDER ": TN:%s is also in request %s of another holder in "
                 "this batch (second_holder = warn)",
                 before == NULL ? "" : before, before == NULL ? "" : "; ", number, other) < 0)
        return sti_fail(err, "no memory for the note");
    free(item->request.note);
    item->request.note = note;
    return true;
}

static bool judge(struct line *line, struct batch_item *item, bool refuse, struct sti_error *err)
{
    struct tnset set;
    char number[TN_MAX_SYMBOLS + 1];
    if (!tnset_build(&set, &item->request.list, 1, err))
        return false;
    size_t stretch = find_other(line, &set, item);
    bool ok = true;
    if (stretch < line->count)
        tn_unpack(line->cuts[stretch], number);
    if (stretch < line->count && refuse) {
        sti_refuse(&item->reason, NULL,
                   "TN:%s is in request %s of this batch, too, which is another holder's, and this "
                   "CA gives a number to one holder (second_holder = refuse); take the number out "
                   "of one of them",
                   number, line->holder_first[stretch]->name);
        sti_error_in(&item->reason, item->request.parts.csr.name);
        item->outcome = BATCH_REFUSED;
        item->check = SECOND_HOLDER;
    } else {
        if (stretch < line->count)
            ok = add_note(item, number, line->holder_first[stretch]->name, err);
        take(line, &set, item);
    }
    tnset_free(&set);
    return ok;
}

bool batch_refuse_numbers(struct batch *batch, struct sti_error *err)
{
    enum second_holder policy = batch->rules.policy.second_holder;
    struct line line = {.cuts = NULL};
    if (policy == SECOND_HOLDER_ACCEPT)
        return true;
    bool ok = cut(&line, batch, err) && lay_out(&line, err);
    for (size_t i = 0; ok && i < batch->count; i++)
        ok = batch->items[i].outcome != BATCH_OPEN ||
             judge(&line, &batch->items[i], policy == SECOND_HOLDER_REFUSE, err);
    free(line.cuts);
    free(line.holder_first);
    return ok;
}
