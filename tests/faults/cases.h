/* SPDX-License-Identifier: Apache-2.0 */
/* Which faults are tried with a story: made from the calls that it makes without any. */
#ifndef TESTS_FAULTS_CASES_H
#define TESTS_FAULTS_CASES_H

#include "judge.h"

#define CALLS_MAX 1024

/* The calls of one run, in their order. */
struct calls {
    size_t count;
    struct call {
        char function[40];
        unsigned long number; /* the how many-th call of this function */
    } calls[CALLS_MAX];
};

struct fault_case {
    size_t story;
    char fault[96]; /* for P11_FAULTY */
    struct blame blame;
};

struct cases {
    struct fault_case *cases;
    size_t count;
    size_t room;
    size_t swept[64]; /* the functions whose codes were all tried, and in which story; + 1 */
};

/* Reads what p11-faulty.so has noted. */
void calls_read(struct calls *calls, const char *path);

/*
 * How many cases. ALL: every code of every function at every position, each before and after the
 * call was passed on. SOME: with one code every position at which the call has an effect or the
 * function is called for the first time in its story, and every third of the others; and every code
 * at the first position in the first story that calls the function. FEW: every fourth position with
 * one code. Each with every wrong signature.
 */
enum extent { FEW, SOME, ALL };

/* Adds the cases of a story; the same ones each time. */
void cases_add(struct cases *cases, size_t story, const struct calls *calls, enum extent extent);

#endif
