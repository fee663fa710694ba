/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy while the ledger is in use, by SQLite's online backup: it is of one moment of the file;
 * copying the file with cp could take two.
 */
#include "ledger_internal.h"

#include <limits.h>

/* Pages of 4096 octets in a step, during which a writer's commit waits; 16 MB take some 20 ms. */
#define PAGES 4096

static void tell_pages(sqlite3_backup *backup, struct watched *watched)
{
    watched->step.of = sqlite3_backup_pagecount(backup);
    watch_done(watched, watched->step.of - sqlite3_backup_remaining(backup));
}

/*
 * A commit between two steps begins the copy anew. It goes on in longer steps then, so that it
 * comes to an end whatever is written: in one step at last, as long as that takes.
 */
static void copy_steps(sqlite3_backup *backup, struct watched *watched)
{
    int pages = PAGES;
    int before = INT_MAX;
    while (sqlite3_backup_step(backup, pages) == SQLITE_OK) {
        int remaining = sqlite3_backup_remaining(backup);
        tell_pages(backup, watched);
        if (remaining >= before)
            pages = pages > INT_MAX / 4 ? -1 : pages * 4; /* -1: all */
        before = remaining;
    }
    tell_pages(backup, watched);
}

bool ledger_copy(struct ledger *from, sqlite3 *to, struct watched *watched, struct sti_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->db, "main");
    if (backup == NULL)
        return sti_fail(err, "the copy could not be begun: %s", sqlite3_errmsg(to));
    copy_steps(backup, watched);
    /* Its code is that of the step, if that has failed. */
    int code = sqlite3_backup_finish(backup);
    return code == SQLITE_OK ||
           sti_fail(err, "the ledger could not be copied: %s", sqlite3_errstr(code));
}

struct backup {
    struct ledger *from;
    struct watched watched;
};

static bool fill(void *context, const char *temporary, struct sti_error *err)
{
    struct backup *backup = context;
    struct ledger *from = backup->from;
    struct ledger copy = {.path = (char *)temporary, .lock = -1, .version = from->version};
    bool ok = false;
    if (sqlite3_open_v2(temporary, &copy.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        ledger_failed(&copy, "made", err);
    else
        ok = ledger_run(&copy, "made", "PRAGMA synchronous = EXTRA", err) &&
             ledger_copy(from, copy.db, &backup->watched, err) &&
             (copy.version < LEDGER_VERSION || log_check_tail(&copy, err));
    return ledger_end_file(&copy, ok, err);
}

bool ledger_backup(struct ledger *ledger, const char *path, const struct ledger_watch *watch,
                   struct sti_error *err)
{
    struct backup backup = {ledger, watch_step(watch, "copying the ledger", "page", 0)};
    return ledger_new_file(path, fill, &backup, err);
}
