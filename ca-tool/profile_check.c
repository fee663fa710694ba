/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca profile check`: is this file a profile? */
#include "commands.h"
#include "profile_print.h"
#include "profiles.h"
#include "site_print.h"

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config = command_config_if_named(arguments, err);
    if (config == NULL && tool_value(arguments, "config") != NULL)
        return false;
    struct profile *profile = profiles_read_file(arguments->positional, err);
    struct site site;
    bool ok = profile != NULL && (config == NULL || site_find(&site, config, profile, err));
    if (ok && tool_flag(arguments, "json"))
        ok = site_print_json(profile, config == NULL ? NULL : &site, err);
    else if (ok)
        profile_print_good(profile);
    if (ok && config != NULL && !tool_flag(arguments, "json"))
        site_print(&site, config->path);
    profile_free(profile);
    config_free(config);
    return ok;
}

const struct tool_command command_profile_check = {
    .name = "profile check",
    .summary = "say whether a file is a good profile",
    .positional = "FILE",
    .about =
        "Reads a profile's file, NAME.cnf, and says what is wrong with it: an unknown section\n"
        "or key, a value that is not understood, and what no certificate may have, with the\n"
        "clause. Exit status 0 if it is good, 1 if it is not. Needs no configuration; with one:\n"
        "also whether what stands there for the profile is what its certificates take.",
    .options = {OPTION_PROFILE_CONFIG, OPTION_JSON},
    .run = run,
};
