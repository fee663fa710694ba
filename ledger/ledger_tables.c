/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, and the rules of the record. They are kept by the file itself, so that no program,
 * this one included, can break them by mistake: an entry follows the one before and stays; a row
 * begins as an intent, ends once, and stays.
 * The names of the constraints are what SQLite says when one is broken.
 */
#include "register_internal.h"

/*
 * The log, and its view. A row of an older format may lack what that format did not note: signer,
 * spki, holder. The rules below want it of every new row.
 */
static const char *const tables[] = {
    "CREATE TABLE entry("
    " number INTEGER PRIMARY KEY,"
    " body BLOB NOT NULL CONSTRAINT \"an entry is not empty\" CHECK(length(body) > 0),"
    " hash BLOB NOT NULL CONSTRAINT \"a hash is 32 octets\" CHECK(length(hash) = 32)"
    ") STRICT",

    /* number: the entry of the intent; ended: that of its end, where the certificate is. */
    "CREATE TABLE certificate("
    " number INTEGER PRIMARY KEY REFERENCES entry(number),"
    " format INTEGER NOT NULL DEFAULT " LEDGER_TEXT(
        LEDGER_VERSION) ","
                        " serial TEXT NOT NULL UNIQUE"
                        "  CONSTRAINT \"a serial is 1 to 20 octets in upper-case hex without "
                        "leading 00\""
                        "  CHECK(length(serial) BETWEEN 2 AND 40 AND length(serial) % 2 = 0"
                        "   AND serial NOT GLOB '*[^0-9A-F]*' AND serial NOT GLOB '00*'),"
                        " kind TEXT NOT NULL CONSTRAINT \"unknown kind\""
                        "  CHECK(kind IN ('root', 'intermediate', 'end-entity', 'delegate-ca')),"
                        " state TEXT NOT NULL CONSTRAINT \"unknown state\""
                        "  CHECK(state IN ('intended', 'issued', 'abandoned', 'uncertain')),"
                        " subject TEXT NOT NULL,"
                        " jti TEXT CONSTRAINT \"a token id is not empty\" CHECK(length(jti) > 0),"
                        " signer BLOB CONSTRAINT \"a digest is 32 octets\" CHECK(length(signer) = "
                        "32),"
                        " token_limit INTEGER,"
                        " tbs_digest BLOB NOT NULL CONSTRAINT \"a digest is 32 octets\" "
                        "CHECK(length(tbs_digest) = 32),"
                        " spki BLOB CONSTRAINT \"a digest is 32 octets\" CHECK(length(spki) = 32),"
                        " holder BLOB CONSTRAINT \"a digest is 32 octets\" CHECK(length(holder) = "
                        "32),"
                        " note TEXT CONSTRAINT \"a note is not empty\" CHECK(length(note) > 0),"
                        " profile TEXT,"
                        " waivers TEXT,"
                        " hsm TEXT,"
                        " out TEXT,"
                        " verdict INTEGER REFERENCES entry(number),"
                        " intended_at INTEGER NOT NULL,"
                        " ended INTEGER REFERENCES entry(number),"
                        " ended_at INTEGER,"
                        " reason TEXT,"
                        " delivered_at INTEGER,"
                        " CONSTRAINT \"a signer and a limit go with a token id\""
                        "  CHECK(jti IS NOT NULL OR (signer IS NULL AND token_limit IS NULL)),"
                        " CONSTRAINT \"a reason is there if and only if it was abandoned\""
                        "  CHECK((reason IS NOT NULL) = (state = 'abandoned')),"
                        " CONSTRAINT \"only what was issued is delivered\""
                        "  CHECK(delivered_at IS NULL OR state = 'issued'),"
                        " CONSTRAINT \"an end has an entry\" CHECK((ended IS NULL) = (state = "
                        "'intended')),"
                        " CONSTRAINT \"an end has a time\" CHECK((ended_at IS NULL) = (state = "
                        "'intended'))"
                        ") STRICT",

    /*
     * A token is known by its id and its signer; it may have several certificates. A table of its
     * own would be two more places of the file to write for every certificate.
     */
    "CREATE VIEW token_use AS SELECT jti, signer, serial FROM certificate"
    " WHERE jti IS NOT NULL AND state = 'issued'",

    "CREATE TABLE revocation("
    " entry INTEGER PRIMARY KEY REFERENCES entry(number),"
    " serial TEXT NOT NULL UNIQUE REFERENCES certificate(serial),"
    " reason INTEGER CONSTRAINT \"a reason is a code of RFC 5280 section 5.3.1, but 7 and 8\""
    "  CHECK(reason BETWEEN 0 AND 10 AND reason NOT IN (7, 8)),"
    " date INTEGER NOT NULL,"
    " note TEXT,"
    " recorded_at INTEGER NOT NULL"
    ") STRICT",

    /* The number is big endian, without leading zeros. */
    "CREATE TABLE crl("
    " entry INTEGER PRIMARY KEY REFERENCES entry(number),"
    " scope TEXT NOT NULL CONSTRAINT \"a scope is not empty\" CHECK(length(scope) > 0),"
    " number BLOB NOT NULL CONSTRAINT \"the number of a CRL is 1 to 20 octets\""
    "  CHECK(length(number) BETWEEN 1 AND 20"
    "   AND (length(number) = 1 OR substr(number, 1, 1) <> x'00')),"
    " this_update INTEGER NOT NULL,"
    " next_update INTEGER NOT NULL,"
    " recorded_at INTEGER NOT NULL"
    ") STRICT",
};

