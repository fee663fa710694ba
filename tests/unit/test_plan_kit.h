/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PLAN_KIT_H
#define TEST_PLAN_KIT_H

#include "plan.h"

/* A plan with a step of every kind: 1 confirm, 2 clock, 3 hsm, 4 sign, 5 destroy, 6 end. */
struct plan *kit_plan(void);

#endif
