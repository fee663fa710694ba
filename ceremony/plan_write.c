/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as octets. The keys of the map come in the order of their octets (dcbor.h). */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "dcbor.h"
#include "plan_words.h"

/* What belongs to the action, in texts. */
static void put_details(struct dcbor_writer *writer, const struct plan_step *step)
{
    dcbor_put_int(writer, PLAN_STEP_DETAILS);
    dcbor_put_array(writer, plan_details(step->action));
    dcbor_put_text(writer, ceremony_key_name(step->key));
    if (step->action == PLAN_SIGN) {
        dcbor_put_text(writer, step->profile);
        dcbor_put_text(writer, step->request);
    } else if (step->action == PLAN_DESTROY) {
        dcbor_put_text(writer, step->reason);
    }
}

static void put_step(struct dcbor_writer *writer, const struct plan *plan,
                     const struct plan_step *step)
{
    bool is_signed = step->action == PLAN_SIGN;
    dcbor_put_map(writer, plan_step_pairs(step->action));
    dcbor_put_text_at(writer, PLAN_STEP_ID, step->id);
    dcbor_put_text_at(writer, PLAN_STEP_WHAT,
                      is_signed ? step->what : plan_action_name(step->action));
    if (is_signed)
        dcbor_put_bytes_at(writer, PLAN_STEP_TBS, step->tbs.octets, step->tbs.length);
    if (plan_details(step->action) > 0)
        dcbor_put_bytes_at(writer, PLAN_STEP_SPKI, step->spki.octets, step->spki.length);
    if (is_signed || step->action == PLAN_END)
        dcbor_put_text_at(writer, PLAN_STEP_OUTPUT, is_signed ? step->out : plan->transcript);
    dcbor_put_text_at(writer, PLAN_STEP_WHO, step->who);
    dcbor_put_text_at(writer, PLAN_STEP_TEXT, step->text);
    if (plan_details(step->action) > 0)
        put_details(writer, step);
}

static void put_inputs(struct dcbor_writer *writer, const struct plan *plan)
{
    dcbor_put_int(writer, PLAN_INPUTS);
    dcbor_put_array(writer, plan->input_count);
    for (size_t i = 0; i < plan->input_count; i++) {
        dcbor_put_map(writer, 3);
        dcbor_put_text_at(writer, PLAN_INPUT_NAME, plan->inputs[i].path);
        dcbor_put_bytes_at(writer, PLAN_INPUT_DIGEST, plan->inputs[i].digest, PLAN_DIGEST_OCTETS);
        dcbor_put_int_at(writer, PLAN_INPUT_LENGTH, plan->inputs[i].length);
    }
}

static void put_policy(struct dcbor_writer *writer, const struct plan *plan)
{
    dcbor_put_int(writer, PLAN_POLICY);
    dcbor_put_map(writer, 2);
    dcbor_put_int(writer, PLAN_POLICY_APPROVERS);
    dcbor_put_array(writer, plan->approver_count);
    for (size_t i = 0; i < plan->approver_count; i++) {
        dcbor_put_array(writer, 2);
        dcbor_put_text(writer, plan->approvers[i].id);
        dcbor_put_bytes(writer, plan->approvers[i].spki.octets, plan->approvers[i].spki.length);
    }
    dcbor_put_int_at(writer, PLAN_POLICY_NEEDED, (int64_t)plan->needed);
}

static void put_making(struct dcbor_writer *writer, const struct plan *plan)
{
    dcbor_put_int(writer, PLAN_MAKING);
    dcbor_put_map(writer, 4);
    dcbor_put_text_at(writer, PLAN_MAKING_TOOL, plan->tool);
    dcbor_put_int_at(writer, PLAN_MAKING_TIME, plan->made);
    dcbor_put_int_at(writer, PLAN_MAKING_BEGIN, plan->window_begin);
    dcbor_put_int_at(writer, PLAN_MAKING_END, plan->window_end);
}

static void put_profiles(struct dcbor_writer *writer, const struct plan *plan)
{
    dcbor_put_int(writer, PLAN_PROFILES);
    dcbor_put_array(writer, plan->profile_count);
    for (size_t i = 0; i < plan->profile_count; i++) {
        const struct plan_profile *profile = &plan->profiles[i];
        dcbor_put_map(writer, 2);
        dcbor_put_text_at(writer, PLAN_PROFILE_NAME, profile->name);
        dcbor_put_bytes_at(writer, PLAN_PROFILE_DIGEST, profile->digest, PLAN_DIGEST_OCTETS);
    }
}

static void put_plan(struct dcbor_writer *writer, const struct plan *plan)
{
    dcbor_put_map(writer, PLAN_PAIRS);
    dcbor_put_text_at(writer, PLAN_WORD, PLAN_FIRST_WORD);
    dcbor_put_int_at(writer, PLAN_VERSION, PLAN_VERSION_NUMBER);
    dcbor_put_text_at(writer, PLAN_KIND, ceremony_kind_name(plan->kind));
    dcbor_put_text_at(writer, PLAN_NAME, plan->name);
    put_inputs(writer, plan);
    put_policy(writer, plan);
    dcbor_put_int(writer, PLAN_STEPS);
    dcbor_put_array(writer, plan->step_count);
    for (size_t i = 0; i < plan->step_count; i++)
        put_step(writer, plan, &plan->steps[i]);
    put_making(writer, plan);
    dcbor_put_int(writer, PLAN_PREVIOUS);
    if (plan->has_previous)
        dcbor_put_bytes(writer, plan->previous, PLAN_DIGEST_OCTETS);
    else
        dcbor_put_null(writer);
    put_profiles(writer, plan);
}

bool plan_write(const struct plan *plan, uint8_t **octets, size_t *length,
                uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    put_plan(&writer, plan);
    if (!dcbor_finish(&writer, octets, length, err))
        return false;
    /* What was written must be what is read: no plan leaves that nobody could run. */
    struct plan *again = plan_read(*octets, *length, digest, err);
    bool ok = again != NULL;
    plan_free(again);
    if (!ok) {
        free(*octets);
        *octets = NULL;
    }
    return ok;
}
