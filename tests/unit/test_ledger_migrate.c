/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger of format 1: read as it is, brought to this format by the next writer, all of it or
 * nothing, and nothing of its record is lost.
 */
#include "ledger_as_of.h"
#include "test_ledger.h"

#include <signal.h>
#include <sys/wait.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* Format 1, word for word as the programs of its time made it. */
static const char format_1[] =
    "BEGIN;"
    "CREATE TABLE certificate("
    " number INTEGER PRIMARY KEY,"
    " serial TEXT NOT NULL UNIQUE"
    "  CONSTRAINT \"a serial is 1 to 20 octets in upper-case hex without leading 00\""
    "  CHECK(length(serial) BETWEEN 2 AND 40 AND length(serial) % 2 = 0"
    "   AND serial NOT GLOB '*[^0-9A-F]*' AND serial NOT GLOB '00*'),"
    " kind TEXT NOT NULL CONSTRAINT \"unknown kind\""
    "  CHECK(kind IN ('root', 'intermediate', 'end-entity')),"
    " state TEXT NOT NULL CONSTRAINT \"unknown state\""
    "  CHECK(state IN ('intended', 'issued', 'abandoned')),"
    " subject TEXT NOT NULL,"
    " jti TEXT CONSTRAINT \"a token id is not empty\" CHECK(length(jti) > 0),"
    " tbs_digest BLOB NOT NULL CONSTRAINT \"a digest is 32 octets\" CHECK(length(tbs_digest) = 32),"
    " intended_at INTEGER NOT NULL,"
    " ended_at INTEGER,"
    " reason TEXT,"
    " certificate BLOB CONSTRAINT \"a certificate is not empty\" CHECK(length(certificate) > 0),"
    " list BLOB CONSTRAINT \"a list is not empty\" CHECK(length(list) > 0),"
    " CONSTRAINT \"a certificate is there if and only if it was issued\""
    "  CHECK((certificate IS NOT NULL) = (state = 'issued')),"
    " CONSTRAINT \"a list goes with an issued certificate\""
    "  CHECK(list IS NULL OR state = 'issued'),"
    " CONSTRAINT \"a reason is there if and only if it was abandoned\""
    "  CHECK((reason IS NOT NULL) = (state = 'abandoned')),"
    " CONSTRAINT \"an end has a time\" CHECK((ended_at IS NULL) = (state = 'intended'))"
    ") STRICT;"
    "CREATE UNIQUE INDEX token_intended ON certificate(jti) WHERE state = 'intended';"
    "CREATE TABLE token_use("
    " jti TEXT NOT NULL PRIMARY KEY,"
    " serial TEXT NOT NULL UNIQUE REFERENCES certificate(serial)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER certificate_begins BEFORE INSERT ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger begins as an intent')"
    "  WHERE NEW.state <> 'intended';"
    " SELECT RAISE(ABORT, 'the serial is in the ledger')"
    "  WHERE EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial OR number = NEW.number);"
    " SELECT RAISE(ABORT, 'the token was used')"
    "  WHERE EXISTS(SELECT 1 FROM token_use WHERE jti = NEW.jti);"
    " END;"
    "CREATE TRIGGER certificate_ends_once BEFORE UPDATE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'an ended row of the ledger never changes')"
    "  WHERE OLD.state <> 'intended';"
    " SELECT RAISE(ABORT, 'what was intended never changes')"
    "  WHERE NEW.number IS NOT OLD.number OR NEW.serial IS NOT OLD.serial"
    "   OR NEW.kind IS NOT OLD.kind OR NEW.subject IS NOT OLD.subject"
    "   OR NEW.jti IS NOT OLD.jti OR NEW.tbs_digest IS NOT OLD.tbs_digest"
    "   OR NEW.intended_at IS NOT OLD.intended_at;"
    " END;"
    "CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger is never deleted');"
    " END;"
    "CREATE TRIGGER certificate_uses_token AFTER UPDATE ON certificate"
    " WHEN NEW.state = 'issued' AND NEW.jti IS NOT NULL BEGIN"
    " INSERT INTO token_use(jti, serial) VALUES(NEW.jti, NEW.serial);"
    " END;"
    "CREATE TRIGGER token_use_begins BEFORE INSERT ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the token was used')"
    "  WHERE EXISTS(SELECT 1 FROM token_use WHERE jti = NEW.jti OR serial = NEW.serial);"
    " SELECT RAISE(ABORT, 'a token is used by the certificate issued for it')"
    "  WHERE NOT EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial AND jti = NEW.jti AND state = 'issued');"
    " END;"
    "CREATE TRIGGER token_use_fixed BEFORE UPDATE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token never changes');"
    " END;"
    "CREATE TRIGGER token_use_stays BEFORE DELETE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token is never deleted');"
    " END;"
    "PRAGMA application_id = 0x5354494C;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

