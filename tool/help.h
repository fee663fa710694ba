/* SPDX-License-Identifier: Apache-2.0 */
/* The text of --help, made from the tables of commands and options. */
#ifndef TOOL_HELP_H
#define TOOL_HELP_H

#include <stdio.h>

#include "command.h"

/* The commands of two words whose first one is `group`. */
void help_group(const struct tool_program *program, const char *group);
void help_program(const struct tool_program *program, FILE *out);
void help_command(const struct tool_program *program, const struct tool_command *command);

#endif
