/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Older formats: the reading of them. Format 1 knew a token by its id alone, one certificate a
 * token, and neither whose key a certificate holds nor for whom. Format 2 knew that. Neither had a
 * log, verdicts, deliveries, revocations or CRLs. Their rows are kept as they are, without what
 * nobody noted; only the digest of the key can still be had, from the certificate.
 */
#include "ledger_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>

/* DER on its way through libcrypto's reader of tags and lengths, which looks at nothing else. */
struct walk {
    const unsigned char *at;
    const unsigned char *end;
    bool ok;
};

/* Steps over one element, or into it; false once anything was wrong. */
static void step(struct walk *walk, bool into)
{
    const unsigned char *content = walk->at;
    long length = 0;
    int tag, class;
    walk->ok = walk->ok && walk->at < walk->end;
    if (!walk->ok)
        return;
    /* 0x80: no tag or length that fits; 1: an indefinite length, which DER has not. */
    int form = ASN1_get_object(&content, &length, &tag, &class, walk->end - walk->at);
    walk->ok = (form & 0x81) == 0;
    walk->at = into ? content : content + length;
    if (into && walk->ok)
        walk->end = content + length;
}

/*
 * The SubjectPublicKeyInfo of a DER certificate (RFC 5280 section 4.1), from walk->at to the end
 * that is returned; NULL if there is none. Reading it with d2i_X509() would decode the key, which
 * takes a hundred times longer.
 */
static const unsigned char *find_key(struct walk *walk)
{
    const unsigned char *end = walk->end;
    step(walk, true); /* Certificate */
    if (walk->end != end)
        return NULL;
    step(walk, true); /* tbsCertificate */
    if (walk->ok && walk->at < walk->end && *walk->at == 0xa0)
        step(walk, false); /* version */
    for (int i = 0; i < 5; i++)
        step(walk, false); /* serialNumber, signature, issuer, validity, subject */
    const unsigned char *key = walk->at;
    step(walk, false);
    const unsigned char *key_end = walk->at;
    walk->at = key;
    return walk->ok && *key == 0x30 ? key_end : NULL;
}

/* The SHA-256 of a certificate's SubjectPublicKeyInfo; false if it has none that can be read. */
static bool digest_key(const unsigned char *der, int length,
                       unsigned char digest[LEDGER_DIGEST_OCTETS])
{
    if (der == NULL)
        return false;
    struct walk walk = {.at = der, .end = der + length, .ok = true};
    ERR_set_mark();
    const unsigned char *end = find_key(&walk);
    bool ok = end != NULL &&
              EVP_Digest(walk.at, (size_t)(end - walk.at), digest, NULL, EVP_sha256(), NULL) == 1;
    ERR_pop_to_mark();
    return ok;
}

/* key_digest(certificate): NULL for NULL, and for octets that no CSR's key could be compared with.
 */
static void key_digest(sqlite3_context *context, int count, sqlite3_value **values)
{
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    (void)count;
    const unsigned char *der = sqlite3_value_blob(values[0]);
    if (digest_key(der, sqlite3_value_bytes(values[0]), digest))
        sqlite3_result_blob(context, digest, sizeof(digest), SQLITE_TRANSIENT);
    else
        sqlite3_result_null(context);
}

/* issued_body(serial, time, certificate, list): the entry that would have the certificate. */
static void issued_body(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct ledger_entry entry = {.event = EVENT_ISSUED};
    uint8_t *body = NULL;
    size_t length = 0;
    (void)count;
    entry_set_text(&entry, KEY_SERIAL, (const char *)sqlite3_value_text(values[0]));
    entry_set_number(&entry, KEY_TIME, sqlite3_value_int64(values[1]));
    entry_set_octets(&entry, KEY_CERTIFICATE, sqlite3_value_blob(values[2]),
                     (size_t)sqlite3_value_bytes(values[2]));
    entry_set_octets(&entry, KEY_LIST, sqlite3_value_blob(values[3]),
                     (size_t)sqlite3_value_bytes(values[3]));
    if (entry_write(&entry, &body, &length, NULL))
        sqlite3_result_blob64(context, body, length, free);
    else
        sqlite3_result_null(context);
}

static bool add_function(struct ledger *ledger, const char *name, int count,
                         void (*function)(sqlite3_context *, int, sqlite3_value **),
                         struct sti_error *err)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    if (sqlite3_create_function_v2(ledger->db, name, count, flags, NULL, function, NULL, NULL,
                                   NULL) == SQLITE_OK)
        return true;
    return ledger_failed(ledger, "set up", err);
}

/*
 * The rows of both formats as this one would have them. A row that was of format 1 when it was
 * written is one of format 1 still.
 */
#define OLD_ROWS(table, signer, limit, spki, holder, note)                                         \
    "SELECT number, serial, kind, state, subject, jti, tbs_digest, intended_at, ended_at, reason," \
    " certificate, list, " signer " AS signer, " limit " AS token_limit, " spki " AS spki,"        \
    " " holder " AS holder, " note " AS note FROM " table