/* A root, an issued certificate with a list, an abandoned one, and an open intent. */
static const char rows[] =
    "INSERT INTO certificate VALUES(1, '11', 'root', 'intended', 'CN=Root', NULL, zeroblob(32),"
    " 1600000001, NULL, NULL, NULL, NULL);"
    "UPDATE certificate SET state = 'issued', ended_at = 1600000002, certificate = x'3000'"
    " WHERE serial = '11';"
    "INSERT INTO certificate VALUES(7, '22', 'end-entity', 'intended', '" SUBJECT "', 'token-1',"
    " zeroblob(32), 1600000003, NULL, NULL, NULL, NULL);"
    "INSERT INTO certificate VALUES(8, '33', 'end-entity', 'intended', 'CN=b', 'token-2',"
    " zeroblob(32), 1600000005, NULL, NULL, NULL, NULL);"
    "UPDATE certificate SET state = 'abandoned', ended_at = 1600000006, reason = 'the HSM said no'"
    " WHERE serial = '33';"
    "INSERT INTO certificate VALUES(9, '44', 'end-entity', 'intended', 'CN=c', 'token-3',"
    " zeroblob(32), 1600000007, NULL, NULL, NULL, NULL);";

/* The DER of a certificate that no one will ever verify, and the digest of its key. */
struct made {
    unsigned char *der;
    int length;
    unsigned char spki[LEDGER_DIGEST_OCTETS];
};

static void make_certificate(struct made *made)
{
    unsigned char *spki = NULL;
    X509 *x509 = X509_new();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    assert_int_equal(X509_set_pubkey(x509, key), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x509), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x509), 60));
    assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
    made->der = NULL;
    made->length = i2d_X509(x509, &made->der);
    int length = i2d_PUBKEY(key, &spki);
    assert_true(made->length > 0 && length > 0);
    assert_int_equal(EVP_Digest(spki, (size_t)length, made->spki, NULL, EVP_sha256(), NULL), 1);
    OPENSSL_free(spki);
    EVP_PKEY_free(key);
    X509_free(x509);
}

static struct made made;

/* A file of format 1 with these rows; 22 holds a certificate. */
static int make_old(void **state)
{
    make_folder(state);
    const char *path = ((struct place *)*state)->path;
    sqlite3_stmt *statement;
    sqlite3 *db;
    make_certificate(&made);
    run_sql(path, format_1);
    run_sql(path, rows);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "UPDATE certificate SET state = 'issued',"
                                        " ended_at = 1600000004, certificate = ?1, list = x'3000'"
                                        " WHERE serial = '22'",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_bind_blob(statement, 1, made.der, made.length, SQLITE_STATIC),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return 0;
}

static int remove_old(void **state)
{
    OPENSSL_free(made.der);
    return remove_place(state);
}

/* One text of the file, past this library. */
static void read_text(const char *path, const char *sql, char *text, size_t size)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_version(const struct place *place, const char *version)
{
    char text[16];
    read_text(place->path, "PRAGMA user_version", text, sizeof(text));
    assert_string_equal(text, version);
}

/* A text that grows. */
struct growing {
    char *text;
    size_t size;
    size_t length;
};

static void grow(struct growing *growing, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int more = vsnprintf(growing->text + growing->length, growing->size - growing->length, format,
                         arguments);
    va_end(arguments);
    growing->length += (size_t)more;
    assert_true(growing->length + 1 < growing->size);
}

