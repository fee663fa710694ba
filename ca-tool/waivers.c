/* SPDX-License-Identifier: Apache-2.0 */
#include "waivers.h"

#include <string.h>

/*
 * A waiver must be for a lint that exists: one with a slip of the pen in its id would waive
 * nothing, and nobody would notice. What is no certificate is never waived.
 */
bool waivers_check(const struct profile *profile, struct sti_error *err)
{
    for (size_t i = 0; i < profile->waiver_count; i++) {
        const char *id = profile->waivers[i].id;
        const char *fault = lint_find(id) == NULL
                                ? "is the id of no lint; sti-ca lint --list has them all"
                            : strcmp(id, LINT_CERTIFICATE_ID) == 0
                                ? "cannot be waived: what fails it is no certificate"
                                : NULL;
        if (fault == NULL)
            continue;
        sti_refuse(err, NULL, "%s", fault);
        return sti_error_part(err, "[waivers] %.60s", id);
    }
    return true;
}

void waivers_of(const struct profile *profile, struct waivers *waivers)
{
    waivers->count = profile == NULL ? 0 : profile->waiver_count;
    for (size_t i = 0; i < waivers->count; i++)
        waivers->list[i] = (struct lint_waiver){profile->waivers[i].id, profile->waivers[i].reason};
}

struct lint_waivers waivers_for_lints(const struct waivers *waivers)
{
    return (struct lint_waivers){waivers->list, waivers->count};
}
