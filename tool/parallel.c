/* SPDX-License-Identifier: Apache-2.0 */
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct worker {
    struct parallel *parallel;
    size_t number;
    pthread_t thread;
};

struct parallel {
    parallel_work *work;
    void *context;
    size_t count;
    atomic_size_t next;
    size_t running;
    struct worker workers[PARALLEL_MAX];
};

static void *run(void *argument)
{
    struct worker *worker = argument;
    struct parallel *parallel = worker->parallel;
    size_t index;
    while ((index = atomic_fetch_add(&parallel->next, 1)) < parallel->count)
        parallel->work(parallel->context, worker->number, index);
    return NULL;
}

struct parallel *parallel_begin(size_t workers, size_t count, parallel_work *work, void *context,
                                struct sti_error *err)
{
    struct parallel *parallel = calloc(1, sizeof(*parallel));
    if (parallel == NULL) {
        sti_fail(err, "no memory for threads");
        return NULL;
    }
    parallel->work = work;
    parallel->context = context;
    parallel->count = count;
    atomic_init(&parallel->next, 0);
    if (workers > PARALLEL_MAX)
        workers = PARALLEL_MAX;
    if (workers > count)
        workers = count;
    int failure = 0;
    while (parallel->running < workers && failure == 0) {
        struct worker *worker = &parallel->workers[parallel->running];
        worker->parallel = parallel;
        worker->number = parallel->running;
        failure = pthread_create(&worker->thread, NULL, run, worker);
        if (failure == 0)
            parallel->running++;
    }
    /* Fewer threads than asked for do the same. */
    if (parallel->running > 0 || count == 0)
        return parallel;
    sti_fail(err, "no thread can be started: %s", strerror(failure));
    free(parallel);
    return NULL;
}

void parallel_end(struct parallel *parallel)
{
    if (parallel == NULL)
        return;
    for (size_t i = 0; i < parallel->running; i++)
        (void)pthread_join(parallel->workers[i].thread, NULL); /* ours, and joined once */
    free(parallel);
}

size_t parallel_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > PARALLEL_MAX ? PARALLEL_MAX : (size_t)count;
}

bool parallel_jobs(const char *text, size_t *jobs, struct sti_error *err)
{
    char *end = NULL;
    *jobs = parallel_cpus();
    if (text == NULL)
        return true;
    unsigned long value = text[0] >= '0' && text[0] <= '9' ? strtoul(text, &end, 10) : 0;
    if (value < 1 || value > PARALLEL_MAX || *end != '\0')
        return sti_error_set(err, STI_USAGE, NULL, "--jobs is a number from 1 to %d, not \"%.40s\"",
                             PARALLEL_MAX, text);
    *jobs = value;
    return true;
}
