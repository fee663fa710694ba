/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of named checks: what is asked, what was found, and the reason if it is not good. Every
 * check is a row of a table, so that a new one is one function and one row; all that fail are
 * reported, not only the first.
 */
#ifndef CHECK_H
#define CHECK_H

#include "sti_error.h"

enum check_state {
    CHECK_PASSED,
    CHECK_FAILED,
    CHECK_NOT_APPLICABLE, /* nothing to ask, or it needs what another check has not given */
};

/* Room for what was found and wanted; longer texts are cut. */
#define CHECK_WORDS 128

struct check {
    const char *name;   /* "token-signature" */
    const char *title;  /* what is asked, for people */
    const char *clause; /* where that is demanded */
    enum check_state state;
    char found[CHECK_WORDS];    /* what is there; empty: no words for it */
    char wanted[CHECK_WORDS];   /* what must be there; empty: the title says it */
    char accepted[CHECK_WORDS]; /* what a policy took beyond the strictest rule; empty: nothing */
    struct sti_error reason;    /* why failed or not applicable, and where; STI_OK if passed */
};

/* How many checks a list has room for. */
#define CHECKS_MAX 48

/* Start with all zero; checks_run() adds to it. */
struct checks {
    struct check list[CHECKS_MAX];
    size_t count;
    size_t failed;
    unsigned given;         /* what the checks that passed have given, as bits */
    const char *givers[32]; /* the check that gives each bit */
};

struct check_row {
    const char *name;
    const char *title;
    const char *clause;
    unsigned needs; /* bits that checks before this one give; it is not run without all of them */
    unsigned gives; /* bits, if it passes or has nothing to ask */
    /*
     * True: passed, or check_not_applicable() was called. False: failed, with check->reason filled.
     * check_found() and check_wanted() are called either way.
     */
    bool (*run)(void *context, struct check *check);
};

/*
 * Runs the rows in their order and adds them to the list. There must be room for them. Rows of
 * several tables may need each other's bits if each bit has one meaning.
 */
void checks_run(struct checks *checks, const struct check_row *rows, size_t count, void *context);

/* For check_row.run: there is nothing to ask, and why. Returns true. */
bool check_not_applicable(struct check *check, const char *format, ...) STI_PRINTF(2, 3);
void check_found(struct check *check, const char *format, ...) STI_PRINTF(2, 3);
void check_wanted(struct check *check, const char *format, ...) STI_PRINTF(2, 3);

/* What passes by a policy alone is said, and recorded with the certificate. */
void check_accepted(struct check *check, const char *format, ...) STI_PRINTF(2, 3);

/* The first check that failed; NULL if none did. */
const struct check *checks_first_failure(const struct checks *checks);

/*
 * All that policies accepted, as `name: words; name: words`. *text is malloc'd and the caller's;
 * NULL if there is nothing. False only without memory.
 */
bool checks_accepted(const struct checks *checks, char **text);

/* "passed", "failed", "not applicable". */
const char *check_state_name(enum check_state state);

#endif
