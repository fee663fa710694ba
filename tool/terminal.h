/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal of the process, whatever standard input and output are: where a person is told what
 * is about to happen, and says yes.
 */
#ifndef TOOL_TERMINAL_H
#define TOOL_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct terminal {
    FILE *out;
    int in;
};

/* False if the process has no terminal. */
bool terminal_open(struct terminal *terminal);
void terminal_close(struct terminal *terminal);

/*
 * Reads one line, without its end, as a person types it: what was printed before stands on the
 * screen first. False at the end of input, if the line does not fit, or if a signal was noted
 * (interrupt.h).
 */
bool terminal_line(struct terminal *terminal, char *line, size_t size);

#endif
