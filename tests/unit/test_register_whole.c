/* SPDX-License-Identifier: Apache-2.0 */
/* The number register as a whole: who stands in whose way, what it follows from, all of it. */
#include "test_register_kit.h"

#include "../../ledger/register_internal.h"

/* ---- overlaps and clashes ---- */

static bool say_overlap(void *context, const struct register_certificate *a,
                        const struct register_certificate *b, const struct register_piece *common,
                        struct sti_error *err)
{
    struct text *text = context;
    (void)err;
    say(text, "%s%s-%s:", text->text[0] == '\0' ? "" : " ", a->serial, b->serial);
    say_piece(text, common);
    return true;
}

static void assert_overlaps(struct ledger *ledger, int64_t at, const char *expected)
{
    struct sti_error err;
    struct text text = {""};
    assert_true(register_overlaps(ledger, at, say_overlap, &text, &err));
    assert_string_equal(text.text, expected);
}

/* RFC 9060 section 4: what a delegate has, its parent has too. */
static void a_parent_and_its_delegates_do_not_clash(void **state)
{
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41,
          &(struct wanted){.list = "TN:100+800", .key_id = "parent", .authority = "root"});
    enter(ledger, 0x42,
          &(struct wanted){
              .list = "TN:200+100", .holder = 2, .key_id = "child", .authority = "parent"});
    enter(ledger, 0x43, &(struct wanted){.list = "TN:250+10", .holder = 3, .authority = "child"});
    assert_overlaps(ledger, NOW, "");
    enter(ledger, 0x44, &(struct wanted){.list = "TN:255+100", .holder = 4, .authority = "parent"});
    assert_overlaps(ledger, NOW, "42-44:255-299 43-44:255-259");
    assert_overlaps(ledger, NOW + 1001, "");
    ledger_close(ledger);
}

static void assert_clash(struct ledger *ledger, struct register_wish *wish, const char *words,
                         const char *serial, const char *first)
{
    struct sti_error err;
    struct register_clash clash;
    char text[TN_MAX_SYMBOLS + 1] = "";
    struct tnset set = make_set(words);
    wish->numbers = &set;
    assert_true(register_clash(ledger, wish, NOW, &clash, &err));
    assert_string_equal(clash.serial, serial);
    if (serial[0] != '\0')
        tn_unpack(clash.first, text);
    assert_string_equal(text, first);
    tnset_free(&set);
}

static struct register_key_id key_id(const char *text)
{
    struct register_key_id id = {.length = strlen(text)};
    memcpy(id.octets, text, id.length);
    return id;
}

static void a_wish_clashes_with_another_holders_numbers(void **state)
{
    uint8_t holder[LEDGER_DIGEST_OCTETS];
    struct ledger *ledger = open_one(state);
    struct register_wish wish = {.who = {.holder = holder, .subject = SUBJECT}};
    memset(holder, HOLDER, sizeof(holder));
    enter(ledger, 0x41, &(struct wanted){.list = "SPC:709J,TN:100+800"});
    enter(ledger, 0x42,
          &(struct wanted){.list = "SPC:709J,TN:100+50", .holder = 2, .key_id = "parent"});
    enter(ledger, 0x43, &(struct wanted){.list = "TN:500+50", .holder = 3, .authority = "mine"});
    assert_clash(ledger, &wish, "TN:140+20", "42", "140");
    assert_clash(ledger, &wish, "SPC:709J,TN:160+20", "", "");
    assert_clash(ledger, &wish, "TN:120,TN:510", "42", "120");
    wish.issuer = key_id("parent"); /* a delegate of 42 */
    assert_clash(ledger, &wish, "TN:140+20", "", "");
    assert_clash(ledger, &wish, "TN:120,TN:510", "43", "510");
    wish.key_id = key_id("mine"); /* and the parent of 43 */
    assert_clash(ledger, &wish, "TN:120,TN:510", "", "");
    ledger_close(ledger);
}

/* ---- what it follows from ---- */

static void assert_not_verified(const struct place *place, const char *start)
{
    struct sti_error err;
    struct ledger_verified verified;
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_false(ledger_verify(ledger, NULL, &verified, &err));
    assert_begins(&err, STI_REFUSED, start);
    ledger_close(ledger);
}

static void what_is_changed_is_found(void **state)
{
    struct sti_error err;
    struct ledger_verified verified;
    const struct place *place = *state;
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41, &(struct wanted){.list = "SPC:709J,TN:100+800"});
    enter(ledger, 0x42, &(struct wanted){.beside = "TN:12155550100+100"});
    assert_true(ledger_record_revoked(
        ledger,
        &(struct ledger_revocation){.serial = "41", .reason = LEDGER_NO_REASON, .date = NOW},
        NOW + 3, &err));
    assert_true(ledger_verify(ledger, NULL, &verified, &err));
    ledger_close(ledger);

    run_sql(place->path,
            "UPDATE register_range SET more = more + 1 WHERE first < 400000000000000000");
    assert_not_verified(place,
                        "the ledger is damaged (table register_range, row 2: is not what the "
                        "log says)");
    run_sql(place->path,
            "UPDATE register_range SET more = more - 1 WHERE first < 400000000000000000;"
            "INSERT INTO register_spc VALUES (x'41', 2)");
    assert_not_verified(place, "the ledger is damaged (table register_spc, row 2: ");
    run_sql(place->path, "DELETE FROM register_spc WHERE spc = x'41';"
                         " UPDATE register_certificate SET revoked_at = NULL");
    assert_not_verified(place, "the ledger is damaged (table register_certificate, row 2: is not "
                               "what the log says)");
}

