/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of a ledger against those that its log says, row by row.
 *
 * A writer's commit waits for whoever reads, so this goes in pieces, each of which is read in a
 * transaction of its own. What it rests on: at the beginning of a piece the log is followed to its
 * end, so within that piece the file and the view of the log are of one moment. The pieces are
 * neighbours in the order of a key that all rows of a table have, so every place where a row could
 * stand is in one of them. A row that is wrong while this runs is found, then. One that a writer
 * adds or changes behind the piece where it belongs is not looked at again: it came after the
 * moment of that piece, as all that is written after the end of the check.
 */
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

/* Rows of a piece: some milliseconds. */
#define PIECE 1000
#define KEYS_AT_MOST 3

static const struct compared {
    const char *name;
    const char *rows;
    const char *key; /* the first columns of a row, in the order of an index */
    int keys;
    int named; /* the column that tells people which row it is */
} compared[] = {
    {"certificate", "* FROM certificate", "number", 1, 0},
    {"revocation", "* FROM revocation", "entry", 1, 0},
    {"crl", "* FROM crl", "entry", 1, 0},
    {"register_certificate", "* FROM register_certificate", "number", 1, 0},
    {"register_range", "class, first, certificate, more FROM register_range",
     "class, first, certificate", 3, 2},
    {"register_spc", "spc, certificate FROM register_spc", "spc, certificate", 2, 1},
    /* The rules that the file keeps by itself are as they were made. */
    {"schema", "name, type, tbl_name, sql FROM sqlite_schema", "name, type", 2, 0},
};

struct comparison {
    struct ledger *ledger;
    struct ledger *view;
    const struct compared *table;
    int64_t rows;                      /* of the table that were compared */
    sqlite3_value *last[KEYS_AT_MOST]; /* the key of the last row that was compared; NULL: none */
    struct sti_error *err;
};

static void forget_last(struct comparison *comparison)
{
    for (int i = 0; i < KEYS_AT_MOST; i++) {
        sqlite3_value_free(comparison->last[i]);
        comparison->last[i] = NULL;
    }
}

static bool keep_last(struct comparison *comparison, sqlite3_stmt *row)
{
    forget_last(comparison);
    for (int i = 0; i < comparison->table->keys; i++) {
        comparison->last[i] = sqlite3_value_dup(sqlite3_column_value(row, i));
        if (comparison->last[i] == NULL)
            return sti_fail(comparison->err, "out of memory");
    }
    return true;
}

/* ---- two rows ---- */

