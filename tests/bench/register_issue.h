/* SPDX-License-Identifier: Apache-2.0 */
/* What issuing costs as a user runs it, beside a large ledger and beside an empty one. */
#ifndef BENCH_REGISTER_ISSUE_H
#define BENCH_REGISTER_ISSUE_H

#include <stddef.h>

/*
 * Prints a row: `sti-ca issue` as a process, with a key in SoftHSM, a commit for each of its steps
 * and everything else that it does. The two ledgers take turns; the median of each. `folder` is for
 * the files, `size` for the row.
 */
void register_issue(const char *folder, const char *full, const char *empty, size_t size);

#endif
