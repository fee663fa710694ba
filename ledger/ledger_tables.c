/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, and the rules of the record. They are kept by the file itself, so that no program,
 * this one included, can break them by mistake: a row begins as an intent, ends once, and stays.
 * The names of the constraints are what SQLite says when one is broken.
 */
#include "ledger_internal.h"

/*
 * What a row of format 1 did not have may be NULL: signer, spki, holder. The rules below want it of
 * every new row.
 */
static const char *const tables[] = {
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
    ") STRICT",

    /* A token is known by its id and its signer; it may have several certificates. */
    "CREATE TABLE token_use("
    " jti TEXT NOT NULL,"
    " signer BLOB,"
    " serial TEXT NOT NULL UNIQUE REFERENCES certificate(serial),"
    " PRIMARY KEY(jti, serial)"
    ") STRICT, WITHOUT ROWID",
};

static const char *const rules[] = {
    "CREATE INDEX certificate_token ON certificate(jti) WHERE jti IS NOT NULL",
    "CREATE INDEX certificate_key ON certificate(spki)",
    "CREATE INDEX certificate_time ON certificate(" LEDGER_ROW_TIME ")",

    /*
     * The look for the same serial or number is for INSERT OR REPLACE, which would delete a row. A
     * row counts for its token until it is abandoned, and one of format 1 for any signer's.
     */
    "CREATE TRIGGER certificate_begins BEFORE INSERT ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger begins as an intent')"
    "  WHERE NEW.state <> 'intended';"
    " SELECT RAISE(ABORT, 'the serial is in the ledger')"
    "  WHERE EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial OR number = NEW.number);"
    " SELECT RAISE(ABORT, 'a certificate has a key') WHERE NEW.spki IS NULL;"
    " SELECT RAISE(ABORT, 'an end entity, and nobody else, has a holder')"
    "  WHERE (NEW.kind = 'end-entity') <> (NEW.holder IS NOT NULL);"
    " SELECT RAISE(ABORT, 'a token has a signer')"
    "  WHERE NEW.jti IS NOT NULL AND NEW.signer IS NULL;"
    " SELECT RAISE(ABORT, 'the token was used')"
    "  WHERE NEW.token_limit <= (SELECT count(*) FROM certificate"
    "   WHERE jti = NEW.jti AND (signer IS NULL OR signer = NEW.signer)"
    "    AND state <> 'abandoned');"
    " END",

    "CREATE TRIGGER certificate_ends_once BEFORE UPDATE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'an ended row of the ledger never changes')"
    "  WHERE OLD.state <> 'intended';"
    " SELECT RAISE(ABORT, 'what was intended never changes')"
    "  WHERE NEW.number IS NOT OLD.number OR NEW.serial IS NOT OLD.serial"
    "   OR NEW.kind IS NOT OLD.kind OR NEW.subject IS NOT OLD.subject"
    "   OR NEW.jti IS NOT OLD.jti OR NEW.signer IS NOT OLD.signer"
    "   OR NEW.token_limit IS NOT OLD.token_limit OR NEW.tbs_digest IS NOT OLD.tbs_digest"
    "   OR NEW.spki IS NOT OLD.spki OR NEW.holder IS NOT OLD.holder"
    "   OR NEW.note IS NOT OLD.note OR NEW.intended_at IS NOT OLD.intended_at;"
    " END",

    "CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger is never deleted');"
    " END",

    /* A certificate and the use of its token are one step, whoever takes it. */
    "CREATE TRIGGER certificate_uses_token AFTER UPDATE ON certificate"
    " WHEN NEW.state = 'issued' AND NEW.jti IS NOT NULL BEGIN"
    " INSERT INTO token_use(jti, signer, serial) VALUES(NEW.jti, NEW.signer, NEW.serial);"
    " END",

    "CREATE TRIGGER token_use_begins BEFORE INSERT ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'a certificate uses its token once')"
    "  WHERE EXISTS(SELECT 1 FROM token_use WHERE serial = NEW.serial);"
    " SELECT RAISE(ABORT, 'a token is used by the certificate issued for it')"
    "  WHERE NOT EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial AND jti = NEW.jti AND signer IS NEW.signer"
    "    AND state = 'issued');"
    " END",

    "CREATE TRIGGER token_use_fixed BEFORE UPDATE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token never changes');"
    " END",

    "CREATE TRIGGER token_use_stays BEFORE DELETE ON token_use BEGIN"
    " SELECT RAISE(ABORT, 'the use of a token is never deleted');"
    " END",

    LEDGER_SET_APPLICATION_ID,
    LEDGER_SET_VERSION,
};

static bool run_all(struct ledger *ledger, const char *const *sql, size_t count,
                    struct sti_error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = ledger_run(ledger, "made", sql[i], err);
    return ok;
}

bool ledger_make_tables(struct ledger *ledger, struct sti_error *err)
{
    return run_all(ledger, tables, sizeof(tables) / sizeof(*tables), err);
}

bool ledger_make_rules(struct ledger *ledger, struct sti_error *err)
{
    return run_all(ledger, rules, sizeof(rules) / sizeof(*rules), err);
}
