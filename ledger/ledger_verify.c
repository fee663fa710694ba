/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole check. The chain is recomputed from the first entry on; every entry is applied to a
 * ledger beside, of which nothing but the tables is kept (a temporary file of SQLite's); and then
 * the tables of the two are compared row by row. Memory stays the same whatever the size.
 */
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

struct check {
    struct ledger *ledger;
    struct ledger view; /* what the entries say */
    struct ledger_place last;
    unsigned char id[LEDGER_ID_OCTETS];
};

/* ---- the chain ---- */

static bool add_to_view(struct check *check, const struct log_row *row,
                        const struct ledger_entry *entry, struct sti_error *err)
{
    static const uint8_t nothing[1];
    struct ledger_query query;
    struct sti_error why;
    query_start_kept(&query, &check->view, "derived",
                     "INSERT INTO entry(number, body, hash) VALUES(?1, ?2, ?3)", &why);
    query_bind_number(&query, 1, row->number);
    query_bind_octets(&query, 2, nothing, sizeof(nothing));
    query_bind_octets(&query, 3, row->hash, row->hash_length);
    if (query_end(&query) && ledger_apply(&check->view, row->number, entry, &why))
        return true;
    return ledger_damaged(check->ledger, err, "entry %lld cannot be: %s", (long long)row->number,
                          why.sentence);
}

static bool check_entry(void *context, const struct log_row *row, struct sti_error *err)
{
    struct check *check = context;
    struct ledger_place *last = &check->last;
    struct ledger_entry entry;
    struct sti_error why;
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    long long number = row->number;
    if (row->number != last->number + 1)
        return ledger_damaged(check->ledger, err, "entry %lld is missing",
                              (long long)last->number + 1);
    if (!log_hash(last->hash, row->body, row->length, hash, err))
        return false;
    if (row->hash_length != sizeof(hash) || memcmp(row->hash, hash, sizeof(hash)) != 0)
        return ledger_damaged(check->ledger, err,
                              "entry %lld is not the one that was written behind entry %lld",
                              number, number - 1);
    if (!entry_read(&entry, row->body, row->length, &why))
        return ledger_damaged(check->ledger, err, "entry %lld: %s", number, why.sentence);
    if (number == 1 && entry.values[KEY_LEDGER_ID].there)
        memcpy(check->id, entry.values[KEY_LEDGER_ID].octets, LEDGER_ID_OCTETS);
    if (!add_to_view(check, row, &entry, err))
        return false;
    last->number = row->number;
    memcpy(last->hash, hash, sizeof(hash));
    return true;
}

static bool check_chain(struct check *check, struct sti_error *err)
{
    return log_walk(check->ledger, check->last.number + 1, INT64_MAX, check_entry, check, err);
}

/* ---- the tables ---- */

static const struct compared {
    const char *name;
    const char *sql; /* the first column names a row */
} compared[] = {
    {"certificate", "SELECT * FROM certificate ORDER BY number"},
    {"revocation", "SELECT * FROM revocation ORDER BY entry"},
    {"crl", "SELECT * FROM crl ORDER BY entry"},
    {"register_certificate", "SELECT * FROM register_certificate ORDER BY number"},
    {"register_range", "SELECT certificate, class, first, more FROM register_range"
                       " ORDER BY class, first, certificate"},
    {"register_spc", "SELECT certificate, spc FROM register_spc ORDER BY spc, certificate"},
    /* The rules that the file keeps by itself are as they were made. */
    {"schema", "SELECT name, type, tbl_name, sql FROM sqlite_schema ORDER BY name, type"},
};

static bool values_are_equal(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    int type = sqlite3_column_type(a, column);
    if (type != sqlite3_column_type(b, column))
        return false;
    if (type == SQLITE_NULL)
        return true;
    if (type == SQLITE_INTEGER)
        return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
    const void *in_a = sqlite3_column_blob(a, column);
    const void *in_b = sqlite3_column_blob(b, column);
    int length = sqlite3_column_bytes(a, column);
    return length == sqlite3_column_bytes(b, column) &&
           (length == 0 ||
            (in_a != NULL && in_b != NULL && memcmp(in_a, in_b, (size_t)length) == 0));
}

/* Which of two rows comes first by their first column: below 0, 0 or above. */
static int row_order(sqlite3_stmt *a, sqlite3_stmt *b)
{
    if (sqlite3_column_type(a, 0) == SQLITE_INTEGER) {
        int64_t in_a = sqlite3_column_int64(a, 0);
        int64_t in_b = sqlite3_column_int64(b, 0);
        return (in_a > in_b) - (in_a < in_b);
    }
    const char *in_a = (const char *)sqlite3_column_text(a, 0);
    const char *in_b = (const char *)sqlite3_column_text(b, 0);
    return strcmp(in_a == NULL ? "" : in_a, in_b == NULL ? "" : in_b);
}

/* Which row differs; `what` says how. */
static bool differs(struct check *check, const struct compared *table, sqlite3_stmt *row,
                    const char *what, struct sti_error *err)
{
    const char *name = (const char *)sqlite3_column_text(row, 0);
    return ledger_damaged(check->ledger, err, "table %s, row %s: %s", table->name,
                          name == NULL ? "?" : name, what);
}

static bool compare_rows(struct check *check, const struct compared *table,
                         struct ledger_query *have, struct ledger_query *want,
                         struct sti_error *err)
{
    for (;;) {
        bool more = query_row(have);
        bool wanted = query_row(want);
        if (!have->ok || !want->ok)
            return false;
        if (!more && !wanted)
            return true;
        int order = !wanted ? -1 : !more ? 1 : row_order(have->statement, want->statement);
        if (order < 0)
            return differs(check, table, have->statement, "no entry of the log says so", err);
        if (order > 0)
            return differs(check, table, want->statement, "is missing", err);
        int columns = sqlite3_column_count(have->statement);
        if (columns != sqlite3_column_count(want->statement))
            return differs(check, table, have->statement, "has other columns", err);
        for (int i = 0; i < columns; i++) {
            if (!values_are_equal(have->statement, want->statement, i))
                return differs(check, table, have->statement, "is not what the log says", err);
        }
    }
}

static bool compare_table(struct check *check, const struct compared *table, struct sti_error *err)
{
    struct ledger_query have, want;
    query_start(&have, check->ledger, "read", table->sql, err);
    query_start(&want, &check->view, "derived", table->sql, have.ok ? err : NULL);
    bool ok = have.ok && want.ok && compare_rows(check, table, &have, &want, err);
    have.done = want.done = true;
    bool had = query_end(&have);
    return query_end(&want) && had && ok;
}

/* While this lasts, a writer waits: what it has added meanwhile is checked first. */
static bool compare_all(struct check *check, struct sti_error *err)
{
    if (!ledger_run(check->ledger, "read", "BEGIN", err))
        return false;
    bool ok = check_chain(check, err);
    for (size_t i = 0; ok && i < sizeof(compared) / sizeof(*compared); i++)
        ok = compare_table(check, &compared[i], err);
    return ledger_run(check->ledger, "read", "ROLLBACK", ok ? err : NULL) && ok;
}

/* ---- all of it ---- */

/* SQLite's own structure, the indexes included. */
static bool check_structure(struct ledger *ledger, struct sti_error *err)
{
    struct ledger_query query;
    char finding[200] = "ok";
    query_start(&query, ledger, "checked", "PRAGMA integrity_check(1)", err);
    if (query_row(&query)) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 0);
        snprintf(finding, sizeof(finding), "%s", text == NULL ? "out of memory" : text);
    }
    return query_end(&query) &&
           (strcmp(finding, "ok") == 0 || ledger_damaged(ledger, err, "%s", finding));
}

