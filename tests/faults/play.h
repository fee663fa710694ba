/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a story: the world copied afresh, the fault set, sti-ca started and waited for. */
#ifndef TESTS_FAULTS_PLAY_H
#define TESTS_FAULTS_PLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "stories.h"

#define OUTPUT_MAX 65536

/* Where things are. */
struct stage {
    const char *world;  /* the folder that is copied; never changed */
    const char *sti_ca; /* the program under test */
    const char *module; /* the real PKCS#11 module */
    char folder[256];   /* the copy, made anew for each run */
    char outside[256];  /* the folder around it: what a run prints, SoftHSM's configuration */
};

/* What came of a run. */
struct ending {
    int status; /* exit status; -1: it did not exit */
    int signal; /* that ended it; SIGALRM: it took longer than SECONDS_MAX */
    char out[OUTPUT_MAX + 1];
    char err[OUTPUT_MAX + 1];
};
#define SECONDS_MAX 20

/* Makes the folders of a stage; ends the program if it cannot. `number` tells stages apart. */
void stage_make(struct stage *stage, const char *outside, unsigned number);

/* Runs a story with a fault of p11-faulty.so (NULL: none); log: where calls are noted, or NULL. */
void play(const struct stage *stage, const struct story *story, const char *fault, const char *log,
          struct ending *ending);

/* Ends the program: the test itself cannot go on. */
_Noreturn void stop(const char *what, const char *why);

#endif
