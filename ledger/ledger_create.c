/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, and how a ledger comes to be: whole, or not at all. */
#include "ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The rules of the record are kept by the file itself, so that no program, this one included, can
 * break them by mistake: a row begins as an intent, ends once, and stays. The names of the
 * constraints are what SQLite says when one is broken.
 */
static const char *const tables[] = {
    "CREATE TABLE certificate("
    " number INTEGER PRIMARY KEY,"
    " serial TEXT NOT NULL UNIQUE"
    "  CONSTRAINT \"a serial is 1 to 20 octets in upper-case hex without leading 00\""
    "  CHECK(length(serial) BETWEEN 2 AND 40 AND length(serial) % 2 = 0"
    "   AND serial NOT GLOB '*[^0-9A-F]*' AND serial NOT GLOB '00*'),"
    " kind TEXT NOT NULL CONSTRAINT \"unknown kind\""
    "  CHECK(kind IN ('root', 'intermediate', 'end-entity')),"
    " state TEXT NOT NULL CONSTRAINT \"unknown state\""
    "  CHECK(state IN ('intended', 'issued', 'abandoned')),"
    " subject TEXT NOT NULL,"
    " jti TEXT CONSTRAINT \"a token id is not empty\" CHECK(length(jti) > 0),"
    " tbs_digest BLOB NOT NULL CONSTRAINT \"a digest is 32 octets\" CHECK(length(tbs_digest) = 32),"
    " intended_at INTEGER NOT NULL,"
    " ended_at INTEGER,"
    " reason TEXT,"
    " certificate BLOB CONSTRAINT \"a certificate is not empty\" CHECK(length(certificate) > 0),"
    " list BLOB CONSTRAINT \"a list is not empty\" CHECK(length(list) > 0),"
    " CONSTRAINT \"a certificate is there if and only if it was issued\""
    "  CHECK((certificate IS NOT NULL) = (state = 'issued')),"
    " CONSTRAINT \"a list goes with an issued certificate\""
    "  CHECK(list IS NULL OR state = 'issued'),"
    " CONSTRAINT \"a reason is there if and only if it was abandoned\""
    "  CHECK((reason IS NOT NULL) = (state = 'abandoned')),"
    " CONSTRAINT \"an end has a time\" CHECK((ended_at IS NULL) = (state = 'intended'))"
    ") STRICT",

    /* Two open intents never share a token: one of them could not become a certificate. */
    "CREATE UNIQUE INDEX token_intended ON certificate(jti) WHERE state = 'intended'",

    "CREATE TABLE token_use("
    " jti TEXT NOT NULL PRIMARY KEY,"
    " serial TEXT NOT NULL UNIQUE REFERENCES certificate(serial)"
    ") STRICT, WITHOUT ROWID",

    /* The look for the same serial or number is for INSERT OR REPLACE, which would delete a row. */
    "CREATE TRIGGER certificate_begins BEFORE INSERT ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger begins as an intent')"
    "  WHERE NEW.state <> 'intended';"
    " SELECT RAISE(ABORT, 'the serial is in the ledger')"
    "  WHERE EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial OR number = NEW.number);"
    " SELECT RAISE(ABORT, 'the token was used')"
    "  WHERE EXISTS(SELECT 1 FROM token_use WHERE jti = NEW.jti);"
    " END",

    "CREATE TRIGGER certificate_ends_once BEFORE UPDATE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'an ended row of the ledger never changes')"
    "  WHERE OLD.state <> 'intended';"
    " SELECT RAISE(ABORT, 'what was intended never changes')"
    "  WHERE NEW.number IS NOT OLD.number OR NEW.serial IS NOT OLD.serial"
    "   OR NEW.kind IS NOT OLD.kind OR NEW.subject IS NOT OLD.subject"
    "   OR NEW.jti IS NOT OLD.jti OR NEW.tbs_digest IS NOT OLD.tbs_digest"
    "   OR NEW.intended_at IS NOT OLD.intended_at;"
    " END",

    "CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger is never deleted');"
    " END",

    /* A certificate and the use of its token are one step, whoever takes it. */
    "CREATE TRIGGER certificate_uses_token AFTER UPDATE ON certificate"
    " WHEN NEW.state = 'issued' AND NEW.jti IS NOT NULL BEGIN"
    " INSERT INTO token_use(jti, serial) VALUES(NEW.jti, NEW.serial);"
    " END",

    "CREATE TRIGGER token_use_begins BEFORE INSERT ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the token was used')"
    "  WHERE EXISTS(SELECT 1 FROM token_use WHERE jti = NEW.jti OR serial = NEW.serial);"
    " SELECT RAISE(ABORT, 'a token is used by the certificate issued for it')"
    "  WHERE NOT EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial AND jti = NEW.jti AND state = 'issued');"
    " END",

    "CREATE TRIGGER token_use_fixed BEFORE UPDATE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token never changes');"
    " END",

    "CREATE TRIGGER token_use_stays BEFORE DELETE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token is never deleted');"
    " END",

    LEDGER_SET_APPLICATION_ID,
    LEDGER_SET_VERSION,
};

