/* SPDX-License-Identifier: Apache-2.0 */
/* How a ledger comes to be: whole, or not at all. */
#include "ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *ledger_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Like sti_fail(), with what the system said, and about `path`. */
static bool system_failed(struct sti_error *err, const char *path, const char *what)
{
    sti_fail(err, "%s: %s", what, strerror(errno));
    return sti_error_in(err, path);
}

/*
 * SQLite takes a journal beside a file for that file's own and would undo into the new ledger what
 * an older one of the same name had half done.
 */
static bool nothing_in_the_way(const char *path, const char *const *beside, size_t count,
                               struct sti_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        char *name = NULL;
        if (asprintf(&name, "%s%s", path, beside[i]) < 0)
            return sti_fail(err, "out of memory");
        bool there = lstat(name, &st) == 0;
        free(name);
        if (!there)
            continue;
        if (i == 0)
            sti_fail(err, "this file exists and a ledger is never overwritten; choose another "
                          "name, or move the old file away");
        else
            sti_fail(err,
                     "a file of this name with \"%s\" added is left over from an older ledger; "
                     "move it to where that ledger is now",
                     beside[i]);
        return sti_error_in(err, path);
    }
    return true;
}

bool ledger_begin_file(struct ledger *ledger, const char *path, struct sti_error *err)
{
    *ledger = (struct ledger){.path = (char *)path, .lock = -1, .version = LEDGER_VERSION};
    if (sqlite3_open_v2(path, &ledger->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return ledger_failed(ledger, "made", err);
    if (!ledger_settings(ledger, true, err) || !transaction_begin(ledger, err))
        return false;
    bool ok = ledger_make_tables(ledger, err) && ledger_make_rules(ledger, err);
    return transaction_end(ledger, ok, err);
}

bool ledger_end_file(struct ledger *ledger, bool ok, struct sti_error *err)
{
    query_forget(ledger);
    if (sqlite3_close(ledger->db) != SQLITE_OK && ok)
        return sti_fail(err, "the ledger could not be closed") || sti_error_in(err, ledger->path);
    return ok;
}

bool ledger_open_nameless(struct ledger *ledger, struct sti_error *err)
{
    return sqlite3_open_v2("", &ledger->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) ==
               SQLITE_OK ||
           ledger_failed(ledger, "derived", err);
}

bool ledger_view_begin(struct ledger *view, char *path, struct sti_error *err)
{
    static const char *const settings[] = {"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF",
                                           "PRAGMA cache_size = -65536", "BEGIN"};
    *view = (struct ledger){.path = path, .lock = -1, .version = LEDGER_VERSION};
    bool ok = ledger_open_nameless(view, err);
    for (size_t i = 0; ok && i < sizeof(settings) / sizeof(*settings); i++)
        ok = ledger_run(view, "derived", settings[i], err);
    return ok && ledger_make_tables(view, err) && ledger_make_rules(view, err);
}

/* What ledger_create() is told. */
struct beginning {
    const unsigned char *id;
    int64_t time;
};

/* Fills the empty file with the tables and the first entry. */
static bool fill(void *context, const char *temporary, struct sti_error *err)
{
    const struct beginning *beginning = context;
    struct ledger ledger;
    struct ledger_entry entry = {.event = EVENT_CREATED};
    entry_set_number(&entry, KEY_TIME, beginning->time);
    entry_set_number(&entry, KEY_FORMAT, LEDGER_VERSION);
    entry_set_octets(&entry, KEY_LEDGER_ID, beginning->id, LEDGER_ID_OCTETS);
    bool ok = ledger_begin_file(&ledger, temporary, err) && log_record(&ledger, &entry, err);
    return ledger_end_file(&ledger, ok, err);
}

static bool synced(const char *path, int flags)
{
    int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

/*
 * Gives the file its name, which is never overwritten, in one step; by link() where renameat2() is
 * not known.
 */
static bool give_name(const char *temporary, const char *path)
{
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    return (errno == EINVAL || errno == ENOSYS) && link(temporary, path) == 0;
}

/* Gives the finished file its name, and waits until that is on the disk. */
static bool name_it(const char *temporary, const char *path, const char *folder,
                    struct sti_error *err)
{
    if (!synced(temporary, 0))
        return system_failed(err, path, "the new ledger could not be written to the disk");
    if (!give_name(temporary, path))
        return system_failed(err, path, "the new ledger could not be given its name");
    if (!synced(folder, O_DIRECTORY)) {
        system_failed(err, path, "the folder of the new ledger could not be written to the disk");
        (void)unlink(path);
        return false;
    }
    return true;
}

bool ledger_new_file(const char *path, ledger_fill *fill_it, void *context, struct sti_error *err)
{
    static const char *const beside[] = {"", "-journal", "-wal"};
    char *folder = ledger_folder(path);
    char *temporary = NULL;
    char *journal = NULL;
    int lock = -1;
    bool ok = false;

    if (folder == NULL || asprintf(&temporary, "%s.new-XXXXXX", path) < 0) {
        temporary = NULL;
        sti_fail(err, "out of memory");
        goto out;
    }
    if (!nothing_in_the_way(path, beside, sizeof(beside) / sizeof(*beside), err) ||
        !ledger_making_begin(path, folder, &lock, err))
        goto out;
    int fd = mkstemp(temporary); /* for the owner alone: mode 0600 */
    if (fd < 0) {
        system_failed(err, path, "no file can be made in the folder of the ledger");
        goto out;
    }
    (void)close(fd);
    struct sti_error reason;
    ok = fill_it(context, temporary, &reason);
    if (!ok && err != NULL) {
        *err = reason;
        if (strcmp(err->source, temporary) == 0) {
            err->source[0] = '\0'; /* the temporary name means nothing to the user */
            sti_error_in(err, path);
        }
    }
    ok = ok && name_it(temporary, path, folder, err);
    (void)unlink(temporary);
    if (asprintf(&journal, "%s-journal", temporary) >= 0) {
        (void)unlink(journal); /* left only if the disk failed */
        free(journal);
    }
out:
    ledger_making_end(lock);
    free(temporary);
    free(folder);
    return ok;
}

bool ledger_create(const char *path, const unsigned char id[LEDGER_ID_OCTETS], int64_t now,
                   struct sti_error *err)
{
    /* The lock file of a ledger that is gone remembers it: a new one would pass for an old copy. */
    static const char *const lock[] = {"", ".lock"};
    struct beginning beginning = {.id = id, .time = now};
    return nothing_in_the_way(path, lock, 2, err) && ledger_new_file(path, fill, &beginning, err);
}
