/* SPDX-License-Identifier: Apache-2.0 */
/* One line on standard error that says how far a long run is. */
#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

#include "sti_error.h"

struct progress {
    bool on;       /* standard error is a terminal */
    double every;  /* seconds between two lines */
    double shown;  /* when the last was written */
    bool standing; /* and whether it stands on the screen */
};

/* Seconds since some moment. */
double progress_now(void);

/*
 * On a terminal: a line that is written over, several times a second. Elsewhere nothing, or with
 * `plain` a line of its own every ten seconds.
 */
struct progress progress_begin(bool plain);

/* True if it is time for the next line, which progress_line() then writes. */
bool progress_due(const struct progress *progress);
void progress_line(struct progress *progress, const char *format, ...) STI_PRINTF(2, 3);

/* Takes the line off the screen, so that something else can stand there. */
void progress_wipe(struct progress *progress);

#endif
