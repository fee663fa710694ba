/* SPDX-License-Identifier: Apache-2.0 */
#include "test_plan_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct plan_octets octets_of(const char *text)
{
    return (struct plan_octets){(uint8_t *)strdup(text), strlen(text)};
}

static struct plan_step *step(struct plan *plan, enum plan_action action)
{
    struct plan_step *step = plan_add_step(plan);
    char id[24];
    snprintf(id, sizeof(id), "%zu", plan->step_count);
    step->id = strdup(id);
    step->who = strdup("operator");
    step->text = strdup("Do it.");
    step->action = action;
    if (action != PLAN_CONFIRM && action != PLAN_CLOCK) {
        step->spki = octets_of("key of the HSM");
        step->key = CEREMONY_KEY_CRL;
    }
    return step;
}

/* A step with the key that is destroyed. */
static struct plan_step *last_step(struct plan *plan, enum plan_action action)
{
    struct plan_step *last = step(plan, action);
    last->spki.octets[0] = 'K';
    last->key = CEREMONY_KEY_INTERMEDIATE;
    return last;
}

static void approver(struct plan *plan, const char *id, const char *key)
{
    struct plan_approver *approver = plan_add_approver(plan);
    approver->id = strdup(id);
    approver->spki = octets_of(key);
}

struct plan *kit_plan(void)
{
    struct plan *plan = plan_new();
    plan->kind = CEREMONY_INTERMEDIATE;
    plan->name = strdup("A ceremony");
    plan->tool = strdup("sti-ca 0");
    plan->transcript = strdup("a.transcript");
    plan->made = 1796000000;
    plan->window_begin = 1796115600;
    plan->window_end = 1796144400;
    plan->has_previous = true;
    memset(plan->previous, 7, sizeof(plan->previous));
    plan->needed = 2;
    approver(plan, "auditor", "key a");
    approver(plan, "witness", "key w");
    struct plan_input *input = plan_add_input(plan);
    input->path = strdup("root.pem");
    input->length = 500;
    struct plan_profile *profile = plan_add_profile(plan);
    profile->name = strdup("shaken-intermediate");
    memset(profile->digest, 0xC5, sizeof(profile->digest));
    step(plan, PLAN_CONFIRM);
    step(plan, PLAN_CLOCK);
    step(plan, PLAN_HSM);
    struct plan_step *sign = step(plan, PLAN_SIGN);
    sign->what = strdup("certificate");
    sign->tbs = octets_of("\x30the octets");
    sign->profile = strdup("shaken-intermediate");
    sign->request = strdup("");
    sign->out = strdup("intermediate.pem");
    last_step(plan, PLAN_HSM);
    last_step(plan, PLAN_DESTROY)->reason = strdup("it is old");
    step(plan, PLAN_END);
    return plan;
}
