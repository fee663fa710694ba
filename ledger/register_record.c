/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the register: what follows from one certificate. */
#include "register_internal.h"

#include <string.h>

/* All that is written about one certificate. */
struct entry {
    int64_t number;
    struct register_facts facts;
    struct tnset numbers;
};

static void bind_key_id(struct ledger_query *query, int index, const struct register_key_id *id)
{
    if (id->length > 0) /* what is not bound is NULL */
        query_bind_octets(query, index, id->octets, id->length);
}

static bool insert_certificate(struct ledger *ledger, const struct entry *entry, bool readable,
                               struct sti_error *err)
{
    static const char sql[] = "INSERT INTO register_certificate"
                              "(number, not_before, not_after, numbers, spcs, key_id, authority)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    struct ledger_query query;
    query_start_kept(&query, ledger, "written", sql, err);
    query_bind_number(&query, 1, entry->number);
    if (readable) {
        query_bind_number(&query, 2, entry->facts.not_before);
        query_bind_number(&query, 3, entry->facts.not_after);
    }
    query_bind_number(&query, 4, (int64_t)tnset_count(&entry->numbers));
    query_bind_number(&query, 5, (int64_t)entry->numbers.spc_count);
    if (entry->facts.ca)
        bind_key_id(&query, 6, &entry->facts.key_id);
    bind_key_id(&query, 7, &entry->facts.authority);
    return query_end(&query);
}

static bool insert_pieces(struct ledger *ledger, const struct entry *entry, struct sti_error *err)
{
    struct ledger_query range, spc;
    struct tnset_piece piece;
    size_t count = tnset_piece_count(&entry->numbers);
    query_start_kept(&range, ledger, "written",
                     "INSERT INTO register_range(class, first, certificate, more)"
                     " VALUES (?1, ?2, ?3, ?4)",
                     err);
    query_start_kept(&spc, ledger, "written",
                     "INSERT INTO register_spc(spc, certificate) VALUES (?1, ?2)", err);
    for (size_t i = 0; range.ok && spc.ok && i < count; i++) {
        tnset_piece(&entry->numbers, i, &piece);
        if (piece.spc != NULL) {
            query_bind_octets(&spc, 1, piece.spc, piece.spc_length);
            query_bind_number(&spc, 2, entry->number);
            query_again(&spc);
        } else {
            int64_t numbers = (int64_t)piece.count;
            query_bind_number(&range, 1, register_class(numbers));
            query_bind_number(&range, 2, register_key(piece.first));
            query_bind_number(&range, 3, entry->number);
            query_bind_number(&range, 4, numbers - 1);
            query_again(&range);
        }
    }
    bool ok = query_close(&range);
    return query_close(&spc) && ok;
}

/* What is written about a certificate whose list is these octets. */
static bool read_list(struct entry *entry, const uint8_t *list, size_t length, bool *readable,
                      struct sti_error *err)
{
    struct tnauthlist entries;
    *readable = tnauthlist_decode(&entries, list, length, NULL, NULL);
    bool ok = !*readable || tnset_build(&entry->numbers, &entries, 1, err);
    tnauthlist_free(&entries);
    return ok;
}

bool register_add(struct ledger *ledger, int64_t number, const uint8_t *certificate,
                  size_t certificate_length, const uint8_t *list, size_t list_length,
                  struct sti_error *err)
{
    struct entry entry = {.number = number};
    bool readable = register_facts_read(&entry.facts, certificate, certificate_length);
    bool ok = true;
    if (!readable) {
        memset(&entry.facts, 0, sizeof(entry.facts));
    } else if (list != NULL) {
        ok = read_list(&entry, list, list_length, &readable, err);
    } else if (entry.facts.list != NULL) {
        ok = read_list(&entry, entry.facts.list, entry.facts.list_length, &readable, err);
    } else {
        return true;
    }
    ok = ok && insert_certificate(ledger, &entry, readable, err) &&
         insert_pieces(ledger, &entry, err);
    tnset_free(&entry.numbers);
    return ok;
}

bool register_revoked(struct ledger *ledger, int64_t number, int64_t date, struct sti_error *err)
{
    struct ledger_query query;
    query_start_kept(&query, ledger, "written",
                     "UPDATE register_certificate SET revoked_at = ?2 WHERE number = ?1", err);
    query_bind_number(&query, 1, number);
    query_bind_number(&query, 2, date);
    return query_end(&query);
}

bool register_number(struct ledger *ledger, const char *serial, int64_t *number,
                     struct sti_error *err)
{
    struct ledger_query query;
    *number = 0;
    query_start_kept(&query, ledger, "read", "SELECT number FROM certificate WHERE serial = ?1",
                     err);
    query_bind_text(&query, 1, serial);
    if (query_row(&query))
        *number = sqlite3_column_int64(query.statement, 0);
    return query_end(&query);
}
