/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The register's tables. They have no rules of their own as the record has: all of them follows
 * from the record, and whether they still do is what register_verify() says.
 *
 * A range is its class, its first key, the row of its certificate, and how many numbers follow the
 * first: about 30 octets in the file. The ranges are those of the canonical list, so those of one
 * certificate never overlap. A certificate that could not be read has no times.
 */
#include "register_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tables[] = {
    "CREATE TABLE register_certificate("
    " number INTEGER PRIMARY KEY,"
    " not_before INTEGER,"
    " not_after INTEGER,"
    " revoked_at INTEGER,"
    " numbers INTEGER NOT NULL,"
    " spcs INTEGER NOT NULL,"
    " key_id BLOB,"
    " authority BLOB"
    ") STRICT",
    "CREATE TABLE register_range("
    " class INTEGER NOT NULL,"
    " first INTEGER NOT NULL,"
    " certificate INTEGER NOT NULL,"
    " more INTEGER NOT NULL,"
    " PRIMARY KEY(class, first, certificate)"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE register_spc("
    " spc BLOB NOT NULL,"
    " certificate INTEGER NOT NULL,"
    " PRIMARY KEY(spc, certificate)"
    ") STRICT, WITHOUT ROWID",
    /* Only a CA's key identifier is kept: others issue nothing. */
    "CREATE INDEX register_key_id ON register_certificate(key_id) WHERE key_id IS NOT NULL",
    "CREATE INDEX register_unreadable ON register_certificate(number) WHERE not_before IS NULL",
};

bool register_make_tables(struct ledger *ledger, struct sti_error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(tables) / sizeof(*tables); i++)
        ok = ledger_run(ledger, "made", tables[i], err);
    return ok;
}

/* "CREATE TABLE name" as "CREATE TABLE temp.name", and an index likewise. */
static bool make_beside(struct ledger *ledger, const char *sql, struct sti_error *err)
{
    const char *name = strstr(sql, "register_");
    char *text = NULL;
    if (name == NULL || asprintf(&text, "%.*stemp.%s", (int)(name - sql), sql, name) < 0)
        return sti_fail(err, "out of memory");
    bool ok = ledger_run(ledger, "read", text, err);
    free(text);
    return ok;
}

static bool derive_all(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct ledger *ledger = context;
    int64_t number;
    if (record->state != LEDGER_ISSUED)
        return true;
    return register_number(ledger, record->serial, &number, err) &&
           register_add(ledger, number, record->certificate, record->certificate_length,
                        record->list, record->list_length, err);
}

/* Derives the whole register into temporary tables, which stand before those of the file. */
static bool derive_beside(struct ledger *ledger, struct sti_error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(tables) / sizeof(*tables); i++)
        ok = make_beside(ledger, tables[i], err);
    return ok && ledger_list(ledger, derive_all, ledger, err);
}

bool register_ready(struct ledger *ledger, struct sti_error *err)
{
    int64_t there;
    if (ledger->version == LEDGER_VERSION)
        return true;
    if (!ledger_number(ledger, "read",
                       "SELECT count(*) FROM temp.sqlite_schema WHERE name = 'register_range'",
                       &there, err))
        return false;
    if (there != 0)
        return true;
    return derive_beside(ledger, err);
}
