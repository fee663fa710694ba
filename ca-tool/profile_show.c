/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca profile show`: what a certificate of a profile has, and why. */
#include "commands.h"
#include "profile_print.h"
#include "profiles.h"
#include "site_print.h"

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config = command_config_if_named(arguments, err);
    if (config == NULL && tool_value(arguments, "config") != NULL)
        return false;
    struct profile *profile =
        profiles_load(config == NULL ? NULL : config->profiles, arguments->positional, err);
    struct site site;
    bool ok = profile != NULL && (config == NULL || site_find(&site, config, profile, err));
    if (ok && tool_flag(arguments, "json"))
        ok = site_print_json(profile, config == NULL ? NULL : &site, err);
    else if (ok)
        profile_print(profile);
    if (ok && config != NULL && !tool_flag(arguments, "json"))
        site_print(&site, config->path);
    profile_free(profile);
    config_free(config);
    return ok;
}

const struct tool_command command_profile_show = {
    .name = "profile show",
    .summary = "show what a certificate of a profile has",
    .positional = "NAME",
    .about = "Shows who makes certificates of the profile, what list and subject they have, and\n"
             "every extension in its order, with the clause that says what it is. With a\n"
             "configuration: also the values that stand there for it, and in which section.",
    .options = {OPTION_PROFILE_CONFIG, OPTION_JSON},
    .run = run,
};
