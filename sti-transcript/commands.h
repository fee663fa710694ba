/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands do, when their words are read (main.c). Each returns the exit status. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>

enum { DONE = 0, REFUSED = 1, USAGE = 2, ENVIRONMENT = 3 };

struct arguments {
    const char *command;
    const char *previous;
    const char *inputs;
    const char *anchor;
    const char *out;
    bool json;
    bool no_anchor;
    bool help;
    char **files;
    int file_count;
};

/* Prints a line on standard error, and returns the status. */
int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

int run_verify(const struct arguments *arguments); /* and rederive */
int run_show(const struct arguments *arguments);
int run_report(const struct arguments *arguments);

#endif