/* A ledger without a name, which SQLite removes by itself; nothing of it needs to last. */
static bool open_view(struct check *check, struct sti_error *err)
{
    static const char *const settings[] = {"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF",
                                           "PRAGMA cache_size = -65536", "BEGIN"};
    struct ledger *view = &check->view;
    *view = (struct ledger){.path = check->ledger->path, .lock = -1, .version = LEDGER_VERSION};
    bool ok = sqlite3_open_v2("", &view->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) ==
                  SQLITE_OK ||
              ledger_failed(view, "derived", err);
    for (size_t i = 0; ok && i < sizeof(settings) / sizeof(*settings); i++)
        ok = ledger_run(view, "derived", settings[i], err);
    return ok && ledger_make_tables(view, err) && ledger_make_rules(view, err);
}

static bool check_all(struct check *check, struct sti_error *err)
{
    return check_structure(check->ledger, err) && open_view(check, err) &&
           check_chain(check, err) && compare_all(check, err) &&
           (check->last.number > 0 || ledger_damaged(check->ledger, err, "its log is empty"));
}

bool ledger_verify(struct ledger *ledger, struct ledger_verified *verified, struct sti_error *err)
{
    struct check check = {.ledger = ledger};
    struct sti_error why;
    if (!log_is_there(ledger, err) || !mark_look(ledger, err))
        return false;
    bool ok = check_all(&check, &why) &&
              ledger_number(&check.view, "derived", "SELECT count(*) FROM certificate",
                            &verified->certificates, &why);
    query_forget(&check.view);
    (void)sqlite3_close(check.view.db);
    verified->entries = check.last.number;
    memcpy(verified->id, check.id, sizeof(check.id));
    memcpy(verified->hash, check.last.hash, sizeof(check.last.hash));
    if (ledger->lock < 0)
        ledger->head = check.last; /* a reader has looked at no more than this */
    if (ok)
        return mark_is_there(ledger, err);
    /* Here, damage is what was asked for: a refusal, not a failure of the environment. */
    if (strncmp(why.sentence, "the ledger is damaged", 21) == 0)
        why.code = STI_REFUSED;
    if (err != NULL)
        *err = why;
    return false;
}
