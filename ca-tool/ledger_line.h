/* SPDX-License-Identifier: Apache-2.0 */
/* A line on the terminal for whoever waits for long work on the ledger (ledger_watch.h). */
#ifndef CA_TOOL_LEDGER_LINE_H
#define CA_TOOL_LEDGER_LINE_H

#include "ledger.h"
#include "progress.h"

/* {0} before it begins. */
struct ledger_line {
    struct progress progress;
    double begun; /* when the step did */
    struct ledger_watch watch;
};

/* For the call that does the work; NULL if standard error is no terminal. *line must outlive it. */
const struct ledger_watch *ledger_line_begin(struct ledger_line *line);

/* Takes the line off the screen, before a result or an error stands there. */
void ledger_line_end(struct ledger_line *line);

#endif