static void grow_hex(struct growing *growing, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length; i++)
        grow(growing, "%02x", octets[i]);
    grow(growing, "|");
}

static const char *or_none(const char *text)
{
    return text == NULL ? "-" : text;
}

static bool grow_row(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)err;
    grow(context, "%s|%d|%d|%s|%s|%lld|%s|%s|%lld|%lld|", record->serial, (int)record->kind,
         (int)record->state, record->subject, or_none(record->jti), (long long)record->token_limit,
         or_none(record->reason), or_none(record->note), (long long)record->intended_at,
         (long long)record->ended_at);
    grow_hex(context, record->tbs_digest, sizeof(record->tbs_digest));
    grow_hex(context, record->signer, record->signer == NULL ? 0 : LEDGER_DIGEST_OCTETS);
    grow_hex(context, record->spki, record->spki == NULL ? 0 : LEDGER_DIGEST_OCTETS);
    grow_hex(context, record->holder, record->holder == NULL ? 0 : LEDGER_DIGEST_OCTETS);
    grow_hex(context, record->certificate, record->certificate_length);
    grow_hex(context, record->list, record->list_length);
    grow(context, "\n");
    return true;
}

/* All that any format has of all rows, as the library shows it. */
static void read_rows(const struct place *place, char *text, size_t size)
{
    struct growing growing = {text, size, 0};
    struct sti_error err;
    run_sql(place->path, "SELECT * FROM sqlite_schema"); /* undoes what was cut off */
    struct ledger *ledger = open_place(place, LEDGER_READ);
    text[0] = '\0';
    assert_true(ledger_list(ledger, grow_row, &growing, &err));
    ledger_close(ledger);
}

/* Every row as the library shows it. */
struct shown {
    size_t count;
};

static bool look(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct shown *shown = context;
    (void)err;
    shown->count++;
    assert_null(record->signer);
    assert_null(record->holder);
    assert_null(record->note);
    assert_int_equal(record->token_limit, record->jti == NULL ? LEDGER_NO_LIMIT : 1);
    if (strcmp(record->serial, "22") == 0) {
        assert_int_equal(record->certificate_length, made.length);
        assert_memory_equal(record->certificate, made.der, (size_t)made.length);
        assert_memory_equal(record->spki, made.spki, sizeof(made.spki));
        assert_int_equal(record->list_length, 2);
    } else {
        assert_null(record->spki); /* x'3000' has no key that can be read */
    }
    return true;
}

/* What the record answers in both formats. */
static void assert_answers(struct ledger *ledger)
{
    struct sti_error err;
    struct shown shown = {.count = 0};
    int64_t last;
    char serial[LEDGER_SERIAL_TEXT + 1];
    unsigned char holder[LEDGER_DIGEST_OCTETS] = {0};
    assert_true(ledger_list(ledger, look, &shown, &err));
    assert_int_equal(shown.count, 4);
    /* Whose token it was is not known, so it is everybody's. */
    assert_uses(ledger, "token-1", SIGNER, 1, "22");
    assert_uses(ledger, "token-1", OTHER_SIGNER, 1, "22");
    assert_uses(ledger, "token-2", SIGNER, 0, "");
    assert_true(ledger_key_seen(ledger, made.spki, holder, SUBJECT, serial, &err));
    assert_string_equal(serial, "");
    assert_true(ledger_key_seen(ledger, made.spki, holder, "CN=another", serial, &err));
    assert_string_equal(serial, "22");
    assert_true(ledger_last_time(ledger, &last, &err));
    assert_true(last >= 1600000007 && last <= NOW);
}

static void a_reader_sees_format_1_and_leaves_it(void **state)
{
    struct place *place = *state;
    static char before[8192], after[8192];
    read_rows(place, before, sizeof(before));
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_answers(ledger);
    assert_state(ledger, "44", LEDGER_INTENDED);
    ledger_close(ledger);
    read_rows(place, after, sizeof(after));
    assert_string_equal(before, after);
    assert_version(place, "1");
}

static bool has_no_key(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)context, (void)err;
    assert_true(record->spki == NULL || strcmp(record->serial, "22") == 0);
    return true;
}

