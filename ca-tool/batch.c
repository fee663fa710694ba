/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca issue --batch`: from a folder or a manifest to certificates and the manifest of them. */
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "commands.h"
#include "interrupt.h"

const char *batch_outcome_name(enum batch_outcome outcome)
{
    static const char *const names[BATCH_OUTCOMES] = {
        [BATCH_OPEN] = "open",     [BATCH_REFUSED] = "refused", [BATCH_DONE_BEFORE] = "done before",
        [BATCH_ISSUED] = "issued", [BATCH_FAILED] = "failed",
    };
    return names[outcome];
}

size_t batch_count(const struct batch *batch, enum batch_outcome outcome)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        count += batch->items[i].outcome == outcome;
    return count;
}

/* A batch names its requests in one way, and what belongs to one request is no option of it. */
static bool check_words(const struct tool_arguments *arguments, struct sti_error *err)
{
    static const char *const single[] = {"csr", "token", "list", "bundle"};
    for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++)
        if (tool_value(arguments, single[i]) != NULL)
            return sti_error_set(err, STI_USAGE, NULL,
                                 "--batch and --%s exclude each other: a batch names the files of "
                                 "its requests",
                                 single[i]);
    if (tool_flag(arguments, "review-only") && tool_value(arguments, "consent") != NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "--review-only and --consent exclude each other: consent is given to "
                             "issue");
    return true;
}

static bool prepare(struct batch *batch, struct sti_error *err)
{
    if (!check_words(batch->arguments, err) ||
        !parallel_jobs(tool_value(batch->arguments, "jobs"), &batch->jobs, err))
        return false;
    batch->config = command_config(batch->arguments, err);
    if (batch->config == NULL || !batch_read(batch, err))
        return false;
    batch->ledger = ledger_open(batch->config->ledger,
                                batch->review_only ? LEDGER_READ : LEDGER_WRITE, clock_now(), err);
    return batch->ledger != NULL &&
           request_rules_load(&batch->rules, batch->arguments, batch->config, clock_now(), err);
}

/* ---- the review ---- */

static bool review(struct batch *batch, struct sti_error *err)
{
    struct batch_view view;
    bool json = tool_flag(batch->arguments, "json");
    bool ok = batch_review_digest(batch, err) && batch_check_outputs(batch, err) &&
              batch_view_make(&view, batch, err);
    if (!ok)
        return false;
    if (!json)
        batch_review_print(batch, &view, stdout);
    else if (batch->review_only)
        ok = tool_print_json(batch_review_json(batch, &view), err);
    batch_view_free(&view);
    return ok;
}

/* ---- what comes of it ---- */

/* A ledger that knows of all files has nothing to deliver when it recovers. */
static bool note_delivered(struct batch *batch, struct batch_item *const *items, size_t count,
                           struct sti_error *err)
{
    bool ok = count == 0 || ledger_group_begin(batch->ledger, err);
    if (ok && count > 0)
        ok = ledger_group_end(batch->ledger, batch_record_delivered(batch, items, count, err), err);
    return ok;
}

/* What is in the ledger already: its file, if it has none, and its note. */
static bool deliver_again(struct batch *batch, struct sti_error *err)
{
    struct batch_item **lost = malloc((batch->count + 1) * sizeof(struct batch_item *));
    struct batch_item **unknown = malloc((batch->count + 1) * sizeof(struct batch_item *));
    size_t lost_count = 0;
    size_t unknown_count = 0;
    bool ok =
        (lost != NULL && unknown != NULL) || sti_fail(err, "no memory to write the certificates");
    for (size_t i = 0; ok && i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->outcome != BATCH_DONE_BEFORE)
            continue;
        if (item->there)
            item->stage = BATCH_WRITTEN;
        else
            lost[lost_count++] = item;
        if (item->undelivered)
            unknown[unknown_count++] = item;
    }
    ok = ok && batch_write(batch, lost, lost_count, err) &&
         note_delivered(batch, unknown, unknown_count, err);
    free(lost);
    free(unknown);
    return ok;
}

/* The refusals, which go into the record as those of single requests do. */
static bool record_refusal(const struct batch *batch, const struct batch_item *item,
                           struct sti_error *err)
{
    struct request_verdict verdict;
    int64_t entry;
    if (!request_verdict_of(&item->request, item->check, &item->reason, &verdict, err))
        return false;
    if (verdict.entry.request[0] == '\0')
        verdict.entry.request = item->name;
    return ledger_record_verdict(batch->ledger, &verdict.entry, &entry, err);
}

static bool record_refusals(const struct batch *batch, struct sti_error *err)
{
    bool ok = true;
    if (batch_count(batch, BATCH_REFUSED) == 0)
        return true;
    if (!ledger_group_begin(batch->ledger, err))
        return false;
    for (size_t i = 0; ok && i < batch->count; i++)
        ok = batch->items[i].outcome != BATCH_REFUSED ||
             record_refusal(batch, &batch->items[i], err);
    return ledger_group_end(batch->ledger, ok, err);
}

/* The manifest also of a run that had to stop; the first error is the one to report. */
static bool issue(struct batch *batch, struct sti_error *err)
{
    struct sti_error second;
    if (batch_count(batch, BATCH_OPEN) > 0 && !batch_consent(batch, err))
        return false;
    if (!batch_make_folder(batch, err))
        return false;
    bool ok = record_refusals(batch, err) && deliver_again(batch, err) && batch_sign(batch, err);
    bool written = batch_result_write(batch, &second);
    if (ok && !written)
        *err = second;
    return ok && written;
}

static void tell(const struct batch *batch)
{
    printf("issued %zu certificate%s", batch_count(batch, BATCH_ISSUED),
           batch_count(batch, BATCH_ISSUED) == 1 ? "" : "s");
    if (batch_count(batch, BATCH_DONE_BEFORE) > 0)
        printf(", done before %zu", batch_count(batch, BATCH_DONE_BEFORE));
    printf(", refused %zu\n  written to %s, with manifest.json and manifest.csv\n",
           batch_count(batch, BATCH_REFUSED), batch->folder);
}

/* With some refused, the run has done what it could, and says so by its status. */
static bool conclude(const struct batch *batch, struct sti_error *err)
{
    size_t refused = batch_count(batch, BATCH_REFUSED);
    if (refused == 0)
        return true;
    if (batch->review_only)
        sti_refuse(err, NULL, "%zu of %zu requests would be refused", refused, batch->count);
    else
        sti_refuse(err, NULL, "%zu of %zu requests were refused; %s/manifest.json says why",
                   refused, batch->count, batch->folder);
    return sti_error_in(err, batch->source);
}

static void item_free(struct batch_item *item)
{
    char *const texts[] = {item->name,         item->bundle, item->csr,     item->token,
                           item->account_key,  item->list,   item->subject, item->list_url,
                           item->profile_name, item->base,   item->path,    item->list_path};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        free(texts[i]);
    mint_forget(&item->mint);
    minted_free(&item->minted);
    request_free(&item->request);
}

static void clear(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        item_free(&batch->items[i]);
    free(batch->items);
    request_rules_free(&batch->rules);
    ledger_close(batch->ledger);
    config_free(batch->config);
}

bool batch_run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct batch batch = {.arguments = arguments,
                          .source = tool_value(arguments, "batch"),
                          .folder = tool_value(arguments, "out"),
                          .force = tool_flag(arguments, "force"),
                          .review_only = tool_flag(arguments, "review-only")};
    interrupt_say("nothing was issued");
    bool ok = prepare(&batch, err) && batch_judge(&batch, err) && review(&batch, err);
    if (ok && !batch.review_only) {
        ok = issue(&batch, err);
        if (ok && tool_flag(arguments, "json"))
            ok = tool_print_json(batch_result_json(&batch), err);
        else if (ok)
            tell(&batch);
    }
    ok = ok && conclude(&batch, err);
    clear(&batch);
    return ok;
}
