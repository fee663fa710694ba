/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the benchmarks share: measuring, lists to measure with, and rows of results.
 *
 * A benchmark prints one JSON object a line; scripts/bench makes a table or an array of them.
 * Nothing here fails because something was slow. What cannot go wrong and does ends the program.
 */
#ifndef BENCH_H
#define BENCH_H

#include "tnauthlist.h"

/* The sizes every work is measured with. */
#define BENCH_SIZES                                                                                \
    {                                                                                              \
        1000, 100000, 1000000                                                                      \
    }

/* Ends the program with a message; for what a benchmark relies on. */
void bench_require(bool holds, const char *what);

/* A place for results, so that no work is optimised away. */
extern volatile uint64_t bench_sink;

/* ---- measuring ---- */

/* Something to measure. */
struct bench_work {
    void (*run)(void *argument);
    void *argument;
};

/* Seconds since some moment. */
double bench_now(void);

/*
 * The seconds of one run of each, the best of many repetitions. The two take turns, so that a
 * disturbance of the machine meets both; a short work is run many times in a repetition.
 */
void bench_measure(struct bench_work ours, struct bench_work theirs, double *ours_seconds,
                   double *theirs_seconds);

/* Prints a row; ratio is theirs / ours, above 1 when ours is faster. */
void bench_row(const char *work, size_t entries, const char *against, double ours_seconds,
               double theirs_seconds);

/* bench_measure() and bench_row(). */
void bench_compare(const char *work, size_t entries, const char *against, struct bench_work ours,
                   struct bench_work theirs);

/* Prints a row of peak memory; ratio is theirs / ours. */
void bench_memory_row(const char *work, size_t entries, const char *against, size_t ours,
                      size_t theirs);

/*
 * Prints a row about what is the same work with and without something of ours; beside the ratio it
 * says how much longer ours takes ("difference_seconds", ours - theirs). entries is 0.
 */
void bench_difference_row(const char *work, const char *against, double ours_seconds,
                          double theirs_seconds);

/* The most memory this process has had so far (resident set). */
size_t bench_peak_octets(void);

/* Runs work in a child process, which hands a result of `size` octets to bench_send(). */
void bench_in_child(void (*work)(int out, void *argument), void *argument, void *result,
                    size_t size);
void bench_send(int out, const void *result, size_t size);

/* Octets to go over once. */
struct bench_octets {
    const void *octets;
    size_t length;
    uint8_t *room; /* for bench_memory_copy(): as many octets */
};

/* One memory pass, for struct bench_work: adds up the octets, one by one as a decoder sees them. */
void bench_memory_pass(void *octets);

/* memcpy() of the octets into room, for struct bench_work. */
void bench_memory_copy(void *octets);

/* ---- lists ---- */

/* The next number of a fixed sequence (splitmix64). */
uint64_t bench_random(uint64_t *state);

/* A number 1NXXXXXXXXX of eleven digits, by the ten digits behind the 1. */
tn_word bench_number(uint64_t value);

/* A list in DER. The octets are allocated with malloc. */
struct bench_list {
    uint8_t *der;
    size_t length;
};

/* What an entry of a list is; count 1: one. */
struct bench_entry {
    tn_word number;
    uint64_t count;
};

/*
 * A list of that many entries, the same for the same seed: two thirds singles, one third ranges of
 * 2 to 10000 numbers, both without order.
 */
struct bench_list bench_list_mixed(size_t entries, uint64_t seed);

/* The entries of bench_list_mixed() in another order. */
struct bench_list bench_list_shuffled(size_t entries, uint64_t seed);

/* A list of ranges without order, no two of which touch. entries is 10^6 at most. */
struct bench_list bench_list_ranges(size_t entries, uint64_t seed);

void bench_list_free(struct bench_list *list);

#endif
