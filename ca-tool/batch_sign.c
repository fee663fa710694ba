/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issuing, in groups. While threads sign one group and draft the next but one, the main thread
 * commits to the ledger and writes files, so that the HSM does not wait for the disk:
 *
 *     threads       draft 3, sign 1          draft 4, sign 2          ...
 *     main thread   commit: issued 0,        commit: issued 1,        ...
 *                   intents of 2             intents of 3
 *                   then files               then files
 *
 * At the end of a turn all of it is done. So an intent is on the disk before its group is signed,
 * and a certificate before its file is written, with one commit a turn. Files are written when
 * there are many, or some seconds have passed; the commit after that notes them as delivered.
 */
#include <stdlib.h>
#include <string.h>

#include "batch_sign.h"
#include "interrupt.h"

/* The most certificates of a group: so many intents are open twice when a run is killed. */
#define GROUP_MAX 128

/* A turn that takes less makes the next group larger, one that takes more makes it smaller. */
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
    double files_at; /* when files were written last */
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

/* The files of those that are recorded. */
static bool write_recorded(struct batch_signing *signing, struct batch_part part,
                           struct sti_error *err)
{
    struct batch_item **recorded = malloc((part.count + 1) * sizeof(struct batch_item *));
    size_t found = 0;
    if (recorded == NULL)
        return sti_fail(err, "no memory to write the certificates; they are in the ledger");
    for (size_t i = 0; i < part.count; i++)
        if (part.items[i]->stage == BATCH_RECORDED)
            recorded[found++] = part.items[i];
    bool ok = batch_write(signing->batch, recorded, found, err);
    free(recorded);
    return ok;
}

static bool files_are_due(const struct turn *turn)
{
    size_t waiting = turn->recorded - turn->written;
    return waiting >= BATCH_FILES_OPEN || progress_now() - turn->files_at > FILES_SECONDS ||
           turn->recorded == turn->signing->count;
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
    if (!files_are_due(turn))
        return true;
    bool ok = write_recorded(turn->signing, part_of(turn, turn->written, turn->recorded), err);
    turn->written = turn->recorded;
    turn->files_at = progress_now();
    return ok;
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
    struct parallel *parallel = parallel_begin(signing->batch->jobs, count, work, turn, err);
    bool ok = parallel != NULL && keep_record(turn, err);
    if (!ok)
        atomic_store(&signing->stop, true);
    parallel_end(parallel);
    show_progress(signing);
    return ok;
}

/* Everything moves a step; the next group is as large as the last turn was short. */
static void next_turn(struct turn *turn, size_t *size, double seconds)
{
    size_t jobs = turn->signing->batch->jobs;
    if (seconds < TURN_SHORT && *size < GROUP_MAX)
        *size *= 2;
    else if (seconds > TURN_LONG && *size > jobs)
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

/* True if all turns were taken; false if the run must stop, with the reason. */
static bool take_turns(struct batch_signing *signing, struct sti_error *err)
{
    struct turn turn = {.signing = signing, .files_at = progress_now()};
    size_t size = signing->batch->jobs;
    double seconds = 0;
    for (next_turn(&turn, &size, seconds); !is_over(&turn); next_turn(&turn, &size, seconds)) {
        double begun = progress_now();
        bool ok = take_turn(&turn, err);
        seconds = progress_now() - begun;
        if (!ok || !interrupt_check(err))
            return false;
        if (atomic_load(&signing->stop)) {
            *err = *first_failure(signing);
            return false;
        }
    }
    return true;
}

/* ---- all of it ---- */

/*
 * The path of a certificate is that of the issuer, which is validated before each is drafted
 * (batch_mint.c), and one step more. Of that step, the signature is verified for each certificate;
 * names, key identifiers and extensions are the same for all of one profile, or judged by the lints
 * for each. So it is validated for the first of each profile; and for every certificate where a
 * path asks for what is its own alone: its list within an issuer's, its list behind a URL, and its
 * name where an issuer constrains names.
 */
static bool limits_each(const struct issuer *issuer)
{
    return issuer->scope.has_list ||
           X509_get_ext_by_NID(issuer->certificate, NID_name_constraints, -1) >= 0 ||
           X509_get_ext_by_NID(issuer->anchor, NID_name_constraints, -1) >= 0;
}

static void choose_paths(struct batch_signing *signing)
{
    bool all = limits_each(&signing->batch->rules.issuer);
    const struct profile *seen[REQUEST_PROFILES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < signing->count; i++) {
        struct batch_item *item = signing->items[i];
        size_t j = 0;
        while (j < count && seen[j] != item->profile)
            j++;
        item->path_asked = all || item->base != NULL || j == count;
        if (j == count)
            seen[count++] = item->profile;
    }
}

static bool collect(struct batch_signing *signing, struct sti_error *err)
{
    struct batch *batch = signing->batch;
    signing->items = malloc((batch->count + 1) * sizeof(struct batch_item *));
    if (signing->items == NULL)
        return sti_fail(err, "no memory for the certificates");
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].outcome == BATCH_OPEN)
            signing->items[signing->count++] = &batch->items[i];
    choose_paths(signing);
    return true;
}

static void set_outcomes(struct batch_signing *signing)
{
    for (size_t i = 0; i < signing->count; i++)
        if (signing->items[i]->stage >= BATCH_RECORDED)
            signing->items[i]->outcome = BATCH_ISSUED;
}

/* A whole certificate each: signed ones are recorded and written, whatever stopped the run. */
static bool finish(struct batch_signing *signing, bool ok, struct sti_error *err)
{
    const struct batch_part all = {signing->items, signing->count};
    const struct batch_part none = {NULL, 0};
    struct sti_error ignored;
    if (!ok && batch_settle(signing, err, &ignored)) {
        (void)write_recorded(signing, all, &ignored);
        (void)batch_commit(signing, &all, &none, &none, &ignored);
    }
    set_outcomes(signing);
    return ok;
}

bool batch_sign(struct batch *batch, struct sti_error *err)
{
    struct batch_signing *signing = calloc(1, sizeof(*signing));
    if (signing == NULL)
        return sti_fail(err, "no memory for the certificates");
    signing->batch = batch;
    bool ok = collect(signing, err);
    if (ok && signing->count > 0) {
        ok = batch_signing_open(signing, err) && interrupt_check(err);
        if (ok) {
            interrupt_say("the ledger and the manifest say what was issued; run the batch again, "
                          "which goes on where this stopped");
            signing->begun = progress_now();
            signing->progress = progress_begin(true);
            ok = finish(signing, take_turns(signing, err), err);
            progress_wipe(&signing->progress);
        }
        batch_signing_close(signing);
    }
    free(signing->items);
    free(signing);
    return ok;
}
