/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PLAN_KIT_H
#define TEST_PLAN_KIT_H

#include "plan.h"

/*
 * A plan with a step of every kind: 1 confirm, 2 clock, 3 hsm, 4 sign, 5 hsm, 6 destroy, 7 end; 5
 * and 6 are about a key of their own.
 */
struct plan *kit_plan(void);

#endif
