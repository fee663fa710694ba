/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's record: what may be written, what comes back, what its tables forbid. */
#include "test_ledger.h"

/* Everything of a record that outlives the visit. */
struct seen {
    size_t count;
    char serials[200];
    struct ledger_record record;
    char subject[64];
    char jti[64];
    char reason[160];
    char note[64];
    uint8_t signer[LEDGER_DIGEST_OCTETS];
    uint8_t spki[LEDGER_DIGEST_OCTETS];
    uint8_t holder[LEDGER_DIGEST_OCTETS];
    uint8_t certificate[64];
    uint8_t list[64];
};

static const char *keep(char *to, size_t size, const char *text)
{
    if (text == NULL)
        return NULL;
    snprintf(to, size, "%s", text);
    return to;
}

static bool see(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct seen *seen = context;
    (void)err;
    seen->count++;
    size_t length = strlen(seen->serials);
    snprintf(seen->serials + length, sizeof(seen->serials) - length, "%s ", record->serial);
    seen->record = *record;
    seen->record.subject = keep(seen->subject, sizeof(seen->subject), record->subject);
    seen->record.jti = keep(seen->jti, sizeof(seen->jti), record->jti);
    seen->record.reason = keep(seen->reason, sizeof(seen->reason), record->reason);
    seen->record.note = keep(seen->note, sizeof(seen->note), record->note);
    if (record->signer != NULL)
        memcpy(seen->signer, record->signer, LEDGER_DIGEST_OCTETS);
    if (record->spki != NULL)
        memcpy(seen->spki, record->spki, LEDGER_DIGEST_OCTETS);
    if (record->holder != NULL)
        memcpy(seen->holder, record->holder, LEDGER_DIGEST_OCTETS);
    assert_true(record->certificate_length <= sizeof(seen->certificate));
    if (record->certificate != NULL)
        memcpy(seen->certificate, record->certificate, record->certificate_length);
    if (record->list != NULL)
        memcpy(seen->list, record->list, record->list_length);
    return true;
}

static void a_certificate_comes_back_octet_for_octet(void **state)
{
    struct sti_error err;
    struct seen seen = {.count = 0};
    uint8_t digest[LEDGER_DIGEST_OCTETS];
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, "token-1", &err));
    assert_state(ledger, SERIAL_A, LEDGER_INTENDED);
    assert_true(ledger_record_issued(ledger, SERIAL_A, certificate, sizeof(certificate), list,
                                     sizeof(list), NOW + 2, &err));
    ledger_close(ledger);

    ledger = open_place(*state, LEDGER_READ);
    assert_true(ledger_show(ledger, SERIAL_A, see, &seen, &err));
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.record.kind, LEDGER_END_ENTITY);
    assert_int_equal(seen.record.state, LEDGER_ISSUED);
    assert_string_equal(seen.record.subject, "CN=SHAKEN 709J, C=US");
    assert_string_equal(seen.record.jti, "token-1");
    assert_null(seen.record.reason);
    assert_int_equal(seen.record.intended_at, NOW + 1);
    assert_int_equal(seen.record.ended_at, NOW + 2);
    memset(digest, 0xd1, sizeof(digest));
    assert_memory_equal(seen.record.tbs_digest, digest, sizeof(digest));
    memset(digest, SIGNER, sizeof(digest));
    assert_memory_equal(seen.signer, digest, sizeof(digest));
    memset(digest, KEY, sizeof(digest));
    assert_memory_equal(seen.spki, digest, sizeof(digest));
    memset(digest, HOLDER, sizeof(digest));
    assert_memory_equal(seen.holder, digest, sizeof(digest));
    assert_int_equal(seen.record.token_limit, 1);
    assert_null(seen.record.note);
    assert_int_equal(seen.record.certificate_length, sizeof(certificate));
    assert_memory_equal(seen.certificate, certificate, sizeof(certificate));
    assert_int_equal(seen.record.list_length, sizeof(list));
    assert_memory_equal(seen.list, list, sizeof(list));
    assert_token(ledger, "token-1", SERIAL_A);
    assert_token(ledger, "token-2", "");
    ledger_close(ledger);
}

