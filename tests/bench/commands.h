/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as a user types them, each in a new process: how long they take, how much memory. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stddef.h>

/* The most words of a command, the NULL behind them included. */
#define COMMAND_WORDS 16

struct command {
    const char *name;                 /* for rows: what is compared with */
    const char *configuration;        /* OPENSSL_CONF; NULL: not set, so OpenSSL takes its own */
    const char *words[COMMAND_WORDS]; /* the program, found by PATH, and its arguments */
};

/* What one process took. */
struct cost {
    double seconds; /* from fork() until it is waited for */
    size_t octets;  /* its largest resident set; never less than that of this process at the fork */
};

/*
 * Runs the command with standard output into the file `out`, which is made anew, and standard input
 * empty. A command that does not exit with 0 ends the benchmark.
 */
struct cost command_run(const struct command *command, const char *out);

/*
 * Runs `count` commands `rounds` times each, with their output thrown away. They take turns, so
 * that a disturbance of the machine meets all of them, and every second round goes backwards.
 * costs[] has, command by command, the time and the peak of memory that stand at place `rank` when
 * the rounds are sorted: 0 is the best, rounds / 2 the median.
 */
void commands_measure(const struct command commands[], size_t count, size_t rounds, size_t rank,
                      struct cost costs[]);

#endif