/* Puts the first octets of the certificate into a row of their own. */
static void put_cut(sqlite3 *db, int length)
{
    sqlite3_stmt *statement;
    char sql[400];
    snprintf(sql, sizeof(sql),
             "INSERT INTO certificate VALUES(NULL, 'AA%04X', 'root', 'intended', 'CN=x', NULL,"
             " zeroblob(32), 0, NULL, NULL, NULL, NULL)",
             (unsigned)length);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    snprintf(sql, sizeof(sql),
             "UPDATE certificate SET state = 'issued', ended_at = 1, certificate = ?1"
             " WHERE serial = 'AA%04X'",
             (unsigned)length);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_blob(statement, 1, made.der, length, SQLITE_STATIC), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
}

/* A certificate that is cut off, or whose lengths lie, has no key, and nothing else happens. */
static void a_broken_certificate_has_no_key(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    for (int length = 1; length < made.length; length++)
        put_cut(db, length);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    run_sql(place->path,
            "INSERT INTO certificate VALUES(NULL, 'BB', 'root', 'intended', 'CN=x', NULL,"
            " zeroblob(32), 0, NULL, NULL, NULL, NULL);"
            "UPDATE certificate SET state = 'issued', ended_at = 1,"
            " certificate = x'308030803000300030003000300030000000' WHERE serial = 'BB'");
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_true(ledger_list(ledger, has_no_key, NULL, &err));
    ledger_close(ledger);
    ledger = open_place(place, LEDGER_RECOVER);
    assert_true(ledger_list(ledger, has_no_key, NULL, &err));
    assert_int_equal(ERR_peek_error(), 0);
    ledger_close(ledger);
}

/* The chain is whole, and the tables are what it says. */
static void assert_whole(const struct place *place)
{
    struct sti_error err;
    struct ledger_verified verified;
    struct ledger *ledger = open_place(place, LEDGER_READ);
    if (!ledger_verify(ledger, NULL, &verified, &err))
        fail_msg("%s", err.sentence);
    ledger_close(ledger);
}

static void a_writer_brings_it_to_this_format(void **state)
{
    struct place *place = *state;
    static const struct terms other = {OTHER_SIGNER, 1, HOLDER, NULL};
    static char before[8192], after[8192];
    struct sti_error err;
    run_sql(place->path, "UPDATE certificate SET state = 'abandoned', ended_at = 1600000007,"
                         " reason = 'x' WHERE serial = '44'");
    read_rows(place, before, sizeof(before));
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_answers(ledger);
    assert_false(intend(ledger, "AA", "token-1", &err));
    assert_error(&err, STI_REFUSED,
                 "token id \"token-1\" was already used for 1 of at most 1 certificates, the last "
                 "one 22; ask the STI-PA for a new token");
    assert_false(intend_on(ledger, "AA", "token-1", &other, &err));
    ledger_close(ledger);
    read_rows(place, after, sizeof(after));
    assert_string_equal(before, after);
    assert_version(place, "3");
    assert_whole(place);
    ledger = open_place(place, LEDGER_WRITE); /* and a second time it is what it is */
    assert_true(intend(ledger, "AA", "token-2", &err));
    assert_true(issue(ledger, "AA", &err));
    assert_token(ledger, "token-2", "AA");
    ledger_close(ledger);
}

static void an_open_intent_of_format_1_stays_open(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_begins(&err, STI_ENVIRONMENT,
                  "a run ended before it could say what became of 1 certificate (serial 44): ");
    assert_version(place, "3");
    struct ledger *ledger = open_place(place, LEDGER_RECOVER);
    assert_state(ledger, "44", LEDGER_INTENDED);
    assert_true(ledger_record_uncertain(ledger, "44", NOW, &err));
    assert_answers(ledger);
    ledger_close(ledger);
    ledger_close(open_place(place, LEDGER_WRITE));
    assert_whole(place);
}

/* ---- format 2 ---- */