static void a_root_has_no_token_and_no_list(void **state)
{
    struct sti_error err;
    struct seen seen = {.count = 0};
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    struct ledger_intent intent = {
        .serial = SERIAL_B, .kind = LEDGER_ROOT, .subject = "CN=Root", .time = NOW};
    assert_true(ledger_record_intent(ledger, &intent, &err));
    assert_true(issue(ledger, SERIAL_B, &err));
    assert_true(ledger_show(ledger, SERIAL_B, see, &seen, &err));
    assert_int_equal(seen.record.kind, LEDGER_ROOT);
    assert_null(seen.record.jti);
    assert_null(seen.record.signer);
    assert_null(seen.record.holder);
    assert_int_equal(seen.record.token_limit, LEDGER_NO_LIMIT);
    assert_null(seen.record.list);
    assert_int_equal(seen.record.list_length, 0);
    ledger_close(ledger);
}

static void an_intent_has_no_end_yet(void **state)
{
    struct sti_error err;
    struct seen seen = {.count = 0};
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, NULL, &err));
    assert_true(ledger_show(ledger, SERIAL_A, see, &seen, &err));
    assert_int_equal(seen.record.state, LEDGER_INTENDED);
    assert_int_equal(seen.record.ended_at, 0);
    assert_null(seen.record.certificate);
    assert_null(seen.record.reason);
    ledger_close(ledger);
}

static void a_known_serial_is_refused(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, NULL, &err));
    assert_false(intend(ledger, SERIAL_A, NULL, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "serial " SERIAL_A " is in the ledger already (intended): the source of random "
                 "numbers repeats itself; issue nothing until that is understood");
    /* Leading zeros do not make another number. */
    assert_false(intend(ledger, "0000" SERIAL_A, NULL, &err));
    assert_true(ledger_record_abandoned(ledger, SERIAL_A, "HSM gone", NOW, &err));
    assert_false(intend(ledger, SERIAL_A, NULL, &err));
    ledger_close(ledger);
}

static void a_used_token_is_refused(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, "token-1", &err));
    assert_false(intend(ledger, SERIAL_B, "token-1", &err));
    assert_error(&err, STI_REFUSED,
                 "token id \"token-1\" was already used for 1 of at most 1 certificates, the last "
                 "one " SERIAL_A "; ask the STI-PA for a new token");
    assert_true(issue(ledger, SERIAL_A, &err));
    assert_false(intend(ledger, SERIAL_B, "token-1", &err));
    assert_error(&err, STI_REFUSED,
                 "token id \"token-1\" was already used for 1 of at most 1 certificates, the last "
                 "one " SERIAL_A "; ask the STI-PA for a new token");
    assert_string_equal(err.part, "claim jti");
    assert_string_equal(err.source, "");
    assert_string_equal(err.clause, "RFC 9447 section 4");
    /* Nothing of the refused intent is left. */
    assert_false(issue(ledger, SERIAL_B, &err));
    assert_true(intend(ledger, SERIAL_B, "token-2", &err));
    ledger_close(ledger);
}

static void a_token_has_as_many_certificates_as_the_caller_says(void **state)
{
    static const struct terms two = {SIGNER, 2, HOLDER, "two"};
    static const struct terms many = {SIGNER, LEDGER_NO_LIMIT, HOLDER, NULL};
    struct sti_error err;
    struct seen seen = {.count = 0};
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend_on(ledger, "AA", "token-1", &two, &err));
    assert_true(issue(ledger, "AA", &err));
    assert_uses(ledger, "token-1", SIGNER, 1, "AA");
    assert_true(intend_on(ledger, "BB", "token-1", &two, &err));
    assert_uses(ledger, "token-1", SIGNER, 1, "AA");              /* an intent is no use yet, */
    assert_false(intend_on(ledger, "CC", "token-1", &two, &err)); /* but it counts */
    assert_error(&err, STI_REFUSED,
                 "token id \"token-1\" was already used for 2 of at most 2 certificates, the last "
                 "one BB; ask the STI-PA for a new token");
    assert_true(issue(ledger, "BB", &err));
    assert_uses(ledger, "token-1", SIGNER, 2, "BB");
    assert_false(intend_on(ledger, "CC", "token-1", &two, &err));
    assert_false(intend(ledger, "CC", "token-1", &err)); /* a stricter policy counts all, too */
    assert_true(intend_on(ledger, "CC", "token-1", &many, &err));
    assert_true(issue(ledger, "CC", &err));
    assert_uses(ledger, "token-1", SIGNER, 3, "CC");
    assert_true(ledger_show(ledger, "AA", see, &seen, &err));
    assert_string_equal(seen.record.note, "two");
    assert_int_equal(seen.record.token_limit, 2);
    ledger_close(ledger);
}

