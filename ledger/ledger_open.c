/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: is it a ledger, may it be written, is no one else at work on it. */
#include "ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_in(struct sti_error *err, const char *path, const char *what, int number)
{
    if (number == 0)
        sti_fail(err, "%s", what);
    else
        sti_fail(err, "%s: %s", what, strerror(number));
    return sti_error_in(err, path);
}

/*
 * The file behind the name: the lock and SQLite's journal stand beside that one, so that two names
 * of one ledger lead to one lock. NULL on failure; free() it.
 */
static char *real_file(const char *path, struct sti_error *err)
{
    struct stat st;
    char *real = realpath(path, NULL);
    if (real == NULL) {
        if (errno == ENOENT)
            fail_in(err, path,
                    "there is no ledger of this name; check the name, or make it with: sti-ca init",
                    0);
        else
            fail_in(err, path, "the ledger could not be found", errno);
        return NULL;
    }
    if (stat(real, &st) != 0)
        fail_in(err, path, "the ledger could not be looked at", errno);
    else if (S_ISDIR(st.st_mode))
        fail_in(err, path, "this is a folder, not a ledger; check the name", 0);
    else if (!S_ISREG(st.st_mode))
        fail_in(err, path, "this is not a file, so it is no ledger; check the name", 0);
    else if (access(real, R_OK) != 0)
        fail_in(err, path, "the ledger may not be read by this user", errno);
    else
        return real;
    free(real);
    return NULL;
}

/* SQLite needs both: the folder is where its journal goes. */
static bool may_write(const char *real, const char *path, struct sti_error *err)
{
    char *folder = ledger_folder(real);
    bool ok = false;
    if (folder == NULL)
        sti_fail(err, "out of memory");
    else if (access(real, W_OK) != 0)
        fail_in(err, path, "the ledger cannot be written, so nothing can be issued", errno);
    else if (access(folder, W_OK | X_OK) != 0)
        fail_in(err, path, "the folder of the ledger cannot be written, so nothing can be issued",
                errno);
    else
        ok = true;
    free(folder);
    return ok;
}

/*
 * Takes the lock: a file of its own, because closing any descriptor of the database would drop
 * SQLite's locks on it. It ends with the process, however that ends; the file stays, because to
 * remove it would let a third process lock a new file of the same name beside the holder of the
 * old one.
 */
static bool take_lock(struct ledger *ledger, const char *real, struct sti_error *err)
{
    char *name = NULL;
    if (asprintf(&name, "%s.lock", real) < 0)
        return sti_fail(err, "out of memory");
    ledger->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = false;
    if (ledger->lock < 0)
        fail_in(err, name, "the lock file of the ledger cannot be written", errno);
    else if (flock(ledger->lock, LOCK_EX | LOCK_NB) == 0)
        ok = true;
    else if (errno == EWOULDBLOCK)
        fail_in(err, ledger->path,
                "another sti-ca is at work on this ledger; try again when it has ended", 0);
    else
        fail_in(err, name, "the lock file of the ledger cannot be locked", errno);
    free(name);
    return ok;
}

static bool is_ledger(struct ledger *ledger, struct sti_error *err)
{
    int64_t id;
    if (!ledger_number(ledger, "read", "PRAGMA application_id", &id, err) ||
        !ledger_number(ledger, "read", "PRAGMA user_version", &ledger->version, err))
        return false;
    if (id != LEDGER_APPLICATION_ID || ledger->version < 1)
        return fail_in(err, ledger->path, "this file is not a ledger; check the name", 0);
    if (ledger->version > LEDGER_VERSION) {
        sti_fail(err,
                 "this ledger was made by a newer version of sti-ca (format %lld, this program "
                 "knows %d); use that version",
                 (long long)ledger->version, LEDGER_VERSION);
        return sti_error_in(err, ledger->path);
    }
    return true;
}

/*
 * SQLite sees that pages are missing at the end, but reads the missing part of one as zeros. Only
 * for the holder of the lock: under a reader the file may be growing.
 */
static bool is_whole(struct ledger *ledger, const char *real, struct sti_error *err)
{
    struct stat st;
    int64_t page;
    if (!ledger_number(ledger, "checked", "PRAGMA page_size", &page, err))
        return false;
    if (stat(real, &st) != 0)
        return fail_in(err, ledger->path, "the ledger could not be looked at", errno);
    return (page >= 1 && st.st_size % page == 0) ||
           ledger_damaged(ledger, err, "its end is cut off");
}

/* Reads the whole file: nothing broken is brought to another format. */
static bool is_sound(struct ledger *ledger, struct sti_error *err)
{
    struct ledger_query query;
    char finding[200] = "ok";
    query_start(&query, ledger, "checked", "PRAGMA quick_check(1)", err);
    if (query_row(&query)) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 0);
        snprintf(finding, sizeof(finding), "%s", text == NULL ? "out of memory" : text);
    }
    if (!query_end(&query))
        return false;
    return strcmp(finding, "ok") == 0 || ledger_damaged(ledger, err, "%s", finding);
}

