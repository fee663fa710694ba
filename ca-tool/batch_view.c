/* SPDX-License-Identifier: Apache-2.0 */
/* The accepted requests seen from above: whose they are, the largest, and the odd ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/* A list is large beside the others from this many times the median on, if it is large at all. */
#define TIMES_MEDIAN 100
#define LARGE_NUMBERS 1000

/* ---- the largest ---- */

static int by_numbers(const void *a, const void *b)
{
    const struct batch_item *left = *(const struct batch_item *const *)a;
    const struct batch_item *right = *(const struct batch_item *const *)b;
    if (left->numbers != right->numbers)
        return left->numbers > right->numbers ? -1 : 1;
    return left < right ? -1 : left > right; /* by name */
}

static bool sort_accepted(struct batch_view *view, const struct batch *batch, struct sti_error *err)
{
    view->largest = malloc((batch->count + 1) * sizeof(const struct batch_item *));
    if (view->largest == NULL)
        return sti_fail(err, "no memory for the review");
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_item *item = &batch->items[i];
        if (item->outcome != BATCH_OPEN)
            continue;
        view->largest[view->accepted++] = item;
        view->numbers =
            view->numbers > UINT64_MAX - item->numbers ? UINT64_MAX : view->numbers + item->numbers;
    }
    qsort(view->largest, view->accepted, sizeof(const struct batch_item *), by_numbers);
    return true;
}

/* ---- the odd ones ---- */

static struct batch_odd *add_odd(struct batch_view *view, const struct batch_item *item,
                                 const char *kind)
{
    struct batch_odd *odd = &view->odd[view->odd_count++];
    *odd = (struct batch_odd){.item = item, .kind = kind};
    return odd;
}

static void find_large(struct batch_view *view)
{
    uint64_t median = view->accepted == 0 ? 0 : view->largest[view->accepted / 2]->numbers;
    for (size_t i = 0; i < view->accepted; i++) {
        const struct batch_item *item = view->largest[i];
        uint64_t times = item->numbers / (median == 0 ? 1 : median);
        if (times < TIMES_MEDIAN || item->numbers < LARGE_NUMBERS)
            return;
        struct batch_odd *odd = add_odd(view, item, "large");
        snprintf(odd->words, sizeof(odd->words),
                 "%llu numbers, %llu times as many as half of this batch has at most",
                 (unsigned long long)item->numbers, (unsigned long long)times);
    }
}

static void find_wild(struct batch_view *view)
{
    for (size_t i = 0; i < view->accepted; i++) {
        const struct batch_item *item = view->largest[i];
        if (item->warnings == 0)
            continue;
        struct batch_odd *odd = add_odd(view, item, "wild");
        int length = snprintf(odd->words, sizeof(odd->words), "%s", item->warning);
        if (item->warnings > 1 && length >= 0 && (size_t)length < sizeof(odd->words))
            snprintf(odd->words + length, sizeof(odd->words) - (size_t)length,
                     "; %zu more warnings", item->warnings - 1);
    }
}

static void find_policy(struct batch_view *view)
{
    for (size_t i = 0; i < view->accepted; i++) {
        const struct batch_item *item = view->largest[i];
        if (item->request.note != NULL)
            snprintf(add_odd(view, item, "policy")->words, sizeof(view->odd->words),
                     "accepted by policy: %s", item->request.note);
    }
}

static bool find_odd(struct batch_view *view, struct sti_error *err)
{
    view->odd = calloc(3 * view->accepted + 1, sizeof(*view->odd));
    if (view->odd == NULL)
        return sti_fail(err, "no memory for the review");
    find_large(view);
    find_wild(view);
    find_policy(view);
    return true;
}

/* ---- by holder and by SPC ---- */

/* One name of one request, on its way to be counted; names are sorted to be grouped. */
struct mention {
    char *name;
    uint64_t numbers;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct mention *)a)->name, ((const struct mention *)b)->name);
}