/* RFC 7519 section 4.1.7 makes a jti unique for its issuer, not for the world. */
static void a_token_id_is_its_signers(void **state)
{
    static const struct terms other = {OTHER_SIGNER, 1, HOLDER, NULL};
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_true(issue(ledger, "AA", &err));
    assert_uses(ledger, "token-1", OTHER_SIGNER, 0, "");
    assert_true(intend_on(ledger, "BB", "token-1", &other, &err));
    assert_true(issue(ledger, "BB", &err));
    assert_uses(ledger, "token-1", SIGNER, 1, "AA");
    assert_uses(ledger, "token-1", OTHER_SIGNER, 1, "BB");
    assert_false(intend_on(ledger, "CC", "token-1", &other, &err));
    ledger_close(ledger);
}

static void a_key_is_its_holders(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_seen(ledger, KEY, OTHER_HOLDER, SUBJECT, "");
    assert_true(intend(ledger, "BB", "token-1", &err));
    assert_true(ledger_record_abandoned(ledger, "BB", "no", NOW, &err));
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_seen(ledger, KEY, HOLDER, SUBJECT, "");
    assert_seen(ledger, KEY, HOLDER, "another", ""); /* the subject is in the holder already */
    assert_seen(ledger, KEY, OTHER_HOLDER, SUBJECT, "BB"); /* the first row, abandoned or not */
    assert_seen(ledger, KEY + 1, OTHER_HOLDER, SUBJECT, "");
    struct ledger_intent root = {
        .serial = "CC", .kind = LEDGER_ROOT, .subject = SUBJECT, .time = NOW};
    assert_true(ledger_record_intent(ledger, &root, &err));
    assert_seen(ledger, 0, HOLDER, SUBJECT, "CC"); /* nobody has a CA's key */
    ledger_close(ledger);
}

static void the_last_time_is_the_latest(void **state)
{
    struct sti_error err;
    int64_t last = -1;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(ledger_last_time(ledger, &last, &err));
    assert_int_equal(last, 0);
    assert_true(intend(ledger, "AA", NULL, &err));
    assert_true(ledger_last_time(ledger, &last, &err));
    assert_int_equal(last, NOW + 1);
    assert_true(ledger_record_abandoned(ledger, "AA", "no", NOW + 9, &err));
    assert_true(intend(ledger, "BB", NULL, &err));
    assert_true(ledger_last_time(ledger, &last, &err));
    assert_int_equal(last, NOW + 9);
    ledger_close(ledger);
}

static void an_abandoned_intent_leaves_the_token_unused(void **state)
{
    struct sti_error err;
    struct seen seen = {.count = 0};
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, "token-1", &err));
    assert_true(ledger_record_abandoned(ledger, SERIAL_A, "the HSM said no", NOW + 9, &err));
    assert_true(ledger_show(ledger, SERIAL_A, see, &seen, &err));
    assert_int_equal(seen.record.state, LEDGER_ABANDONED);
    assert_string_equal(seen.record.reason, "the HSM said no");
    assert_int_equal(seen.record.ended_at, NOW + 9);
    assert_token(ledger, "token-1", "");
    assert_true(intend(ledger, SERIAL_B, "token-1", &err));
    assert_true(issue(ledger, SERIAL_B, &err));
    assert_token(ledger, "token-1", SERIAL_B);
    ledger_close(ledger);
}

static void an_end_is_final(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, "token-1", &err));
    assert_true(issue(ledger, SERIAL_A, &err));
    assert_false(issue(ledger, SERIAL_A, &err));
    assert_error(&err, STI_REFUSED, "serial " SERIAL_A " is recorded as issued, and that is final");
    assert_false(ledger_record_abandoned(ledger, SERIAL_A, "no", NOW, &err));
    assert_error(&err, STI_REFUSED, "serial " SERIAL_A " is recorded as issued, and that is final");
    assert_false(issue(ledger, SERIAL_B, &err));
    assert_error(&err, STI_REFUSED,
                 "the ledger has no intent for serial " SERIAL_B
                 "; one must be recorded before the HSM is asked");
    assert_true(intend(ledger, SERIAL_B, NULL, &err));
    assert_true(ledger_record_abandoned(ledger, SERIAL_B, "no", NOW, &err));
    assert_false(issue(ledger, SERIAL_B, &err));
    assert_error(&err, STI_REFUSED,
                 "serial " SERIAL_B " is recorded as abandoned, and that is final");
    assert_state(ledger, SERIAL_A, LEDGER_ISSUED);
    ledger_close(ledger);
}

