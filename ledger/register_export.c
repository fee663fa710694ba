/* SPDX-License-Identifier: Apache-2.0 */
/* Everything the register has, one piece after the other. */
#include "register_internal.h"

#include <stdlib.h>
#include <string.h>

struct export
{
    struct register_cache cache;
    register_visit visit;
    void *context;
};

static bool visit_row(void *context, const struct register_row *row, struct sti_error *err)
{
    struct export *export = context;
    const struct register_certificate *certificate =
        register_cache_get(&export->cache, row->certificate);
    struct register_piece piece = {.first = register_word(row->first),
                                   .last = register_word(row->last)};
    return certificate != NULL && export->visit(export->context, certificate, &piece, 1, err);
}

/* An SPC and its certificate, copied out of the database. */
struct spc_row {
    sqlite3_value *spc; /* NULL: before the first */
    int64_t certificate;
};

static bool next_spc(struct ledger *ledger, int64_t at, struct spc_row *row, bool *found,
                     struct sti_error *err)
{
    static const char sql[] =
        "SELECT s.spc, s.certificate FROM register_spc AS s"
        " CROSS JOIN register_certificate AS c"
        " WHERE (s.spc, s.certificate) > (?2, ?3)"
        " AND c.number = s.certificate AND " REGISTER_LIVE " ORDER BY s.spc, s.certificate LIMIT 1";
    struct ledger_query query;
    sqlite3_value *spc = NULL;
    query_start(&query, ledger, "read", sql, err);
    query_bind_number(&query, 1, at);
    if (row->spc == NULL) /* no SPC is empty, so all stand behind an empty one */
        query_bind_octets(&query, 2, (const uint8_t *)"", 0);
    else
        query_bind_octets(&query, 2, sqlite3_value_blob(row->spc),
                          (size_t)sqlite3_value_bytes(row->spc));
    query_bind_number(&query, 3, row->certificate);
    *found = query_row(&query);
    if (*found) {
        spc = sqlite3_value_dup(sqlite3_column_value(query.statement, 0));
        row->certificate = sqlite3_column_int64(query.statement, 1);
    }
    bool ok = query_close(&query);
    sqlite3_value_free(row->spc);
    row->spc = spc;
    return ok && *found && spc == NULL ? sti_fail(err, "out of memory") : ok;
}

static bool visit_spcs(struct ledger *ledger, int64_t at, struct export *export,
                       struct sti_error *err)
{
    struct spc_row row = {0};
    bool found = true;
    bool ok = true;
    while (ok) {
        ok = next_spc(ledger, at, &row, &found, err);
        if (!ok || !found)
            break;
        const struct register_certificate *certificate =
            register_cache_get(&export->cache, row.certificate);
        struct register_piece piece = {.spc = sqlite3_value_blob(row.spc),
                                       .spc_length = (size_t)sqlite3_value_bytes(row.spc)};
        ok = certificate != NULL && export->visit(export->context, certificate, &piece, 1, err);
    }
    sqlite3_value_free(row.spc);
    return ok;
}

bool register_export(struct ledger *ledger, int64_t at, register_visit visit, void *context,
                     struct sti_error *err)
{
    struct export export = {.visit = visit, .context = context};
    bool ok = register_cache_start(&export.cache, ledger, err);
    ok = ok && visit_spcs(ledger, at, &export, err) &&
         register_walk(ledger, at, visit_row, &export, err);
    return register_cache_end(&export.cache) && ok;
}
