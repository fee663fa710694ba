/* SPDX-License-Identifier: Apache-2.0 */
/* What issuing a batch costs beside a large ledger and beside an empty one. */
#ifndef BENCH_REGISTER_BATCH_H
#define BENCH_REGISTER_BATCH_H

#include <stddef.h>

/*
 * Prints a row: `sti-ca issue --batch` of 500 requests as a process, each of the ledgers with the
 * same ones, in turns; the median of each. `size` is for the row.
 */
void register_batch(const char *full, const char *empty, size_t size);

#endif
