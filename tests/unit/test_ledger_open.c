/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's file: made whole, known again, locked, and right after every kind of end. */
#include "test_ledger.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void put_file(const char *path, const void *octets, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static size_t count_files(const char *folder)
{
    size_t count = 0;
    DIR *open_folder = opendir(folder);
    assert_non_null(open_folder);
    for (struct dirent *entry; (entry = readdir(open_folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(open_folder);
    return count;
}

static void a_new_ledger_is_private_and_alone(void **state)
{
    struct place *place = *state;
    struct stat st;
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_nlink, 1);
    assert_int_equal(count_files(place->folder), 1);
    ledger_close(open_place(place, LEDGER_READ));
    assert_int_equal(count_files(place->folder), 1);
    ledger_close(open_place(place, LEDGER_WRITE));
    assert_int_equal(count_files(place->folder), 2); /* and its lock */
}

/* The first three are what a run leaves that is killed while it makes this ledger. */
static void what_a_killed_run_left_is_taken_away(void **state)
{
    struct place *place = *state;
    static const char *const names[] = {"ca.ledger.new-aB3dE6",   "ca.ledger.new-aB3dE6-journal",
                                        "ca.ledger.new-000000",   "ca.ledger.new-aB3dE",
                                        "ca.ledger.new-aB3dE67",  "ca.ledger.new-aB3dE6-mine",
                                        "other.ledger.new-aB3dE6"};
    enum { NAMES = sizeof(names) / sizeof(*names) };
    struct sti_error err;
    char path[128];
    for (size_t i = 0; i < NAMES; i++) {
        beside(place, names[i], path);
        put_file(path, "x", 1);
    }
    assert_true(create(place->path, &err));
    for (size_t i = 0; i < NAMES; i++) {
        beside(place, names[i], path);
        assert_int_equal(access(path, F_OK), i < 3 ? -1 : 0);
    }
    assert_int_equal(count_files(place->folder), NAMES - 3 + 1);
}

static void two_do_not_make_one_at_a_time(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    char path[128];
    beside(place, "ca.ledger.new-aB3dE6", path);
    put_file(path, "x", 1);
    int folder = open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(folder, LOCK_EX), 0);
    assert_false(create(place->path, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "another run is making a ledger in this folder; wait for its end");
    assert_string_equal(err.source, place->path);
    assert_int_equal(count_files(place->folder), 1);
    close(folder);
    assert_true(create(place->path, &err));
    assert_int_equal(count_files(place->folder), 1);
}

static void a_file_is_never_overwritten(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    char link_path[128], target[128];
    assert_false(create(place->path, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "this file exists and a ledger is never overwritten; choose another name, or "
                 "move the old file away");
    assert_string_equal(err.source, place->path);
    /* Nor is a link that leads nowhere followed. */
    beside(place, "link", link_path);
    beside(place, "target", target);
    assert_int_equal(symlink(target, link_path), 0);
    assert_false(create(link_path, &err));
    assert_int_equal(count_files(place->folder), 2);
    ledger_close(open_place(place, LEDGER_WRITE));
}

static void an_old_journal_is_not_taken_over(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    char journal[128];
    beside(place, "ca.ledger-journal", journal);
    put_file(journal, "x", 1);
    assert_false(create(place->path, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "a file of this name with \"-journal\" added is left over from an older ledger; "
                 "move it to where that ledger is now");
    assert_int_equal(count_files(place->folder), 1);
    assert_int_equal(unlink(journal), 0);
    /* Nor is the memory of a ledger that is gone. */
    beside(place, "ca.ledger.lock", journal);
    put_file(journal, "", 0);
    assert_false(create(place->path, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "a file of this name with \".lock\" added is left over from an older ledger; "
                 "move it to where that ledger is now");
    assert_int_equal(count_files(place->folder), 1);
}

static void a_ledger_needs_a_folder(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    char path[128];
    beside(place, "none/ca.ledger", path);
    assert_false(create(path, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "no file can be made in the folder of the ledger: No such file or directory");
    assert_string_equal(err.source, path);
    /* No file can be made here by root either. */
    assert_false(create("/proc/ca.ledger", &err));
    assert_begins(&err, STI_ENVIRONMENT, "no file can be made in the folder of the ledger: ");
}

static void what_is_no_ledger_is_refused(void **state)
{
    struct place *place = *state;
    char path[128];
    for (enum ledger_access access = LEDGER_READ; access <= LEDGER_WRITE; access++) {
        beside(place, "none", path);
        assert_refused(
            path, access, STI_ENVIRONMENT,
            "there is no ledger of this name; check the name, or make it with: sti-ca init");
        beside(place, "none/ca.ledger", path);
        assert_refused(
            path, access, STI_ENVIRONMENT,
            "there is no ledger of this name; check the name, or make it with: sti-ca init");
        assert_refused(place->folder, access, STI_ENVIRONMENT,
                       "this is a folder, not a ledger; check the name");
        assert_refused("/dev/null", access, STI_ENVIRONMENT,
                       "this is not a file, so it is no ledger; check the name");
        beside(place, "empty", path);
        put_file(path, "", 0);
        assert_refused(path, access, STI_ENVIRONMENT, "this file is not a ledger; check the name");
        beside(place, "other.db", path);
        run_sql(path, "CREATE TABLE IF NOT EXISTS other(x)");
        assert_refused(path, access, STI_ENVIRONMENT, "this file is not a ledger; check the name");
        beside(place, "text", path);
        put_file(path, "[section]\n", 10);
        assert_refused(path, access, STI_ENVIRONMENT,
                       "this file is not a ledger (file is not a database); check the name");
    }
}

static void a_newer_version_is_refused(void **state)
{
    struct place *place = *state;
    static const char sentence[] = "this ledger was made by a newer version of sti-ca (format 4, "
                                   "this program knows 3); use that version";
    run_sql(place->path, "PRAGMA user_version = 4");
    assert_refused(place->path, LEDGER_READ, STI_ENVIRONMENT, sentence);
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT, sentence);
}

/* Fills the ledger with some pages and returns the length of the file. */
static off_t fill(struct place *place)
{
    struct sti_error err;
    struct stat st;
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    for (int i = 0; i < 40; i++) {
        char serial[8], jti[16];
        snprintf(serial, sizeof(serial), "AA%02X", i);
        snprintf(jti, sizeof(jti), "token-%d", i);
        assert_true(intend(ledger, serial, jti, &err));
        assert_true(issue(ledger, serial, &err));
    }
    ledger_close(ledger);
    assert_int_equal(stat(place->path, &st), 0);
    return st.st_size;
}

static void a_truncated_ledger_is_refused(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    off_t whole = fill(place);
    for (off_t length = whole - 1; length > 0; length -= 1777) {
        assert_int_equal(truncate(place->path, length), 0);
        assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
        if (strncmp(err.sentence, "this file is not a ledger", 25) != 0)
            assert_begins(&err, STI_ENVIRONMENT, "the ledger is damaged ");
        if (length <= whole - 4096)
            assert_null(ledger_open(place->path, LEDGER_READ, NOW, &err));
    }
}

static void a_ledger_with_a_spoilt_page_is_refused(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct ledger_verified verified;
    uint8_t noise[512];
    off_t length = fill(place);
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (uint8_t)(i * 167 + 13);
    int fd = open(place->path, O_RDWR);
    assert_true(fd >= 0);
    for (off_t at = 4096; at < length; at += 4096) {
        uint8_t good[sizeof(noise)];
        assert_int_equal(pread(fd, good, sizeof(good), at), sizeof(good));
        assert_int_equal(pwrite(fd, noise, sizeof(noise), at), sizeof(noise));
        struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, &err);
        /* Damage that is met by chance is a fault; damage that was looked for is a finding. */
        enum sti_code code = ledger == NULL ? STI_ENVIRONMENT : STI_REFUSED;
        assert_true(ledger == NULL || !ledger_verify(ledger, NULL, &verified, &err));
        ledger_close(ledger);
        assert_begins(&err, code, "the ledger is damaged ");
        assert_int_equal(pwrite(fd, good, sizeof(good), at), sizeof(good));
    }
    close(fd);
    ledger_close(open_place(place, LEDGER_WRITE));
}

static void a_ledger_without_its_tables_is_refused(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    run_sql(place->path, "DROP VIEW token_use; DROP TABLE revocation; DROP TABLE certificate");
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_error(&err, STI_ENVIRONMENT, "the ledger could not be read: no such table: certificate");
}

static void a_lock_that_cannot_be_made_is_refused(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    char lock[128];
    beside(place, "ca.ledger.lock", lock);
    assert_int_equal(mkdir(lock, 0700), 0);
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "the lock file of the ledger cannot be written: Is a directory");
    assert_string_equal(err.source, lock);
    assert_int_equal(rmdir(lock), 0);
}

static void one_writer_at_a_time(void **state)
{
    struct place *place = *state;
    char other_name[128];
    struct sti_error err;
    static const char sentence[] =
        "another sti-ca is at work on this ledger; try again when it has ended";
    struct ledger *writer = open_place(place, LEDGER_WRITE);
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT, sentence);
    beside(place, "other", other_name);
    assert_int_equal(symlink("ca.ledger", other_name), 0);
    assert_refused(other_name, LEDGER_WRITE, STI_ENVIRONMENT, sentence);
    /* A refused one changes nothing, least of all the open intents. */
    assert_true(intend(writer, SERIAL_A, "token-1", &err));
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT, sentence);
    struct ledger *reader = open_place(place, LEDGER_READ);
    assert_state(reader, SERIAL_A, LEDGER_INTENDED);
    assert_true(issue(writer, SERIAL_A, &err));
    assert_state(reader, SERIAL_A, LEDGER_ISSUED);
    ledger_close(reader);
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT, sentence);
    ledger_close(writer);
    ledger_close(open_place(place, LEDGER_WRITE));
}

