/* SPDX-License-Identifier: Apache-2.0 */
/* A request in a ceremony: judged when the plan is made, and once more before it is signed. */
#ifndef CA_TOOL_CEREMONY_REQUEST_H
#define CA_TOOL_CEREMONY_REQUEST_H

#include "request.h"

/*
 * Judges the request in the bundle, in this folder, for this profile, as `sti-ca issue` does at the
 * time `now`. Refused with the reason of the first check that failed. The request borrows from the
 * rules. Free them with request_free() and request_rules_free() in any case.
 */
bool ceremony_request_judge(struct request *request, struct request_rules *rules,
                            const struct config *config, struct ledger *ledger, const char *folder,
                            const char *bundle, const char *profile, int64_t now,
                            struct sti_error *err);

#endif
