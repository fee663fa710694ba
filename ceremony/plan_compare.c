/* SPDX-License-Identifier: Apache-2.0 */
#include "plan_compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tbs_compare.h"

static bool same_text(const char *one, const char *other)
{
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static bool same_octets(const struct plan_octets *one, const struct plan_octets *other)
{
    return one->length == other->length &&
           (one->length == 0 || memcmp(one->octets, other->octets, one->length) == 0);
}

/* ---- all but the steps ---- */

static bool same_approvers(const struct plan *plan, const struct plan *made)
{
    bool same = plan->approver_count == made->approver_count && plan->needed == made->needed;
    for (size_t i = 0; same && i < plan->approver_count; i++)
        same = same_text(plan->approvers[i].id, made->approvers[i].id) &&
               same_octets(&plan->approvers[i].spki, &made->approvers[i].spki);
    return same;
}

static bool check_head(const struct plan *plan, const struct plan *made, struct sti_error *err)
{
    const char *what = NULL;
    if (plan->kind != made->kind)
        what = "kind";
    else if (!same_text(plan->name, made->name))
        what = "title";
    else if (plan->made != made->made || !same_text(plan->tool, made->tool))
        what = "time or the program that made it";
    else if (plan->window_begin != made->window_begin || plan->window_end != made->window_end)
        what = "window";
    else if (!same_approvers(plan, made))
        what = "approvers, or how many must approve,";
    else if (plan->has_previous != made->has_previous ||
             memcmp(plan->previous, made->previous, PLAN_DIGEST_OCTETS) != 0)
        what = "last entry of the ceremony before";
    return what == NULL || sti_refuse(err, NULL, "the %s differs", what);
}

static bool check_inputs(const struct plan *plan, const struct plan *made, struct sti_error *err)
{
    for (size_t i = 0; i < plan->input_count || i < made->input_count; i++) {
        const struct plan_input *one = i < plan->input_count ? &plan->inputs[i] : NULL;
        const struct plan_input *other = i < made->input_count ? &made->inputs[i] : NULL;
        if (one == NULL || other == NULL || !same_text(one->path, other->path) ||
            one->length != other->length ||
            memcmp(one->digest, other->digest, PLAN_DIGEST_OCTETS) != 0)
            return sti_refuse(err, NULL, "input %zu differs: %.100s in place of %.100s", i + 1,
                              one == NULL ? "none" : one->path,
                              other == NULL ? "none" : other->path);
    }
    return true;
}

/* What the steps do not name differently: that, they do themselves. */
static bool check_profiles(const struct plan *plan, const struct plan *made, struct sti_error *err)
{
    for (size_t i = 0; i < plan->profile_count; i++) {
        const struct plan_profile *one = &plan->profiles[i];
        const struct plan_profile *other = plan_profile(made, one->name);
        if (other != NULL && memcmp(one->digest, other->digest, PLAN_DIGEST_OCTETS) != 0)
            return sti_refuse(err, NULL, "the profile %.63s is another one than then", one->name);
    }
    return true;
}

/* ---- the steps ---- */

/* "certificate root.pem", "hsm" */
static void name_step(const struct plan_step *step, char text[PLAN_MAX_NAME + 20])
{
    if (step->action == PLAN_SIGN)
        snprintf(text, PLAN_MAX_NAME + 20, "%s %s", step->what, step->out);
    else
        snprintf(text, PLAN_MAX_NAME + 20, "%s", plan_action_name(step->action));
}

static bool check_tbs(const struct plan_step *step, const struct plan_step *made,
                      struct sti_error *err)
{
    char name[PLAN_MAX_NAME + 20];
    char place[TBS_PLACE_TEXT];
    if (step->action != PLAN_SIGN || same_octets(&step->tbs, &made->tbs))
        return true;
    name_step(step, name);
    tbs_compare(&step->tbs, &made->tbs, strcmp(step->what, "crl") == 0, place);
    return sti_refuse(err, NULL, "step %s (%s): its to-be-signed octets differ %s", step->id, name,
                      place);
}

/* What a step is about first, and then the sentence that says so. */
static bool check_step(const struct plan_step *step, const struct plan_step *made,
                       struct sti_error *err)
{
    const char *what = NULL;
    char name[PLAN_MAX_NAME + 20];
    if (step->action != made->action || !same_text(step->what, made->what))
        what = "what is done";
    else if (!same_text(step->out, made->out))
        what = "the name of its file";
    else if (step->key != made->key || !same_octets(&step->spki, &made->spki))
        what = "its key";
    else if (!check_tbs(step, made, err))
        return false;
    else if (!same_text(step->profile, made->profile))
        what = "its profile";
    else if (!same_text(step->request, made->request))
        what = "its request";
    else if (!same_text(step->reason, made->reason))
        what = "its reason";
    else if (!same_text(step->id, made->id) || !same_text(step->who, made->who) ||
             !same_text(step->text, made->text))
        what = "its text";
    if (what == NULL)
        return true;
    name_step(step, name);
    return sti_refuse(err, NULL, "step %s (%s): %s differs", step->id, name, what);
}

/* ---- all of it ---- */

/* The proof: whatever was looked at above, these are all the octets. */
static bool check_octets(const struct plan *plan, const struct plan *made, struct sti_error *err)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    struct plan_octets one = {0};
    struct plan_octets other = {0};
    bool ok = plan_write(plan, &one.octets, &one.length, digest, err) &&
              plan_write(made, &other.octets, &other.length, digest, err) &&
              (same_octets(&one, &other) || sti_refuse(err, NULL, "its octets differ"));
    free(one.octets);
    free(other.octets);
    return ok;
}

bool plan_compare(const struct plan *plan, const struct plan *made, struct sti_error *err)
{
    if (!check_profiles(plan, made, err) || !check_head(plan, made, err) ||
        !check_inputs(plan, made, err))
        return false;
    for (size_t i = 0; i < plan->step_count && i < made->step_count; i++)
        if (!check_step(&plan->steps[i], &made->steps[i], err))
            return false;
    if (plan->step_count != made->step_count)
        return sti_refuse(err, NULL, "it has %zu steps in place of %zu", plan->step_count,
                          made->step_count);
    return (same_text(plan->transcript, made->transcript) ||
            sti_refuse(err, NULL, "the name of the transcript differs")) &&
           check_octets(plan, made, err);
}
