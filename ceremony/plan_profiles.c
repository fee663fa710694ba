/* SPDX-License-Identifier: Apache-2.0 */
/* The profiles of a plan: each that its certificates have, once, in the order of the names. */
#include <stdlib.h>
#include <string.h>

#include "plan_words.h"

const struct plan_profile *plan_profile(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->profile_count; i++)
        if (strcmp(plan->profiles[i].name, name) == 0)
            return &plan->profiles[i];
    return NULL;
}

bool plan_note_profile(struct plan *plan, const char *name,
                       const uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err)
{
    const struct plan_profile *there = plan_profile(plan, name);
    if (there != NULL)
        return memcmp(there->digest, digest, PLAN_DIGEST_OCTETS) == 0 ||
               sti_refuse(err, NULL,
                          "the profile %.63s was changed while the plan was made; start again",
                          name);
    struct plan_profile one = {.name = strdup(name)};
    struct plan_profile *at = one.name == NULL ? NULL : plan_add_profile(plan);
    if (at == NULL) {
        free(one.name);
        return sti_fail(err, "no memory for the plan");
    }
    memcpy(one.digest, digest, PLAN_DIGEST_OCTETS);
    for (; at > plan->profiles && strcmp(at[-1].name, name) > 0; at--)
        *at = at[-1];
    *at = one;
    return true;
}

/* ---- rules ---- */

/* Which profile a step has: every certificate has one, and nothing else has. */
static bool check_step_profile(const struct plan *plan, const struct plan_step *step,
                               struct sti_error *err)
{
    bool is_certificate = strcmp(step->what, "certificate") == 0;
    if (!is_certificate && *step->profile != '\0')
        return sti_refuse(err, NULL, "step %s of the plan signs a CRL, which has no profile",
                          step->id);
    return !is_certificate || plan_profile(plan, step->profile) != NULL ||
           sti_refuse(err, NULL,
                      "step %s has the profile '%.63s', and the plan has no digest of it", step->id,
                      step->profile);
}

static bool has_profile(const struct plan_step *step, const char *name)
{
    return step->action == PLAN_SIGN && strcmp(step->profile, name) == 0;
}

bool plan_check_profiles(const struct plan *plan, struct sti_error *err)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].action == PLAN_SIGN && !check_step_profile(plan, &plan->steps[i], err))
            return false;
    for (size_t i = 0; i < plan->profile_count; i++) {
        const char *name = plan->profiles[i].name;
        if (i > 0 && strcmp(plan->profiles[i - 1].name, name) >= 0)
            return sti_refuse(err, NULL,
                              "the profile '%.63s' stands in the plan twice, or not in its place",
                              name);
        size_t step = 0;
        while (step < plan->step_count && !has_profile(&plan->steps[step], name))
            step++;
        if (step == plan->step_count)
            return sti_refuse(err, NULL, "no step has the profile '%.63s' of the plan", name);
    }
    return true;
}
