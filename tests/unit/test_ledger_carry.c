/* SPDX-License-Identifier: Apache-2.0 */
/* The record as a whole: found wrong wherever it was changed, carried, copied, put back. */
#include "test_ledger.h"

#include <sys/wait.h>
#include <unistd.h>

static void copy_file(const char *from, const char *to)
{
    static char octets[4 << 20];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    size_t length = fread(octets, 1, sizeof(octets), in);
    assert_true(length < sizeof(octets));
    assert_int_equal(fwrite(octets, 1, length, out), length);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

/* A record with an entry of every kind that a run makes. */
static void put_rows(const struct place *place, const char *first)
{
    struct sti_error err;
    int64_t entry;
    char serial[8], jti[16];
    struct ledger_verdict verdict = {.request = "a.csr", .accepted = true, .time = NOW};
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_true(ledger_record_verdict(ledger, &verdict, &entry, &err));
    for (int i = 0; i < 4; i++) {
        snprintf(serial, sizeof(serial), "%s%02X", first, i);
        snprintf(jti, sizeof(jti), "%s-%d", first, i);
        assert_true(intend(ledger, serial, jti, &err));
        if (i == 0) {
            assert_true(ledger_record_uncertain(ledger, serial, NOW, &err));
        } else if (i == 1) {
            assert_true(ledger_record_abandoned(ledger, serial, "no", NOW, &err));
        } else {
            assert_true(issue(ledger, serial, &err));
            assert_true(ledger_record_delivered(ledger, serial, "/a.pem", NOW, &err));
        }
    }
    struct ledger_revocation revocation = {.serial = serial, .reason = 1, .date = NOW};
    assert_true(ledger_record_revoked(ledger, &revocation, NOW, &err));
    static unsigned char number = 0;
    number++;
    struct ledger_crl crl = {.scope = "CN=a",
                             .number = &number,
                             .number_length = 1,
                             .der = certificate,
                             .der_length = sizeof(certificate)};
    assert_true(ledger_record_crl(ledger, &crl, NOW, &err));
    ledger_close(ledger);
}

static bool verified(const char *path, struct sti_error *err)
{
    struct ledger_verified result;
    struct ledger *ledger = ledger_open(path, LEDGER_READ, NOW, err);
    bool ok = ledger != NULL && ledger_verify(ledger, NULL, &result, err);
    ledger_close(ledger);
    return ok;
}

static void assert_verified(const char *path)
{
    struct sti_error err;
    if (!verified(path, &err))
        fail_msg("%s", err.sentence);
}

/* ---- verify ---- */

/* Runs SQL behind the back of the rules, and puts them back as they were; the disk may wait. */
static void tamper(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    char *rules = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT group_concat(sql, ';'), group_concat('DROP TRIGGER '"
                           " || name, ';') FROM sqlite_schema WHERE type = 'trigger'",
                           -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    rules = strdup((const char *)sqlite3_column_text(statement, 0));
    char *drop = strdup((const char *)sqlite3_column_text(statement, 1));
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_exec(db, rules, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(rules);
    free(drop);
}

static void whatever_was_changed_is_found(void **state)
{
    static const struct {
        const char *sql;
        const char *found;
    } changes[] = {
        {"UPDATE entry SET body = CAST(substr(body, 1, 20) || x'00' || substr(body, 22) AS BLOB)"
         " WHERE number = 3",
         "entry 3 is not the one that was written behind entry 2"},
        {"UPDATE entry SET hash = zeroblob(32) WHERE number = 5",
         "entry 5 is not the one that was written behind entry 4"},
        {"DELETE FROM entry WHERE number = 4", "entry 4 is missing"},
        {"DELETE FROM entry WHERE number = 1", "entry 1 is missing"},
        {"UPDATE entry SET body = (SELECT body FROM entry WHERE number = 7),"
         " hash = (SELECT hash FROM entry WHERE number = 7) WHERE number = 8",
         "entry 8 is not the one that was written behind entry 7"},
        {"UPDATE entry SET number = 99 WHERE number = 12; UPDATE entry SET number = 12 WHERE number"
         " = 11; UPDATE entry SET number = 11 WHERE number = 99",
         "entry 11 is not the one that was written behind entry 10"},
        /* The tables are no more and no less than the log says. */
        {"DELETE FROM entry WHERE number = 14", "table crl, row 14: no entry of the log says so"},
        {"UPDATE certificate SET subject = 'CN=x' WHERE serial = 'AA02'",
         "table certificate, row 7: is not what the log says"},
        {"UPDATE certificate SET delivered_at = NULL WHERE serial = 'AA02'",
         "table certificate, row 7: is not what the log says"},
        {"DELETE FROM certificate WHERE serial = 'AA00'", "table certificate, row 3: is missing"},
        {"INSERT INTO certificate(number, serial, kind, state, subject, tbs_digest, spki,"
         " intended_at) VALUES(2, 'DD', 'root', 'intended', '', zeroblob(32), zeroblob(32), 0)",
         "table certificate, row 2: no entry of the log says so"},
        {"UPDATE certificate SET jti = 'z' WHERE serial = 'AA03'",
         "table certificate, row 10: is not what the log says"},
        {"DROP VIEW token_use", "table schema, row token_use: is missing"},
        {"UPDATE revocation SET reason = 4", "table revocation, row 13: is not what the log says"},
        {"DELETE FROM revocation", "table revocation, row 13: is missing"},
        {"UPDATE crl SET number = x'09'", "table crl, row 14: is not what the log says"},
        {"DROP INDEX certificate_key", "table schema, row certificate_key: "},
        {"CREATE TABLE more(x)", "table schema, row more: "},
    };
    struct place *place = *state;
    char path[128], start[300];
    struct sti_error err;
    put_rows(place, "AA");
    beside(place, "changed", path);
    copy_file(place->path, path);
    assert_verified(path);
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        copy_file(place->path, path);
        tamper(path, changes[i].sql);
        assert_false(verified(path, &err));
        snprintf(start, sizeof(start), "the ledger is damaged (%s", changes[i].found);
        assert_begins(&err, STI_REFUSED, start);
        assert_string_equal(err.source, path);
    }
    /* A rule that was taken out of the file. */
    copy_file(place->path, path);
    run_sql(path, "DROP TRIGGER entry_stays");
    assert_false(verified(path, &err));
    assert_begins(&err, STI_REFUSED, "the ledger is damaged (table schema, row entry_stays: ");
}

/* The tables are compared in pieces of 1000 rows: about the seam, and behind it. */
static void rows_of_every_piece_are_compared(void **state)
{
    enum { ROWS = 2010 };
    static const int wrong[] = {1, 1000, 1001, 2000, ROWS};
    struct place *place = *state;
    struct sti_error err;
    char path[128], serial[8], sql[200], found[200];
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_true(ledger_group_begin(ledger, &err));
    for (int i = 1; i <= ROWS; i++) {
        snprintf(serial, sizeof(serial), "7F%04X", i);
        assert_true(intend(ledger, serial, NULL, &err));
        assert_true(ledger_record_abandoned(ledger, serial, "no", NOW, &err));
    }
    assert_true(ledger_group_end(ledger, true, &err));
    ledger_close(ledger);
    assert_verified(place->path);
    beside(place, "changed", path);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        int row = 2 * wrong[i]; /* the entry of its intent */
        copy_file(place->path, path);
        snprintf(sql, sizeof(sql), "UPDATE certificate SET reason = 'x' WHERE number = %d", row);
        tamper(path, sql);
        assert_false(verified(path, &err));
        snprintf(found, sizeof(found),
                 "the ledger is damaged (table certificate, row %d: is not what the log says", row);
        assert_begins(&err, STI_REFUSED, found);
        snprintf(sql, sizeof(sql), "DELETE FROM certificate WHERE number = %d", row);
        tamper(path, sql);
        assert_false(verified(path, &err));
        snprintf(found, sizeof(found),
                 "the ledger is damaged (table certificate, row %d: is missing", row);
        assert_begins(&err, STI_REFUSED, found);
    }
}

/* Records in a process of its own, which ends by itself. */
static pid_t start_writer(const struct place *place)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, NULL);
    bool ok = ledger != NULL;
    for (int i = 0; ok && i < 60; i++) {
        char serial[8], jti[16];
        snprintf(serial, sizeof(serial), "7E%04X", i);
        snprintf(jti, sizeof(jti), "while-%d", i);
        ok = intend(ledger, serial, jti, NULL) && issue(ledger, serial, NULL) &&
             ledger_record_delivered(ledger, serial, "/a.pem", NOW, NULL);
    }
    ledger_close(ledger);
    _exit(ok ? 0 : 1);
}

