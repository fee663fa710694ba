/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole register in the order of its numbers. The rows of a class are in that order, so the
 * classes are merged as they are read. A portion is read at once and visited when no statement is
 * open: the commit of a writer never waits for a pager.
 */
#include "register_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORTION 8192
#define PORTION_TEXT "8192"

/* What is live at ?1 and stands behind ?2 and ?3, of one class. */
#define ARM                                                                                        \
    "SELECT r.first, r.first + r.more, r.certificate FROM register_range AS r"                     \
    " CROSS JOIN register_certificate AS c WHERE r.class = %d"                                     \
    " AND (r.first, r.certificate) > (?2, ?3) AND c.number = r.certificate AND " REGISTER_LIVE

struct portion {
    struct register_row rows[PORTION];
    size_t count;
    char sql[REGISTER_CLASSES * (sizeof(ARM) + 16) + 64];
};

static void write_sql(struct portion *portion)
{
    size_t length = 0;
    for (int class = 0; class < REGISTER_CLASSES; class ++)
        length += (size_t)snprintf(portion->sql + length, sizeof(portion->sql) - length, "%s" ARM,
                                   class == 0 ? "" : " UNION ALL ", class);
    snprintf(portion->sql + length, sizeof(portion->sql) - length,
             " ORDER BY 1, 3 LIMIT " PORTION_TEXT);
}

/* The rows behind `last`. */
static bool read_portion(struct ledger *ledger, struct portion *portion, int64_t at,
                         const struct register_row *last, struct sti_error *err)
{
    struct ledger_query query;
    portion->count = 0;
    query_start(&query, ledger, "read", portion->sql, err);
    query_bind_number(&query, 1, at);
    query_bind_number(&query, 2, last->first);
    query_bind_number(&query, 3, last->certificate);
    while (portion->count < PORTION && query_row(&query))
        portion->rows[portion->count++] = (struct register_row){
            sqlite3_column_int64(query.statement, 0), sqlite3_column_int64(query.statement, 1),
            sqlite3_column_int64(query.statement, 2)};
    return query_close(&query);
}

bool register_walk(struct ledger *ledger, int64_t at, register_row_visit visit, void *context,
                   struct sti_error *err)
{
    struct register_row last = {0};
    bool ok = true;
    struct portion *portion = malloc(sizeof(*portion));
    if (portion == NULL)
        return sti_fail(err, "no memory to read the number register");
    write_sql(portion);
    do {
        ok = read_portion(ledger, portion, at, &last, err);
        for (size_t i = 0; ok && i < portion->count; i++)
            ok = visit(context, &portion->rows[i], err);
        if (portion->count > 0)
            last = portion->rows[portion->count - 1];
    } while (ok && portion->count == PORTION);
    free(portion);
    return ok;
}

/* ---- certificates, read as they are needed ---- */

bool register_cache_start(struct register_cache *cache, struct ledger *ledger,
                          struct sti_error *err)
{
    cache->slots = calloc(REGISTER_CACHE, sizeof(*cache->slots));
    register_reader_start(&cache->reader, ledger, err);
    return cache->slots != NULL || sti_fail(err, "no memory to read the number register");
}

bool register_cache_end(struct register_cache *cache)
{
    for (size_t i = 0; cache->slots != NULL && i < REGISTER_CACHE; i++)
        register_certificate_free(&cache->slots[i]);
    free(cache->slots);
    return query_close(&cache->reader);
}

const struct register_certificate *register_cache_get(struct register_cache *cache, int64_t number)
{
    struct register_certificate *slot = &cache->slots[(uint64_t)number % REGISTER_CACHE];
    if (slot->subject != NULL && slot->number == number)
        return slot;
    register_certificate_free(slot);
    return register_reader_read(&cache->reader, number, slot) ? slot : NULL;
}