/* Which value comes first: below 0, 0 or above. As SQLite has it, but for what is no key here. */
static int value_order(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    int type = sqlite3_column_type(a, column);
    int other = sqlite3_column_type(b, column);
    if (type != other)
        return type < other ? -1 : 1;
    if (type == SQLITE_NULL)
        return 0;
    if (type == SQLITE_INTEGER) {
        int64_t in_a = sqlite3_column_int64(a, column);
        int64_t in_b = sqlite3_column_int64(b, column);
        return (in_a > in_b) - (in_a < in_b);
    }
    const void *in_a = sqlite3_column_blob(a, column);
    const void *in_b = sqlite3_column_blob(b, column);
    int length_a = sqlite3_column_bytes(a, column);
    int length_b = sqlite3_column_bytes(b, column);
    int shorter = length_a < length_b ? length_a : length_b;
    int order = 0;
    if (shorter > 0 && (in_a == NULL || in_b == NULL))
        return 1; /* no memory: not equal, then */
    if (shorter > 0)
        order = memcmp(in_a, in_b, (size_t)shorter);
    return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

static int row_order(const struct compared *table, sqlite3_stmt *a, sqlite3_stmt *b)
{
    int order = 0;
    for (int i = 0; order == 0 && i < table->keys; i++)
        order = value_order(a, b, i);
    return order;
}

static bool rows_are_equal(sqlite3_stmt *a, sqlite3_stmt *b, int columns)
{
    for (int i = 0; i < columns; i++)
        if (value_order(a, b, i) != 0)
            return false;
    return true;
}

/* Which row differs; `what` says how. */
static bool differs(struct comparison *comparison, sqlite3_stmt *row, const char *what)
{
    const char *name = (const char *)sqlite3_column_text(row, comparison->table->named);
    return ledger_damaged(comparison->ledger, comparison->err, "table %s, row %s: %s",
                          comparison->table->name, name == NULL ? "?" : name, what);
}

/* ---- a piece ---- */

/* The rows behind the last one. */
static void start_piece(struct comparison *comparison, struct ledger_query *query,
                        struct ledger *ledger, const char *doing)
{
    static const char *const last[] = {"(?1)", "(?1, ?2)", "(?1, ?2, ?3)"};
    const struct compared *table = comparison->table;
    char behind[100] = "", sql[300];
    if (comparison->last[0] != NULL)
        snprintf(behind, sizeof(behind), " WHERE (%s) > %s", table->key, last[table->keys - 1]);
    snprintf(sql, sizeof(sql), "SELECT %s%s ORDER BY %s", table->rows, behind, table->key);
    query_start(query, ledger, doing, sql, comparison->err);
    for (int i = 0; comparison->last[0] != NULL && i < table->keys; i++)
        query_bind_copy(query, i + 1, comparison->last[i]);
}

static bool compare_rows(struct comparison *comparison, struct ledger_query *have,
                         struct ledger_query *want, bool *more)
{
    int columns = sqlite3_column_count(have->statement);
    *more = true;
    for (int count = 0; count < PIECE; count++) {
        bool there = query_row(have);
        bool wanted = query_row(want);
        if (!have->ok || !want->ok)
            return false;
        *more = there || wanted;
        if (!*more)
            return true;
        int order = !wanted  ? -1
                    : !there ? 1
                             : row_order(comparison->table, have->statement, want->statement);
        if (order < 0)
            return differs(comparison, have->statement, "no entry of the log says so");
        if (order > 0)
            return differs(comparison, want->statement, "is missing");
        if (columns != sqlite3_column_count(want->statement))
            return differs(comparison, have->statement, "has other columns");
        if (!rows_are_equal(have->statement, want->statement, columns))
            return differs(comparison, have->statement, "is not what the log says");
        comparison->rows++;
    }
    return keep_last(comparison, have->statement);
}

static bool compare_piece(struct comparison *comparison, bool *more)
{
    struct ledger_query have, want;
    start_piece(comparison, &have, comparison->ledger, "read");
    if (!have.ok)
        return query_close(&have);
    start_piece(comparison, &want, comparison->view, "derived");
    bool ok = want.ok && compare_rows(comparison, &have, &want, more);
    bool had = query_close(&have);
    return query_close(&want) && had && ok;
}

static bool compare_table(struct comparison *comparison, ledger_follow *follow, void *context,
                          const struct ledger_watch *watch)
{
    struct sti_error *err = comparison->err;
    char doing[60], sql[100];
    bool ok = true;
    snprintf(doing, sizeof(doing), "4 of 4, comparing %s", comparison->table->name);
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM (SELECT %s)", comparison->table->rows);
    struct watched watched =
        watch_step(watch, doing, "row", watch_count(watch, comparison->view, sql));
    comparison->rows = 0;
    for (bool more = true; ok && more;) {
        ok = ledger_run(comparison->ledger, "read", "BEGIN", err);
        if (!ok)
            break;
        ok = follow(context, err) && compare_piece(comparison, &more);
        ok = ledger_run(comparison->ledger, "read", "ROLLBACK", ok ? err : NULL) && ok;
        watch_done(&watched, comparison->rows);
    }
    forget_last(comparison);
    return ok;
}

bool ledger_compare(struct ledger *ledger, struct ledger *view, ledger_follow *follow,
                    void *context, const struct ledger_watch *watch, struct sti_error *err)
{
    struct comparison comparison = {.ledger = ledger, .view = view, .err = err};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(compared) / sizeof(*compared); i++) {
        comparison.table = &compared[i];
        ok = compare_table(&comparison, follow, context, watch);
    }
    return ok;
}
