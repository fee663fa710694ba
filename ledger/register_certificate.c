/* SPDX-License-Identifier: Apache-2.0 */
/* What the register knows of a certificate, and how two of them stand to each other. */
#include "register_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool copy_octets(sqlite3_stmt *statement, int column, uint8_t *to, size_t room,
                        size_t *length)
{
    const void *octets = sqlite3_column_blob(statement, column);
    *length = (size_t)sqlite3_column_bytes(statement, column);
    if (octets == NULL || *length > room)
        *length = 0;
    else
        memcpy(to, octets, *length);
    return *length > 0;
}

static bool copy_row(sqlite3_stmt *row, struct register_certificate *certificate)
{
    const char *serial = (const char *)sqlite3_column_text(row, 0);
    const char *subject = (const char *)sqlite3_column_text(row, 1);
    const char *kind = (const char *)sqlite3_column_text(row, 2);
    size_t length;
    if (serial == NULL || subject == NULL || kind == NULL)
        return false;
    snprintf(certificate->serial, sizeof(certificate->serial), "%s", serial);
    certificate->authority_own = strcmp(kind, ledger_kind_name(LEDGER_ROOT)) == 0 ||
                                 strcmp(kind, ledger_kind_name(LEDGER_INTERMEDIATE)) == 0;
    certificate->has_holder =
        copy_octets(row, 3, certificate->holder, sizeof(certificate->holder), &length);
    certificate->readable = sqlite3_column_type(row, 4) != SQLITE_NULL;
    certificate->not_before = sqlite3_column_int64(row, 4);
    certificate->not_after = sqlite3_column_int64(row, 5);
    certificate->revoked = sqlite3_column_type(row, 6) != SQLITE_NULL;
    certificate->revoked_at = sqlite3_column_int64(row, 6);
    certificate->numbers = sqlite3_column_int64(row, 7);
    certificate->spcs = sqlite3_column_int64(row, 8);
    copy_octets(row, 9, certificate->key_id.octets, REGISTER_KEY_ID_OCTETS,
                &certificate->key_id.length);
    copy_octets(row, 10, certificate->authority.octets, REGISTER_KEY_ID_OCTETS,
                &certificate->authority.length);
    certificate->subject = strdup(subject);
    return certificate->subject != NULL;
}

void register_reader_start(struct ledger_query *reader, struct ledger *ledger,
                           struct sti_error *err)
{
    static const char sql[] =
        "SELECT l.serial, l.subject, l.kind, l.holder, c.not_before, c.not_after, c.revoked_at,"
        " c.numbers, c.spcs, c.key_id, c.authority FROM register_certificate AS c"
        " JOIN certificate AS l ON l.number = c.number WHERE c.number = ?1";
    query_start(reader, ledger, "read", sql, err);
}

bool register_reader_read(struct ledger_query *reader, int64_t number,
                          struct register_certificate *certificate)
{
    memset(certificate, 0, sizeof(*certificate));
    certificate->number = number;
    query_bind_number(reader, 1, number);
    bool found = query_row(reader);
    bool copied = found && copy_row(reader->statement, certificate);
    query_again(reader); /* holds no lock from here on */
    if (reader->ok && copied)
        return true;
    register_certificate_free(certificate);
    if (reader->ok && found)
        sti_fail(reader->err, "out of memory");
    else if (reader->ok) {
        sti_fail(reader->err,
                 "row %lld of the number register is not in the record: the file is damaged; keep "
                 "it as it is and go back to a copy of it",
                 (long long)number);
        sti_error_in(reader->err, reader->ledger->path);
    }
    return false;
}

bool register_certificate_read(struct ledger *ledger, int64_t number,
                               struct register_certificate *certificate, struct sti_error *err)
{
    struct ledger_query reader;
    register_reader_start(&reader, ledger, err);
    bool ok = register_reader_read(&reader, number, certificate);
    return query_close(&reader) && ok;
}

void register_certificate_free(struct register_certificate *certificate)
{
    free(certificate->subject);
    certificate->subject = NULL;
}

bool register_is_below(struct ledger *ledger, const struct register_key_id *authority,
                       const struct register_key_id *ancestor, bool *below, struct sti_error *err)
{
    /* UNION keeps each identifier once, so a circle has an end. */
    static const char sql[] =
        "WITH RECURSIVE up(id) AS (SELECT ?1 UNION SELECT c.authority FROM up"
        " JOIN register_certificate AS c ON c.key_id = up.id WHERE c.authority IS NOT NULL)"
        " SELECT 1 FROM up WHERE id = ?2 LIMIT 1";
    struct ledger_query query;
    *below = false;
    if (authority->length == 0 || ancestor->length == 0)
        return true;
    if (authority->length == ancestor->length &&
        memcmp(authority->octets, ancestor->octets, ancestor->length) == 0) {
        *below = true;
        return true;
    }
    query_start(&query, ledger, "read", sql, err);
    query_bind_octets(&query, 1, authority->octets, authority->length);
    query_bind_octets(&query, 2, ancestor->octets, ancestor->length);
    *below = query_row(&query);
    return query_end(&query);
}

bool register_other_holder(const struct register_certificate *a,
                           const struct register_certificate *b)
{
    if (a->authority_own || b->authority_own)
        return false;
    if (a->has_holder && b->has_holder)
        return memcmp(a->holder, b->holder, LEDGER_DIGEST_OCTETS) != 0;
    return strcmp(a->subject, b->subject) != 0;
}

bool register_of_holder(struct ledger *ledger, const uint8_t holder[LEDGER_DIGEST_OCTETS],
                        int64_t at, register_visit visit, void *context, struct sti_error *err)
{
    static const char sql[] = "SELECT c.number FROM certificate AS l JOIN register_certificate AS c"
                              " ON c.number = l.number WHERE " REGISTER_LIVE
                              " AND l.holder = ?2 AND l.number > ?3 ORDER BY l.number LIMIT 1";
    int64_t number = INT64_MIN;
    bool found = true;
    bool ok = true;
    while (ok && found) {
        struct register_certificate certificate;
        struct ledger_query query;
        query_start(&query, ledger, "read", sql, err);
        query_bind_number(&query, 1, at);
        query_bind_octets(&query, 2, holder, LEDGER_DIGEST_OCTETS);
        query_bind_number(&query, 3, number);
        found = query_row(&query);
        if (found)
            number = sqlite3_column_int64(query.statement, 0);
        ok = query_end(&query);
        if (!ok || !found)
            break;
        ok = register_certificate_read(ledger, number, &certificate, err);
        if (ok) {
            ok = visit(context, &certificate, NULL, 0, err);
            register_certificate_free(&certificate);
        }
    }
    return ok;
}

bool register_has_spcs(struct ledger *ledger, bool *any, struct sti_error *err)
{
    int64_t number;
    bool ok =
        ledger_number(ledger, "read", "SELECT EXISTS(SELECT 1 FROM register_spc)", &number, err);
    *any = ok && number != 0;
    return ok;
}

bool register_unreadable(struct ledger *ledger, int64_t *count, struct sti_error *err)
{
    return ledger_number(ledger, "read",
                         "SELECT count(*) FROM register_certificate WHERE not_before IS NULL",
                         count, err);
}
