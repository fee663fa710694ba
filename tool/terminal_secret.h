/* SPDX-License-Identifier: Apache-2.0 */
/* A secret that a person types on the terminal of the process, unseen. */
#ifndef TOOL_TERMINAL_SECRET_H
#define TOOL_TERMINAL_SECRET_H

#include <stddef.h>

enum secret {
    SECRET_READ,
    SECRET_NO_TERMINAL, /* the process has none */
    SECRET_INTERRUPTED, /* a signal was noted (interrupt.h) */
    SECRET_NONE,        /* the end of input instead of a line */
    SECRET_TOO_LONG,
    SECRET_NUL,   /* a NUL octet is in it */
    SECRET_FAILED /* the terminal does not hide what is typed, or cannot be read; errno says why */
};

/*
 * Prints the prompt on the terminal and reads one line, without its end, that is not shown. What
 * was typed before does not count. `secret` has `size` octets, of which the last is for the NUL; it
 * holds the only copy in the process, and is wiped unless SECRET_READ is returned. The terminal is
 * as it was before on every way out, also while the process is stopped (control-Z); a stopped
 * prompt is shown again when the process goes on. One prompt at a time in a process.
 */
enum secret terminal_secret(const char *prompt, char *secret, size_t size);

#endif
