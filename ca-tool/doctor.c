/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca doctor`: what is in place, what is not, and what to type. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

#include "commands.h"

static bool print_result(struct doctor *doctor, struct sti_error *err)
{
    if (doctor->quiet) {
        json_t *json =
            json_pack("{s:I, s:I, s:I, s:O}", "ok", (json_int_t)doctor->counts[DOCTOR_OK], "failed",
                      (json_int_t)doctor->counts[DOCTOR_FAILED], "skipped",
                      (json_int_t)doctor->counts[DOCTOR_SKIPPED], "checks", doctor->checks);
        if (!tool_print_json(json, err))
            return false;
    } else {
        printf("%zu ok, %zu failed, %zu skipped\n", doctor->counts[DOCTOR_OK],
               doctor->counts[DOCTOR_FAILED], doctor->counts[DOCTOR_SKIPPED]);
    }
    if (doctor->counts[DOCTOR_FAILED] == 0)
        return true;
    return sti_fail(err, "%zu of %zu checks failed; each says what to do",
                    doctor->counts[DOCTOR_FAILED],
                    doctor->counts[DOCTOR_OK] + doctor->counts[DOCTOR_FAILED]);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *only = tool_value(arguments, "only");
    const char *config = tool_value(arguments, "config");
    if (only != NULL && strcmp(only, "openssl") != 0 && strcmp(only, "ca") != 0)
        return sti_error_set(err, STI_USAGE, NULL, "--only takes openssl or ca, not %s", only);
    struct doctor doctor = {.checks = json_array(), .quiet = tool_flag(arguments, "json")};
    if (doctor.checks == NULL)
        return sti_fail(err, "out of memory");
    if (only == NULL || strcmp(only, "openssl") == 0)
        doctor_openssl(&doctor);
    if (only == NULL || strcmp(only, "ca") == 0)
        doctor_ca(&doctor, config == NULL ? CONFIG_DEFAULT : config, config != NULL);
    bool ok = print_result(&doctor, err);
    json_decref(doctor.checks);
    return ok;
}

const struct tool_command command_doctor = {
    .name = "doctor",
    .summary = "say what is not in place, and what to type",
    .about = "Looks at two things. openssl: does a command that is started with this OPENSSL_CONF\n"
             "and OPENSSL_MODULES load the provider, is the default provider active, does another\n"
             "line or library claim the names? libcrypto says nothing when a provider that a\n"
             "configuration names cannot be loaded; this does. ca: are the PKCS#11 module, the\n"
             "token, the ledger, the folders and the anchors there that sti-ca.cnf names, are its\n"
             "profiles good, is the clock sane? Asks for no PIN and writes nothing. The provider "
             "is loaded in a process\n"
             "of its own. Exit status 0 if no check failed, 3 if one did.",
    .options = {{"only", "GROUP", "openssl or ca: the checks of this group alone", false},
                OPTION_CONFIG,
                OPTION_JSON},
    .run = run,
};
