/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that end a run in order. A handler only notes the signal; the run ends at its next safe
 * place, where nothing is half done: the HSM is logged out of, half-made files are removed, the
 * error is printed, and then the process ends by that same signal, so that whoever started it sees
 * it. There is one run in a process, and so one state here.
 */
#ifndef TOOL_INTERRUPT_H
#define TOOL_INTERRUPT_H

#include "sti_error.h"

/*
 * From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT are noted, unless they were ignored before (as
 * nohup does). A run that has not come to its end INTERRUPT_SECONDS after the first of them,
 * because an HSM does not answer, is ended where it is, with a sentence on standard error that
 * starts with `program`, which must stay. SIGPIPE is ignored: a write that nobody reads fails.
 */
#define INTERRUPT_SECONDS 8
bool interrupt_watch(const char *program, struct sti_error *err);

/* The first signal that was noted; 0: none. */
int interrupt_noted(void);

/*
 * What a person is to know if the run ends from here on: "nothing was issued". It must be true at
 * every instruction until the next call. At the start it is "nothing was done"; a command that says
 * anything else also says in the end what it has done. Cut at 500 octets. interrupt_said() is the
 * last of it, good until the call after the next; NULL: the command has said nothing.
 */
void interrupt_say(const char *format, ...) STI_PRINTF(1, 2);
const char *interrupt_said(void);

/* A safe place: true to go on; false with "interrupted by SIGTERM; nothing was issued" in err. */
bool interrupt_check(struct sti_error *err);

/*
 * Waits until the descriptor can be read, or is at its end, or is none. False: a signal was noted,
 * before or meanwhile.
 */
bool interrupt_wait(int fd);

/* Puts the signal before the reason of a failure that another place than a safe one has found. */
void interrupt_explain(struct sti_error *err);

/* The sentence for a signal that came when the work was done already. */
void interrupt_too_late(struct sti_error *err);

/*
 * A function that is called before the process is ended in the middle, by a signal handler; NULL:
 * none.
 */
void interrupt_at_last(void (*function)(void));

/* Ends the process by the signal that was noted. Returns if there is none. */
void interrupt_end(void);

#endif
