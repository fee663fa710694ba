/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Older formats. Format 1 knew a token by its id alone, one certificate a token, and neither whose
 * key a certificate holds nor for whom. Its rows are kept as they are, without what nobody noted;
 * only the digest of the key can still be had, from the certificate.
 */
#include "ledger_internal.h"

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