bool ledger_make_tables(struct ledger *ledger, struct sti_error *err)
{
    if (!transaction_begin(ledger, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(tables) / sizeof(tables[0]); i++)
        ok = ledger_run(ledger, "made", tables[i], err);
    return transaction_end(ledger, ok, err);
}

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
static bool nothing_in_the_way(const char *path, struct sti_error *err)
{
    static const char *const beside[] = {"", "-journal", "-wal"};
    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
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

/* Fills the empty file `temporary` with the tables. */
static bool fill(const char *temporary, struct sti_error *err)
{
    struct ledger ledger = {.path = (char *)temporary, .lock = -1};
    bool ok = false;
    if (sqlite3_open_v2(temporary, &ledger.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        ledger_failed(&ledger, "made", err);
    else
        ok = ledger_settings(&ledger, true, err) && ledger_make_tables(&ledger, err);
    if (sqlite3_close(ledger.db) != SQLITE_OK && ok)
        ok = sti_fail(err, "the ledger could not be closed");
    return ok;
}

static bool synced(const char *path, int flags)
{
    int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

/* Gives the finished file its name. link() is the one call that never overwrites. */
static bool name_it(const char *temporary, const char *path, const char *folder,
                    struct sti_error *err)
{
    if (!synced(temporary, 0))
        return system_failed(err, path, "the new ledger could not be written to the disk");
    if (link(temporary, path) != 0)
        return system_failed(err, path, "the new ledger could not be given its name");
    if (!synced(folder, O_DIRECTORY)) {
        system_failed(err, path, "the folder of the new ledger could not be written to the disk");
        (void)unlink(path);
        return false;
    }
    return true;
}

bool ledger_create(const char *path, struct sti_error *err)
{
    char *folder = ledger_folder(path);
    char *temporary = NULL;
    char *journal = NULL;
    bool ok = false;

    if (folder == NULL || asprintf(&temporary, "%s.new-XXXXXX", path) < 0) {
        temporary = NULL;
        sti_fail(err, "out of memory");
        goto out;
    }
    if (!nothing_in_the_way(path, err))
        goto out;
    int fd = mkstemp(temporary); /* for the owner alone: mode 0600 */
    if (fd < 0) {
        system_failed(err, path, "no file can be made in the folder of the ledger");
        goto out;
    }
    (void)close(fd);
    struct sti_error reason;
    ok = fill(temporary, &reason);
    if (!ok && err != NULL) {
        *err = reason;
        err->source[0] = '\0'; /* the temporary name means nothing to the user */
        sti_error_in(err, path);
    }
    ok = ok && name_it(temporary, path, folder, err);
    (void)unlink(temporary);
    if (asprintf(&journal, "%s-journal", temporary) >= 0) {
        (void)unlink(journal); /* left only if the disk failed */
        free(journal);
    }
out:
    free(temporary);
    free(folder);
    return ok;
}
