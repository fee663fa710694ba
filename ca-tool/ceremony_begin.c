/* SPDX-License-Identifier: Apache-2.0 */
/* The transcript: begun, or gone on with where a run has left it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "ceremony_run.h"
#include "clock.h"
#include "dcbor.h"
#include "transcript_head.h"
#include "transcript_last.h"

struct transcript_at ceremony_at(const struct ceremony_run *run, const struct plan_step *step)
{
    return (struct transcript_at){
        .step = step == NULL ? "" : step->id, .time = clock_now(), .source = run->source};
}

/* ---- what it has, and what is added to it ---- */

/* Names that stand in its entries of one kind: an input and an approval have theirs first. */
struct names {
    char (*names)[TRANSCRIPT_MAX_NAME + 1];
    size_t count;
};

/* What is taken from a transcript that is there. */
struct reading {
    struct ceremony_run *run;
    struct names inputs;
    struct names approvals;
};

static bool is_there(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return true;
    return false;
}

/* What stands first in the entry: the name of a file, or of an approver. */
static bool read_name(const struct transcript_entry *entry, struct dcbor_item *name,
                      struct sti_error *err)
{
    struct dcbor_reader reader = {entry->content, entry->content_length, 0, 0};
    struct dcbor_map map;
    struct dcbor_item key;
    return dcbor_map(&reader, "the content of an entry", 1, 16, &map, err) &&
           dcbor_map_key(&reader, &map, &key, err) &&
           dcbor_text(&reader, "the name in an entry", 1, TRANSCRIPT_MAX_NAME, name, err);
}

static bool take_name(struct names *names, const struct transcript_entry *entry,
                      struct sti_error *err)
{
    struct dcbor_item name;
    if (!read_name(entry, &name, err))
        return false;
    void *more = realloc(names->names, (names->count + 1) * sizeof(*names->names));
    if (more == NULL)
        return sti_fail(err, "no memory for the transcript");
    names->names = more;
    snprintf(names->names[names->count++], sizeof(*names->names), "%.*s", (int)name.length,
             (const char *)name.octets);
    return true;
}

/* ---- a new one ---- */

static bool create(struct ceremony_run *run, const char *path, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    struct transcript_approver approvers[CEREMONY_MAX_APPROVERS];
    struct transcript_at at = ceremony_at(run, NULL);
    struct utsname host = {0};
    char name[TRANSCRIPT_MAX_NAME + 1];
    (void)uname(&host);
    for (size_t i = 0; i < plan->approver_count; i++)
        approvers[i] = (struct transcript_approver){
            plan->approvers[i].id,
            {plan->approvers[i].spki.octets, plan->approvers[i].spki.length}};
    const struct transcript_fact facts[] = {{"machine", host.machine},
                                            {"node", host.nodename},
                                            {"release", host.release},
                                            {"system", host.sysname}};
    /* A rehearsal must not be taken for the ceremony. */
    snprintf(name, sizeof(name), "%s%.110s", run->rehearsal ? "REHEARSAL: " : "", plan->name);
    const struct transcript_begin begin = {
        .previous = plan->has_previous ? plan->previous : NULL,
        .name = name,
        .ceremony = ceremony_kind_name(plan->kind),
        .plan = run->ceremony.digest,
        .approvers = approvers,
        .approver_count = plan->approver_count,
        .needed = plan->needed,
        .host = facts,
        .host_count = sizeof(facts) / sizeof(*facts),
        .tool = "sti-ca " STI_PKI_VERSION,
    };
    if (!run->rehearsal && !transcript_head_is_free(path, err))
        return false;
    run->transcript = transcript_create(path, &begin, &at, err);
    return run->transcript != NULL &&
           (run->rehearsal || transcript_head_keep(run->transcript, err));
}

/* Unless it is there already: the run before this one may have died between two of them. */
static bool add_input(struct ceremony_run *run, const struct reading *in, const char *path,
                      const uint8_t *digest, int64_t length, struct sti_error *err)
{
    struct transcript_at at = ceremony_at(run, NULL);
    const char *name = ceremony_name(path);
    return is_there(&in->inputs, name) ||
           transcript_input(run->transcript, &at, name, digest, length, err);
}

static bool add_inputs(struct ceremony_run *run, const struct reading *in, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    bool ok = add_input(run, in, run->ceremony.path, run->ceremony.digest,
                        (int64_t)run->ceremony.length, err);
    for (size_t i = 0; ok && i < plan->input_count; i++)
        ok = add_input(run, in, plan->inputs[i].path, plan->inputs[i].digest,
                       plan->inputs[i].length, err);
    return ok;
}

/* Twice the same witness counts once, and does not verify. */
static bool add_approvals(struct ceremony_run *run, const struct reading *in, struct sti_error *err)
{
    struct transcript_at at = ceremony_at(run, NULL);
    bool ok = true;
    for (size_t i = 0; ok && i < run->approval_count; i++) {
        const struct ceremony_approval *approval = &run->approvals[i];
        ok = is_there(&in->approvals, approval->approver) ||
             transcript_approval(run->transcript, &at, approval->approver,
                                 (struct transcript_octets){approval->octets, approval->length},
                                 err);
    }
    return ok;
}

/* ---- one that is there ---- */

