/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The waivers of a profile and the lints they are for: the room of the profiles knows no lints, and
 * that of the lints no profiles.
 */
#ifndef CA_TOOL_WAIVERS_H
#define CA_TOOL_WAIVERS_H

#include "lint.h"
#include "profile.h"

/* Refused: a waiver for what is no lint, and for LINT_CERTIFICATE_ID. */
bool waivers_check(const struct profile *profile, struct sti_error *err);

/* As the lints want them; borrowed from the profile. */
struct waivers {
    struct lint_waiver list[PROFILE_MAX_WAIVERS];
    size_t count;
};

/* NULL: no profile, and no waivers. */
void waivers_of(const struct profile *profile, struct waivers *waivers);

/* For lint_run(). */
struct lint_waivers waivers_for_lints(const struct waivers *waivers);

#endif
