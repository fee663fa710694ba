/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a command of this project talks: subcommands, options, --help, one error line, exit statuses.
 * A program is a table of commands; this room parses the words and calls one of them.
 */
#ifndef TOOL_COMMAND_H
#define TOOL_COMMAND_H

#include <jansson.h>

#include "sti_error.h"

#define TOOL_MAX_OPTIONS 20
#define TOOL_MAX_POSITIONALS 2

/* How many values of options that may be given several times there is room for, taken together. */
#define TOOL_MAX_REPEATED 64

struct tool_option {
    const char *name;  /* without the dashes */
    const char *value; /* what follows, "FILE"; NULL: a switch; "FILE...": several times */
    const char *help;  /* for the right column of --help, which breaks the lines */
    bool required;
};

struct tool_arguments;

struct tool_command {
    const char *name;    /* one word or two: "issue", "key generate" */
    const char *summary; /* one line, for the list of commands */
    /* The names of its positional arguments, "TN FILE"; NULL: none. "[FILE...]": any number. */
    const char *positional;
    const char *about; /* what it does, what it leaves, what to do next */
    struct tool_option options[TOOL_MAX_OPTIONS]; /* ends with a NULL name */
    bool ends_in_order; /* has an HSM or a half-made file to put away when a signal comes */
    /* Returns false with err filled; the caller prints it. */
    bool (*run)(const struct tool_arguments *arguments, struct sti_error *err);
};

struct tool_program {
    const char *name;
    const char *summary;
    const char *about;
    const struct tool_command *const *commands; /* ends with NULL */
};

struct tool_arguments {
    const struct tool_program *program;
    const struct tool_command *command;
    const char *values[TOOL_MAX_OPTIONS];          /* beside command->options; NULL: not given */
    const char *positionals[TOOL_MAX_POSITIONALS]; /* in the order of the names; all are given */
    const char *positional;                        /* the first of them */
    struct {
        const char *name;
        const char *value;
    } repeated[TOOL_MAX_REPEATED]; /* in the order of the words */
    size_t repeated_count;
    char *const *rest; /* the words for a name with dots */
    size_t rest_count;
};

/* The value of an option (of a switch: its name), the first one; NULL if it was not given. */
const char *tool_value(const struct tool_arguments *arguments, const char *name);

/*
 * Value `index`, 0 the first, of an option that may be given several times; NULL behind the last.
 */
const char *tool_values(const struct tool_arguments *arguments, const char *name, size_t index);

/* True if the switch was given. */
bool tool_flag(const struct tool_arguments *arguments, const char *name);

/*
 * The whole of main(): reads the words, runs the command, prints an error as `program: ...` on
 * standard error (with --json also as JSON on standard output), and returns the exit status:
 * 0 done, 1 refused, 2 wrong usage, 3 the environment failed. A run that a signal has ended
 * (interrupt.h) ends by that signal.
 */
int tool_main(const struct tool_program *program, int argc, char **argv);

/*
 * To be called before JSON is written on standard output in other ways than tool_print_json(): an
 * error later on is then not printed as JSON too, for there is one JSON value on standard output.
 */
void tool_json_begins(void);

/* Prints `json` on standard output, indented, with a line end, and frees it. NULL: no memory. */
bool tool_print_json(json_t *json, struct sti_error *err);

/* The facts of an error as a JSON object; absent facts are left out. */
json_t *tool_error_json(const struct sti_error *err);

/* A JSON string of text that may hold octets which are not UTF-8: those become U+FFFD. */
json_t *tool_json_text(const char *text);

#endif