/* The entry that is being written, of which every new row and every change of one is a part. */
#define THIS_ENTRY "(SELECT max(number) FROM entry)"

static const char *const rules[] = {
    "CREATE INDEX certificate_token ON certificate(jti) WHERE jti IS NOT NULL",
    "CREATE INDEX certificate_key ON certificate(spki)",
    "CREATE INDEX certificate_time ON certificate(" LEDGER_ROW_TIME ")",
    /* These two hold the few rows that are on their way. */
    "CREATE INDEX certificate_open ON certificate(number) WHERE state = 'intended'",
    "CREATE INDEX certificate_undelivered ON certificate(number) WHERE " LEDGER_UNDELIVERED,
    "CREATE INDEX revocation_time ON revocation(recorded_at)",
    "CREATE INDEX crl_scope ON crl(scope, entry)",
    "CREATE INDEX crl_time ON crl(recorded_at)",

    "CREATE TRIGGER entry_follows BEFORE INSERT ON entry BEGIN"
    " SELECT RAISE(ABORT, 'the entries of the ledger are numbered from 1 without a gap')"
    "  WHERE NEW.number IS NOT ifnull(" THIS_ENTRY ", 0) + 1;"
    " END",
    "CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN"
    " SELECT RAISE(ABORT, 'an entry of the ledger never changes');"
    " END",
    "CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN"
    " SELECT RAISE(ABORT, 'an entry of the ledger is never deleted');"
    " END",

    /*
     * The look for the same serial or number is for INSERT OR REPLACE, which would delete a row. A
     * row counts for its token until it is abandoned or uncertain, and one of format 1 for any
     * signer's.
     */
    "CREATE TRIGGER certificate_begins BEFORE INSERT ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger begins as an intent')"
    "  WHERE NEW.state <> 'intended';"
    " SELECT RAISE(ABORT, 'the serial is in the ledger')"
    "  WHERE EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial OR number = NEW.number);"
    " SELECT RAISE(ABORT, 'a row of the ledger begins with its entry')"
    "  WHERE NEW.number IS NOT " THIS_ENTRY ";"
    " SELECT RAISE(ABORT, 'a certificate has a key') WHERE NEW.spki IS NULL AND NEW.format > 1;"
    " SELECT RAISE(ABORT, 'an end entity or delegate, and nobody else, has a holder')"
    "  WHERE (NEW.kind IN ('end-entity', 'delegate-ca')) <> (NEW.holder IS NOT NULL)"
    "   AND NEW.format > 1;"
    " SELECT RAISE(ABORT, 'a token has a signer')"
    "  WHERE NEW.jti IS NOT NULL AND NEW.signer IS NULL AND NEW.format > 1;"
    " SELECT RAISE(ABORT, 'the token was used')"
    "  WHERE NEW.token_limit <= (SELECT count(*) FROM certificate"
    "   WHERE jti = NEW.jti AND (signer IS NULL OR signer IS NEW.signer)"
    "    AND state IN ('intended', 'issued'));"
    " END",

    /* That a certificate is on the disk is the one thing that may be noted behind its end. */
    "CREATE TRIGGER certificate_ends_once BEFORE UPDATE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'an ended row of the ledger never changes')"
    "  WHERE OLD.state <> 'intended' AND (OLD.state <> 'issued' OR OLD.delivered_at IS NOT NULL"
    "   OR NEW.state IS NOT OLD.state OR NEW.ended IS NOT OLD.ended"
    "   OR NEW.ended_at IS NOT OLD.ended_at OR NEW.reason IS NOT OLD.reason);"
    " SELECT RAISE(ABORT, 'what was intended never changes')"
    "  WHERE NEW.number IS NOT OLD.number OR NEW.serial IS NOT OLD.serial"
    "   OR NEW.format IS NOT OLD.format"
    "   OR NEW.kind IS NOT OLD.kind OR NEW.subject IS NOT OLD.subject"
    "   OR NEW.jti IS NOT OLD.jti OR NEW.signer IS NOT OLD.signer"
    "   OR NEW.token_limit IS NOT OLD.token_limit OR NEW.tbs_digest IS NOT OLD.tbs_digest"
    "   OR NEW.spki IS NOT OLD.spki OR NEW.holder IS NOT OLD.holder"
    "   OR NEW.note IS NOT OLD.note OR NEW.profile IS NOT OLD.profile"
    "   OR NEW.waivers IS NOT OLD.waivers OR NEW.hsm IS NOT OLD.hsm OR NEW.out IS NOT OLD.out"
    "   OR NEW.verdict IS NOT OLD.verdict OR NEW.intended_at IS NOT OLD.intended_at;"
    " SELECT RAISE(ABORT, 'a row of the ledger ends with its entry')"
    "  WHERE OLD.state = 'intended' AND NEW.ended IS NOT " THIS_ENTRY ";"
    " END",

    "CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate BEGIN"
    " SELECT RAISE(ABORT, 'a row of the ledger is never deleted');"
    " END",

    "CREATE TRIGGER revocation_begins BEFORE INSERT ON revocation BEGIN"
    " SELECT RAISE(ABORT, 'a certificate is revoked once')"
    "  WHERE EXISTS(SELECT 1 FROM revocation WHERE serial = NEW.serial OR entry = NEW.entry);"
    " SELECT RAISE(ABORT, 'only what was, or may have been, issued is revoked')"
    "  WHERE NOT EXISTS(SELECT 1 FROM certificate"
    "   WHERE serial = NEW.serial AND state IN ('issued', 'uncertain'));"
    " SELECT RAISE(ABORT, 'a revocation begins with its entry')"
    "  WHERE NEW.entry IS NOT " THIS_ENTRY ";"
    " END",

    "CREATE TRIGGER revocation_fixed BEFORE UPDATE ON revocation BEGIN"
    " SELECT RAISE(ABORT, 'a revocation never changes');"
    " END",

    "CREATE TRIGGER revocation_stays BEFORE DELETE ON revocation BEGIN"
    " SELECT RAISE(ABORT, 'a revocation is never deleted');"
    " END",

    "CREATE TRIGGER crl_begins BEFORE INSERT ON crl BEGIN"
    " SELECT RAISE(ABORT, 'a CRL begins with its entry') WHERE NEW.entry IS NOT " THIS_ENTRY ";"
    " SELECT RAISE(ABORT, 'the number of a CRL only rises')"
    "  WHERE EXISTS(SELECT 1 FROM crl WHERE scope = NEW.scope"
    "   AND (length(number) > length(NEW.number)"
    "    OR (length(number) = length(NEW.number) AND number >= NEW.number)));"
    " END",

    "CREATE TRIGGER crl_fixed BEFORE UPDATE ON crl BEGIN"
    " SELECT RAISE(ABORT, 'a CRL in the record never changes');"
    " END",

    "CREATE TRIGGER crl_stays BEFORE DELETE ON crl BEGIN"
    " SELECT RAISE(ABORT, 'a CRL in the record is never deleted');"
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
    return run_all(ledger, tables, sizeof(tables) / sizeof(*tables), err) &&
           register_make_tables(ledger, err);
}

bool ledger_make_rules(struct ledger *ledger, struct sti_error *err)
{
    return run_all(ledger, rules, sizeof(rules) / sizeof(*rules), err);
}
