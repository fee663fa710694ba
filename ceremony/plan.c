/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as a value: its parts, and the rules for them. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan_words.h"

const char *plan_action_name(enum plan_action action)
{
    static const char *const names[PLAN_ACTIONS] = {
        [PLAN_CONFIRM] = "confirm", [PLAN_CLOCK] = "clock",     [PLAN_HSM] = "hsm",
        [PLAN_SIGN] = "sign",       [PLAN_DESTROY] = "destroy", [PLAN_END] = "end",
    };
    return names[action];
}

size_t plan_details(enum plan_action action)
{
    static const size_t texts[PLAN_ACTIONS] = {
        [PLAN_HSM] = 1, [PLAN_SIGN] = 3, [PLAN_DESTROY] = 2, [PLAN_END] = 1};
    return texts[action];
}

size_t plan_step_pairs(enum plan_action action)
{
    static const size_t pairs[PLAN_ACTIONS] = {
        [PLAN_CONFIRM] = 4, [PLAN_CLOCK] = 4,   [PLAN_HSM] = 6,
        [PLAN_SIGN] = 8,    [PLAN_DESTROY] = 6, [PLAN_END] = 7,
    };
    return pairs[action];
}

struct plan *plan_new(void)
{
    return calloc(1, sizeof(struct plan));
}

static void step_free(struct plan_step *step)
{
    free(step->id);
    free(step->who);
    free(step->text);
    free(step->spki.octets);
    free(step->what);
    free(step->tbs.octets);
    free(step->profile);
    free(step->request);
    free(step->out);
    free(step->reason);
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; i < plan->step_count; i++)
        step_free(&plan->steps[i]);
    for (size_t i = 0; i < plan->input_count; i++)
        free(plan->inputs[i].path);
    for (size_t i = 0; i < plan->approver_count; i++) {
        free(plan->approvers[i].id);
        free(plan->approvers[i].spki.octets);
    }
    for (size_t i = 0; i < plan->profile_count; i++)
        free(plan->profiles[i].name);
    free(plan->steps);
    free(plan->profiles);
    free(plan->inputs);
    free(plan->approvers);
    free(plan->name);
    free(plan->tool);
    free(plan->transcript);
    free(plan);
}

/* One more, all zero, behind *count items of this size. */
static void *add(void **items, size_t *count, size_t size)
{
    char *more = realloc(*items, (*count + 1) * size);
    if (more == NULL)
        return NULL;
    *items = more;
    memset(more + *count * size, 0, size);
    return more + (*count)++ * size;
}

struct plan_step *plan_add_step(struct plan *plan)
{
    void *items = plan->steps;
    struct plan_step *step = add(&items, &plan->step_count, sizeof(*step));
    plan->steps = items;
    return step;
}

struct plan_input *plan_add_input(struct plan *plan)
{
    void *items = plan->inputs;
    struct plan_input *input = add(&items, &plan->input_count, sizeof(*input));
    plan->inputs = items;
    return input;
}

struct plan_approver *plan_add_approver(struct plan *plan)
{
    void *items = plan->approvers;
    struct plan_approver *approver = add(&items, &plan->approver_count, sizeof(*approver));
    plan->approvers = items;
    return approver;
}

struct plan_profile *plan_add_profile(struct plan *plan)
{
    void *items = plan->profiles;
    struct plan_profile *profile = add(&items, &plan->profile_count, sizeof(*profile));
    plan->profiles = items;
    return profile;
}

/* ---- rules ---- */

static bool equal(const struct plan_octets *a, const struct plan_octets *b)
{
    return a->length == b->length && memcmp(a->octets, b->octets, a->length) == 0;
}