static void a_row_that_breaks_the_rules_is_not_written(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_false(intend(ledger, "00", NULL, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "the ledger could not be written: CHECK constraint failed: a serial is 1 to 20 "
                 "octets in upper-case hex without leading 00");
    assert_false(intend(ledger, SERIAL_A, "", &err));
    assert_error(&err, STI_REFUSED, "jti has 0 octets; 1 to 1000000000 are wanted");
    assert_true(intend(ledger, SERIAL_A, "token-1", &err));
    assert_false(ledger_record_issued(ledger, SERIAL_A, NULL, 0, NULL, 0, NOW, &err));
    assert_error(&err, STI_REFUSED, "an entry \"issued\" has no certificate");
    assert_false(ledger_record_issued(ledger, SERIAL_A, certificate, 0, NULL, 0, NOW, &err));
    assert_error(&err, STI_REFUSED, "certificate has 0 octets; 1 to 1000000000 are wanted");
    assert_false(ledger_record_abandoned(ledger, SERIAL_A, NULL, NOW, &err));
    assert_error(&err, STI_REFUSED, "an entry \"abandoned\" has no reason");
    assert_string_equal(err.source, ((struct place *)*state)->path);
    assert_state(ledger, SERIAL_A, LEDGER_INTENDED);
    assert_token(ledger, "token-1", "");
    ledger_close(ledger);
}

static void rows_are_listed_in_the_order_of_the_intents(void **state)
{
    struct sti_error err;
    struct seen seen = {.count = 0};
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(ledger_list(ledger, see, &seen, &err));
    assert_int_equal(seen.count, 0);
    assert_true(intend(ledger, "CC", NULL, &err));
    assert_true(intend(ledger, "AA", NULL, &err));
    assert_true(intend(ledger, "BB", NULL, &err));
    assert_true(issue(ledger, "BB", &err));
    assert_true(ledger_list(ledger, see, &seen, &err));
    assert_string_equal(seen.serials, "CC AA BB ");
    ledger_close(ledger);
}

static bool stop_at_two(void *context, const struct ledger_record *record, struct sti_error *err)
{
    int *count = context;
    if (++*count == 2)
        return sti_refuse(err, NULL, "stopped at %s", record->serial);
    return true;
}

static void a_visit_can_stop_the_list(void **state)
{
    struct sti_error err;
    int count = 0;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, "CC", NULL, &err));
    assert_true(intend(ledger, "AA", NULL, &err));
    assert_true(intend(ledger, "BB", NULL, &err));
    assert_false(ledger_list(ledger, stop_at_two, &count, &err));
    assert_error(&err, STI_REFUSED, "stopped at AA");
    assert_int_equal(count, 2);
    ledger_close(ledger);
}

static void a_serial_is_found_however_it_is_written(void **state)
{
    static const char *const forms[] = {SERIAL_A,
                                        "01a2b3c4d5e6f708192a",
                                        "01:A2:B3:C4:D5:E6:F7:08:19:2A",
                                        "0x01A2B3C4D5E6F708192A",
                                        "0X1a2B3C4D5E6F708192A",
                                        " 01 A2 B3C4D5E6 F708192A\t",
                                        "00:01:A2:B3:C4:D5:E6:F7:08:19:2A"};
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, SERIAL_A, NULL, &err));
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct seen seen = {.count = 0};
        assert_true(ledger_show(ledger, forms[i], see, &seen, &err));
        assert_string_equal(seen.serials, SERIAL_A " ");
    }
    ledger_close(ledger);
}

