/* SPDX-License-Identifier: Apache-2.0 */
/* A plan, and one that was made once more from its inputs. */
#ifndef CEREMONY_PLAN_COMPARE_H
#define CEREMONY_PLAN_COMPARE_H

#include "plan.h"

/*
 * True if the two are the same plan, octet for octet as they are written. Refuses with the first
 * thing of `plan` that is not as in `made`: "step 4 (certificate root.pem): its to-be-signed octets
 * differ at octet 14, in the validity", "the window differs".
 */
bool plan_compare(const struct plan *plan, const struct plan *made, struct sti_error *err);

#endif
