/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A repetition is not shorter than this, so that the clock's own cost does not count. */
#define LEAST_SECONDS 0.002
/* A turn lasts this long, and has this many repetitions, at least: caches and heap settle. */
#define TURN_SECONDS 0.3
#define TURN_REPETITIONS 3
/* How many turns each of two works has. */
#define TURNS 3

volatile uint64_t bench_sink;

void bench_require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(3);
}

double bench_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double seconds_of(struct bench_work work, size_t times)
{
    double start = bench_now();
    for (size_t i = 0; i < times; i++)
        work.run(work.argument);
    return (bench_now() - start) / (double)times;
}

/* How many runs make a repetition; also warms up. */
static size_t times_for(struct bench_work work)
{
    size_t times = 1;
    while (seconds_of(work, times) * (double)times < LEAST_SECONDS)
        times *= 2;
    return times;
}

/* The best of many repetitions in a row, so that the heap and the caches are this work's own. */
static double best_of_turn(struct bench_work work, size_t times)
{
    double start = bench_now();
    double best = seconds_of(work, times);
    for (int i = 1; i < TURN_REPETITIONS || bench_now() - start < TURN_SECONDS; i++) {
        double seconds = seconds_of(work, times);
        best = seconds < best ? seconds : best;
    }
    return best;
}

void bench_measure(struct bench_work ours, struct bench_work theirs, double *ours_seconds,
                   double *theirs_seconds)
{
    size_t ours_times = times_for(ours);
    size_t theirs_times = times_for(theirs);
    for (int i = 0; i < TURNS; i++) {
        double seconds = best_of_turn(ours, ours_times);
        if (i == 0 || seconds < *ours_seconds)
            *ours_seconds = seconds;
        seconds = best_of_turn(theirs, theirs_times);
        if (i == 0 || seconds < *theirs_seconds)
            *theirs_seconds = seconds;
    }
}

void bench_row(const char *work, size_t entries, const char *against, double ours_seconds,
               double theirs_seconds)
{
    printf("{\"work\": \"%s\", \"entries\": %zu, \"against\": \"%s\", \"ours_seconds\": %.4g, "
           "\"theirs_seconds\": %.4g, \"ratio\": %.4g}\n",
           work, entries, against, ours_seconds, theirs_seconds, theirs_seconds / ours_seconds);
    fflush(stdout);
}

void bench_difference_row(const char *work, const char *against, double ours_seconds,
                          double theirs_seconds)
{
    printf("{\"work\": \"%s\", \"entries\": 0, \"against\": \"%s\", \"ours_seconds\": %.4g, "
           "\"theirs_seconds\": %.4g, \"difference_seconds\": %.4g, \"ratio\": %.4g}\n",
           work, against, ours_seconds, theirs_seconds, ours_seconds - theirs_seconds,
           theirs_seconds / ours_seconds);
    fflush(stdout);
}

void bench_compare(const char *work, size_t entries, const char *against, struct bench_work ours,
                   struct bench_work theirs)
{
    double ours_seconds = 0;
    double theirs_seconds = 0;
    bench_measure(ours, theirs, &ours_seconds, &theirs_seconds);
    bench_row(work, entries, against, ours_seconds, theirs_seconds);
}

void bench_memory_row(const char *work, size_t entries, const char *against, size_t ours,
                      size_t theirs)
{
    printf("{\"work\": \"%s\", \"entries\": %zu, \"against\": \"%s\", \"ours_bytes\": %zu, "
           "\"theirs_bytes\": %zu, \"ratio\": %.4g}\n",
           work, entries, against, ours, theirs, (double)theirs / (double)ours);
    fflush(stdout);
}

size_t bench_peak_octets(void)
{
    struct rusage usage;
    bench_require(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage fails");
    return (size_t)usage.ru_maxrss * 1024;
}

void bench_in_child(void (*work)(int out, void *argument), void *argument, void *result,
                    size_t size)
{
    int ends[2];
    bench_require(pipe(ends) == 0, "no pipe");
    pid_t child = fork();
    bench_require(child >= 0, "no child process");
    if (child == 0) {
        work(ends[1], argument);
        _exit(0);
    }
    close(ends[1]);
    bench_require(read(ends[0], result, size) == (ssize_t)size, "a child process has failed");
    close(ends[0]);
    bench_require(waitpid(child, NULL, 0) == child, "a child process is lost");
}

void bench_send(int out, const void *result, size_t size)
{
    bench_require(write(out, result, size) == (ssize_t)size, "a result cannot be sent");
}

void bench_memory_copy(void *octets)
{
    const struct bench_octets *copy = octets;
    memcpy(copy->room, copy->octets, copy->length);
    bench_sink = copy->room[copy->length / 2];
}

void bench_memory_pass(void *octets)
{
    const struct bench_octets *pass = octets;
    const uint8_t *at = pass->octets;
    uint64_t sum = 0;
    for (size_t i = 0; i < pass->length; i++)
        sum += at[i];
    bench_sink = sum;
}