static void what_is_recorded_meanwhile_is_no_damage(void **state)
{
    struct place *place = *state;
    int status = 0, times = 0;
    put_rows(place, "AA");
    pid_t writer = start_writer(place);
    for (; waitpid(writer, &status, WNOHANG) == 0; times++)
        assert_verified(place->path);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(times > 0);
    assert_verified(place->path);
}

/* The end of the chain is looked at before anything is added to it. */
static void a_changed_end_is_met_by_a_writer(void **state)
{
    struct place *place = *state;
    put_rows(place, "AA");
    tamper(place->path, "UPDATE entry SET body = x'a0' WHERE number = 14");
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT,
                   "the ledger is damaged (entry 14, the last one, is not what was written); keep "
                   "the file as it is and go back to a copy of it");
}

/* ---- export and import ---- */

struct exported {
    uint8_t octets[65536];
    size_t length;
    size_t at[64]; /* where each entry begins */
    size_t count;
};

static bool take(void *context, const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct exported *exported = context;
    (void)err;
    assert_true(exported->length + length <= sizeof(exported->octets) && exported->count < 63);
    memcpy(exported->octets + exported->length, octets, length);
    exported->at[exported->count++] = exported->length;
    exported->length += length;
    exported->at[exported->count] = exported->length;
    return true;
}