/* How far a child goes before it waits for its end. Returns false if it could not get there. */
typedef bool (*way)(const struct place *place);

/* Starts a child that goes its way and then holds still, with all it has open. */
static pid_t start(way child, const struct place *place)
{
    int there[2];
    char arrived = 0;
    assert_int_equal(pipe(there), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char ok = child(place) ? 1 : 2;
        if (write(there[1], &ok, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(there[1]);
    assert_int_equal(read(there[0], &arrived, 1), 1);
    close(there[0]);
    assert_int_equal(arrived, 1);
    return pid;
}

static void end(pid_t pid)
{
    int status;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static bool opens(const struct place *place)
{
    return ledger_open(place->path, LEDGER_WRITE, NOW, NULL) != NULL;
}

static bool intends(const struct place *place)
{
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, NULL);
    return ledger != NULL && intend(ledger, SERIAL_A, "token-1", NULL);
}

static bool issues(const struct place *place)
{
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, NULL);
    return ledger != NULL && intend(ledger, SERIAL_A, "token-1", NULL) &&
           issue(ledger, SERIAL_A, NULL);
}

/* Stops in the middle of a transaction, with part of it in the file and the rest in the journal. */
static bool stops_half_way(const struct place *place)
{
    sqlite3 *db;
    return sqlite3_open(place->path, &db) == SQLITE_OK &&
           sqlite3_exec(db,
                        "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
                        "INSERT INTO entry VALUES(2, zeroblob(300000), zeroblob(32));"
                        "INSERT INTO certificate(number, serial, kind, state, subject, tbs_digest,"
                        " spki, intended_at) VALUES(2, 'BB', 'root', 'intended',"
                        " printf('%.*c', 300000, 'x'), zeroblob(32), zeroblob(32), 0);"
                        "INSERT INTO entry VALUES(3, zeroblob(300000), zeroblob(32));",
                        NULL, NULL, NULL) == SQLITE_OK;
}

/*
 * Runs `child` in a process of its own that may not write the ledger, not even as root, and returns
 * its exit status. No assertion there: it would go on with the tests of the parent.
 */
static int as_nobody(int (*child)(const struct place *), const struct place *place)
{
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
            _exit(99);
        _exit(child(place));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int write_refused(const struct place *place, const char *sentence)
{
    struct sti_error err;
    if (ledger_open(place->path, LEDGER_WRITE, NOW, &err) != NULL)
        return 1;
    return strcmp(err.sentence, sentence) == 0 && err.code == STI_ENVIRONMENT ? 0 : 2;
}

static int file_refused(const struct place *place)
{
    return write_refused(place, "the ledger cannot be written, so nothing can be issued: "
                                "Permission denied");
}

static int folder_refused(const struct place *place)
{
    return write_refused(place, "the folder of the ledger cannot be written, so nothing can be "
                                "issued: Permission denied");
}

static int reading_refused(const struct place *place)
{
    return write_refused(place, "the ledger may not be read by this user: Permission denied");
}

static int reading_works(const struct place *place)
{
    struct sti_error err;
    enum ledger_state seen = LEDGER_ISSUED;
    struct ledger *ledger = ledger_open(place->path, LEDGER_READ, NOW, &err);
    if (ledger == NULL)
        return 1;
    bool ok = ledger_show(ledger, SERIAL_A, note_state, &seen, &err);
    ledger_close(ledger);
    return ok && seen == LEDGER_INTENDED ? 0 : 2;
}

static void rights_are_looked_at_first(void **state)
{
    struct place *place = *state;
    pid_t writer = start(intends, place);
    assert_int_equal(chmod(place->folder, 0555), 0);
    assert_int_equal(chmod(place->path, 0444), 0);
    assert_int_equal(as_nobody(file_refused, place), 0);
    assert_int_equal(as_nobody(reading_works, place), 0); /* the writer is still there */
    assert_int_equal(chmod(place->path, 0666), 0);
    assert_int_equal(as_nobody(folder_refused, place), 0);
    assert_int_equal(chmod(place->path, 0000), 0);
    assert_int_equal(as_nobody(reading_refused, place), 0);
    end(writer);
}

static void the_lock_ends_with_its_process(void **state)
{
    struct place *place = *state;
    pid_t child = start(opens, place);
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT,
                   "another sti-ca is at work on this ledger; try again when it has ended");
    ledger_close(open_place(place, LEDGER_READ));
    end(child);
    ledger_close(open_place(place, LEDGER_WRITE));
}

static bool note_serial(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)err;
    assert_string_equal(context, "");
    snprintf(context, LEDGER_SERIAL_TEXT + 1, "%s", record->serial);
    return true;
}

static void an_intent_left_behind_stops_the_next_run(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    end(start(intends, place));

    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_state(ledger, SERIAL_A, LEDGER_INTENDED); /* a reader settles nothing */
    ledger_close(ledger);

    /* The HSM may have signed, so nobody goes on but who settles it. */
    assert_refused(place->path, LEDGER_WRITE, STI_ENVIRONMENT,
                   "a run ended before it could say what became of 1 certificate (serial " SERIAL_A
                   "): the HSM may have signed; nothing is issued until that is settled: sti-ca "
                   "recover");
    ledger = open_place(place, LEDGER_RECOVER);
    assert_state(ledger, SERIAL_A, LEDGER_INTENDED);
    assert_true(ledger_record_uncertain(ledger, SERIAL_A, NOW, &err));
    ledger_close(ledger);

    ledger = open_place(place, LEDGER_WRITE);
    assert_state(ledger, SERIAL_A, LEDGER_UNCERTAIN);
    assert_token(ledger, "token-1", "");
    assert_false(issue(ledger, SERIAL_A, &err));
    assert_true(intend(ledger, SERIAL_B, "token-1", &err));
    assert_true(issue(ledger, SERIAL_B, &err));
    ledger_close(ledger);
}

static void what_was_issued_survives(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    end(start(issues, place));
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_state(ledger, SERIAL_A, LEDGER_ISSUED);
    assert_token(ledger, "token-1", SERIAL_A);
    assert_false(intend(ledger, SERIAL_B, "token-1", &err));
    ledger_close(ledger);
}

static void a_half_done_change_is_undone(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    enum ledger_state seen;
    end(start(stops_half_way, place));
    assert_refused(place->path, LEDGER_READ, STI_ENVIRONMENT,
                   "a run that was writing to this ledger was cut off; run a command that writes "
                   "to it (it undoes the half-done change), then try again");
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_false(ledger_show(ledger, "BB", note_state, &seen, &err));
    assert_true(intend(ledger, "BB", NULL, &err));
    ledger_close(ledger);
    ledger_close(open_place(place, LEDGER_READ));
}

/* What `sti-ca recover` does with the intent of a run that died: there is one at most. */
static void settle(struct ledger *ledger)
{
    struct sti_error err;
    char serial[LEDGER_SERIAL_TEXT + 1] = "";
    assert_true(ledger_open_intents(ledger, note_serial, serial, &err));
    if (serial[0] != '\0')
        assert_true(ledger_record_uncertain(ledger, serial, NOW, &err));
}

/* Issues one certificate after the other and writes an octet for each that is said to be there. */
static void issue_for_ever(const struct place *place, unsigned round, int told)
{
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, NULL);
    for (unsigned i = 0; ledger != NULL; i++) {
        char serial[16], jti[16];
        snprintf(serial, sizeof(serial), "%04X%04X", round + 0x1000, i & 0xffff);
        snprintf(jti, sizeof(jti), "%u-%u", round, i);
        if (!intend(ledger, serial, jti, NULL) || !issue(ledger, serial, NULL) ||
            write(told, "+", 1) != 1)
            break;
    }
    _exit(1);
}

