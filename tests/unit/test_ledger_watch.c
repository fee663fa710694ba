/* SPDX-License-Identifier: Apache-2.0 */
/* Who watches long work on a record is told how far it is, and does not hold anybody up. */
#include "ledger_as_of.h"
#include "test_ledger.h"

#define STEPS 20

struct seen {
    struct told {
        char doing[60];
        char unit[10]; /* "": none */
        int64_t done, of;
        int calls;
    } steps[STEPS];
    int count;
    const struct place *writes; /* NULL: nobody does */
    int written;
};

/* Somebody records meanwhile, who would wait for ten seconds if the ledger were locked. */
static void write_meanwhile(struct seen *seen)
{
    struct sti_error err;
    char serial[8];
    struct ledger *ledger = open_place(seen->writes, LEDGER_WRITE);
    snprintf(serial, sizeof(serial), "7E%04X", ++seen->written);
    if (!intend(ledger, serial, NULL, &err) ||
        !ledger_record_abandoned(ledger, serial, "no", NOW + 3, &err))
        fail_msg("%s", err.sentence);
    ledger_close(ledger);
}

/* A step begins with nothing done; from then on it goes up, and never past the whole. */
static void tell(void *context, const struct ledger_step *step)
{
    struct seen *seen = context;
    if (step->done == 0) {
        assert_true(seen->count < STEPS);
        struct told *begun = &seen->steps[seen->count++];
        snprintf(begun->doing, sizeof(begun->doing), "%s", step->doing);
        snprintf(begun->unit, sizeof(begun->unit), "%s", step->unit == NULL ? "" : step->unit);
    }
    assert_true(seen->count > 0);
    struct told *told = &seen->steps[seen->count - 1];
    assert_string_equal(told->doing, step->doing);
    assert_true(step->done > told->done || told->calls == 0);
    assert_true(step->done <= step->of);
    assert_true(told->of == step->of || told->of == 0); /* of a copy not known when it begins */
    told->done = step->done;
    told->of = step->of;
    told->calls++;
    if (seen->writes != NULL)
        write_meanwhile(seen);
}

static struct ledger_watch watched_by(struct seen *seen, const struct place *writes)
{
    memset(seen, 0, sizeof(*seen));
    seen->writes = writes;
    return (struct ledger_watch){.tell = tell, .context = seen};
}

static void assert_step(const struct seen *seen, int at, const char *doing, const char *unit,
                        int64_t done, int calls)
{
    assert_true(at < seen->count);
    const struct told *told = &seen->steps[at];
    assert_string_equal(told->doing, doing);
    assert_string_equal(told->unit, unit);
    assert_int_equal(told->done, done);
    assert_int_equal(told->of, done);
    assert_int_equal(told->calls, calls);
}

/* So many rows, two entries each, behind the entry that every ledger begins with. */
#define ROWS 1100
#define ENTRIES (1 + 2 * ROWS)
#define ENTRY_CALLS (1 + 1 + ENTRIES / 256) /* when it begins, for each block, for the rest */

static void fill(const struct place *place)
{
    struct sti_error err;
    char serial[8];
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    assert_true(ledger_group_begin(ledger, &err));
    for (int i = 1; i <= ROWS; i++) {
        snprintf(serial, sizeof(serial), "7F%04X", i);
        assert_true(intend(ledger, serial, NULL, &err));
        assert_true(ledger_record_abandoned(ledger, serial, "no", NOW + 2, &err));
    }
    assert_true(ledger_group_end(ledger, true, &err));
    ledger_close(ledger);
}

static void verify(const struct place *place, const struct ledger_watch *watch,
                   struct ledger_verified *verified)
{
    struct sti_error err;
    struct ledger *ledger = open_place(place, LEDGER_READ);
    if (!ledger_verify(ledger, watch, verified, &err))
        fail_msg("%s", err.sentence);
    ledger_close(ledger);
}

static int64_t pages_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_size / 4096;
}

static void verify_tells_each_of_its_steps(void **state)
{
    const struct place *place = *state;
    struct ledger_verified alone, verified;
    struct seen seen;
    fill(place);
    verify(place, NULL, &alone);
    struct ledger_watch watch = watched_by(&seen, NULL);
    verify(place, &watch, &verified);
    assert_int_equal(seen.count, 10);
    assert_step(&seen, 0, "1 of 4, copying the ledger", "page", pages_of(place->path), 2);
    assert_step(&seen, 1, "2 of 4, checking the structure of the copy", "", 0, 1);
    assert_step(&seen, 2, "3 of 4, checking the chain", "entry", ENTRIES, ENTRY_CALLS);
    assert_step(&seen, 3, "4 of 4, comparing certificate", "row", ROWS, 3);
    assert_step(&seen, 4, "4 of 4, comparing revocation", "row", 0, 1);
    assert_int_equal(verified.entries, ENTRIES);
    assert_int_equal(verified.certificates, ROWS);
    assert_int_equal(alone.certificates, ROWS);
    assert_memory_equal(alone.hash, verified.hash, sizeof(alone.hash));
}

