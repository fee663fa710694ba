/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log only grows, and the tables follow from it: what the record was at a time is its first
 * entries, applied once more.
 */
#include "ledger_as_of.h"
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

struct as_of {
    struct ledger *ledger;
    struct ledger *view; /* what is made */
    int64_t time;
    const struct ledger_watch *watch;
    bool over; /* the next entry is of a later time */
};

static bool take(struct as_of *as_of, const struct log_row *row, const struct ledger_entry *entry,
                 struct sti_error *err)
{
    struct ledger *view = as_of->view;
    struct sti_error why;
    if (!log_append(view, row->body, row->length, &why) ||
        !ledger_apply(view, view->head.number, entry, &why))
        return ledger_damaged(as_of->ledger, err, "entry %lld cannot be: %s",
                              (long long)row->number, why.sentence);
    return (row->hash_length == sizeof(view->head.hash) &&
            memcmp(row->hash, view->head.hash, sizeof(view->head.hash)) == 0) ||
           ledger_damaged(as_of->ledger, err,
                          "entry %lld is not the one that was written behind entry %lld",
                          (long long)row->number, (long long)row->number - 1);
}

/* False ends the walk: also when `over`, which is no failure. */
static bool visit(void *context, const struct log_row *row, struct sti_error *err)
{
    struct as_of *as_of = context;
    struct ledger_entry entry;
    struct sti_error why;
    if (row->number != as_of->view->head.number + 1)
        return ledger_damaged(as_of->ledger, err, "entry %lld is missing",
                              (long long)as_of->view->head.number + 1);
    if (!entry_read(&entry, row->body, row->length, &why))
        return ledger_damaged(as_of->ledger, err, "entry %lld: %s", (long long)row->number,
                              why.sentence);
    as_of->over = entry.values[KEY_TIME].number > as_of->time;
    return !as_of->over && take(as_of, row, &entry, err);
}

static bool begins_later(const struct as_of *as_of, struct sti_error *err)
{
    sti_refuse(err, NULL,
               "the log of this ledger begins later than the time that is asked for, so nobody can "
               "say what stood in it then; use a copy of the ledger that goes back that far");
    return sti_error_in(err, as_of->ledger->path);
}

static bool derive(struct as_of *as_of, struct sti_error *err)
{
    if (!log_is_there(as_of->ledger, err) ||
        !ledger_view_begin(as_of->view, as_of->view->path, err))
        return false;
    struct watched watched = watch_step(as_of->watch, "reading the ledger as it was then", "entry",
                                        watch_count(as_of->watch, as_of->ledger, LOG_ENTRIES));
    if (!log_walk(as_of->ledger, 1, INT64_MAX, visit, as_of, &watched, err) && !as_of->over)
        return false;
    if (as_of->view->head.number == 0)
        return as_of->over ? begins_later(as_of, err)
                           : ledger_damaged(as_of->ledger, err, "its log is empty");
    return ledger_run(as_of->view, "derived", "COMMIT", err) &&
           ledger_run(as_of->view, "derived", "PRAGMA query_only = ON", err);
}

struct ledger *ledger_as_of(const char *path, int64_t time, const struct ledger_watch *watch,
                            struct sti_error *err)
{
    struct ledger *ledger = ledger_open(path, LEDGER_READ, time, err);
    struct ledger *view = ledger == NULL ? NULL : calloc(1, sizeof(*view));
    if (ledger == NULL)
        return NULL;
    if (view != NULL)
        *view = (struct ledger){.lock = -1, .path = strdup(path)};
    struct as_of as_of = {.ledger = ledger, .view = view, .time = time, .watch = watch};
    bool ok = (view != NULL && view->path != NULL) || sti_fail(err, "out of memory");
    ok = ok && derive(&as_of, err);
    ledger_close(ledger);
    if (ok)
        return view;
    ledger_close(view);
    return NULL;
}