/* One person who stands there twice could approve alone. */
static bool check_approvers(const struct plan *plan, struct sti_error *err)
{
    if (plan->needed == 0 || plan->needed > plan->approver_count)
        return sti_refuse(err, NULL, "the plan asks for %zu approvals of %zu approvers",
                          plan->needed, plan->approver_count);
    for (size_t i = 0; i < plan->approver_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct plan_approver *a = &plan->approvers[k];
            const struct plan_approver *b = &plan->approvers[i];
            if (strcmp(a->id, b->id) == 0)
                return sti_refuse(err, NULL, "the approver '%s' stands there twice", a->id);
            if (equal(&a->spki, &b->spki))
                return sti_refuse(err, NULL,
                                  "the approvers '%s' and '%s' have the same key: they would count "
                                  "as two, and be one",
                                  a->id, b->id);
        }
    return true;
}

/* A ceremony has one folder, and nothing that it reads or writes is anywhere else. */
static bool check_name(const char *name, struct sti_error *err)
{
    return (*name != '.' && strchr(name, '/') == NULL && strlen(name) <= PLAN_MAX_NAME) ||
           sti_refuse(err, NULL, "'%.40s' is not the name of a file in the folder of the ceremony",
                      name);
}

static bool check_names(const struct plan *plan, struct sti_error *err)
{
    for (size_t i = 0; i < plan->input_count; i++) {
        if (!check_name(plan->inputs[i].path, err))
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(plan->inputs[i].path, plan->inputs[k].path) == 0)
                return sti_refuse(err, NULL, "the input %s stands in the plan twice",
                                  plan->inputs[i].path);
    }
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].action == PLAN_SIGN && !check_name(plan->steps[i].out, err))
            return false;
    return check_name(plan->transcript, err);
}

static bool has_key(const struct plan_step *step)
{
    return step->action != PLAN_CONFIRM && step->action != PLAN_CLOCK;
}

static bool check_step(const struct plan *plan, size_t index, struct sti_error *err)
{
    const struct plan_step *step = &plan->steps[index];
    char number[24];
    snprintf(number, sizeof(number), "%zu", index + 1);
    if (strcmp(step->id, number) != 0)
        return sti_refuse(err, NULL, "step %s of the plan has the id '%s'", number, step->id);
    if ((step->action == PLAN_END) != (index + 1 == plan->step_count))
        return sti_refuse(err, NULL, "the plan does not end with its one step 'end'");
    bool is_open = !has_key(step) || step->action == PLAN_HSM;
    for (size_t i = 0; i < index; i++)
        is_open =
            is_open || (plan->steps[i].action == PLAN_HSM && plan->steps[i].key == step->key &&
                        equal(&plan->steps[i].spki, &step->spki));
    if (!is_open)
        return sti_refuse(err, NULL, "step %s of the plan uses a key that no step 'hsm' opens",
                          number);
    for (size_t i = 0; has_key(step) && i < index; i++)
        if (plan->steps[i].action == PLAN_DESTROY && equal(&plan->steps[i].spki, &step->spki))
            return sti_refuse(err, NULL, "step %s of the plan uses the key that step %s destroys",
                              number, plan->steps[i].id);
    for (size_t i = 0; step->action == PLAN_SIGN && i < index; i++)
        if (plan->steps[i].action == PLAN_SIGN && strcmp(plan->steps[i].out, step->out) == 0)
            return sti_refuse(err, NULL, "steps %s and %s of the plan write the same file",
                              plan->steps[i].id, number);
    /* A SEQUENCE; what stands in it was looked at when the plan was made. */
    if (step->action == PLAN_SIGN && step->tbs.octets[0] != 0x30)
        return sti_refuse(err, NULL,
                          "what step %s of the plan signs is neither a TBSCertificate "
                          "nor a TBSCertList",
                          number);
    return true;
}

bool plan_check(const struct plan *plan, struct sti_error *err)
{
    if (plan->window_begin >= plan->window_end)
        return sti_refuse(err, NULL, "the plan's window ends before it begins");
    if (plan->step_count == 0)
        return sti_refuse(err, NULL, "the plan has no steps");
    for (size_t i = 0; i < plan->step_count; i++)
        if (!check_step(plan, i, err))
            return false;
    return check_names(plan, err) && plan_check_profiles(plan, err) && check_approvers(plan, err);
}
