/* SPDX-License-Identifier: Apache-2.0 */
/* One way to talk to SQLite: every value is bound, every return code is looked at. */
#include "ledger_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool ledger_failed(struct ledger *ledger, const char *doing, struct sti_error *err)
{
    int code = sqlite3_extended_errcode(ledger->db);
    const char *reason = sqlite3_errmsg(ledger->db);

    if (code == SQLITE_NOTADB)
        sti_fail(err, "this file is not a ledger (%s); check the name", reason);
    else if ((code & 0xff) == SQLITE_CORRUPT)
        sti_fail(err,
                 "the ledger is damaged and could not be %s (%s); keep the file as it is and go "
                 "back to a copy of it",
                 doing, reason);
    else if (code == SQLITE_READONLY_ROLLBACK)
        /* The half-done change is in the journal beside the file; a reader may not undo it. */
        sti_fail(err, "a run that was writing to this ledger was cut off; run a command that "
                      "writes to it (it undoes the half-done change), then try again");
    else if ((code & 0xff) == SQLITE_BUSY)
        sti_fail(err,
                 "the ledger could not be %s: another process keeps it busy (%s); try again when "
                 "that one has ended",
                 doing, reason);
    else
        sti_fail(err, "the ledger could not be %s: %s", doing, reason);
    return sti_error_in(err, ledger->path);
}

bool ledger_damaged(struct ledger *ledger, struct sti_error *err, const char *format, ...)
{
    char finding[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding, sizeof(finding), format, arguments);
    va_end(arguments);
    sti_fail(err, "the ledger is damaged (%s); keep the file as it is and go back to a copy of it",
             finding);
    return sti_error_in(err, ledger->path);
}

static void failed(struct ledger_query *query)
{
    if (query->ok)
        ledger_failed(query->ledger, query->doing, query->err);
    query->ok = false;
}

void query_start(struct ledger_query *query, struct ledger *ledger, const char *doing,
                 const char *sql, struct sti_error *err)
{
    *query = (struct ledger_query){.ledger = ledger, .doing = doing, .ok = true, .err = err};
    if (sqlite3_prepare_v2(ledger->db, sql, -1, &query->statement, NULL) != SQLITE_OK)
        failed(query);
}

/* A place among the kept statements: that of `sql`, or an empty one; NULL if all are taken. */
static struct kept *kept_place(struct ledger *ledger, const char *sql)
{
    for (size_t i = 0; i < LEDGER_KEPT; i++) {
        struct kept *kept = &ledger->kept[i];
        if (kept->sql == NULL || kept->sql == sql)
            return kept->busy ? NULL : kept;
    }
    return NULL;
}

void query_start_kept(struct ledger_query *query, struct ledger *ledger, const char *doing,
                      const char *sql, struct sti_error *err)
{
    struct kept *kept = kept_place(ledger, sql);
    if (kept == NULL || kept->sql == NULL) {
        query_start(query, ledger, doing, sql, err);
        if (kept == NULL || !query->ok)
            return;
        *kept = (struct kept){.sql = sql, .statement = query->statement};
    } else {
        *query = (struct ledger_query){.ledger = ledger, .doing = doing, .ok = true, .err = err};
        query->statement = kept->statement;
    }
    kept->busy = true;
    query->kept = kept;
}

void query_forget(struct ledger *ledger)
{
    for (size_t i = 0; i < LEDGER_KEPT; i++)
        (void)sqlite3_finalize(ledger->kept[i].statement);
    memset(ledger->kept, 0, sizeof(ledger->kept));
}

void query_bind_text(struct ledger_query *query, int index, const char *text)
{
    if (query->ok &&
        sqlite3_bind_text(query->statement, index, text, -1, SQLITE_STATIC) != SQLITE_OK)
        failed(query);
}

void query_bind_number(struct ledger_query *query, int index, int64_t number)
{
    if (query->ok && sqlite3_bind_int64(query->statement, index, number) != SQLITE_OK)
        failed(query);
}

void query_bind_octets(struct ledger_query *query, int index, const uint8_t *octets, size_t length)
{
    if (query->ok &&
        sqlite3_bind_blob64(query->statement, index, octets, length, SQLITE_STATIC) != SQLITE_OK)
        failed(query);
}

void query_bind_copy(struct ledger_query *query, int index, const sqlite3_value *value)
{
    if (query->ok && sqlite3_bind_value(query->statement, index, value) != SQLITE_OK)
        failed(query);
}

