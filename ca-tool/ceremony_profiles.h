/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profiles of a plan and those of the configuration. A profile is no file of the ceremony's
 * folder: it is found by its name, so its digest shows whether it is still the one of the plan.
 */
#ifndef CA_TOOL_CEREMONY_PROFILES_H
#define CA_TOOL_CEREMONY_PROFILES_H

#include "config.h"
#include "plan.h"

/* What else can be done about another profile: before a ceremony; when a plan is only compared. */
#define CEREMONY_PROFILES_ANEW ", or plan and approve anew"
#define CEREMONY_PROFILES_THEN ""

/*
 * A profile of the configuration, which was read with this digest, is the plan's of that name. The
 * refusal says where it was found and what to do, and ends with `otherwise`, one of those above.
 */
bool ceremony_profile_check(const struct plan *plan, const struct config *config, const char *name,
                            const unsigned char *digest, const char *otherwise,
                            struct sti_error *err);

/*
 * The same for all that the plan names, which are read for it, by their octets alone. Refused, too:
 * one that the configuration does not have.
 */
bool ceremony_profiles_check(const struct plan *plan, const struct config *config,
                             const char *otherwise, struct sti_error *err);

#endif
