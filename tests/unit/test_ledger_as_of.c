/* SPDX-License-Identifier: Apache-2.0 */
/* The record as it was at a time: what came later is not in it, and what came before is. */
#include "ledger_as_of.h"
#include "test_ledger.h"

/* Made at NOW, A intended at NOW + 1 and issued at NOW + 2, then revoked and B at NOW + 10. */
static void fill(const struct place *place)
{
    struct sti_error err;
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    struct ledger_revocation revocation = {.serial = SERIAL_A, .reason = 1, .date = NOW + 10};
    assert_true(intend(ledger, SERIAL_A, "a", &err));
    assert_true(issue(ledger, SERIAL_A, &err));
    assert_true(ledger_record_revoked(ledger, &revocation, NOW + 10, &err));
    assert_true(intend(ledger, SERIAL_B, "b", &err)); /* of NOW + 1, but behind one of NOW + 10 */
    ledger_close(ledger);
}

static struct ledger *as_of(const struct place *place, int64_t time)
{
    struct sti_error err;
    struct ledger *ledger = ledger_as_of(place->path, time, NULL, &err);
    if (ledger == NULL)
        fail_msg("%s", err.sentence);
    return ledger;
}

static bool count(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)record;
    (void)err;
    ++*(int *)context;
    return true;
}

/* So many rows, and of them revoked; the last time of all. */
static void assert_rows(struct ledger *ledger, int rows, int revoked, int64_t last)
{
    struct sti_error err;
    int found = 0;
    int64_t time = -1;
    assert_true(ledger_list(ledger, count, &found, &err));
    assert_int_equal(found, rows);
    found = 0;
    assert_true(ledger_revocations(ledger, count, &found, &err));
    assert_int_equal(found, revoked);
    assert_true(ledger_last_time(ledger, &time, &err));
    assert_int_equal(time, last);
}

static void knows_what_stood_in_it_then(void **state)
{
    const struct place *place = *state;
    fill(place);
    struct ledger *ledger = as_of(place, NOW);
    assert_rows(ledger, 0, 0, 0);
    assert_token(ledger, "a", "");
    ledger_close(ledger);
    ledger = as_of(place, NOW + 1);
    assert_rows(ledger, 1, 0, NOW + 1);
    assert_state(ledger, SERIAL_A, LEDGER_INTENDED);
    assert_token(ledger, "a", "");
    ledger_close(ledger);
    ledger = as_of(place, NOW + 2); /* the second itself counts */
    assert_rows(ledger, 1, 0, NOW + 2);
    assert_state(ledger, SERIAL_A, LEDGER_ISSUED);
    assert_token(ledger, "a", SERIAL_A);
    ledger_close(ledger);
}

/* A clock may have gone back: what stands behind a later entry was written after it. */
static void ends_before_the_first_later_entry(void **state)
{
    const struct place *place = *state;
    fill(place);
    struct ledger *ledger = as_of(place, NOW + 9);
    assert_rows(ledger, 1, 0, NOW + 2);
    ledger_close(ledger);
    ledger = as_of(place, NOW + 10);
    assert_rows(ledger, 2, 1, NOW + 10);
    ledger_close(ledger);
    ledger = as_of(place, INT64_MAX);
    assert_rows(ledger, 2, 1, NOW + 10);
    ledger_close(ledger);
}

static void changes_nothing_and_cannot_be_changed(void **state)
{
    const struct place *place = *state;
    struct sti_error err;
    struct ledger_verified verified;
    fill(place);
    struct ledger *ledger = as_of(place, NOW + 1);
    assert_false(issue(ledger, SERIAL_A, &err));
    assert_begins(&err, STI_ENVIRONMENT, "the ledger could not be ");
    ledger_close(ledger);
    ledger = open_place(place, LEDGER_READ);
    assert_true(ledger_verify(ledger, NULL, &verified, &err));
    assert_int_equal(verified.entries, 5);
    ledger_close(ledger);
}

static void refuses_a_time_before_its_log(void **state)
{
    const struct place *place = *state;
    struct sti_error err;
    assert_null(ledger_as_of(place->path, NOW - 1, NULL, &err));
    assert_error(&err, STI_REFUSED,
                 "the log of this ledger begins later than the time that is asked for, so nobody "
                 "can say what stood in it then; use a copy of the ledger that goes back that far");
    assert_string_equal(err.source, place->path);
}

static void refuses_what_is_no_ledger_or_damaged(void **state)
{
    const struct place *place = *state;
    struct sti_error err;
    char other[128];
    beside(place, "none.ledger", other);
    assert_null(ledger_as_of(other, NOW, NULL, &err));
    assert_begins(&err, STI_ENVIRONMENT, "there is no ledger of this name");
    fill(place);
    run_sql(place->path, "DROP TRIGGER entry_fixed; UPDATE entry SET hash = zeroblob(32)"
                         " WHERE number = 2");
    assert_null(ledger_as_of(place->path, NOW + 1, NULL, &err));
    assert_begins(&err, STI_ENVIRONMENT,
                  "the ledger is damaged (entry 2 is not the one that was written behind entry 1)");
    struct ledger *ledger = as_of(place, NOW); /* as far as that it is whole */
    ledger_close(ledger);
    run_sql(place->path, "DROP TRIGGER entry_stays; DELETE FROM entry WHERE number = 2");
    assert_null(ledger_as_of(place->path, NOW + 1, NULL, &err));
    assert_begins(&err, STI_ENVIRONMENT, "the ledger is damaged (entry 2 is missing)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(knows_what_stood_in_it_then),           TEST(ends_before_the_first_later_entry),
        TEST(changes_nothing_and_cannot_be_changed), TEST(refuses_a_time_before_its_log),
        TEST(refuses_what_is_no_ledger_or_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