static bool count_issued(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)err;
    if (record->state == LEDGER_ISSUED)
        ++*(size_t *)context;
    else
        assert_int_equal(record->state, LEDGER_UNCERTAIN);
    return true;
}

static void no_moment_of_death_loses_a_certificate(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    size_t said = 0;
    for (unsigned round = 0; round < 30; round++) {
        int told[2];
        char octets[256];
        size_t issued = 0;
        assert_int_equal(pipe(told), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            issue_for_ever(place, round, told[1]);
        close(told[1]);
        usleep(2000 + 431 * round);
        end(pid);
        for (ssize_t got; (got = read(told[0], octets, sizeof(octets))) > 0;)
            said += (size_t)got;
        close(told[0]);
        struct ledger *ledger = open_place(place, LEDGER_RECOVER);
        settle(ledger);
        assert_true(ledger_list(ledger, count_issued, &issued, &err));
        /* What was in the record before its writer could say so is not lost either. */
        assert_true(issued >= said && issued <= said + round + 1);
        ledger_close(ledger);
    }
}

/* The file may not grow, as on a full disk. */
static int write_on_full_disk(const struct place *place)
{
    struct sti_error err;
    static uint8_t large[300000] = {1};
    struct rlimit limit = {.rlim_cur = 150000, .rlim_max = 150000};
    struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, &err);
    signal(SIGXFSZ, SIG_IGN);
    if (ledger == NULL || !intend(ledger, "AA", "token-1", &err) ||
        setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    if (ledger_record_issued(ledger, "AA", large, sizeof(large), NULL, 0, NOW, &err))
        return 2;
    if (strncmp(err.sentence, "the ledger could not be written: ", 33) != 0)
        return 3;
    /* The failed step left nothing open: the run can still end its intent in order. */
    bool ok = ledger_record_abandoned(ledger, "AA", "no room", NOW, &err);
    ledger_close(ledger);
    return ok ? 0 : 4;
}

static int on_full_disk(const struct place *place)
{
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(write_on_full_disk(place));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_full_disk_issues_nothing(void **state)
{
    assert_int_equal(on_full_disk(*state), 0);
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_state(ledger, "AA", LEDGER_ABANDONED);
    assert_token(ledger, "token-1", "");
    ledger_close(ledger);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_new_ledger_is_private_and_alone),
        IN_FOLDER(what_a_killed_run_left_is_taken_away),
        IN_FOLDER(two_do_not_make_one_at_a_time),
        IN_PLACE(a_file_is_never_overwritten),
        IN_FOLDER(an_old_journal_is_not_taken_over),
        IN_FOLDER(a_ledger_needs_a_folder),
        IN_FOLDER(what_is_no_ledger_is_refused),
        IN_PLACE(a_newer_version_is_refused),
        IN_PLACE(a_truncated_ledger_is_refused),
        IN_PLACE(a_ledger_with_a_spoilt_page_is_refused),
        IN_PLACE(a_ledger_without_its_tables_is_refused),
        IN_PLACE(a_lock_that_cannot_be_made_is_refused),
        IN_PLACE(rights_are_looked_at_first),
        IN_PLACE(one_writer_at_a_time),
        IN_PLACE(the_lock_ends_with_its_process),
        IN_PLACE(an_intent_left_behind_stops_the_next_run),
        IN_PLACE(what_was_issued_survives),
        IN_PLACE(a_half_done_change_is_undone),
        IN_PLACE(no_moment_of_death_loses_a_certificate),
        IN_PLACE(a_full_disk_issues_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