static int by_requests(const void *a, const void *b)
{
    const struct batch_group *left = a;
    const struct batch_group *right = b;
    if (left->requests != right->requests)
        return left->requests > right->requests ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* Takes the names over. */
static bool group(struct mention *mentions, size_t count, struct batch_group **groups,
                  size_t *group_count, struct sti_error *err)
{
    *groups = calloc(count + 1, sizeof(**groups));
    bool ok = *groups != NULL || sti_fail(err, "no memory for the review");
    if (count > 0)
        qsort(mentions, count, sizeof(*mentions), by_name);
    for (size_t i = 0; i < count; i++) {
        struct batch_group *last = ok && *group_count > 0 ? &(*groups)[*group_count - 1] : NULL;
        if (last == NULL || strcmp(last->name, mentions[i].name) != 0) {
            if (ok) {
                last = &(*groups)[(*group_count)++];
                last->name = mentions[i].name;
                mentions[i].name = NULL;
            }
        }
        if (ok) {
            last->requests++;
            last->numbers += mentions[i].numbers;
        }
        free(mentions[i].name);
    }
    free(mentions);
    if (ok)
        qsort(*groups, *group_count, sizeof(**groups), by_requests);
    return ok;
}

/* A holder is an account and a subject: the subject and the beginning of the holder's digest. */
static bool group_holders(struct batch_view *view, struct sti_error *err)
{
    struct mention *mentions = calloc(view->accepted + 1, sizeof(*mentions));
    size_t count = 0;
    bool ok = mentions != NULL;
    for (; ok && count < view->accepted; count++) {
        const struct batch_item *item = view->largest[count];
        const unsigned char *holder = item->request.holder;
        mentions[count].numbers = item->numbers;
        ok = asprintf(&mentions[count].name, "%s (account and subject %02x%02x%02x%02x)",
                      item->subject, holder[0], holder[1], holder[2], holder[3]) >= 0;
        if (!ok)
            mentions[count].name = NULL;
    }
    bool grouped =
        mentions != NULL && (ok || count > 0) &&
        group(mentions, ok ? count : count - 1, &view->holders, &view->holder_count, err);
    return (ok && grouped) || sti_fail(err, "no memory for the review");
}

/* The SPCs of a list, each once: a list is small, or has few SPCs. */
static size_t mention_spcs(const struct batch_item *item, struct mention *mentions)
{
    const struct tnauthlist *list = &item->request.list;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (tnauthlist_get(list, i).kind != TNAUTHLIST_SPC)
            continue;
        size_t length = tnauthlist_entry_text(list, i, NULL, 0);
        char *text = malloc(length + 1);
        if (text == NULL)
            continue;
        tnauthlist_entry_text(list, i, text, length + 1);
        bool again = count > 0 && strcmp(mentions[count - 1].name, text) == 0;
        if (again)
            free(text);
        else
            mentions[count++] = (struct mention){.name = text, .numbers = item->numbers};
    }
    return count;
}

static bool group_spcs(struct batch_view *view, struct sti_error *err)
{
    size_t room = 0;
    size_t count = 0;
    for (size_t i = 0; i < view->accepted; i++) {
        const struct tnauthlist *list = &view->largest[i]->request.list;
        for (size_t j = 0; j < list->count; j++)
            room += tnauthlist_get(list, j).kind == TNAUTHLIST_SPC;
    }
    struct mention *mentions = calloc(room + 1, sizeof(*mentions));
    if (mentions == NULL)
        return sti_fail(err, "no memory for the review");
    for (size_t i = 0; i < view->accepted; i++)
        count += mention_spcs(view->largest[i], mentions + count);
    return group(mentions, count, &view->spcs, &view->spc_count, err);
}

/* ---- all of it ---- */

bool batch_view_make(struct batch_view *view, const struct batch *batch, struct sti_error *err)
{
    *view = (struct batch_view){.largest = NULL};
    return sort_accepted(view, batch, err) && find_odd(view, err) && group_holders(view, err) &&
           group_spcs(view, err);
}

static void free_groups(struct batch_group *groups, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(groups[i].name);
    free(groups);
}

void batch_view_free(struct batch_view *view)
{
    free(view->largest);
    free(view->odd);
    free_groups(view->holders, view->holder_count);
    free_groups(view->spcs, view->spc_count);
    *view = (struct batch_view){.largest = NULL};
}