static void export_it(const char *path, struct exported *exported)
{
    struct sti_error err;
    struct ledger_carried carried;
    struct ledger *ledger = ledger_open(path, LEDGER_READ, NOW, &err);
    exported->length = exported->count = 0;
    assert_non_null(ledger);
    if (!ledger_export(ledger, take, exported, NULL, &carried, &err))
        fail_msg("%s", err.sentence);
    assert_int_equal(carried.entries, exported->count - 1);
    ledger_close(ledger);
}

static struct exported before, after;

/* Every import waits for the disk, so not every octet is tried; none of the lengths divides it. */
#define STRIDE 17

static void import_makes_the_same_ledger(void **state)
{
    struct place *place = *state;
    struct ledger_carried carried;
    struct sti_error err;
    char path[128];
    put_rows(place, "AA");
    export_it(place->path, &before);
    beside(place, "other", path);
    if (!ledger_import(path, before.octets, before.length, NOW, NULL, &carried, &err))
        fail_msg("%s", err.sentence);
    assert_int_equal(carried.entries, 14);
    assert_int_equal(carried.added, 14);
    assert_verified(path);
    export_it(path, &after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.octets, after.octets, after.length);
    /* Once more adds nothing; what has happened since is added. */
    assert_true(ledger_import(path, before.octets, before.length, NOW, NULL, &carried, &err));
    assert_int_equal(carried.added, 0);
    put_rows(place, "BB");
    export_it(place->path, &after);
    assert_true(ledger_import(path, after.octets, after.length, NOW, NULL, &carried, &err));
    assert_int_equal(carried.added, 13);
    assert_verified(path);
    /* An older export is no step back. */
    assert_true(ledger_import(path, before.octets, before.length, NOW, NULL, &carried, &err));
    assert_int_equal(carried.added, 0);
    struct place there = {.path = ""};
    memcpy(there.path, path, sizeof(there.path));
    struct ledger *ledger = open_place(&there, LEDGER_WRITE);
    assert_state(ledger, "BB03", LEDGER_ISSUED);
    assert_false(intend(ledger, "CC", "BB-3", &err));
    ledger_close(ledger);
}

static void assert_import(const char *path, struct exported *exported, const char *sentence,
                          const char *part)
{
    struct ledger_carried carried;
    struct sti_error err;
    assert_false(
        ledger_import(path, exported->octets, exported->length, NOW, NULL, &carried, &err));
    assert_error(&err, STI_REFUSED, sentence);
    assert_string_equal(err.part, part);
}

static void a_cut_export_is_refused_wherever_it_is_cut(void **state)
{
    struct place *place = *state;
    struct ledger_carried carried;
    struct sti_error err;
    char path[128];
    put_rows(place, "AA");
    export_it(place->path, &before);
    beside(place, "other", path);
    for (size_t length = 0; length < before.length; length += STRIDE) {
        assert_false(ledger_import(path, before.octets, length, NOW, NULL, &carried, &err));
        assert_int_equal(err.code, STI_REFUSED);
        assert_int_equal(access(path, F_OK), -1); /* nothing is left */
    }
    before.length = before.at[4];
    assert_import(path, &before, "is missing: 14 entries are announced, and the octets end",
                  "entry 4");
    before.length = before.at[4] + 10;
    assert_import(path, &before, "the octets end within an item; some are missing", "entry 4");
}

