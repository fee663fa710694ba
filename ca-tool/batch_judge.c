/* SPDX-License-Identifier: Apache-2.0 */
/* Every verdict of a batch, several at a time. What it finds does not depend on how many. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "batch.h"
#include "clock.h"
#include "file.h"
#include "interrupt.h"
#include "list_folder.h"
#include "list_url.h"
#include "numbering_plan.h"
#include "progress.h"
#include "subject.h"
#include "tnset.h"

/* The names of what refuses a request before there are checks, or beside them. */
#define READABLE "request-readable"
#define WAY "list-way"

struct judges {
    struct batch *batch;
    struct request_kept kept[PARALLEL_MAX];
    struct ledger *ledgers[PARALLEL_MAX];
    struct checks *checks[PARALLEL_MAX]; /* 80 kB, of which only the first failure is kept */
    atomic_size_t octets;                /* of all files so far */
    atomic_size_t done;
    atomic_bool stop; /* something could not be read: there will be no review */
};

/* ---- what the review wants to know of a list ---- */

static void note_warning(void *context, const char *name, const char *sentence)
{
    struct batch_item *item = context;
    if (item->warnings++ == 0)
        snprintf(item->warning, sizeof(item->warning), "%s: %s", name, sentence);
}

static bool weigh_list(struct batch_item *item, struct sti_error *err)
{
    const struct tnauthlist *list = &item->request.list;
    struct tnset set;
    for (size_t i = 0; i < list->count; i++) {
        const struct tnauthlist_entry entry = tnauthlist_get(list, i);
        numbering_plan_check(&entry, note_warning, item);
    }
    if (!tnset_build(&set, list, 1, err))
        return false;
    item->numbers = tnset_count(&set);
    tnset_free(&set);
    return true;
}

/* ---- one request ---- */

static bool refuse(struct batch_item *item, const char *check)
{
    item->outcome = BATCH_REFUSED;
    item->check = check;
    return true;
}

static bool read_parts(struct judges *judges, struct batch_item *item, struct sti_error *err)
{
    struct request_parts *parts = &item->request.parts;
    const struct request_files files = {.csr = item->csr,
                                        .token = item->token,
                                        .account_key = item->account_key,
                                        .list = item->list};
    bool ok = item->bundle != NULL ? request_parts_bundle(parts, item->bundle, err)
                                   : request_parts_files(parts, &files, err);
    size_t octets =
        parts->csr.length + parts->token.length + parts->list.length + parts->bundle.length;
    if (ok && atomic_fetch_add(&judges->octets, octets) + octets > BATCH_MAX_OCTETS)
        return sti_fail(err, "the files of the batch have more than %zu octets; divide it",
                        BATCH_MAX_OCTETS);
    return ok;
}

/* By value or by reference: profile, CSR and base must say the same. */
static bool way_is_good(const struct batch_item *item, struct sti_error *err)
{
    return item->request.parts.list.octets == NULL || item->base != NULL ||
           sti_refuse(err, NULL,
                      "the list came beside the CSR, so it goes by reference; say with "
                      "--by-reference BASE-URL, or by_reference in the manifest, where it will be");
}

static bool make_reference(struct batch_item *item, const struct config *config,
                           struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    const struct tnauthlist *list = &item->request.list;
    if (item->base == NULL)
        return true;
    if (!list_name(list->der, list->der_length, name, err))
        return false;
    item->list_url = list_url(item->base, name, err);
    if (item->list_url == NULL)
        return sti_error_part(err, "by-reference");
    item->list_path = file_beside(config->lists, name);
    return item->list_path != NULL || sti_fail(err, "no memory for a path");
}

static bool take_digests(struct batch_item *item, struct sti_error *err)
{
    const struct request_parts *parts = &item->request.parts;
    const struct request_part *all[] = {&parts->csr, &parts->token, &parts->list};
    for (size_t i = 0; i < 3; i++)
        if (all[i]->octets != NULL &&
            !cert_digest(all[i]->octets, all[i]->length, item->digests[i], err))
            return false;
    return true;
}

/* The accepted request: what becomes of it, and whether it has got its certificate before. */
static bool take_verdict(struct judges *judges, struct batch_item *item, struct ledger *ledger,
                         struct sti_error *err)
{
    const struct check *failure = checks_first_failure(item->request.checks);
    if (!csr_key_digest(item->request.csr, item->spki, err) ||
        !batch_look_before(item, ledger, err))
        return false;
    if (item->outcome == BATCH_DONE_BEFORE)
        return true;
    if (failure != NULL) {
        *err = failure->reason;
        return refuse(item, failure->name);
    }
    if (!way_is_good(item, err))
        return refuse(item, WAY);
    return make_reference(item, judges->batch->config, err) && weigh_list(item, err);
}

