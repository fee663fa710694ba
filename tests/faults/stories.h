/* SPDX-License-Identifier: Apache-2.0 */
/* The stories that are told with each fault: one run of sti-ca in a fresh copy of one world. */
#ifndef TESTS_FAULTS_STORIES_H
#define TESTS_FAULTS_STORIES_H

#include <stdbool.h>
#include <stddef.h>

/* What must be true afterwards; see judge.c. */
enum kind { READS, GENERATES, DESTROYS, ISSUES };

struct story {
    const char *name;
    enum kind kind;
    const char *arguments[12]; /* of sti-ca, ends with NULL */
    const char *answer;        /* what is typed on the terminal; NULL: there is none */
    const char *out;           /* the file that it writes, which is not there before; NULL: none */
    const char *issuer;        /* the certificate whose key must have signed it */
};

extern const struct story stories[];
extern const size_t story_count;

/* The label of the key that GENERATES makes, and of the one that DESTROYS destroys. */
#define NEW_KEY "new"
#define DOOMED_KEY "root"

#endif
