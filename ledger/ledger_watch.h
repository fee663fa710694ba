/* SPDX-License-Identifier: Apache-2.0 */
/* How far the long work on a record is, for whoever waits for it. Part of ledger.h. */
#ifndef LEDGER_WATCH_H
#define LEDGER_WATCH_H

#include <stdint.h>

/* Where it is. Pointers live as long as the call runs. */
struct ledger_step {
    const char *doing; /* for people: "3 of 4, checking the chain" */
    const char *unit;  /* what is counted, "entry"; NULL: nothing is */
    int64_t done;      /* so many; 0 when the step begins */
    int64_t of;        /* of so many, at most; 0: not known */
};

/*
 * Is told when a step begins, then after each block of entries, pages or rows, some milliseconds of
 * work; the last time with all of them done. `done` grows within a step, but in a copy, which
 * begins anew when a writer has changed the ledger meanwhile. May take its time: the ledger is not
 * locked meanwhile, but by an import. May neither use the ledger nor fail.
 */
struct ledger_watch {
    void (*tell)(void *context, const struct ledger_step *step);
    void *context;
};

#endif
