/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca profile check`: is this file a profile? */
#include "commands.h"
#include "profile_print.h"
#include "profiles.h"

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct profile *profile = profiles_read_file(arguments->positional, err);
    if (profile == NULL)
        return false;
    bool ok = true;
    if (tool_flag(arguments, "json"))
        ok = tool_print_json(profile_json(profile), err);
    else
        profile_print_good(profile);
    profile_free(profile);
    return ok;
}

const struct tool_command command_profile_check = {
    .name = "profile check",
    .summary = "say whether a file is a good profile",
    .positional = "FILE",
    .about =
        "Reads a profile's file, NAME.cnf, and says what is wrong with it: an unknown section\n"
        "or key, a value that is not understood, and what no certificate may have, with the\n"
        "clause. Exit status 0 if it is good, 1 if it is not. Needs no configuration.",
    .options = {OPTION_JSON},
    .run = run,
};