void query_bind_value(struct ledger_query *query, int index, const struct ledger_entry *entry,
                      enum entry_key key)
{
    const struct entry_value *value = &entry->values[key];
    if (!value->there || !query->ok)
        return; /* what is not bound is NULL */
    if (entry_key_form(key) == FORM_NUMBER)
        query_bind_number(query, index, value->number);
    else if (entry_key_form(key) == FORM_OCTETS)
        query_bind_octets(query, index, value->octets, value->length);
    else if (sqlite3_bind_text64(query->statement, index, (const char *)value->octets,
                                 value->length, SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
        failed(query);
}

bool query_row(struct ledger_query *query)
{
    if (!query->ok || query->done)
        return false;
    int code = sqlite3_step(query->statement);
    if (code == SQLITE_ROW)
        return true;
    query->done = true;
    if (code != SQLITE_DONE)
        failed(query);
    return false;
}

bool query_end(struct ledger_query *query)
{
    while (query_row(query))
        ;
    /* Its code is that of the last step, which was looked at then. */
    if (query->kept == NULL) {
        (void)sqlite3_finalize(query->statement);
    } else {
        (void)sqlite3_reset(query->statement);
        (void)sqlite3_clear_bindings(query->statement);
        query->kept->busy = false;
    }
    query->statement = NULL;
    return query->ok;
}

void query_again(struct ledger_query *query)
{
    while (query_row(query))
        ;
    if (query->ok && sqlite3_reset(query->statement) != SQLITE_OK)
        failed(query);
    query->done = !query->ok;
}

bool query_close(struct ledger_query *query)
{
    query->done = true;
    return query_end(query);
}

bool ledger_run(struct ledger *ledger, const char *doing, const char *sql, struct sti_error *err)
{
    struct ledger_query query;
    query_start(&query, ledger, doing, sql, err);
    return query_end(&query);
}

bool ledger_number(struct ledger *ledger, const char *doing, const char *sql, int64_t *number,
                   struct sti_error *err)
{
    struct ledger_query query;
    *number = 0;
    query_start(&query, ledger, doing, sql, err);
    if (query_row(&query))
        *number = sqlite3_column_int64(query.statement, 0);
    return query_end(&query);
}

bool transaction_begin(struct ledger *ledger, struct sti_error *err)
{
    if (sqlite3_db_readonly(ledger->db, "main") != 0) {
        sti_fail(err, "the ledger was opened for reading only, so nothing can be written to it");
        return sti_error_in(err, ledger->path);
    }
    struct ledger_query query;
    query_start_kept(&query, ledger, "locked for writing", "BEGIN IMMEDIATE", err);
    return query_end(&query);
}

bool transaction_end(struct ledger *ledger, bool well, struct sti_error *err)
{
    if (well) {
        struct ledger_query query;
        query_start_kept(&query, ledger, "written", "COMMIT", err);
        well = query_end(&query);
    }
    /* Some failures have rolled back already; if this one fails too, closing the file does it. */
    if (!well && sqlite3_get_autocommit(ledger->db) == 0)
        (void)ledger_run(ledger, "restored", "ROLLBACK", NULL);
    if (well)
        mark_write(ledger);
    else if (!log_last(ledger, &ledger->head, NULL))
        ledger->head.number = -1; /* nothing can be appended any more */
    return well;
}

bool ledger_settings(struct ledger *ledger, bool writing, struct sti_error *err)
{
    static const char *const all[] = {"PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON",
                                      "PRAGMA foreign_keys = ON"};
    static const char doing[] = "set up";
    int64_t level;

    if (sqlite3_busy_timeout(ledger->db, LEDGER_BUSY_MILLISECONDS) != SQLITE_OK ||
        sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL) != SQLITE_OK)
        return ledger_failed(ledger, doing, err);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (!ledger_run(ledger, doing, all[i], err))
            return false;
    }
    if (!writing)
        return true;
    /* 16 MB: in a large ledger a group touches a page of each index for every record. */
    if (!ledger_run(ledger, doing, "PRAGMA cache_size = -16384", err))
        return false;
    /* EXTRA: a commit is done when the end of the journal is on the disk too. */
    if (!ledger_run(ledger, doing, "PRAGMA journal_mode = DELETE", err) ||
        !ledger_run(ledger, doing, "PRAGMA synchronous = EXTRA", err) ||
        !ledger_number(ledger, doing, "PRAGMA synchronous", &level, err))
        return false;
    if (level != 3) {
        sti_fail(err, "this SQLite (%s) cannot promise that what is written stays written",
                 sqlite3_libversion());
        return sti_error_in(err, ledger->path);
    }
    return true;
}
