/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issuing, in groups. While threads sign one group and draft the next but one, the main thread
 * commits to the ledger and a thread of its own writes files, so that the HSM does not wait for the
 * disk:
 *
 *     threads       draft 4, sign 2          draft 5, sign 3          ...
 *     main thread   commit: issued 1,        commit: issued 2,        ...
 *                   intents of 3             intents of 4
 *     file thread   files of 0               files of 1
 *
 * At the end of a turn all of it is done. So an intent is on the disk before its group is signed,
 * and a certificate before its file is written, with one commit a turn. Files are written when
 * there are many, or some seconds have passed; the commit after that notes them as delivered.
 */
#include "batch_sign.h"
#include "interrupt.h"

/* The most certificates of a group: so many intents are open twice when a run is killed. */
#define GROUP_MAX 128

/*
 * Threads that are done sooner make the next group larger, as do those that wait for the commit,
 * for that takes as long for few as for many; those that take longer make it smaller, so that a
 * slow HSM does not keep a person waiting who wants to stop.
 */
#define TURN_SHORT 0.1
#define TURN_LONG 0.5

/* Recorded certificates wait no longer than this for their files, in seconds. */
#define FILES_SECONDS 2

/* Items that go together; begin == end: none. */
struct group {
    size_t begin;
    size_t end;
};

/* The groups that are on their way, each a step before the one behind it. */
struct turn {
    struct batch_signing *signing;
    struct group draft;
    struct group intend;
    struct group sign;
    struct group record;
    /* Items before these have come that far, or have failed on the way. */
    size_t recorded;
    size_t written;
    size_t delivered;
    double files_at;             /* when files were written last */
    struct files {               /* those of this turn, in their thread */
        struct parallel *thread; /* NULL: none are due */
        size_t end;              /* up to which item */
        bool ok;
        struct sti_error why;
    } files;
    double commit_seconds;  /* of the last turn */
    double threads_seconds; /* ... until both the threads and the commit were done */
};

static size_t size_of(const struct group *group)
{
    return group->end - group->begin;
}

static struct batch_item **items_of(const struct turn *turn, const struct group *group)
{
    return turn->signing->items + group->begin;
}

static struct batch_part part_of(const struct turn *turn, size_t begin, size_t end)
{
    return (struct batch_part){turn->signing->items + begin, end - begin};
}

/* ---- the threads ---- */

/* Signing first: what is drafted is for the turn after next. */
static void work(void *context, size_t worker, size_t index)
{
    struct turn *turn = context;
    struct batch_signing *signing = turn->signing;
    size_t to_sign = size_of(&turn->sign);
    if (interrupt_noted() != 0 || atomic_load(&signing->stop))
        return;
    if (index >= to_sign) {
        batch_draft(signing, items_of(turn, &turn->draft)[index - to_sign]);
        return;
    }
    struct batch_item *item = items_of(turn, &turn->sign)[index];
    if (item->stage == BATCH_INTENDED)
        batch_sign_item(signing, worker, item);
}

/* ---- the main thread ---- */

static bool files_are_due(const struct turn *turn)
{
    size_t waiting = turn->recorded - turn->written;
    return waiting >= BATCH_FILES_OPEN || progress_now() - turn->files_at > FILES_SECONDS ||
           turn->recorded == turn->signing->count;
}

static void write_files(void *context, size_t worker, size_t index)
{
    struct turn *turn = context;
    struct files *files = &turn->files;
    const struct batch_part part = part_of(turn, turn->written, files->end);
    (void)worker;
    (void)index;
    files->ok = batch_write_recorded(turn->signing, &part, &files->why);
}

/* What is recorded so far, while the main thread records more. */
static bool files_begin(struct turn *turn, struct sti_error *err)
{
    turn->files = (struct files){.end = turn->recorded, .ok = true};
    if (turn->recorded == turn->written || !files_are_due(turn))
        return true;
    turn->files_at = progress_now();
    turn->files.thread = parallel_begin(1, 1, write_files, turn, err);
    return turn->files.thread != NULL;
}

