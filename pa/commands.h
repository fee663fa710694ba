/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of sti-pa, one file each. */
#ifndef PA_COMMANDS_H
#define PA_COMMANDS_H

#include "command.h"

extern const struct tool_command command_key_generate;
extern const struct tool_command command_certificate;
extern const struct tool_command command_token;

/* clang-format off */
#define OPTION_KEY {"key", "URI", "the STI-PA's signing key, a PKCS#11 URI (RFC 7512)", true}
#define OPTION_FORCE {"force", NULL, "overwrite the output file if it exists", false}
/* clang-format on */

#endif
