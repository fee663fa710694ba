/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a plan's maps (docs/plan.md). For the files plan*.c alone. */
#ifndef CEREMONY_PLAN_WORDS_H
#define CEREMONY_PLAN_WORDS_H

#include "plan.h"

#define PLAN_FIRST_WORD "sti-ca plan"
#define PLAN_VERSION_NUMBER 2

enum plan_key {
    PLAN_WORD,
    PLAN_VERSION,
    PLAN_KIND,
    PLAN_NAME,
    PLAN_INPUTS,
    PLAN_POLICY,
    PLAN_STEPS,
    PLAN_MAKING,
    PLAN_PREVIOUS,
    PLAN_PROFILES,
    PLAN_PAIRS
};
enum plan_input_key { PLAN_INPUT_NAME = 1, PLAN_INPUT_DIGEST, PLAN_INPUT_LENGTH };
enum plan_profile_key { PLAN_PROFILE_NAME = 1, PLAN_PROFILE_DIGEST };
enum plan_policy_key { PLAN_POLICY_APPROVERS = 1, PLAN_POLICY_NEEDED };
enum plan_making_key { PLAN_MAKING_TOOL, PLAN_MAKING_TIME, PLAN_MAKING_BEGIN, PLAN_MAKING_END };
enum plan_step_key {
    PLAN_STEP_ID = 1,
    PLAN_STEP_WHAT,
    PLAN_STEP_TBS,
    PLAN_STEP_SPKI,
    PLAN_STEP_OUTPUT,
    PLAN_STEP_WHO,
    PLAN_STEP_TEXT,
    PLAN_STEP_DETAILS
};

/* How many texts the details of an action are; 0: it has none, and no key either. */
size_t plan_details(enum plan_action action);
/* How many pairs the map of a step has. */
size_t plan_step_pairs(enum plan_action action);

/* The rules for the profiles (plan_profiles.c); part of plan_check(). */
bool plan_check_profiles(const struct plan *plan, struct sti_error *err);

#endif