static bool files_end(struct turn *turn, struct sti_error *err)
{
    if (turn->files.thread == NULL)
        return true;
    parallel_end(turn->files.thread);
    turn->files.thread = NULL;
    turn->written = turn->files.end;
    if (!turn->files.ok)
        *err = turn->files.why;
    return turn->files.ok;
}

static bool keep_record(struct turn *turn, struct sti_error *err)
{
    const struct batch_part written = part_of(turn, turn->delivered, turn->written);
    const struct batch_part made = part_of(turn, turn->record.begin, turn->record.end);
    const struct batch_part drafted = part_of(turn, turn->intend.begin, turn->intend.end);
    if (!batch_commit(turn->signing, &written, &made, &drafted, err))
        return false;
    turn->delivered = turn->written;
    turn->recorded = turn->record.end;
    return true;
}

static void show_progress(struct batch_signing *signing)
{
    size_t made = atomic_load(&signing->made);
    double seconds = progress_now() - signing->begun;
    if (!progress_due(&signing->progress) || made == 0 || seconds <= 0)
        return;
    double rate = (double)made / seconds;
    progress_line(&signing->progress, "%zu of %zu certificates signed, %.0f a second, %.0f s left",
                  made, signing->count, rate, (double)(signing->count - made) / rate);
}

static bool take_turn(struct turn *turn, struct sti_error *err)
{
    struct batch_signing *signing = turn->signing;
    size_t count = size_of(&turn->sign) + size_of(&turn->draft);
    struct sti_error second;
    double begun = progress_now();
    struct parallel *parallel = parallel_begin(signing->batch->jobs, count, work, turn, err);
    bool ok = parallel != NULL && files_begin(turn, err) && keep_record(turn, err);
    turn->commit_seconds = progress_now() - begun;
    if (!ok)
        atomic_store(&signing->stop, true);
    parallel_end(parallel);
    turn->threads_seconds = progress_now() - begun;
    if (!files_end(turn, ok ? err : &second))
        ok = false;
    show_progress(signing);
    return ok;
}

/* Everything moves a step. */
static void next_turn(struct turn *turn, size_t *size)
{
    size_t jobs = turn->signing->batch->jobs;
    bool commit_is_long = turn->commit_seconds > turn->threads_seconds / 2;
    if ((commit_is_long || turn->threads_seconds < TURN_SHORT) && *size < GROUP_MAX)
        *size *= 2;
    else if (!commit_is_long && turn->threads_seconds > TURN_LONG && *size > jobs)
        *size /= 2;
    size_t left = turn->signing->count - turn->draft.end;
    turn->record = turn->sign;
    turn->sign = turn->intend;
    turn->intend = turn->draft;
    turn->draft.begin = turn->draft.end;
    turn->draft.end += left < *size ? left : *size;
}

static bool is_over(const struct turn *turn)
{
    return size_of(&turn->draft) + size_of(&turn->intend) + size_of(&turn->sign) +
                   size_of(&turn->record) ==
               0 &&
           turn->delivered == turn->signing->count;
}

static const struct sti_error *first_failure(const struct batch_signing *signing)
{
    for (size_t i = 0; i < signing->count; i++)
        if (signing->items[i]->outcome == BATCH_FAILED)
            return &signing->items[i]->reason;
    return NULL;
}

bool batch_take_turns(struct batch_signing *signing, struct sti_error *err)
{
    struct turn turn = {.signing = signing, .files_at = progress_now()};
    size_t size = signing->batch->jobs;
    for (next_turn(&turn, &size); !is_over(&turn); next_turn(&turn, &size)) {
        bool ok = take_turn(&turn, err);
        if (!ok || !interrupt_check(err))
            return false;
        if (atomic_load(&signing->stop)) {
            *err = *first_failure(signing);
            return false;
        }
    }
    return true;
}
