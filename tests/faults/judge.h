/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a run said is true, and what it left behind is whole. */
#ifndef TESTS_FAULTS_JUDGE_H
#define TESTS_FAULTS_JUDGE_H

#include "play.h"

#define WHY_MAX 4096

/* What the fault was, so far as it matters for what may be said. */
struct blame {
    char code[32];  /* "(0x30)", which the sentence must name; empty: it need not */
    char also[32];  /* or this one, which follows from it; empty: none does */
    bool may_pass;  /* the run may end well */
    bool must_pass; /* it must */
};

/*
 * False: something is wrong, and `why` says what.
 */
bool judge(const struct stage *stage, const struct story *story, const struct blame *blame,
           const struct ending *ending, char why[WHY_MAX]);

#endif