#define ROWS_OF_1(table)                                                                           \
    OLD_ROWS(table, "NULL", "iif(jti IS NULL, NULL, 1)", "key_digest(certificate)", "NULL", "NULL")
#define ROWS_OF_2(table) OLD_ROWS(table, "signer", "token_limit", "spki", "holder", "note")

#define OLD_FORMAT                                                                                 \
    "iif((jti IS NOT NULL AND signer IS NULL) OR spki IS NULL"                                     \
    " OR (kind = 'end-entity') <> (holder IS NOT NULL), 1, 2)"

/* What neither format had. */
#define NOTHING_MORE                                                                               \
    " NULL AS profile, NULL AS waivers, NULL AS hsm, NULL AS out, NULL AS verdict,"                \
    " NULL AS delivered_at"

/* Temporary views stand before the tables of the same name, and in memory alone. */
#define VIEW(rows)                                                                                 \
    "CREATE TEMP VIEW certificate AS SELECT *, " OLD_FORMAT                                        \
    " AS format, iif(state = 'intended', NULL, number) AS ended," NOTHING_MORE " FROM (" rows ")"

static const char *const views[] = {
    "CREATE TEMP VIEW entry AS SELECT number, issued_body(serial, ended_at, certificate, list)"
    " AS body, NULL AS hash FROM main.certificate",
    "CREATE TEMP VIEW revocation AS SELECT NULL AS entry, NULL AS serial, NULL AS reason,"
    " NULL AS date, NULL AS note, NULL AS recorded_at WHERE 0",
    "CREATE TEMP VIEW crl AS SELECT NULL AS entry, NULL AS scope, NULL AS number,"
    " NULL AS recorded_at WHERE 0",
};

bool ledger_view_older(struct ledger *ledger, struct sti_error *err)
{
    bool first = ledger->version == 1;
    bool ok = add_function(ledger, "key_digest", 1, key_digest, err) &&
              add_function(ledger, "issued_body", 4, issued_body, err) &&
              ledger_run(ledger, "read", "PRAGMA temp_store = MEMORY", err) &&
              ledger_run(ledger, "read",
                         first ? VIEW(ROWS_OF_1("main.certificate"))
                               : VIEW(ROWS_OF_2("main.certificate")),
                         err);
    for (size_t i = 0; ok && i < sizeof(views) / sizeof(*views); i++)
        ok = ledger_run(ledger, "read", views[i], err);
    return ok;
}

/* ---- bringing a file to this format ---- */

static const char doing[] = "brought to the new format";

/* The old tables step aside with all that hangs on them. */
static const char *const aside[] = {
    "DROP TRIGGER certificate_begins",
    "DROP TRIGGER certificate_ends_once",
    "DROP TRIGGER certificate_stays",
    "DROP TRIGGER certificate_uses_token",
    "DROP TRIGGER token_use_begins",
    "DROP TRIGGER token_use_fixed",
    "DROP TRIGGER token_use_stays",
    "ALTER TABLE certificate RENAME TO certificate_old",
    "ALTER TABLE token_use RENAME TO token_use_old",
};
static const char *const indexes_of_1[] = {"DROP INDEX token_intended"};
static const char *const indexes_of_2[] = {
    "DROP INDEX certificate_token",
    "DROP INDEX certificate_key",
    "DROP INDEX certificate_time",
};
static const char *const away[] = {"DROP TABLE token_use_old", "DROP TABLE certificate_old"};

static bool run_all(struct ledger *ledger, const char *const *sql, size_t count,
                    struct sti_error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = ledger_run(ledger, doing, sql[i], err);
    return ok;
}
#define RUN_ALL(ledger, list, err) run_all(ledger, list, sizeof(list) / sizeof(*(list)), err)

/* The order of the columns below. */
enum old_column { STATE, ENDED_AT, REASON, CERTIFICATE, LIST, INTENT };

/* And from INTENT on. */
static const enum entry_key intent_keys[] = {
    KEY_FORMAT,      KEY_SERIAL,     KEY_KIND, KEY_SUBJECT, KEY_JTI,  KEY_SIGNER,
    KEY_TOKEN_LIMIT, KEY_TBS_DIGEST, KEY_SPKI, KEY_HOLDER,  KEY_NOTE, KEY_TIME};
#define SELECT_OLD(rows)                                                                           \
    "SELECT state, ended_at, reason, certificate, list, " OLD_FORMAT                               \
    ", serial, kind, subject, jti, signer, token_limit, tbs_digest, spki, holder, note,"           \
    " intended_at FROM (" rows ") ORDER BY number"