/*
 * Writing the version again, unchanged, is a real write: a disk that cannot be written is found
 * here, not when the HSM has signed. And a mark is written.
 */
static bool probe(struct ledger *ledger, struct sti_error *err)
{
    if (!transaction_begin(ledger, err))
        return false;
    return transaction_end(ledger, ledger_run(ledger, "written", LEDGER_SET_VERSION, err), err);
}

/* The intents of a run that died, as far as a sentence tells them. */
struct left_behind {
    const struct ledger *ledger;
    int64_t count;
    char serial[LEDGER_SERIAL_TEXT + 1]; /* the first */
};

static bool count_left(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct left_behind *left = context;
    (void)err;
    if (!resume_is_planned(left->ledger, record) && left->count++ == 0)
        snprintf(left->serial, sizeof(left->serial), "%s", record->serial);
    return true;
}

/* With the lock held, an open intent is that of a run that died. */
static bool is_settled(struct ledger *ledger, struct sti_error *err)
{
    struct left_behind left = {.ledger = ledger};
    if (!ledger_open_intents(ledger, count_left, &left, err))
        return false;
    if (left.count == 0)
        return true;
    sti_fail(err,
             "a run ended before it could say what became of %lld certificate%s (serial %s%s): the "
             "HSM may have signed; nothing is issued until that is settled: sti-ca recover",
             (long long)left.count, left.count == 1 ? "" : "s", left.serial,
             left.count == 1 ? "" : ", ...");
    return sti_error_in(err, ledger->path);
}

/* The record is at rest, whole at its end, and the one that was written last. */
static bool begin_writing(struct ledger *ledger, enum ledger_access access, struct sti_error *err)
{
    if (!log_check_tail(ledger, err) || !mark_read(ledger, ledger->lock, err) ||
        (access == LEDGER_WRITE && !mark_is_there(ledger, err)) || !probe(ledger, err))
        return false;
    return access != LEDGER_WRITE || is_settled(ledger, err);
}

static bool open_file(struct ledger *ledger, const char *real, enum ledger_access access,
                      struct sti_error *err)
{
    int flags = access == LEDGER_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(real, &ledger->db, flags, NULL) != SQLITE_OK)
        return ledger_failed(ledger, "opened", err);
    /* Asked to write, SQLite opens for reading if it cannot, and says nothing. */
    if (access != LEDGER_READ && sqlite3_db_readonly(ledger->db, "main") != 0)
        return fail_in(err, ledger->path, "the ledger cannot be written, so nothing can be issued",
                       0);
    return true;
}

/*
 * From the identity to an open record. A file that is something else must not be changed, and
 * nothing is added to a broken one.
 */
static bool open_record(struct ledger *ledger, const char *real, enum ledger_access access,
                        int64_t now, struct sti_error *err)
{
    if (!open_file(ledger, real, access, err) || !ledger_settings(ledger, false, err) ||
        !is_ledger(ledger, err))
        return false;
    bool older = ledger->version < LEDGER_VERSION;
    if (access == LEDGER_READ)
        return !older || ledger_view_older(ledger, err);
    ledger->restored = older; /* no mark is written before the one that is there is read */
    return ledger_settings(ledger, true, err) && is_whole(ledger, real, err) &&
           (!older || (is_sound(ledger, err) && ledger_migrate(ledger, now, err))) &&
           begin_writing(ledger, access, err);
}

static struct ledger *open_with(const char *path, enum ledger_access access,
                                const struct ledger_planned *planned, size_t count, int64_t now,
                                struct sti_error *err)
{
    bool writing = access != LEDGER_READ;
    bool ok = false;
    char *real = NULL;
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (ledger != NULL) {
        ledger->lock = -1;
        ledger->path = strdup(path);
    }
    if (ledger == NULL || ledger->path == NULL) {
        sti_fail(err, "out of memory");
        goto out;
    }
    ledger->real = real = real_file(path, err);
    if (real == NULL)
        goto out;
    if (writing && (!may_write(real, path, err) || !take_lock(ledger, real, err)))
        goto out;
    ledger->planned = planned;
    ledger->planned_count = count;
    ok = open_record(ledger, real, access, now, err);
    ledger->planned = NULL;
    ledger->planned_count = 0;
out:
    if (ok)
        return ledger;
    ledger_close(ledger);
    return NULL;
}

struct ledger *ledger_open(const char *path, enum ledger_access access, int64_t now,
                           struct sti_error *err)
{
    return open_with(path, access, NULL, 0, now, err);
}

struct ledger *ledger_open_planned(const char *path, const struct ledger_planned *planned,
                                   size_t count, int64_t now, struct sti_error *err)
{
    return open_with(path, LEDGER_WRITE, planned, count, now, err);
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    /* No other statement outlives the function that prepared it, so this cannot be refused. */
    query_forget(ledger);
    (void)sqlite3_close(ledger->db);
    /* The lock goes last: whoever takes it next finds a file that is at rest. */
    if (ledger->lock >= 0)
        (void)close(ledger->lock);
    free(ledger->real);
    free(ledger->path);
    free(ledger);
}