static void a_changed_octet_is_found_wherever_it_is(void **state)
{
    struct place *place = *state;
    struct ledger_carried carried;
    struct sti_error err;
    char path[128], old[128];
    put_rows(place, "AA");
    beside(place, "old", old);
    copy_file(place->path, old);
    put_rows(place, "BB");
    export_it(place->path, &before);
    beside(place, "other", path);
    for (size_t i = 0; i < before.length; i += STRIDE) {
        before.octets[i] ^= 0x01;
        const char *target = i % 2 == 0 ? path : old;
        if (ledger_import(target, before.octets, before.length, NOW, NULL, &carried, &err))
            fail_msg("octet %zu", i);
        assert_int_equal(err.code, STI_REFUSED);
        before.octets[i] ^= 0x01;
    }
    assert_int_equal(access(path, F_OK), -1);
    assert_verified(old);
    struct ledger *ledger = ledger_open(old, LEDGER_READ, NOW, &err);
    export_it(old, &after);
    assert_int_equal(after.count - 1, 14);
    ledger_close(ledger);
}

static void a_missing_or_moved_entry_is_named(void **state)
{
    struct place *place = *state;
    char path[128];
    put_rows(place, "AA");
    export_it(place->path, &before);
    beside(place, "other", path);
    after = before;
    size_t gap = before.at[6] - before.at[5];
    memmove(after.octets + before.at[5], before.octets + before.at[6],
            before.length - before.at[6]);
    after.length -= gap;
    assert_import(path, &after, "is missing: entry 6 is in its place", "entry 5");
    after = before;
    memcpy(after.octets + before.length, "\xf6", 1);
    after.length++;
    assert_import(path, &after, "has 1 octets too many behind the last entry", "");
    after = before;
    after.octets[3]++;
    assert_import(path, &after, "this is no export of a ledger", "");
}

static void another_ledger_or_another_way_is_refused(void **state)
{
    static const unsigned char id[LEDGER_ID_OCTETS] = {9};
    struct place *place = *state;
    struct sti_error err;
    char other[128], twin[128];
    beside(place, "other", other);
    beside(place, "twin", twin);
    assert_true(ledger_create(other, id, NOW, &err));
    copy_file(place->path, twin);
    put_rows(place, "AA");
    export_it(place->path, &before);
    assert_import(other, &before, "is of another ledger than the one that is here", "entry 1");
    struct place there = {.path = ""};
    memcpy(there.path, twin, sizeof(there.path));
    put_rows(&there, "BB");
    assert_import(twin, &before,
                  "is another one than here: the two ledgers have gone different ways since entry "
                  "2; keep both, and find out which of them has signed",
                  "entry 3");
    assert_verified(twin);
}

/* ---- backup ---- */

static void a_backup_is_the_ledger_of_one_moment(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct stat st;
    char path[128];
    put_rows(place, "AA");
    beside(place, "backup", path);
    struct ledger *writer = open_place(place, LEDGER_WRITE);
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_true(ledger_group_begin(writer, &err));
    assert_true(intend(writer, "CC", NULL, &err));
    if (!ledger_backup(ledger, path, NULL, &err)) /* of what is on the disk */
        fail_msg("%s", err.sentence);
    assert_true(ledger_group_end(writer, true, &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_false(ledger_backup(ledger, path, NULL, &err));
    assert_begins(&err, STI_ENVIRONMENT, "this file exists and a ledger is never overwritten");
    assert_string_equal(err.source, path);
    ledger_close(ledger);
    ledger_close(writer);
    assert_verified(path);
    export_it(path, &after);
    assert_int_equal(after.count - 1, 14);
}

/* ---- restored copies ---- */

static void an_older_copy_is_noticed_and_confirmed(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    int64_t number;
    char old[128];
    beside(place, "old", old);
    put_rows(place, "AA");
    copy_file(place->path, old);
    put_rows(place, "BB");
    copy_file(old, place->path);
    assert_refused(
        place->path, LEDGER_WRITE, STI_ENVIRONMENT,
        "this ledger was restored from an older copy: it had an entry 27 once, which is "
        "not in it (it ends with 14), so what was issued since is not in its record; put "
        "the latest copy back, or see what to do with: sti-ca recover");
    ledger_close(open_place(place, LEDGER_READ)); /* looking is no harm */
    assert_false(verified(place->path, &err));
    assert_begins(&err, STI_ENVIRONMENT, "this ledger was restored from an older copy: ");

    struct ledger *ledger = open_place(place, LEDGER_RECOVER);
    assert_true(ledger_is_restored(ledger, &number));
    assert_int_equal(number, 27);
    ledger_close(ledger);
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err)); /* to look changes nothing */
    ledger = open_place(place, LEDGER_RECOVER);
    assert_true(ledger_record_restored(ledger, NOW, &err));
    assert_false(ledger_record_restored(ledger, NOW, &err));
    assert_int_equal(err.code, STI_REFUSED);
    ledger_close(ledger);
    put_rows(place, "CC");
    assert_verified(place->path);
}