static bool judge_item(struct judges *judges, size_t worker, struct batch_item *item,
                       struct sti_error *err)
{
    const struct request_rules *rules = &judges->batch->rules;
    struct ledger *ledger = judges->ledgers[worker];
    struct request *request = &item->request;
    request->rules = rules; /* for the record, also if the request cannot be read */
    request->profile = item->profile;
    request->now = rules->now;
    bool ok = read_parts(judges, item, err) && take_digests(item, err) &&
              request_judge(request, rules, item->profile, &judges->kept[worker], ledger, err);
    if (!ok)
        return err->code == STI_REFUSED && refuse(item, READABLE);
    item->subject = subject_text(request->csr->subject);
    ok = item->subject != NULL ? take_verdict(judges, item, ledger, err)
                               : sti_fail(err, "no memory for the subject");
    return ok || (err->code == STI_REFUSED && refuse(item, READABLE));
}

static void judge_one(void *context, size_t worker, size_t index)
{
    struct judges *judges = context;
    struct batch_item *item = &judges->batch->items[index];
    if (interrupt_noted() != 0 || atomic_load(&judges->stop))
        return;
    sti_error_clear(&item->reason);
    item->request.checks = judges->checks[worker];
    if (!judge_item(judges, worker, item, &item->reason)) {
        item->outcome = BATCH_FAILED;
        atomic_store(&judges->stop, true);
    }
    item->request.checks = NULL;
    atomic_fetch_add(&judges->done, 1);
}

/* ---- all of them ---- */

/* Profiles are loaded once, and before the threads begin. */
static bool find_profiles(struct batch *batch, struct sti_error *err)
{
    const char *named = tool_value(batch->arguments, "profile");
    const char *base = tool_value(batch->arguments, "by-reference");
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->base == NULL && base != NULL && (item->base = strdup(base)) == NULL)
            return sti_fail(err, "no memory for the requests");
        const char *name = item->profile_name == NULL ? named : item->profile_name;
        item->profile = request_rules_profile(&batch->rules, name, item->base != NULL, err);
        if (item->profile == NULL)
            return false;
        bool by_reference = profile_find(item->profile, PROFILE_LIST_REFERENCE) != NULL;
        if (by_reference != (item->base != NULL))
            return sti_error_set(err, STI_USAGE, NULL,
                                 "request %s: the profile %s has its list by %s", item->name,
                                 item->profile->name,
                                 by_reference ? "reference; say where it will be, with "
                                                "--by-reference or by_reference in the manifest"
                                              : "value, so there is no base of a URL for it");
    }
    return true;
}

static bool prepare(struct judges *judges, struct sti_error *err)
{
    struct batch *batch = judges->batch;
    for (size_t i = 0; i < batch->jobs; i++) {
        if (!request_kept_make(&judges->kept[i], err))
            return false;
        judges->ledgers[i] = ledger_open(batch->config->ledger, LEDGER_READ, clock_now(), err);
        judges->checks[i] = malloc(sizeof(*judges->checks[i]));
        if (judges->ledgers[i] == NULL)
            return false;
        if (judges->checks[i] == NULL)
            return sti_fail(err, "no memory for the verdicts");
        /* A writer that waits for a long review would give up; who writes here is this very run. */
        if (!batch->review_only && !ledger_hold(judges->ledgers[i], err))
            return false;
    }
    return true;
}

/* The first by name that could not be read is the one to report. */
static bool find_failure(const struct batch *batch, struct sti_error *err)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].outcome == BATCH_FAILED) {
            *err = batch->items[i].reason;
            return false;
        }
    return true;
}

static bool run(struct judges *judges, struct sti_error *err)
{
    struct batch *batch = judges->batch;
    struct parallel *parallel = parallel_begin(batch->jobs, batch->count, judge_one, judges, err);
    if (parallel == NULL)
        return false;
    parallel_end(parallel);
    return interrupt_check(err) && find_failure(batch, err) && batch_refuse_twice(batch, err) &&
           batch_refuse_numbers(batch, err);
}

bool batch_judge(struct batch *batch, struct sti_error *err)
{
    struct judges *judges = calloc(1, sizeof(*judges));
    if (judges == NULL)
        return sti_fail(err, "no memory for the verdicts");
    judges->batch = batch;
    bool ok = find_profiles(batch, err) && prepare(judges, err) && run(judges, err);
    for (size_t i = 0; i < batch->jobs; i++) {
        request_kept_free(&judges->kept[i]);
        ledger_close(judges->ledgers[i]);
        free(judges->checks[i]);
    }
    free(judges);
    return ok;
}
