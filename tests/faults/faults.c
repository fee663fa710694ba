/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells every story with every fault: see docs/hsm.md. Which calls a story makes is found out by a
 * run without a fault, so a new call is failed as well from the day it is there.
 *
 * usage: faults WORLD FOLDER STI-CA MODULE few|some|all
 *        faults WORLD FOLDER STI-CA MODULE STORY FAULT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"

#define WORKERS_MAX 8
#define SHOWN_MAX 10 /* of what is wrong, by each worker */

/* How a case ended; in memory that the workers share. */
enum result { NOT_RUN, FAILED_WELL, ENDED_WELL, WRONG };

static struct ending ending; /* large */

static void show(const struct story *story, const char *fault, const char *why)
{
    printf(
        "WRONG: %s, with the fault %s\n  %s\n  exit status %d, signal %d\n  err: %s  out: %.400s\n",
        story->name, fault, why, ending.status, ending.signal, ending.err, ending.out);
}

/* Without a fault it must end well; then its calls are known. */
static void rehearse(const struct stage *stage, size_t number, struct calls *calls)
{
    static const struct blame none = {.may_pass = true, .must_pass = true};
    char why[WHY_MAX];
    char log[512];
    snprintf(log, sizeof(log), "%s/calls", stage->outside);
    unlink(log);
    play(stage, &stories[number], NULL, log, &ending);
    if (!judge(stage, &stories[number], &none, &ending, why)) {
        show(&stories[number], "none", why);
        stop(stories[number].name, "does not end well without a fault");
    }
    calls_read(calls, log);
}

static void run_case(const struct stage *stage, const struct fault_case *one, unsigned *shown,
                     unsigned char *result)
{
    const struct story *story = &stories[one->story];
    char why[WHY_MAX];
    play(stage, story, one->fault, NULL, &ending);
    if (judge(stage, story, &one->blame, &ending, why)) {
        *result = ending.status == 0 ? ENDED_WELL : FAILED_WELL;
        return;
    }
    *result = WRONG;
    if ((*shown)++ < SHOWN_MAX)
        show(story, one->fault, why);
}

/* Every so many-th case is a worker's. */
static void run_share(const struct stage *stage, const struct cases *cases, unsigned first,
                      unsigned step, unsigned char *results)
{
    unsigned shown = 0;
    for (size_t i = first; i < cases->count; i += step)
        run_case(stage, &cases->cases[i], &shown, &results[i]);
}

static void run_all(const struct stage *model, const char *outside, const struct cases *cases,
                    unsigned char *results)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned workers = processors < 1 ? 1 : (unsigned)processors;
    if (workers > WORKERS_MAX)
        workers = WORKERS_MAX;
    fflush(NULL);
    for (unsigned i = 0; i < workers; i++) {
        pid_t child = fork();
        if (child < 0)
            stop("fork", "failed");
        if (child != 0)
            continue;
        struct stage stage = *model;
        stage_make(&stage, outside, i + 1);
        run_share(&stage, cases, i, workers, results);
        fflush(NULL);
        _exit(0);
    }
    while (wait(NULL) > 0)
        continue;
}

/* How each story's cases ended. True: none is wrong, and none was left out. */
static bool sum_up(const struct cases *cases, const unsigned char *results)
{
    size_t total[4] = {0, 0, 0, 0};
    for (size_t story = 0; story < story_count; story++) {
        size_t ends[4] = {0, 0, 0, 0};
        for (size_t i = 0; i < cases->count; i++) {
            if (cases->cases[i].story == story)
                ends[results[i]]++;
        }
        printf("%-14s %5zu refused in a sentence, %4zu harmless, %zu wrong\n", stories[story].name,
               ends[FAILED_WELL], ends[ENDED_WELL], ends[WRONG] + ends[NOT_RUN]);
        for (size_t i = 0; i < 4; i++)
            total[i] += ends[i];
    }
    printf("%zu cases, %zu wrong\n", cases->count, total[WRONG] + total[NOT_RUN]);
    return total[WRONG] + total[NOT_RUN] == 0;
}

static int try_all(const struct stage *stage, const char *outside, enum extent extent)
{
    static struct calls calls;
    struct cases cases = {.cases = NULL};
    for (size_t i = 0; i < story_count; i++) {
        rehearse(stage, i, &calls);
        cases_add(&cases, i, &calls, extent);
    }
    unsigned char *results =
        mmap(NULL, cases.count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED)
        stop("mmap", "failed");
    run_all(stage, outside, &cases, results);
    bool good = sum_up(&cases, results);
    munmap(results, cases.count);
    free(cases.cases);
    return good ? 0 : 1;
}

/* One case, to be looked at. */
static int try_one(const struct stage *stage, const char *name, const char *fault)
{
    for (size_t i = 0; i < story_count; i++) {
        if (strcmp(stories[i].name, name) != 0)
            continue;
        play(stage, &stories[i], fault, NULL, &ending);
        show(&stories[i], fault, "(not judged)");
        return 0;
    }
    stop(name, "there is no such story");
}

static enum extent extent_of(const char *word)
{
    static const char *const words[] = {[FEW] = "few", [SOME] = "some", [ALL] = "all"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0)
            return (enum extent)i;
    }
    stop(word, "is none of few, some and all");
}

int main(int argc, char **argv)
{
    if (argc != 6 && argc != 7)
        stop("usage", "faults WORLD FOLDER STI-CA MODULE (few | some | all | STORY FAULT)");
    struct stage stage = {.world = argv[1], .sti_ca = argv[3], .module = argv[4]};
    stage_make(&stage, argv[2], 0);
    return argc == 7 ? try_one(&stage, argv[5], argv[6])
                     : try_all(&stage, argv[2], extent_of(argv[5]));
}
