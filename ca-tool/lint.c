/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca lint`: judges certificates of any CA, and explains the rules by which it does. */
#include "commands.h"
#include "lint_about.h"
#include "lint_files.h"
#include "profiles.h"
#include "waivers.h"

static bool wrong(struct sti_error *err, const char *sentence)
{
    return sti_error_set(err, STI_USAGE, NULL, "%s; see `sti-ca lint --help`", sentence);
}

/* At most one of the forms, and files where files are to be read. */
static bool check_words(const struct tool_arguments *arguments, struct sti_error *err)
{
    bool about = tool_flag(arguments, "list") || tool_flag(arguments, "explain");
    if (tool_flag(arguments, "list") && tool_flag(arguments, "explain"))
        return wrong(err, "give either --list or --explain");
    if (tool_flag(arguments, "json") && tool_flag(arguments, "sarif"))
        return wrong(err, "give either --json or --sarif");
    if (about && (arguments->rest_count > 0 || tool_flag(arguments, "verifiers") ||
                  tool_flag(arguments, "all") || tool_flag(arguments, "sarif") ||
                  tool_flag(arguments, "profile")))
        return wrong(err, "--list and --explain stand alone, or with --json");
    if (tool_flag(arguments, "verifiers") && tool_flag(arguments, "profile"))
        return wrong(err, "--profile is for the rules, and no verifier waives any of them");
    if (tool_flag(arguments, "config") && !tool_flag(arguments, "profile"))
        return wrong(err, "--config names a folder of profiles; give one with --profile");
    if (arguments->rest_count > 0 || about)
        return true;
    if (!tool_flag(arguments, "verifiers"))
        return wrong(err, "FILE is missing");
    if (tool_flag(arguments, "sarif") || tool_flag(arguments, "all"))
        return wrong(err, "--sarif and --all want a FILE");
    return true;
}

static bool lint_all_paths(const struct tool_arguments *arguments,
                           const struct lint_waivers *waivers, struct sti_error *err)
{
    struct lint_report report = {.form = &lint_form_table,
                                 .all = tool_flag(arguments, "all"),
                                 .verifiers = tool_flag(arguments, "verifiers"),
                                 .waivers = waivers};
    if (tool_flag(arguments, "json"))
        report.form = &lint_form_json;
    if (tool_flag(arguments, "sarif"))
        report.form = &lint_form_sarif;
    lint_report_begin(&report);
    for (size_t i = 0; i < arguments->rest_count; i++)
        lint_path(&report, arguments->rest[i]);
    return lint_report_end(&report, err);
}

/* The profile's waivers count for every certificate of the run. */
static bool lint_by_profile(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *name = tool_value(arguments, "profile");
    struct waivers waivers;
    if (name == NULL)
        return lint_all_paths(arguments, NULL, err);
    struct config *config = command_config_if_named(arguments, err);
    if (config == NULL && tool_value(arguments, "config") != NULL)
        return false;
    struct profile *profile = profiles_load(config == NULL ? NULL : config->profiles, name, err);
    waivers_of(profile, &waivers);
    const struct lint_waivers for_lints = waivers_for_lints(&waivers);
    bool ok = profile != NULL && lint_all_paths(arguments, &for_lints, err);
    profile_free(profile);
    config_free(config);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    bool json = tool_flag(arguments, "json");
    if (!check_words(arguments, err))
        return false;
    if (tool_flag(arguments, "list"))
        return lint_about_list(json, err);
    if (tool_flag(arguments, "explain"))
        return lint_about_explain(tool_value(arguments, "explain"), json, err);
    if (arguments->rest_count == 0)
        return lint_about_verifiers(json, err);
    return lint_by_profile(arguments, err);
}

const struct tool_command command_lint = {
    .name = "lint",
    .summary = "judge certificates of any CA by the standards' rules",
    .positional = "[FILE...]",
    .about = "Reads certificates in PEM or DER, chains, and folders with all that is below them, "
             "and says which rules of ATIS-1000080, the SHAKEN certificate policy, RFC 5280, 8226, "
             "9060 and 9118 each of them breaks. In a file of several certificates, the one that "
             "follows counts as the signer if its name is the issuer's. - is standard input. "
             "Nothing is verified, and no clock is read: a rule counts for certificates that are "
             "valid from its day on. Exit status 0 if no rule of error level is broken, 1 if one "
             "is, 3 if a file cannot be read.",
    .options = {{"all", NULL, "report also what passes, and rules that were not in force", false},
                {"verifiers", NULL,
                 "say which deployed verifiers would not accept the certificates and why; without "
                 "a FILE, all that is known of them",
                 false},
                {"profile", "NAME",
                 "the profile of the certificates (sti-ca profile list): what it waives does not "
                 "count as an error",
                 false},
                OPTION_PROFILE_CONFIG,
                {"list", NULL, "list the rules", false},
                {"explain", "ID", "explain one rule: its clause, its day, how to mend it", false},
                OPTION_JSON,
                {"sarif", NULL, "print the findings as SARIF 2.1.0", false}},
    .run = run,
};