/* A column as a value of an entry. */
static void take(struct ledger_entry *entry, enum entry_key key, sqlite3_stmt *statement,
                 int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return;
    if (entry_key_form(key) == FORM_NUMBER) {
        entry_set_number(entry, key, sqlite3_column_int64(statement, column));
        return;
    }
    /* The octets of an empty value are NULL, and it is there all the same. */
    const void *octets = entry_key_form(key) == FORM_OCTETS
                             ? sqlite3_column_blob(statement, column)
                             : (const void *)sqlite3_column_text(statement, column);
    size_t length = (size_t)sqlite3_column_bytes(statement, column);
    entry_set_octets(entry, key, octets == NULL ? "" : octets, length);
}

/* One old row: its intent, and its end if it has one, as entries of the log. */
static bool copy_row(struct ledger *ledger, sqlite3_stmt *statement, struct sti_error *err)
{
    struct ledger_entry intent = {.event = EVENT_INTENT};
    struct ledger_entry end = {.event = EVENT_ISSUED};
    for (size_t i = 0; i < sizeof(intent_keys) / sizeof(*intent_keys); i++)
        take(&intent, intent_keys[i], statement, INTENT + (int)i);
    if (!log_add(ledger, &intent, err))
        return false;
    const char *state = (const char *)sqlite3_column_text(statement, STATE);
    if (state == NULL || strcmp(state, ledger_state_name(LEDGER_INTENDED)) == 0)
        return state != NULL || sti_fail(err, "out of memory");
    if (strcmp(state, ledger_state_name(LEDGER_ABANDONED)) == 0)
        end.event = EVENT_ABANDONED;
    end.values[KEY_SERIAL] = intent.values[KEY_SERIAL];
    take(&end, KEY_TIME, statement, ENDED_AT);
    take(&end, KEY_REASON, statement, REASON);
    take(&end, KEY_CERTIFICATE, statement, CERTIFICATE);
    take(&end, KEY_LIST, statement, LIST);
    return log_add(ledger, &end, err);
}

static bool copy_rows(struct ledger *ledger, struct sti_error *err)
{
    struct ledger_query query;
    bool ok = true;
    query_start(&query, ledger, doing,
                ledger->version == 1 ? SELECT_OLD(ROWS_OF_1("certificate_old"))
                                     : SELECT_OLD(ROWS_OF_2("certificate_old")),
                err);
    while (ok && query_row(&query))
        ok = copy_row(ledger, query.statement, err);
    if (!ok)
        query.done = true;
    return query_end(&query) && ok;
}

/*
 * The id of the ledger is drawn from its rows, for chance is not to be had here: two ledgers that
 * are one have one id, and two that are not differ in a serial or in the second of this.
 */
static bool draw_id(struct ledger *ledger, int64_t now, unsigned char digest[LEDGER_DIGEST_OCTETS],
                    struct sti_error *err)
{
    struct ledger_query query;
    bool ok = true;
    char text[100];
    snprintf(text, sizeof(text), "format %lld at %lld", (long long)ledger->version, (long long)now);
    memset(digest, 0, LEDGER_DIGEST_OCTETS);
    ok = log_hash(digest, (const uint8_t *)text, strlen(text), digest, err);
    query_start(&query, ledger, doing, "SELECT serial FROM certificate_old ORDER BY number", err);
    while (ok && query_row(&query)) {
        const uint8_t *serial = sqlite3_column_text(query.statement, 0);
        size_t length = (size_t)sqlite3_column_bytes(query.statement, 0);
        ok = serial != NULL ? log_hash(digest, serial, length, digest, err)
                            : sti_fail(err, "out of memory");
    }
    if (!ok)
        query.done = true;
    return query_end(&query) && ok;
}

/* The first entry says what the log was made of. */
static bool begin_log(struct ledger *ledger, int64_t now, struct sti_error *err)
{
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    struct ledger_entry entry = {.event = EVENT_MIGRATED};
    if (!draw_id(ledger, now, digest, err))
        return false;
    entry_set_number(&entry, KEY_TIME, now);
    entry_set_number(&entry, KEY_FORMAT, ledger->version);
    entry_set_octets(&entry, KEY_LEDGER_ID, digest, LEDGER_ID_OCTETS);
    ledger->head = (struct ledger_place){.number = 0};
    return log_add(ledger, &entry, err);
}

bool ledger_migrate(struct ledger *ledger, int64_t now, struct sti_error *err)
{
    if (!add_function(ledger, "key_digest", 1, key_digest, err) || !transaction_begin(ledger, err))
        return false;
    bool ok = (ledger->version == 1 ? RUN_ALL(ledger, indexes_of_1, err)
                                    : RUN_ALL(ledger, indexes_of_2, err)) &&
              RUN_ALL(ledger, aside, err) && ledger_make_tables(ledger, err) &&
              ledger_make_rules(ledger, err) && begin_log(ledger, now, err) &&
              copy_rows(ledger, err);
    /* A kept statement would hold the old tables. */
    query_forget(ledger);
    ok = ok && RUN_ALL(ledger, away, err);
    ok = transaction_end(ledger, ok, err);
    if (ok)
        ledger->version = LEDGER_VERSION;
    return ok;
}
