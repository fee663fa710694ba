/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of sti-ca, one file each (root and intermediate share one, list and show too). */
#ifndef CA_TOOL_COMMANDS_H
#define CA_TOOL_COMMANDS_H

#include "command.h"
#include "config.h"

extern const struct tool_command command_init;
extern const struct tool_command command_key_generate;
extern const struct tool_command command_key_list;
extern const struct tool_command command_key_show;
extern const struct tool_command command_key_destroy;
extern const struct tool_command command_root;
extern const struct tool_command command_intermediate;
extern const struct tool_command command_check;
extern const struct tool_command command_issue;
extern const struct tool_command command_verify;
extern const struct tool_command command_profile_list;
extern const struct tool_command command_profile_show;
extern const struct tool_command command_profile_check;
extern const struct tool_command command_tnlist_show;
extern const struct tool_command command_tnlist_encode;
extern const struct tool_command command_tnlist_check;
extern const struct tool_command command_tnlist_canonical;
extern const struct tool_command command_tnlist_count;
extern const struct tool_command command_tnlist_contains;
extern const struct tool_command command_tnlist_diff;
extern const struct tool_command command_tnlist_cover;
extern const struct tool_command command_tnlist_publish;
extern const struct tool_command command_tnlist_verify;
extern const struct tool_command command_bundle_create;
extern const struct tool_command command_bundle_show;
extern const struct tool_command command_bundle_check;
extern const struct tool_command command_bundle_pack;
extern const struct tool_command command_bundle_unpack;
extern const struct tool_command command_lint;
extern const struct tool_command command_revoke;
extern const struct tool_command command_revocation_report;
extern const struct tool_command command_crl;
extern const struct tool_command command_list;
extern const struct tool_command command_show;
extern const struct tool_command command_register_who;
extern const struct tool_command command_register_holders;
extern const struct tool_command command_register_overlaps;
extern const struct tool_command command_register_affected;
extern const struct tool_command command_register_export;
extern const struct tool_command command_recover;
extern const struct tool_command command_ledger_log;
extern const struct tool_command command_ledger_verify;
extern const struct tool_command command_ledger_export;
extern const struct tool_command command_ledger_import;
extern const struct tool_command command_ledger_backup;
extern const struct tool_command command_doctor;
extern const struct tool_command command_ceremony_plan;
extern const struct tool_command command_ceremony_rehearse;
extern const struct tool_command command_ceremony_approve;
extern const struct tool_command command_ceremony_run;
extern const struct tool_command command_ceremony_rederive;

/* The options that several commands have, spelled and explained once. */
/* clang-format off */
#define OPTION_CONFIG {"config", "FILE", "the configuration; " CONFIG_DEFAULT " by default", false}
#define OPTION_PROFILE_CONFIG {"config", "FILE", \
    "the configuration: its folder of profiles, and its\n" \
    "values for each", false}
#define OPTION_JSON {"json", NULL, "print the result, or the error, as JSON", false}
#define OPTION_FORCE {"force", NULL, "overwrite the output file if it exists", false}
#define OPTION_CSR {"csr", "FILE", "the certification request, PEM or DER", false}
#define OPTION_TOKEN {"token", "FILE", "the SPC token, a compact JWS", false}
#define OPTION_ACCOUNT_KEY {"account-key", "FILE", \
    "the applicant's account key, a public key in PEM:\n" \
    "the token is bound to it (RFC 9448 section 5.4)", false}
#define OPTION_LIST {"list", "FILE", \
    "the TNAuthList of a certificate by reference, if the\n" \
    "CSR has none: any file that sti-ca tnlist reads", false}
#define OPTION_BUNDLE {"bundle", "FILE", \
    "in place of these: all of them in one file, as\n" \
    "sti-ca bundle create makes it", false}
#define OPTION_PROFILE(standard) {"profile", "NAME", \
    "the profile of the certificate (sti-ca profile list);\n" standard, false}
#define OPTION_DATE_CONFIRMED {"date-confirmed", "DATE", \
    "the day a person says it is, in UTC, as in 2026-11-27:\n" \
    "for a clock that is behind the ledger's last entry", false}
/* clang-format on */

/* Reads the configuration named by --config, or sti-ca.cnf. NULL on failure; the caller's. */
struct config *command_config(const struct tool_arguments *arguments, struct sti_error *err);

/* The same, but NULL with no error if --config was not given. */
struct config *command_config_if_named(const struct tool_arguments *arguments,
                                       struct sti_error *err);

#endif