/* What is wrong has the same sentence for who watches, and nothing is told behind it. */
static void damage_has_the_same_sentence(void **state)
{
    static const char sentence[] =
        "the ledger is damaged (entry 2201 is not the one that was written behind entry 2200); "
        "keep the file as it is and go back to a copy of it";
    const struct place *place = *state;
    struct ledger_verified verified;
    struct sti_error err;
    struct seen seen;
    struct ledger_watch watch = watched_by(&seen, NULL);
    fill(place);
    run_sql(place->path, "DROP TRIGGER entry_fixed; UPDATE entry SET hash = zeroblob(32)"
                         " WHERE number = 2201");
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_false(ledger_verify(ledger, NULL, &verified, &err));
    assert_error(&err, STI_REFUSED, sentence);
    assert_false(ledger_verify(ledger, &watch, &verified, &err));
    assert_error(&err, STI_REFUSED, sentence);
    ledger_close(ledger);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.steps[2].done, 2048);
}

struct exported {
    uint8_t octets[1 << 20];
    size_t length;
};

static bool take(void *context, const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct exported *exported = context;
    (void)err;
    assert_true(exported->length + length <= sizeof(exported->octets));
    memcpy(exported->octets + exported->length, octets, length);
    exported->length += length;
    return true;
}

static void export_and_import_tell_the_entries(void **state)
{
    static struct exported exported;
    const struct place *place = *state;
    struct ledger_carried carried;
    struct sti_error err;
    struct seen seen;
    char other[128];
    beside(place, "other", other);
    fill(place);
    struct ledger_watch watch = watched_by(&seen, NULL);
    struct ledger *ledger = open_place(place, LEDGER_READ);
    exported.length = 0;
    assert_true(ledger_export(ledger, take, &exported, &watch, &carried, &err));
    ledger_close(ledger);
    assert_int_equal(seen.count, 1);
    assert_step(&seen, 0, "exporting", "entry", ENTRIES, ENTRY_CALLS);
    for (int i = 0; i < 2; i++) { /* the second time nothing is added */
        watch = watched_by(&seen, NULL);
        assert_true(
            ledger_import(other, exported.octets, exported.length, NOW, &watch, &carried, &err));
        assert_int_equal(carried.added, i == 0 ? ENTRIES : 0);
        assert_int_equal(seen.count, 1);
        assert_step(&seen, 0, "importing", "entry", ENTRIES, ENTRY_CALLS);
    }
}

static void a_backup_tells_the_pages(void **state)
{
    const struct place *place = *state;
    struct sti_error err;
    struct seen seen;
    char path[128];
    beside(place, "backup", path);
    fill(place);
    /* More than are copied in one step; the certificates of a real ledger are as large. */
    run_sql(place->path, "CREATE TABLE more(x); INSERT INTO more VALUES(zeroblob(20000000))");
    struct ledger_watch watch = watched_by(&seen, NULL);
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_true(ledger_backup(ledger, path, &watch, &err));
    ledger_close(ledger);
    assert_int_equal(seen.count, 1);
    assert_step(&seen, 0, "copying the ledger", "page", pages_of(path), 3);
}

/* It reads as far as it must, of as many entries as there are. */
static void what_it_was_tells_the_entries(void **state)
{
    const struct place *place = *state;
    struct sti_error err;
    struct seen seen;
    fill(place);
    struct ledger_watch watch = watched_by(&seen, NULL);
    ledger_close(ledger_as_of(place->path, NOW + 2, &watch, &err));
    assert_int_equal(seen.count, 1);
    assert_step(&seen, 0, "reading the ledger as it was then", "entry", ENTRIES, ENTRY_CALLS);
    watch = watched_by(&seen, NULL);
    ledger_close(ledger_as_of(place->path, NOW + 1, &watch, &err));
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.steps[0].done, 0);
    assert_int_equal(seen.steps[0].of, ENTRIES);
}

/* A terminal may be stopped for as long as its reader likes: a writer does not wait for it. */
static void who_watches_holds_up_no_writer(void **state)
{
    static struct exported exported;
    const struct place *place = *state;
    struct ledger_verified verified;
    struct ledger_carried carried;
    struct sti_error err;
    struct seen seen;
    char path[128];
    beside(place, "backup", path);
    fill(place);
    struct ledger_watch watch = watched_by(&seen, place);
    verify(place, &watch, &verified);
    assert_true(seen.written > 10);
    assert_int_equal(verified.entries,
                     ENTRIES + 2 * (seen.written - 1)); /* the last came too late */
    int before = seen.written;
    struct ledger *ledger = open_place(place, LEDGER_READ);
    exported.length = 0;
    assert_true(ledger_export(ledger, take, &exported, &watch, &carried, &err));
    assert_true(ledger_backup(ledger, path, &watch, &err));
    ledger_close(ledger);
    ledger_close(ledger_as_of(place->path, NOW + 2, &watch, &err));
    assert_true(seen.written > before + 12);
    verify(place, NULL, &verified);
    assert_int_equal(verified.entries, ENTRIES + 2 * seen.written);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verify_tells_each_of_its_steps),     TEST(damage_has_the_same_sentence),
        TEST(export_and_import_tell_the_entries), TEST(a_backup_tells_the_pages),
        TEST(what_it_was_tells_the_entries),      TEST(who_watches_holds_up_no_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