static void what_is_no_serial_is_refused(void **state)
{
    struct sti_error err;
    struct seen seen = {.count = 0};
    struct ledger *ledger = open_place(*state, LEDGER_READ);
    assert_false(ledger_show(ledger, "12-34", see, &seen, &err));
    assert_error(&err, STI_USAGE,
                 "\"12-34\" is not a serial: write it in hex, as `sti-ca list` shows it");
    assert_false(ledger_show(ledger, "", see, &seen, &err));
    assert_error(&err, STI_USAGE,
                 "the serial is empty: write it in hex, as `sti-ca list` shows it");
    assert_false(ledger_show(ledger, "0x", see, &seen, &err));
    assert_error(&err, STI_USAGE,
                 "the serial is empty: write it in hex, as `sti-ca list` shows it");
    assert_false(ledger_show(ledger, SERIAL_B "0", see, &seen, &err));
    assert_error(&err, STI_USAGE, "\"" SERIAL_B "0\" is not a serial: it has more than 20 octets");
    assert_false(ledger_show(ledger, "0", see, &seen, &err));
    assert_error(&err, STI_REFUSED,
                 "no certificate with serial 00 in this ledger; `sti-ca list` shows them");
    assert_false(ledger_show(ledger, "abc", see, &seen, &err));
    assert_error(&err, STI_REFUSED,
                 "no certificate with serial 0ABC in this ledger; `sti-ca list` shows them");
    assert_string_equal(err.source, ((struct place *)*state)->path);
    assert_int_equal(seen.count, 0);
    ledger_close(ledger);
}

/* Runs SQL past this library, as a stranger would, and expects SQLite to say `message`. */
static void assert_forbidden(sqlite3 *db, const char *sql, const char *message)
{
    assert_int_not_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_string_equal(sqlite3_errmsg(db), message);
}

/* What a stranger needs to get as far as a rule: a next entry, and a row that goes with it. */
#define ENTRY "INSERT INTO entry SELECT max(number) + 1, x'00', zeroblob(32) FROM entry;"
#define ROW(columns, values)                                                                       \
    "BEGIN;" ENTRY "INSERT INTO certificate(number, state, tbs_digest, intended_at, serial, kind," \
    " subject" columns ") SELECT max(number), 'intended', zeroblob(32), 0, " values " FROM entry;" \
    "COMMIT;"

/* The same with all undone behind it. */
static void assert_row(sqlite3 *db, const char *sql, const char *message)
{
    assert_forbidden(db, sql, message);
    if (sqlite3_get_autocommit(db) == 0)
        assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
}

