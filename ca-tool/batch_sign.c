/* SPDX-License-Identifier: Apache-2.0 */
/* Issuing what is accepted: which certificates, their turns (batch_turns.c), and the end of a run.
 */
#include <stdlib.h>

#include "batch_sign.h"
#include "interrupt.h"

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

bool batch_write_recorded(struct batch_signing *signing, const struct batch_part *part,
                          struct sti_error *err)
{
    struct batch_item **recorded = malloc((part->count + 1) * sizeof(struct batch_item *));
    size_t found = 0;
    if (recorded == NULL)
        return sti_fail(err, "no memory to write the certificates; they are in the ledger");
    for (size_t i = 0; i < part->count; i++)
        if (part->items[i]->stage == BATCH_RECORDED)
            recorded[found++] = part->items[i];
    bool ok = batch_write(signing->batch, recorded, found, err);
    free(recorded);
    return ok;
}

/* A whole certificate each: signed ones are recorded and written, whatever stopped the run. */
static bool finish(struct batch_signing *signing, bool ok, struct sti_error *err)
{
    const struct batch_part all = {signing->items, signing->count};
    const struct batch_part none = {NULL, 0};
    struct sti_error ignored;
    if (!ok && batch_settle(signing, err, &ignored)) {
        (void)batch_write_recorded(signing, &all, &ignored);
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
            ok = finish(signing, batch_take_turns(signing, err), err);
            progress_wipe(&signing->progress);
        }
        batch_signing_close(signing);
    }
    free(signing->items);
    free(signing);
    return ok;
}
