/* SPDX-License-Identifier: Apache-2.0 */
/* The record as it was at a time that is past. */
#ifndef LEDGER_AS_OF_H
#define LEDGER_AS_OF_H

#include "ledger.h"

/*
 * The ledger `path` as it was at `time`, in seconds since 1970: its entries from the first one on,
 * up to the one before the first that is of a later second, and the tables that follow from them.
 * For reading alone, in a database without a name that SQLite removes by itself; the file is only
 * read, and what is added to it meanwhile does not count. The chain is checked on the way. Refused:
 * a log whose first entry is of a later time, and a file of an older format, which has no log: what
 * stood in it by then is not known. Entries that were brought in by ledger_import() later than
 * `time` count by their own times. `watch`, or NULL, is told of how many entries of the whole log
 * have been read; it may end before them. NULL on failure; the caller's, ledger_close().
 */
struct ledger *ledger_as_of(const char *path, int64_t time, const struct ledger_watch *watch,
                            struct sti_error *err);

#endif
