/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy while the ledger is in use. SQLite's online backup takes all pages in one step, so that it
 * is one moment of the file; copying the file with cp could take two.
 */
#include "ledger_internal.h"

static bool copy_pages(struct ledger *from, sqlite3 *to, struct sti_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->db, "main");
    if (backup == NULL)
        return sti_fail(err, "the copy could not be begun: %s", sqlite3_errmsg(to));
    (void)sqlite3_backup_step(backup, -1);
    /* Its code is that of the step, if that has failed. */
    int code = sqlite3_backup_finish(backup);
    return code == SQLITE_OK ||
           sti_fail(err, "the ledger could not be copied: %s", sqlite3_errstr(code));
}

static bool fill(void *context, const char *temporary, struct sti_error *err)
{
    struct ledger *from = context;
    struct ledger copy = {.path = (char *)temporary, .lock = -1, .version = from->version};
    bool ok = false;
    if (sqlite3_open_v2(temporary, &copy.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        ledger_failed(&copy, "made", err);
    else
        ok = ledger_run(&copy, "made", "PRAGMA synchronous = EXTRA", err) &&
             copy_pages(from, copy.db, err) &&
             (copy.version < LEDGER_VERSION || log_check_tail(&copy, err));
    return ledger_end_file(&copy, ok, err);
}

bool ledger_backup(struct ledger *ledger, const char *path, struct sti_error *err)
{
    return ledger_new_file(path, fill, ledger, err);
}
