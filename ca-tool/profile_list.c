/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca profile list`: every profile in a line. */
#include <stdio.h>

#include "commands.h"
#include "profile_print.h"
#include "profiles.h"
#include "text.h"

static void print_one(const struct profile *profile)
{
    printf("%-20s %-12s ", profile->name, profile_command(profile));
    text_print(stdout, profile->title);
    printf(" (");
    text_print(stdout, profile->clause);
    printf(")\n");
}

static bool list_one(const char *folder, const char *name, json_t *json, struct sti_error *err)
{
    struct profile *profile = profiles_load(folder, name, err);
    if (profile == NULL)
        return false;
    bool ok = true;
    if (json == NULL)
        print_one(profile);
    else
        ok = json_array_append_new(json, profile_json(profile)) == 0 ||
             sti_fail(err, "no memory for the JSON output");
    profile_free(profile);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    json_t *json = tool_flag(arguments, "json") ? json_array() : NULL;
    struct config *config = command_config_if_named(arguments, err);
    const char *folder = config == NULL ? NULL : config->profiles;
    bool ok = config != NULL || tool_value(arguments, "config") == NULL;
    char **names = ok ? profiles_names(folder, err) : NULL;
    ok = names != NULL;
    for (size_t i = 0; ok && names[i] != NULL; i++)
        ok = list_one(folder, names[i], json, err);
    if (ok && json != NULL)
        ok = tool_print_json(json, err);
    else
        json_decref(json);
    profiles_names_free(names);
    config_free(config);
    return ok;
}

const struct tool_command command_profile_list = {
    .name = "profile list",
    .summary = "list the profiles of certificates",
    .about = "One line a profile: its name, the command that makes certificates of it, what it is\n"
             "and the standard it follows. With a configuration: of the folder that it names as\n"
             "profiles; otherwise those that are part of sti-ca.",
    .options = {OPTION_PROFILE_CONFIG, OPTION_JSON},
    .run = run,
};
