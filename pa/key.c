/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "key_generate.h"

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    return key_generate(tool_value(arguments, "key"), NULL, HSM_CURVE_P256, err);
}

const struct tool_command command_key_generate = {
    .name = "key generate",
    .summary = "make the signing key in the HSM",
    .about = "Makes an EC P-256 key pair on the token: sensitive, never extractable, sign only.\n"
             "Its attributes are read back and a test signature is verified before it is reported\n"
             "as made. A label or id in use is never used again.",
    .options = {OPTION_KEY},
    .ends_in_order = true,
    .run = run,
};