/* The register is compared in pieces, too, in the order of keys of several columns. */
static void ranges_of_every_piece_are_compared(void **state)
{
    enum { RANGES = 2100 };
    static const int wrong[] = {1, 999, 1000, 1001, 2000, RANGES};
    const struct place *place = *state;
    char ranges[RANGES * 12] = "", sql[200];
    size_t length = 0;
    for (int i = 0; i < RANGES; i++)
        length +=
            (size_t)snprintf(ranges + length, sizeof(ranges) - length, "TN:%d+2,", 10000 + i * 5);
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41, &(struct wanted){.beside = ranges});
    ledger_close(ledger);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        snprintf(sql, sizeof(sql),
                 "UPDATE register_range SET first = first + 1 WHERE first ="
                 " (SELECT first FROM register_range ORDER BY class, first LIMIT 1 OFFSET %d)",
                 wrong[i] - 1);
        run_sql(place->path, sql);
        assert_not_verified(place, "the ledger is damaged (table register_range, row 2: ");
        snprintf(sql, sizeof(sql),
                 "UPDATE register_range SET first = first - 1 WHERE first ="
                 " (SELECT first FROM register_range ORDER BY class, first LIMIT 1 OFFSET %d)",
                 wrong[i] - 1);
        run_sql(place->path, sql);
    }
    ledger = open_place(place, LEDGER_READ);
    struct sti_error err;
    struct ledger_verified verified;
    assert_true(ledger_verify(ledger, NULL, &verified, &err));
    ledger_close(ledger);
}

/* As much of format 2 as a reader needs. */
static const char format_2[] =
    "CREATE TABLE certificate(number INTEGER PRIMARY KEY, serial TEXT, kind TEXT, state TEXT,"
    " subject TEXT, jti TEXT, signer BLOB, token_limit INTEGER, tbs_digest BLOB, spki BLOB,"
    " holder BLOB, note TEXT, intended_at INTEGER, ended_at INTEGER, reason TEXT, certificate BLOB,"
    " list BLOB);"
    "PRAGMA application_id = 1398032716; PRAGMA user_version = 2;"
    "INSERT INTO certificate(number, serial, kind, state, subject, tbs_digest, spki, holder,"
    " intended_at, ended_at, certificate) VALUES(1, '41', 'end-entity', 'issued', 'CN=A',"
    " zeroblob(32), zeroblob(32), zeroblob(32), 1, 1, x'%s')";

static void a_ledger_without_a_register_is_read_all_the_same(void **state)
{
    struct sti_error err;
    const struct place *place = *state;
    size_t length;
    char hex[4000] = "", sql[8000];
    uint8_t *der = make_certificate(&(struct wanted){.list = "SPC:709J,TN:100+800"}, &length);
    for (size_t i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", der[i]);
    snprintf(sql, sizeof(sql), format_2, hex);
    free(der);
    assert_int_equal(unlink(place->path), 0);
    run_sql(place->path, sql);
    struct ledger *ledger = open_place(place, LEDGER_READ);
    assert_true(register_ready(ledger, &err));
    assert_true(register_ready(ledger, &err)); /* no matter how often */
    assert_who(ledger, "TN:500", NOW, NULL, "41:500");
    assert_who(ledger, "SPC:709J", NOW, NULL, "41:SPC:709J");
    ledger_close(ledger);
}

static void everything_is_exported_in_the_order_of_the_numbers(void **state)
{
    struct sti_error err;
    struct text text = {""};
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41, &(struct wanted){.list = "SPC:709J,TN:100+800"});
    enter(ledger, 0x42, &(struct wanted){.list = "SPC:1234,SPC:709J,TN:99,TN:150,TN:*1"});
    enter(ledger, 0x43, &(struct wanted){.list = "TN:100+3", .not_after = NOW + 5});
    assert_true(register_export(ledger, NOW + 6, say_certificate, &text, &err));
    assert_string_equal(text.text, "42:SPC:1234 41:SPC:709J 42:SPC:709J 42:99 42:*1 41:100-899"
                                   " 42:150");
    ledger_close(ledger);
}

/* More than a portion, and every number in two certificates. */
static bool count_overlap(void *context, const struct register_certificate *a,
                          const struct register_certificate *b, const struct register_piece *common,
                          struct sti_error *err)
{
    size_t *count = context;
    (void)err;
    assert_string_equal(a->serial, "41");
    assert_string_equal(b->serial, "42");
    assert_true(common->first == common->last);
    (*count)++;
    return true;
}

static void a_walk_of_several_portions_misses_nothing(void **state)
{
    struct sti_error err;
    size_t count = 0;
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41, &(struct wanted){.list = "TN:9"});
    enter(ledger, 0x42, &(struct wanted){.list = "TN:99999", .holder = 2});
    assert_true(ledger_run(ledger, "written",
                           "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
                           "  WHERE i < 29999)"
                           " INSERT INTO register_range(class, first, certificate, more)"
                           " SELECT i % 3, 500000000000000000 + i / 2, 2 + 2 * (i % 2), 0 FROM n",
                           &err));
    assert_true(register_overlaps(ledger, NOW, count_overlap, &count, &err));
    assert_int_equal(count, 15000);
    ledger_close(ledger);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_parent_and_its_delegates_do_not_clash),
        TEST(a_wish_clashes_with_another_holders_numbers),
        TEST(what_is_changed_is_found),
        TEST(ranges_of_every_piece_are_compared),
        TEST(a_ledger_without_a_register_is_read_all_the_same),
        TEST(everything_is_exported_in_the_order_of_the_numbers),
        TEST(a_walk_of_several_portions_misses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