/* A copy with as many entries, but others. */
static void a_copy_that_went_another_way_is_noticed(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct place there = {.path = ""};
    beside(place, "twin", there.path);
    copy_file(place->path, there.path);
    put_rows(place, "AA");
    put_rows(&there, "BB");
    put_rows(&there, "CC");
    copy_file(there.path, place->path);
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_begins(&err, STI_ENVIRONMENT, "this ledger was restored from an older copy: ");
}

static void an_import_mends_an_older_copy(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct ledger_carried carried;
    char old[128];
    beside(place, "old", old);
    put_rows(place, "AA");
    copy_file(place->path, old);
    put_rows(place, "BB");
    export_it(place->path, &before);
    copy_file(old, place->path);
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_true(
        ledger_import(place->path, before.octets, before.length, NOW, NULL, &carried, &err));
    assert_int_equal(carried.added, 13);
    ledger_close(open_place(place, LEDGER_WRITE));
    assert_verified(place->path);
}

/* The process dies, or the power goes, while the first mark of all is written. */
static void half_of_the_first_mark_is_none(void **state)
{
    struct place *place = *state;
    char lock[128];
    struct stat st;
    beside(place, "ca.ledger.lock", lock);
    for (off_t length = 64; length < 128; length += 21) {
        assert_true(unlink(lock) == 0 || length == 64);
        ledger_close(open_place(place, LEDGER_WRITE));
        assert_int_equal(stat(lock, &st), 0);
        assert_int_equal(st.st_size, 128);
        assert_int_equal(truncate(lock, length), 0);
        ledger_close(open_place(place, LEDGER_WRITE));
    }
}

/* What the power may leave of the mark: an older one, one slot that is torn, or nothing. */
static void a_mark_that_is_lost_or_older_is_no_matter(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    char lock[128], old[128];
    beside(place, "ca.ledger.lock", lock);
    beside(place, "old", old);
    put_rows(place, "AA");
    copy_file(lock, old);
    put_rows(place, "BB");
    copy_file(old, lock);
    ledger_close(open_place(place, LEDGER_WRITE));
    for (off_t slot = 0; slot < 128; slot += 64) {
        int fd = open(lock, O_WRONLY);
        assert_int_equal(pwrite(fd, "torn", 4, slot + 30), 4);
        close(fd);
        ledger_close(open_place(place, LEDGER_WRITE)); /* which mends it */
    }
    assert_int_equal(truncate(lock, 0), 0);
    ledger_close(open_place(place, LEDGER_WRITE));
    for (off_t slot = 0; slot < 128; slot += 64) {
        int fd = open(lock, O_WRONLY);
        assert_int_equal(pwrite(fd, "torn", 4, slot + 30), 4);
        close(fd);
    }
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_begins(&err, STI_ENVIRONMENT,
                  "the lock file of this ledger (its name with \".lock\" "
                  "added) is damaged");
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(whatever_was_changed_is_found),
        IN_PLACE(rows_of_every_piece_are_compared),
        IN_PLACE(what_is_recorded_meanwhile_is_no_damage),
        IN_PLACE(a_changed_end_is_met_by_a_writer),
        IN_PLACE(import_makes_the_same_ledger),
        IN_PLACE(a_cut_export_is_refused_wherever_it_is_cut),
        IN_PLACE(a_changed_octet_is_found_wherever_it_is),
        IN_PLACE(a_missing_or_moved_entry_is_named),
        IN_PLACE(another_ledger_or_another_way_is_refused),
        IN_PLACE(a_backup_is_the_ledger_of_one_moment),
        IN_PLACE(an_older_copy_is_noticed_and_confirmed),
        IN_PLACE(a_copy_that_went_another_way_is_noticed),
        IN_PLACE(an_import_mends_an_older_copy),
        IN_PLACE(half_of_the_first_mark_is_none),
        IN_PLACE(a_mark_that_is_lost_or_older_is_no_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
