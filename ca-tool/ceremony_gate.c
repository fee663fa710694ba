/* SPDX-License-Identifier: Apache-2.0 */
/* What must be so before anything is done. A refusal here leaves nothing: the ceremony has not
 * begun.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "approval.h"
#include "ceremony_list.h"
#include "ceremony_profiles.h"
#include "ceremony_run.h"
#include "ceremony_time.h"
#include "cert.h"
#include "clock.h"
#include "file.h"
#include "planned.h"

#define APPROVAL_LIMIT ((size_t)64 * 1024)

bool ceremony_gate_clock(const struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    int64_t now = clock_now();
    int64_t last = 0;
    char text[CEREMONY_TIME_TEXT];
    char limit[CEREMONY_TIME_TEXT];
    ceremony_time_write(now, text);
    if (now < plan->made) {
        ceremony_time_write(plan->made, limit);
        return sti_refuse(err, NULL,
                          "this machine's clock says %s, and the plan was made at %s: the clock is "
                          "wrong",
                          text, limit);
    }
    if (now < plan->window_begin || now > plan->window_end) {
        ceremony_time_write(now < plan->window_begin ? plan->window_begin : plan->window_end,
                            limit);
        return sti_refuse(err, NULL,
                          "this machine's clock says %s, and the window of the plan %s %s; set the "
                          "clock if it is wrong, or plan the ceremony anew",
                          text, now < plan->window_begin ? "begins at" : "ended at", limit);
    }
    if (run->ledger == NULL)
        return true;
    if (!ledger_last_time(run->ledger, &last, err))
        return false;
    ceremony_time_write(last, limit);
    return now + run->config->verdict.clock_skew >= last ||
           sti_refuse(err, NULL,
                      "this machine's clock says %s, and the ledger's last entry is of %s: the "
                      "clock is wrong",
                      text, limit);
}

/* Whose approval it is. What is an approval of nobody in the plan is refused, and says why. */
static bool check_approval(struct ceremony_run *run, const uint8_t *octets, size_t length,
                           const struct plan_approver **found, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    struct sti_error why = {0};
    for (size_t i = 0; i < plan->approver_count; i++) {
        EVP_PKEY *key = planned_key(&plan->approvers[i].spki, err);
        if (key == NULL)
            return false;
        struct sti_error reason;
        bool good = approval_verify(octets, length, run->ceremony.digest, plan->approvers[i].id,
                                    key, &reason);
        EVP_PKEY_free(key);
        if (good) {
            *found = &plan->approvers[i];
            return true;
        }
        if (i == 0)
            why = reason;
    }
    return sti_refuse(err, NULL,
                      "is no approval of this plan by one of its approvers (for '%s': %.300s)",
                      plan->approvers[0].id, why.sentence);
}

static bool add_approval(struct ceremony_run *run, const char *path, struct sti_error *err)
{
    const struct plan_approver *approver = NULL;
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, APPROVAL_LIMIT, &octets, &length, err))
        return false;
    bool ok = check_approval(run, octets, length, &approver, err);
    for (size_t i = 0; ok && i < run->approval_count; i++)
        if (strcmp(run->approvals[i].approver, approver->id) == 0)
            ok = sti_refuse(err, NULL, "is a second approval by '%s', which counts once",
                            approver->id);
    if (ok)
        run->approvals[run->approval_count++] =
            (struct ceremony_approval){approver->id, octets, length};
    else
        free(octets);
    return ok || sti_error_in(err, path);
}

bool ceremony_gate_approvals(struct ceremony_run *run, const struct tool_arguments *arguments,
                             struct sti_error *err)
{
    const char *path;
    for (size_t i = 0; (path = tool_values(arguments, "approval", i)) != NULL; i++)
        if (!add_approval(run, path, err))
            return false;
    return run->approval_count >= run->ceremony.plan->needed ||
           sti_refuse(err, NULL,
                      "the plan needs the approvals of %zu of its approvers, and has %zu; name "
                      "their files with --approval",
                      run->ceremony.plan->needed, run->approval_count);
}

bool ceremony_gate_inputs(const struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    for (size_t i = 0; i < plan->input_count; i++) {
        const struct plan_input *input = &plan->inputs[i];
        uint8_t digest[PLAN_DIGEST_OCTETS];
        uint8_t *octets = NULL;
        size_t length = 0;
        char *path = file_beside(run->ceremony.folder, input->path);
        bool ok = path != NULL || sti_fail(err, "no memory for the name of a file");
        ok = ok && file_read(path, PLAN_MAX_OCTETS, &octets, &length, err) &&
             cert_digest(octets, length, digest, err);
        free(octets);
        if (ok && ((int64_t)length != input->length ||
                   memcmp(digest, input->digest, PLAN_DIGEST_OCTETS) != 0)) {
            sti_refuse(err, NULL,
                       "is not what it was when the plan was made; bring the right file, or plan "
                       "and approve anew");
            ok = sti_error_in(err, path);
        }
        free(path);
        if (!ok)
            return false;
    }
    return true;
}

bool ceremony_gate_profiles(const struct ceremony_run *run, struct sti_error *err)
{
    return ceremony_profiles_check(run->ceremony.plan, run->config, CEREMONY_PROFILES_ANEW, err) ||
           sti_error_in(err, run->ceremony.path);
}

bool ceremony_gate_outputs(const struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        struct stat status;
        char *path =
            plan->steps[i].action == PLAN_SIGN ? ceremony_run_path(run, plan->steps[i].out) : NULL;
        if (path == NULL)
            continue;
        bool there = lstat(path, &status) == 0;
        if (there) {
            sti_refuse(err, NULL, "is there already, and a ceremony overwrites nothing");
            sti_error_in(err, path);
        }
        free(path);
        if (there || (strcmp(plan->steps[i].what, "certificate") == 0 &&
                      !ceremony_list_gate(run, &plan->steps[i], err)))
            return false;
    }
    return true;
}
