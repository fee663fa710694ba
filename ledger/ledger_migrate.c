/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Older formats. Format 1 knew a token by its id alone, one certificate a token, and neither whose
 * key a certificate holds nor for whom. Its rows are kept as they are, without what nobody noted;
 * only the digest of the key can still be had, from the certificate.
 */
#include "ledger_internal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* The SHA-256 of a DER certificate's SubjectPublicKeyInfo; false if it has none that can be read.
 */
static bool digest_key(const unsigned char *der, int length,
                       unsigned char digest[LEDGER_DIGEST_OCTETS])
{
    unsigned char *spki = NULL;
    int spki_length = 0;
    X509 *certificate = der == NULL ? NULL : d2i_X509(NULL, &der, length);
    if (certificate != NULL)
        spki_length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
    bool ok = spki_length > 0 &&
              EVP_Digest(spki, (size_t)spki_length, digest, NULL, EVP_sha256(), NULL) == 1;
    OPENSSL_free(spki);
    X509_free(certificate);
    ERR_clear_error();
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

static bool add_function(struct ledger *ledger, struct sti_error *err)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    if (sqlite3_create_function_v2(ledger->db, "key_digest", 1, flags, NULL, key_digest, NULL, NULL,
                                   NULL) == SQLITE_OK)
        return true;
    return ledger_failed(ledger, "set up", err);
}

/* The columns that both formats have. */
#define COMMON_COLUMNS                                                                             \
    "number, serial, kind, state, subject, jti, tbs_digest, intended_at, ended_at, reason,"        \
    " certificate, list"

/* Temporary views stand before the tables of the same name, and in memory alone. */
static const char *const views[] = {
    "PRAGMA temp_store = MEMORY",
    "CREATE TEMP VIEW certificate AS SELECT " COMMON_COLUMNS ","
    " NULL AS signer, iif(jti IS NULL, NULL, 1) AS token_limit, key_digest(certificate) AS spki,"
    " NULL AS holder, NULL AS note FROM main.certificate",
    "CREATE TEMP VIEW token_use AS SELECT jti, NULL AS signer, serial FROM main.token_use",
};

bool ledger_view_older(struct ledger *ledger, struct sti_error *err)
{
    bool ok = add_function(ledger, err);
    for (size_t i = 0; ok && i < sizeof(views) / sizeof(*views); i++)
        ok = ledger_run(ledger, "read", views[i], err);
    return ok;
}

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
    "DROP INDEX token_intended",
    "ALTER TABLE certificate RENAME TO certificate_1",
    "ALTER TABLE token_use RENAME TO token_use_1",
};

static const char *const copy[] = {
    "INSERT INTO certificate(" COMMON_COLUMNS ", token_limit, spki)"
    " SELECT " COMMON_COLUMNS ", iif(jti IS NULL, NULL, 1), key_digest(certificate)"
    " FROM certificate_1",
    "INSERT INTO token_use(jti, serial) SELECT jti, serial FROM token_use_1",
    "DROP TABLE token_use_1",
    "DROP TABLE certificate_1",
};

static bool run_all(struct ledger *ledger, const char *const *sql, size_t count,
                    struct sti_error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = ledger_run(ledger, doing, sql[i], err);
    return ok;
}

bool ledger_migrate(struct ledger *ledger, struct sti_error *err)
{
    if (!add_function(ledger, err) || !transaction_begin(ledger, err))
        return false;
    /* The rules come last: they would not let an ended row in. */
    bool ok = run_all(ledger, aside, sizeof(aside) / sizeof(*aside), err) &&
              ledger_make_tables(ledger, err) &&
              run_all(ledger, copy, sizeof(copy) / sizeof(*copy), err) &&
              ledger_make_rules(ledger, err);
    return transaction_end(ledger, ok, err);
}
