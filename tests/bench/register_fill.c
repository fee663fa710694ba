/* SPDX-License-Identifier: Apache-2.0 */
#include "register_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <sqlite3.h>

#include "bench.h"
#include "ledger.h"

#define ALL "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "

/* The rules would look at every row. They are put back as they were. */
static const char *const rows[] = {
    "CREATE TEMP TABLE rule AS SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    ALL "INSERT INTO entry SELECT 2 * i, zeroblob(350), zeroblob(32) FROM n",
    ALL "INSERT INTO entry SELECT 2 * i + 1, zeroblob(?3), zeroblob(32) FROM n WHERE i < ?1",
    /* Serials, tokens and keys are at random, as those of a CA are. */
    ALL "INSERT INTO certificate(number, state, serial, kind, subject, jti, signer, token_limit,"
        " tbs_digest, spki, holder, profile, intended_at, ended, ended_at, delivered_at) SELECT"
        " 2 * i, 'issued', '40' || hex(randomblob(15)), 'end-entity',"
        " 'C=US, O=Example Telecom, CN=SHAKEN 709J', lower(hex(randomblob(16))), zeroblob(32), 1,"
        " zeroblob(32), randomblob(32), CAST(printf('%032d', i) AS BLOB),"
        " 'tn-level', ?2, 2 * i + 1, ?2, ?2 FROM n",
    ALL "INSERT INTO register_certificate SELECT 2 * i, ?2 - 60, ?2 + 86400, NULL, 305, 0, NULL,"
        " zeroblob(20) FROM n",
    /* Ranges of 2 + k^2 numbers: three of class 1, seven of class 2. */
    ALL ", k(k) AS (VALUES (0), (1), (2)) INSERT INTO register_range(class, first, certificate,"
        " more) SELECT 1, 1100000012000000000 + (i - 1) * 8000 + k * 800, 2 * i, 1 + k * k"
        " FROM n CROSS JOIN k",
    ALL
    ", k(k) AS (VALUES (3), (4), (5), (6), (7), (8), (9)) INSERT INTO register_range(class,"
    " first, certificate, more) SELECT 2, 1100000012000000000 + (i - 1) * 8000 + k * 800, 2 * i,"
    " 1 + k * k FROM n CROSS JOIN k",
};

static void run(sqlite3 *db, const char *sql, size_t certificate_length)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK;
    int count = ok ? sqlite3_bind_parameter_count(statement) : 0;
    const int64_t values[] = {(int64_t)REGISTER_FILL_CERTIFICATES, (int64_t)time(NULL),
                              (int64_t)certificate_length + 40};
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, i + 1, values[i]);
    while (ok && sqlite3_step(statement) == SQLITE_ROW)
        ;
    ok = sqlite3_finalize(statement) == SQLITE_OK && ok;
    if (!ok)
        fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(db));
    bench_require(ok, "the ledger is not filled");
}

/* Drops the rules, or makes them again. */
static void change_rules(sqlite3 *db, const char *select)
{
    sqlite3_stmt *rule = NULL;
    size_t count = 0;
    bench_require(sqlite3_prepare_v2(db, select, -1, &rule, NULL) == SQLITE_OK, "no rules");
    char **all = calloc(100, sizeof(*all));
    bench_require(all != NULL, "no memory");
    for (; count < 100 && sqlite3_step(rule) == SQLITE_ROW; count++)
        all[count] = strdup((const char *)sqlite3_column_text(rule, 0));
    sqlite3_finalize(rule);
    for (size_t i = 0; i < count; i++) {
        run(db, all[i], 0);
        free(all[i]);
    }
    free(all);
}

/* The last entry's hash is looked at when a ledger is opened: SHA-256(hash before || body). */
static void add_last(sqlite3 *db)
{
    unsigned char octets[LEDGER_DIGEST_OCTETS + 1] = {0}, hash[LEDGER_DIGEST_OCTETS];
    sqlite3_stmt *statement = NULL;
    bench_require(EVP_Digest(octets, sizeof(octets), hash, NULL, EVP_sha256(), NULL) == 1 &&
                      sqlite3_prepare_v2(db, "INSERT INTO entry VALUES(?1, ?2, ?3)", -1, &statement,
                                         NULL) == SQLITE_OK,
                  "no last entry");
    sqlite3_bind_int64(statement, 1, 2 * (int64_t)REGISTER_FILL_CERTIFICATES + 1);
    sqlite3_bind_blob(statement, 2, octets, 1, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, hash, sizeof(hash), SQLITE_STATIC);
    sqlite3_step(statement);
    bench_require(sqlite3_finalize(statement) == SQLITE_OK, "no last entry");
}

void register_fill(const char *path, size_t certificate_length)
{
    sqlite3 *db = NULL;
    bench_require(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK,
                  "the file is not opened");
    run(db, "PRAGMA journal_mode = OFF", 0);
    run(db, "PRAGMA synchronous = OFF", 0);
    run(db, "PRAGMA cache_size = -262144", 0);
    run(db, "BEGIN", 0);
    run(db, rows[0], 0);
    change_rules(db, "SELECT 'DROP TRIGGER ' || name FROM rule");
    for (size_t i = 1; i < sizeof(rows) / sizeof(*rows); i++)
        run(db, rows[i], certificate_length);
    add_last(db);
    change_rules(db, "SELECT sql FROM rule");
    run(db, "COMMIT", 0);
    sqlite3_close(db);
}