/* Format 2, its tables word for word, its rules as far as they matter; one row was of format 1. */
static const char format_2[] =
    "BEGIN;"
    "CREATE TABLE certificate("
    " number INTEGER PRIMARY KEY,"
    " serial TEXT NOT NULL UNIQUE"
    "  CONSTRAINT \"a serial is 1 to 20 octets in upper-case hex without leading 00\""
    "  CHECK(length(serial) BETWEEN 2 AND 40 AND length(serial) % 2 = 0"
    "   AND serial NOT GLOB '*[^0-9A-F]*' AND serial NOT GLOB '00*'),"
    " kind TEXT NOT NULL CONSTRAINT \"unknown kind\""
    "  CHECK(kind IN ('root', 'intermediate', 'end-entity')),"
    " state TEXT NOT NULL CONSTRAINT \"unknown state\""
    "  CHECK(state IN ('intended', 'issued', 'abandoned')),"
    " subject TEXT NOT NULL,"
    " jti TEXT CONSTRAINT \"a token id is not empty\" CHECK(length(jti) > 0),"
    " signer BLOB CONSTRAINT \"a digest is 32 octets\" CHECK(length(signer) = 32),"
    " token_limit INTEGER,"
    " tbs_digest BLOB NOT NULL CONSTRAINT \"a digest is 32 octets\" CHECK(length(tbs_digest) = 32),"
    " spki BLOB CONSTRAINT \"a digest is 32 octets\" CHECK(length(spki) = 32),"
    " holder BLOB CONSTRAINT \"a digest is 32 octets\" CHECK(length(holder) = 32),"
    " note TEXT CONSTRAINT \"a note is not empty\" CHECK(length(note) > 0),"
    " intended_at INTEGER NOT NULL,"
    " ended_at INTEGER,"
    " reason TEXT,"
    " certificate BLOB CONSTRAINT \"a certificate is not empty\" CHECK(length(certificate) > 0),"
    " list BLOB CONSTRAINT \"a list is not empty\" CHECK(length(list) > 0),"
    " CONSTRAINT \"a signer and a limit go with a token id\""
    "  CHECK(jti IS NOT NULL OR (signer IS NULL AND token_limit IS NULL)),"
    " CONSTRAINT \"a certificate is there if and only if it was issued\""
    "  CHECK((certificate IS NOT NULL) = (state = 'issued')),"
    " CONSTRAINT \"a list goes with an issued certificate\""
    "  CHECK(list IS NULL OR state = 'issued'),"
    " CONSTRAINT \"a reason is there if and only if it was abandoned\""
    "  CHECK((reason IS NOT NULL) = (state = 'abandoned')),"
    " CONSTRAINT \"an end has a time\" CHECK((ended_at IS NULL) = (state = 'intended'))"
    ") STRICT;"
    "CREATE TABLE token_use("
    " jti TEXT NOT NULL,"
    " signer BLOB,"
    " serial TEXT NOT NULL UNIQUE REFERENCES certificate(serial),"
    " PRIMARY KEY(jti, serial)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO certificate VALUES(1, '11', 'root', 'issued', 'CN=Root', NULL, NULL, NULL,"
    " zeroblob(32), zeroblob(32), NULL, NULL, 1600000001, 1600000002, NULL, x'3000', NULL);"
    "INSERT INTO certificate VALUES(2, '22', 'end-entity', 'issued', 'CN=old', 'token-1', NULL, 1,"
    " zeroblob(32), NULL, NULL, NULL, 1600000003, 1600000004, NULL, x'3001', x'3000');"
    "INSERT INTO token_use VALUES('token-1', NULL, '22');"
    "INSERT INTO certificate VALUES(3, '33', 'end-entity', 'issued', 'CN=b', 'token-2',"
    " zeroblob(32), NULL, zeroblob(32), zeroblob(32), zeroblob(32), 'accepted', 1600000005,"
    " 1600000006, NULL, x'3002', NULL);"
    "INSERT INTO token_use VALUES('token-2', zeroblob(32), '33');"
    "INSERT INTO certificate VALUES(9, '44', 'end-entity', 'abandoned', 'CN=b', 'token-2',"
    " zeroblob(32), 2, zeroblob(32), zeroblob(32), zeroblob(32), NULL, 1600000007, 1600000008,"
    " '', NULL, NULL);"
    "CREATE INDEX certificate_token ON certificate(jti) WHERE jti IS NOT NULL;"
    "CREATE INDEX certificate_key ON certificate(spki);"
    "CREATE INDEX certificate_time ON certificate(max(intended_at, ifnull(ended_at, intended_at)));"
    "CREATE TRIGGER certificate_begins BEFORE INSERT ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger begins as an intent')"
    "  WHERE NEW.state <> 'intended';"
    " END;"
    "CREATE TRIGGER certificate_ends_once BEFORE UPDATE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'an ended row of the ledger never changes')"
    "  WHERE OLD.state <> 'intended';"
    " END;"
    "CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger is never deleted');"
    " END;"
    "CREATE TRIGGER certificate_uses_token AFTER UPDATE ON certificate"
    " WHEN NEW.state = 'issued' AND NEW.jti IS NOT NULL BEGIN"
    " INSERT INTO token_use(jti, signer, serial) VALUES(NEW.jti, NEW.signer, NEW.serial);"
    " END;"
    "CREATE TRIGGER token_use_begins BEFORE INSERT ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'a certificate uses its token once')"
    "  WHERE EXISTS(SELECT 1 FROM token_use WHERE serial = NEW.serial);"
    " END;"
    "CREATE TRIGGER token_use_fixed BEFORE UPDATE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token never changes');"
    " END;"
    "CREATE TRIGGER token_use_stays BEFORE DELETE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token is never deleted');"
    " END;"
    "PRAGMA application_id = 0x5354494C;"
    "PRAGMA user_version = 2;"
    "COMMIT;";

