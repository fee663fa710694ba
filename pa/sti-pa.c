/* SPDX-License-Identifier: Apache-2.0 */
/* sti-pa: the policy administrator's side. This file is its table of commands. */
#include "commands.h"

static const struct tool_command *const commands[] = {
    &command_key_generate,
    &command_certificate,
    &command_token,
    NULL,
};

static const struct tool_program program = {
    .name = "sti-pa",
    .summary = "signs SPC tokens, as the STI policy administrator (STI-PA) does",
    .about = "An SPC token says which numbers its holder may ask a certificate for (RFC 9448).\n"
             "`key generate` and `certificate` make the signer once; `token` signs.",
    .commands = commands,
};

int main(int argc, char **argv)
{
    return tool_main(&program, argc, argv);
}