static void the_tables_keep_the_record(void **state)
{
    static const char ended[] = "an ended row of the ledger never changes";
    static const char meant[] = "what was intended never changes";
    static const char stays[] = "a row of the ledger is never deleted";
    static const char known[] = "the serial is in the ledger";
    static const char used[] = "the token was used";
    static const char view[] = "cannot modify token_use because it is a view";
    struct sti_error err;
    sqlite3 *db;
    struct place *place = *state;
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_true(issue(ledger, "AA", &err));
    assert_true(intend(ledger, "BB", "token-2", &err));

    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_forbidden(db, "DELETE FROM certificate", stays);
    assert_forbidden(db, "DELETE FROM certificate WHERE serial = 'BB'", stays);
    /* The use of a token is what the row of its certificate says, and nothing besides. */
    assert_forbidden(db, "DELETE FROM token_use", view);
    assert_forbidden(db, "UPDATE token_use SET jti = 'x'", view);
    assert_forbidden(db, "INSERT INTO token_use VALUES('token-2', zeroblob(32), 'BB')", view);
    assert_forbidden(db, "UPDATE certificate SET ended = 1 WHERE serial = 'AA'", ended);
    assert_forbidden(db, "UPDATE certificate SET state = 'intended' WHERE serial = 'AA'", ended);
    assert_forbidden(db, "UPDATE certificate SET jti = NULL WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET tbs_digest = zeroblob(32) WHERE serial = 'BB'",
                     meant);
    assert_forbidden(db, "UPDATE OR REPLACE certificate SET serial = 'AA' WHERE serial = 'BB'",
                     meant);
    assert_forbidden(db, "UPDATE OR REPLACE certificate SET number = 1 WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET spki = zeroblob(32) WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET holder = zeroblob(32) WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET note = 'x' WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET signer = zeroblob(32) WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET token_limit = 9 WHERE serial = 'BB'", meant);
    assert_forbidden(db, "UPDATE certificate SET out = 'x' WHERE serial = 'AA'", meant);
    assert_forbidden(db, "UPDATE certificate SET delivered_at = 1 WHERE serial = 'BB'",
                     "a row of the ledger ends with its entry");
    assert_forbidden(db,
                     "UPDATE certificate SET state = 'uncertain', ended = 1, ended_at = 1"
                     " WHERE serial = 'BB'",
                     "a row of the ledger ends with its entry");

    assert_row(db, ROW(", spki", "'AA', 'root', '', zeroblob(32)"), known);
    assert_forbidden(db,
                     "INSERT OR REPLACE INTO certificate(number, serial, kind, state, subject,"
                     " tbs_digest, spki, intended_at) SELECT number, 'CC', 'root', 'intended', '',"
                     " zeroblob(32), zeroblob(32), 0 FROM certificate WHERE serial = 'BB'",
                     known);
    assert_forbidden(db,
                     "INSERT INTO certificate(number, serial, kind, state, subject, tbs_digest,"
                     " spki, intended_at) VALUES(99, 'CC', 'root', 'intended', '', zeroblob(32),"
                     " zeroblob(32), 0)",
                     "a row of the ledger begins with its entry");
    assert_forbidden(db,
                     "INSERT INTO certificate(serial, kind, state, subject, tbs_digest,"
                     " intended_at, ended, ended_at)"
                     " VALUES('CC', 'root', 'issued', '', zeroblob(32), 0, 1, 0)",
                     "a row of the ledger begins as an intent");
    assert_row(db,
               ROW(", spki, jti, signer, token_limit",
                   "'CC', 'root', '', zeroblob(32), 'token-1', (SELECT signer FROM certificate"
                   " WHERE serial = 'AA'), 1"),
               used);
    assert_row(db, ROW(", spki, jti", "'CC', 'root', '', zeroblob(32), 'token-3'"),
               "a token has a signer");
    assert_row(db, ROW(", spki, signer", "'CC', 'root', '', zeroblob(32), zeroblob(32)"),
               "CHECK constraint failed: a signer and a limit go with a token id");
    assert_row(db,
               ROW(", spki, jti, signer, token_limit",
                   "'CC', 'root', '', zeroblob(32), 'token-3', zeroblob(32), 0"),
               used);
    assert_row(db, ROW("", "'CC', 'root', ''"), "a certificate has a key");
    assert_row(db, ROW(", spki", "'CC', 'end-entity', '', zeroblob(32)"),
               "an end entity or delegate, and nobody else, has a holder");
    assert_row(db, ROW(", spki", "'CC', 'delegate-ca', '', zeroblob(32)"),
               "an end entity or delegate, and nobody else, has a holder");
    assert_row(db, ROW(", spki, note", "'CC', 'root', '', zeroblob(32), ''"),
               "CHECK constraint failed: a note is not empty");
    assert_row(db, ROW(", spki", "'cc', 'root', '', zeroblob(32)"),
               "CHECK constraint failed: a serial is 1 to 20 octets in upper-case hex "
               "without leading 00");
    assert_row(db, ROW(", spki", "'CC', 'leaf', '', zeroblob(32)"),
               "CHECK constraint failed: unknown kind");
    assert_row(db, ROW(", spki", "'CC', 'root', '', zeroblob(31)"),
               "CHECK constraint failed: a digest is 32 octets");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);

    assert_state(ledger, "AA", LEDGER_ISSUED);
    assert_true(issue(ledger, "BB", &err));
    assert_token(ledger, "token-1", "AA");
    assert_token(ledger, "token-2", "BB");
    ledger_close(ledger);
}