static int make_format_2(void **state)
{
    make_folder(state);
    run_sql(((struct place *)*state)->path, format_2);
    return 0;
}

static bool count_visits(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)record, (void)err;
    ++*(int *)context;
    return true;
}

static void format_2_is_read_and_brought_to_this_one(void **state)
{
    struct place *place = *state;
    static char before[8192], after[8192];
    struct sti_error err;
    int undelivered = 0;
    int64_t last;
    read_rows(place, before, sizeof(before));
    assert_non_null(strstr(before, "|accepted|"));
    assert_version(place, "2");
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_uses(ledger, "token-1", SIGNER, 1, "22");
    assert_uses(ledger, "token-2", SIGNER, 0, "");
    assert_uses(ledger, "token-2", 0, 1, "33");
    assert_seen(ledger, 0, OTHER_HOLDER, "another", "11");
    assert_true(ledger_last_time(ledger, &last, &err));
    assert_int_equal(last, 1600000008);
    ledger_close(ledger);

    ledger_close(open_place(place, LEDGER_WRITE));
    assert_version(place, "3");
    assert_whole(place);
    read_rows(place, after, sizeof(after));
    assert_string_equal(before, after);
    ledger = open_place(place, LEDGER_WRITE);
    assert_uses(ledger, "token-1", SIGNER, 1, "22");
    assert_uses(ledger, "token-2", 0, 1, "33");
    /* Nobody noted whether they were delivered, so nobody delivers them again. */
    assert_true(ledger_undelivered(ledger, count_visits, &undelivered, &err));
    assert_int_equal(undelivered, 0);
    ledger_close(ledger);
}

/* What an older file cannot have yet. */
static void an_older_ledger_has_no_log(void **state)
{
    struct sti_error err;
    struct ledger_verified verified;
    struct ledger *ledger = open_place(*state, LEDGER_READ);
    assert_false(ledger_verify(ledger, NULL, &verified, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "this ledger has format 2, which has no log yet; the next command that writes to "
                 "it brings it to format 3");
    ledger_close(ledger);
}

/* The same tables and rules, whichever way they came to be. */
static void a_migrated_file_is_like_a_new_one(void **state)
{
    static const char sql[] = "SELECT group_concat(type || name || tbl_name || ifnull(sql, ''),"
                              " char(10)) FROM (SELECT * FROM sqlite_schema ORDER BY type, name)";
    struct place *place = *state;
    struct sti_error err;
    static char old[16384], new[16384];
    char path[128];
    ledger_close(open_place(place, LEDGER_RECOVER));
    beside(place, "new.ledger", path);
    assert_true(create(path, &err));
    read_text(place->path, sql, old, sizeof(old));
    read_text(path, sql, new, sizeof(new));
    assert_string_equal(old, new);
    read_text(place->path, "PRAGMA integrity_check", old, sizeof(old));
    assert_string_equal(old, "ok");
    read_text(place->path, "SELECT count(*) FROM pragma_foreign_key_check", old, sizeof(old));
    assert_string_equal(old, "0");
}

/* What a stranger has put into the way: the step fails as a whole. */
static void a_migration_that_fails_changes_nothing(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    static char before[8192], after[8192];
    run_sql(place->path, "CREATE TABLE certificate_old(x)");
    read_rows(place, before, sizeof(before));
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "the ledger could not be brought to the new format: there is already another "
                 "table or index with this name: certificate_old");
    assert_string_equal(err.source, place->path);
    read_rows(place, after, sizeof(after));
    assert_string_equal(before, after);
    assert_version(place, "1");
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_answers(ledger);
    ledger_close(ledger);
}