static bool same_plan(const struct ceremony_run *run, struct sti_error *err)
{
    return memcmp(transcript_plan(run->transcript), run->ceremony.digest, PLAN_DIGEST_OCTETS) ==
               0 ||
           sti_refuse(err, NULL,
                      "is the transcript of another plan; a ceremony overwrites nothing: move it "
                      "away, or name another in the ceremony file");
}

static struct ceremony_done *done_of(struct ceremony_run *run, const char *step,
                                     enum plan_action *action)
{
    for (size_t i = 0; i < run->ceremony.plan->step_count; i++)
        if (strcmp(run->ceremony.plan->steps[i].id, step) == 0) {
            *action = run->ceremony.plan->steps[i].action;
            return &run->done[i];
        }
    return NULL;
}

/* The output of the step is the last thing of it; a list by reference comes before. */
static bool take_output(const struct ceremony_run *run, const struct transcript_entry *entry,
                        struct ceremony_done *done, struct sti_error *err)
{
    struct dcbor_item name;
    const struct plan_step *step = &run->ceremony.plan->steps[done - run->done];
    if (!read_name(entry, &name, err))
        return false;
    done->done = done->done || dcbor_is(&name, ceremony_name(step->out));
    return true;
}

static bool visit(void *context, const struct transcript_entry *entry, struct sti_error *err)
{
    struct reading *in = context;
    enum plan_action action = PLAN_CONFIRM;
    if ((strcmp(entry->kind, "input") == 0 && !take_name(&in->inputs, entry, err)) ||
        (strcmp(entry->kind, "approval") == 0 && !take_name(&in->approvals, entry, err)))
        return false;
    if (strcmp(entry->kind, "failed") == 0)
        return sti_refuse(err, NULL,
                          "says that the ceremony has failed; it cannot be gone on with: plan and "
                          "approve anew");
    struct ceremony_done *done = done_of(in->run, entry->step, &action);
    if (done == NULL)
        return true;
    if ((action == PLAN_CONFIRM || action == PLAN_CLOCK) && strcmp(entry->kind, "answer") == 0)
        done->done = true;
    if (action == PLAN_CLOCK)
        in->run->source = TRANSCRIPT_PERSON;
    if (action == PLAN_HSM && strcmp(entry->kind, "hsm") == 0)
        done->done = true;
    if (action == PLAN_SIGN && strcmp(entry->kind, "output") == 0 &&
        !take_output(in->run, entry, done, err))
        return false;
    if (action == PLAN_SIGN && strcmp(entry->kind, "signed") == 0)
        done->is_signed = true;
    if (action == PLAN_DESTROY && strcmp(entry->kind, "answer") == 0)
        done->is_begun = true;
    if (action == PLAN_DESTROY && strcmp(entry->kind, "destroyed") == 0)
        done->done = true;
    return true;
}

/* What the transcript says about why it is gone on with, and whether it is whole. */
static const char *why_resumed(const struct ceremony_run *run)
{
    return transcript_head(run->transcript) == TRANSCRIPT_HEAD_NONE
               ? "sti-ca ceremony run was started again; there is no head mark, so nobody can say "
                 "whether entries were cut"
               : "sti-ca ceremony run was started again";
}

/* Entries were cut, and the people say so: the transcript does, too, and that is all it does. */
static bool give_up(struct ceremony_run *run, struct sti_error *err)
{
    struct transcript_at at = ceremony_at(run, NULL);
    return transcript_give_up(run->transcript, &at, err) &&
           sti_refuse(err, NULL,
                      "says now that entries are lost and the ceremony has failed; plan and "
                      "approve anew");
}

static bool go_on(struct ceremony_run *run, const char *path, struct reading *in,
                  struct sti_error *err)
{
    size_t cut = 0;
    run->transcript = transcript_open(path, visit, in, &cut, err);
    if (run->transcript == NULL || !same_plan(run, err))
        return false;
    /* Times in a resumed run are the clock's until somebody has looked at it again. */
    run->source = TRANSCRIPT_CLOCK;
    struct transcript_at at = ceremony_at(run, NULL);
    if (run->entries_lost)
        return give_up(run, err);
    const char *why = why_resumed(run);
    bool marked = transcript_head(run->transcript) != TRANSCRIPT_HEAD_NONE;
    if (!transcript_resume(run->transcript, why, &at, err) ||
        !(marked || transcript_head_keep(run->transcript, err)))
        return false;
    run->resumed = true;
    printf("going on with %s\n", path);
    if (cut > 0)
        printf("its last entry was cut off (%zu octets); what was there is kept beside it\n", cut);
    return true;
}

bool ceremony_begin(struct ceremony_run *run, struct sti_error *err)
{
    struct stat status;
    struct reading in = {.run = run};
    run->done = calloc(run->ceremony.plan->step_count, sizeof(*run->done));
    char *path = ceremony_run_path(run, run->ceremony.plan->transcript);
    bool ok = (run->done != NULL && path != NULL) || sti_fail(err, "no memory for the ceremony");
    if (ok && lstat(path, &status) == 0)
        ok = go_on(run, path, &in, err);
    else if (ok && run->entries_lost)
        ok = sti_refuse(err, NULL, "is not there, so no entries of it are lost");
    else
        ok = ok && ceremony_gate_outputs(run, err) && create(run, path, err);
    ok = ok && add_inputs(run, &in, err) && add_approvals(run, &in, err);
    free(in.inputs.names);
    free(in.approvals.names);
    if (!ok && path != NULL)
        sti_error_in(err, path);
    free(path);
    return ok;
}