static void the_tables_keep_the_log(void **state)
{
    static const char gap[] = "the entries of the ledger are numbered from 1 without a gap";
    sqlite3 *db;
    struct place *place = *state;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_forbidden(db, "DELETE FROM entry", "an entry of the ledger is never deleted");
    assert_forbidden(db, "UPDATE entry SET body = x'01'", "an entry of the ledger never changes");
    assert_forbidden(db, "INSERT INTO entry VALUES(3, x'01', zeroblob(32))", gap);
    assert_forbidden(db, "INSERT OR REPLACE INTO entry VALUES(1, x'01', zeroblob(32))", gap);
    assert_forbidden(db, "INSERT INTO entry(body, hash) VALUES(x'01', zeroblob(32))", gap);
    assert_forbidden(db, "INSERT INTO entry VALUES(2, x'', zeroblob(32))",
                     "CHECK constraint failed: an entry is not empty");
    assert_forbidden(db, "INSERT INTO entry VALUES(2, x'01', zeroblob(31))",
                     "CHECK constraint failed: a hash is 32 octets");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_reader_can_change_nothing(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_READ);
    assert_false(intend(ledger, SERIAL_A, NULL, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "the ledger was opened for reading only, so nothing can be written to it");
    ledger_close(ledger);
}

/* Two ledgers: one is listed while the other is written. */
struct both {
    struct ledger *writer;
    size_t count;
};

static bool write_meanwhile(void *context, const struct ledger_record *record,
                            struct sti_error *err)
{
    struct both *both = context;
    if (both->count++ > 0)
        return true;
    return ledger_record_issued(both->writer, record->serial, certificate, sizeof(certificate),
                                NULL, 0, NOW, err) &&
           intend(both->writer, SERIAL_B, NULL, err);
}

/* A list in a pager must not keep the CA from recording what the HSM has signed. */
static void a_slow_reader_holds_up_no_writer(void **state)
{
    struct sti_error err;
    struct both both = {.writer = open_place(*state, LEDGER_WRITE)};
    assert_true(intend(both.writer, SERIAL_A, NULL, &err));
    struct ledger *reader = open_place(*state, LEDGER_READ);
    assert_true(ledger_list(reader, write_meanwhile, &both, &err));
    assert_int_equal(both.count, 2);
    assert_state(reader, SERIAL_A, LEDGER_ISSUED);
    ledger_close(reader);
    ledger_close(both.writer);
}

static void the_reason_may_go_unasked(void **state)
{
    struct place *place = *state;
    assert_false(create(place->path, NULL));
    assert_null(ledger_open(place->folder, LEDGER_WRITE, NOW, NULL));
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_false(issue(ledger, SERIAL_A, NULL));
    assert_false(issue(ledger, "?", NULL));
    assert_true(intend(ledger, SERIAL_A, "token-1", NULL));
    assert_false(intend(ledger, SERIAL_B, "token-1", NULL));
    ledger_close(ledger);
    ledger_close(NULL);
}

static void the_words_are_fixed(void **state)
{
    (void)state;
    assert_string_equal(ledger_kind_name(LEDGER_ROOT), "root");
    assert_string_equal(ledger_kind_name(LEDGER_INTERMEDIATE), "intermediate");
    assert_string_equal(ledger_kind_name(LEDGER_END_ENTITY), "end-entity");
    assert_string_equal(ledger_state_name(LEDGER_INTENDED), "intended");
    assert_string_equal(ledger_state_name(LEDGER_ISSUED), "issued");
    assert_string_equal(ledger_kind_name(LEDGER_DELEGATE_CA), "delegate-ca");
    assert_string_equal(ledger_state_name(LEDGER_ABANDONED), "abandoned");
    assert_string_equal(ledger_state_name(LEDGER_UNCERTAIN), "uncertain");
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_certificate_comes_back_octet_for_octet),
        IN_PLACE(a_root_has_no_token_and_no_list),
        IN_PLACE(an_intent_has_no_end_yet),
        IN_PLACE(a_known_serial_is_refused),
        IN_PLACE(a_used_token_is_refused),
        IN_PLACE(a_token_has_as_many_certificates_as_the_caller_says),
        IN_PLACE(a_token_id_is_its_signers),
        IN_PLACE(a_key_is_its_holders),
        IN_PLACE(the_last_time_is_the_latest),
        IN_PLACE(an_abandoned_intent_leaves_the_token_unused),
        IN_PLACE(an_end_is_final),
        IN_PLACE(a_row_that_breaks_the_rules_is_not_written),
        IN_PLACE(rows_are_listed_in_the_order_of_the_intents),
        IN_PLACE(a_visit_can_stop_the_list),
        IN_PLACE(a_serial_is_found_however_it_is_written),
        IN_PLACE(what_is_no_serial_is_refused),
        IN_PLACE(the_tables_keep_the_record),
        IN_PLACE(the_tables_keep_the_log),
        IN_PLACE(a_reader_can_change_nothing),
        IN_PLACE(a_slow_reader_holds_up_no_writer),
        IN_PLACE(the_reason_may_go_unasked),
        cmocka_unit_test(the_words_are_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