static void a_damaged_file_is_not_migrated(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct stat st;
    assert_int_equal(stat(place->path, &st), 0);
    int fd = open(place->path, O_RDWR);
    assert_int_equal(pwrite(fd, "noise", 5, 4096), 5);
    assert_int_equal(close(fd), 0);
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_begins(&err, STI_ENVIRONMENT, "the ledger is damaged ");
    assert_version(place, "1");
}

/* Killed at any moment, the file is of one format or the other, and has all its rows. */
static void no_moment_of_death_leaves_a_half(void **state)
{
    struct place *place = *state;
    static char before[8192], after[8192];
    unsigned finished = 0;
    run_sql(place->path, "UPDATE certificate SET state = 'abandoned', ended_at = 1600000007,"
                         " reason = 'x' WHERE serial = '44'");
    read_rows(place, before, sizeof(before));
    for (unsigned round = 0; round < 40 && finished < 3; round++) {
        int status;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(ledger_open(place->path, LEDGER_WRITE, NOW, NULL) == NULL);
        usleep(100 * round);
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        finished += WIFEXITED(status);
        assert_true(!WIFEXITED(status) || WEXITSTATUS(status) == 0);
        read_rows(place, after, sizeof(after)); /* this undoes what was cut off */
        assert_string_equal(before, after);
    }
    ledger_close(open_place(place, LEDGER_WRITE));
    assert_version(place, "3");
    assert_whole(place);
}

/* The log begins when the file was brought to this format; what stood in it before is unknown. */
static void is_known_since_it_has_a_log(void **state)
{
    const struct place *place = *state;
    struct sti_error err;
    assert_null(ledger_as_of(place->path, NOW, NULL, &err));
    assert_begins(&err, STI_ENVIRONMENT, "this ledger has format 1, which has no log yet");
    ledger_close(open_place(place, LEDGER_RECOVER)); /* at NOW */
    assert_null(ledger_as_of(place->path, NOW - 1, NULL, &err));
    assert_begins(&err, STI_REFUSED, "the log of this ledger begins later than the time");
    struct ledger *ledger = ledger_as_of(place->path, NOW, NULL, &err);
    assert_non_null(ledger);
    assert_state(ledger, "22", LEDGER_ISSUED);
    ledger_close(ledger);
}

#define IN_FORMAT_2(test) cmocka_unit_test_setup_teardown(test, make_format_2, remove_place)
#define IN_OLD(test) cmocka_unit_test_setup_teardown(test, make_old, remove_old)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_OLD(a_reader_sees_format_1_and_leaves_it),
        IN_OLD(a_broken_certificate_has_no_key),
        IN_OLD(a_writer_brings_it_to_this_format),
        IN_OLD(an_open_intent_of_format_1_stays_open),
        IN_OLD(a_migrated_file_is_like_a_new_one),
        IN_OLD(a_migration_that_fails_changes_nothing),
        IN_OLD(a_damaged_file_is_not_migrated),
        IN_OLD(no_moment_of_death_leaves_a_half),
        IN_FORMAT_2(format_2_is_read_and_brought_to_this_one),
        IN_FORMAT_2(an_older_ledger_has_no_log),
        IN_OLD(is_known_since_it_has_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
