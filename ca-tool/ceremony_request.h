/* SPDX-License-Identifier: Apache-2.0 */
/* A request in a ceremony: judged when the plan is made, and once more before it is signed. */
#ifndef CA_TOOL_CEREMONY_REQUEST_H
#define CA_TOOL_CEREMONY_REQUEST_H

#include "plan.h"
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

/*
 * The certificate of these to-be-signed octets is for this request: its key and its subject are the
 * CSR's, octet for octet, and a list by value is the one that was judged. One by reference is
 * compared with its URL (ceremony_list_check()). So no plan, however it was made and whoever has
 * approved it, has a number signed for somebody who may not have it.
 */
bool ceremony_request_fits(const struct request *request, const struct plan_octets *tbs,
                           bool by_reference, struct sti_error *err);

#endif
