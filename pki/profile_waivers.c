/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The section [waivers] of a profile: `id = reason`, a lint a line. Which ids there are is not
 * known in this room; whoever knows the lints looks at them (ca-tool/profiles.c).
 */
#include <string.h>

#include "profile_internal.h"

static bool bad(const char *id, const char *sentence, struct sti_error *err)
{
    sti_refuse(err, NULL, "%s", sentence);
    return sti_error_part(err, "[waivers] %.60s", id);
}

/* The record and reports have reasons in one line, one behind the other with semicolons between. */
static bool check_reason(const char *id, const char *reason, struct sti_error *err)
{
    size_t length = strlen(reason);
    if (length == 0)
        return bad(id, "is waived without a reason; write why that is accepted, with the clause",
                   err);
    if (length > PROFILE_REASON_LENGTH)
        return bad(id, "has a reason of more than 160 characters", err);
    for (size_t i = 0; i < length; i++)
        if (reason[i] < ' ' || reason[i] > '~' || reason[i] == ';')
            return bad(id,
                       "has a reason with other characters than printable ASCII without "
                       "semicolons; the record keeps it in one line",
                       err);
    return true;
}

bool profile_waivers_read(struct profile *profile, CONF *conf, struct sti_error *err)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(conf, PROFILE_WAIVERS);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) { /* NULL has -1 */
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        if (profile->waiver_count == PROFILE_MAX_WAIVERS)
            return bad(line->name, "is one waiver too many: a profile has at most 32", err);
        if (*line->name == '\0')
            return bad("", "has a reason and no lint before it: a line is id = reason", err);
        if (!check_reason(line->name, line->value, err))
            return false;
        struct profile_waiver *waiver = &profile->waivers[profile->waiver_count];
        waiver->id = strdup(line->name);
        waiver->reason = strdup(line->value);
        profile->waiver_count++; /* so that profile_free() sees both */
        if (waiver->id == NULL || waiver->reason == NULL)
            return sti_fail(err, "no memory for the profile");
    }
    return true;
}
