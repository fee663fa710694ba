/* SPDX-License-Identifier: Apache-2.0 */
/* The log, read from one entry to the next. */
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

/* So many entries are read with one statement, which holds up a writer's commit meanwhile. */
#define AT_ONCE 256

bool log_is_there(struct ledger *ledger, struct sti_error *err)
{
    if (ledger->version == LEDGER_VERSION)
        return true;
    sti_fail(
        err,
        "this ledger has format %lld, which has no log yet; the next command that writes to it "
        "brings it to format %d",
        (long long)ledger->version, LEDGER_VERSION);
    return sti_error_in(err, ledger->path);
}

/* Number, body and hash, in this order; they live until the next step of the query. */
static struct log_row row_at(const struct ledger_query *query)
{
    return (struct log_row){
        .number = sqlite3_column_int64(query->statement, 0),
        .body = sqlite3_column_blob(query->statement, 1),
        .length = (size_t)sqlite3_column_bytes(query->statement, 1),
        .hash = sqlite3_column_blob(query->statement, 2),
        .hash_length = (size_t)sqlite3_column_bytes(query->statement, 2),
    };
}

/* Some entries from *next on; *next is behind the last of them. */
static bool walk_some(struct ledger *ledger, int64_t *next, int64_t to, log_visit visit,
                      void *context, bool *more, struct sti_error *err)
{
    struct ledger_query query;
    int count = 0;
    bool ok = true;
    query_start_kept(&query, ledger, "read",
                     "SELECT number, body, hash FROM entry WHERE number BETWEEN ?1 AND ?2"
                     " ORDER BY number",
                     err);
    query_bind_number(&query, 1, *next);
    query_bind_number(&query, 2, to);
    for (; ok && count < AT_ONCE && query_row(&query); count++) {
        struct log_row row = row_at(&query);
        ok = visit(context, &row, err);
        *next = row.number + 1;
    }
    *more = count == AT_ONCE;
    query.done = true;
    return query_end(&query) && ok;
}

bool log_walk(struct ledger *ledger, int64_t from, int64_t to, log_visit visit, void *context,
              struct watched *watched, struct sti_error *err)
{
    bool more = true;
    bool ok = true;
    while (ok && more) {
        ok = walk_some(ledger, &from, to, visit, context, &more, err);
        if (ok && watched != NULL)
            watch_done(watched, from - 1);
    }
    return ok;
}

/* ---- for people ---- */

/* An entry that is kept while it is looked at. */
struct copy {
    bool found;
    int64_t number;
    uint8_t *body;
    size_t length;
    unsigned char hash[LEDGER_DIGEST_OCTETS];
};

static bool copy_entry(void *context, const struct log_row *row, struct sti_error *err)
{
    struct copy *copy = context;
    copy->found = true;
    copy->number = row->number;
    copy->body = malloc(row->length + 1);
    copy->length = row->length;
    if (copy->body == NULL)
        return sti_fail(err, "out of memory");
    if (row->length > 0)
        memcpy(copy->body, row->body, row->length);
    if (row->hash_length == LEDGER_DIGEST_OCTETS)
        memcpy(copy->hash, row->hash, LEDGER_DIGEST_OCTETS);
    return true;
}

static bool visit_copy(struct ledger *ledger, const struct copy *copy, ledger_log_visit visit,
                       void *context, struct sti_error *err)
{
    struct ledger_entry values;
    struct sti_error why;
    if (!entry_read(&values, copy->body, copy->length, &why))
        return ledger_damaged(ledger, err, "entry %lld: %s", (long long)copy->number, why.sentence);
    struct ledger_log_entry entry = {
        .number = copy->number,
        .event = entry_event_name(values.event),
        .time = values.values[KEY_TIME].number,
        .body = copy->body,
        .length = copy->length,
        .values = &values,
    };
    memcpy(entry.hash, copy->hash, sizeof(entry.hash));
    return visit(context, &entry, err);
}

bool ledger_log(struct ledger *ledger, int64_t from, ledger_log_visit visit, void *context,
                struct sti_error *err)
{
    bool ok = log_is_there(ledger, err);
    for (bool found = true; ok && found;) {
        struct copy copy = {.found = false};
        struct ledger_query query;
        query_start_kept(&query, ledger, "read",
                         "SELECT number, body, hash FROM entry WHERE number >= ?1"
                         " ORDER BY number LIMIT 1",
                         err);
        query_bind_number(&query, 1, from);
        found = query_row(&query);
        if (found) {
            struct log_row row = row_at(&query);
            ok = copy_entry(&copy, &row, err);
            from = row.number + 1;
        }
        ok = query_end(&query) && ok && (!found || visit_copy(ledger, &copy, visit, context, err));
        free(copy.body);
    }
    return ok;
}

bool ledger_log_value(const struct ledger_log_entry *entry, size_t place,
                      struct ledger_log_value *value)
{
    const struct ledger_entry *values = entry->values;
    for (int key = KEY_TIME + 1; key < KEYS; key++) {
        const struct entry_value *found = &values->values[key];
        if (!found->there || place-- > 0)
            continue;
        enum entry_form form = entry_key_form((enum entry_key)key);
        *value = (struct ledger_log_value){
            .name = entry_key_name((enum entry_key)key),
            .is_number = form == FORM_NUMBER,
            .is_text = form == FORM_WORD || form == FORM_TEXT,
            .number = found->number,
            .octets = found->octets,
            .length = found->length,
        };
        return true;
    }
    return false;
}
