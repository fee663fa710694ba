/* SPDX-License-Identifier: Apache-2.0 */
/* sti-ca: the offline CA. This file is its table of commands. */
#include "commands.h"
#include "site.h"

/* clang-format off */
static const struct tool_command *const commands[] = {
    &command_init,
    &command_key_generate,
    &command_key_list,
    &command_key_show,
    &command_key_destroy,
    &command_root,
    &command_intermediate,
    &command_check,
    &command_issue,
    &command_verify,
    &command_profile_list,
    &command_profile_show,
    &command_profile_check,
    &command_tnlist_show,
    &command_tnlist_encode,
    &command_tnlist_check,
    &command_tnlist_canonical,
    &command_tnlist_count,
    &command_tnlist_contains,
    &command_tnlist_diff,
    &command_tnlist_cover,
    &command_tnlist_publish,
    &command_tnlist_verify,
    &command_bundle_create,
    &command_bundle_show,
    &command_bundle_check,
    &command_bundle_pack,
    &command_bundle_unpack,
    &command_lint,
    &command_revoke,
    &command_revocation_report,
    &command_crl,
    &command_list,
    &command_show,
    &command_register_who,
    &command_register_holders,
    &command_register_overlaps,
    &command_register_affected,
    &command_register_export,
    &command_recover,
    &command_ledger_log,
    &command_ledger_verify,
    &command_ledger_export,
    &command_ledger_import,
    &command_ledger_backup,
    &command_ceremony_plan,
    &command_ceremony_rehearse,
    &command_ceremony_approve,
    &command_ceremony_run,
    &command_ceremony_rederive,
    &command_doctor,
    NULL,
};
/* clang-format on */

static const struct tool_program program = {
    .name = "sti-ca",
    .summary = "an offline CA for TN-level STIR/SHAKEN certificates",
    .about =
        "The way of a CA: write sti-ca.cnf, then `init`, `key generate root`,\n"
        "`key generate intermediate`, `root`, `intermediate`. The way of a request: `check`\n"
        "says whether the CSR gets what it asks for, `issue` signs. `verify` validates the path\n"
        "of any CA's certificate. `revoke` takes back what was issued, `revocation report` and\n"
        "`crl` make it known. `profile` commands show what certificates have.\n"
        "`tnlist` commands look at "
        "lists alone, `bundle` commands carry things over the air gap, `lint` judges\n"
        "certificates of any CA. `register` commands say which certificate covers which\n"
        "numbers.\n"
        "sti-ca opens no socket.",
    .commands = commands,
};

/* The file, and that the profiles it has sections for exist: the file alone cannot know. */
static struct config *read_config(const char *path, struct sti_error *err)
{
    struct config *config = config_read(path, err);
    if (config == NULL || site_check_names(config, err))
        return config;
    config_free(config);
    return NULL;
}

struct config *command_config(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = tool_value(arguments, "config");
    return read_config(path == NULL ? CONFIG_DEFAULT : path, err);
}

struct config *command_config_if_named(const struct tool_arguments *arguments,
                                       struct sti_error *err)
{
    const char *path = tool_value(arguments, "config");
    return path == NULL ? NULL : read_config(path, err);
}

int main(int argc, char **argv)
{
    return tool_main(&program, argc, argv);
}
