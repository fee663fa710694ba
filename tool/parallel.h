/* SPDX-License-Identifier: Apache-2.0 */
/* The same work on every one of many things, by several threads at a time. */
#ifndef TOOL_PARALLEL_H
#define TOOL_PARALLEL_H

#include "sti_error.h"

/* More threads than this help nobody: the work waits for the disk or the HSM then. */
#define PARALLEL_MAX 64

/*
 * Does the work with index `index`; `worker` is below the number of threads, and no two threads
 * have the same at a time: it picks what one thread has of its own. What went wrong is kept by the
 * work itself.
 */
typedef void parallel_work(void *context, size_t worker, size_t index);

struct parallel;

/*
 * Begins to call `work` for every index from 0 to count - 1, each once, in up to `workers` threads,
 * and returns at once. Which thread takes which index is chance; they are taken in their order.
 * NULL if no thread can be started.
 */
struct parallel *parallel_begin(size_t workers, size_t count, parallel_work *work, void *context,
                                struct sti_error *err);

/* Waits until all of it is done. parallel may be NULL. */
void parallel_end(struct parallel *parallel);

/* How many threads run at a time on this machine: 1 to PARALLEL_MAX. */
size_t parallel_cpus(void);

/*
 * Reads the value of --jobs: NULL is parallel_cpus(). STI_USAGE for what is no number from 1 to
 * PARALLEL_MAX.
 */
bool parallel_jobs(const char *text, size_t *jobs, struct sti_error *err);

#endif
