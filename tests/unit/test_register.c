/* SPDX-License-Identifier: Apache-2.0 */
/* The number register: who has a number, against a naive model, and who stands in whose way. */
#include "test_register_kit.h"

#include "../../ledger/register_internal.h"

/* An answer as text: "41:12155550100-12155550199,SPC:709J 42:..." */
struct text {
    char text[4000];
};

static void say(struct text *text, const char *format, ...)
{
    size_t used = strlen(text->text);
    va_list values;
    va_start(values, format);
    vsnprintf(text->text + used, sizeof(text->text) - used, format, values);
    va_end(values);
}

static void say_piece(struct text *text, const struct register_piece *piece)
{
    char first[TN_MAX_SYMBOLS + 1], last[TN_MAX_SYMBOLS + 1];
    if (piece->spc != NULL) {
        say(text, "SPC:%.*s", (int)piece->spc_length, (const char *)piece->spc);
        return;
    }
    tn_unpack(piece->first, first);
    tn_unpack(piece->last, last);
    say(text, piece->first == piece->last ? "%s" : "%s-%s", first, last);
}

static bool visit(void *context, const struct register_certificate *found,
                  const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct text *text = context;
    (void)err;
    say(text, "%s%s", text->text[0] == '\0' ? "" : " ", found->serial);
    for (size_t i = 0; i < count; i++) {
        say(text, i == 0 ? ":" : ",");
        say_piece(text, &pieces[i]);
    }
    return true;
}

static struct ledger *open_one(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(register_ready(ledger, &err));
    return ledger;
}

static void assert_who(struct ledger *ledger, const char *asked, int64_t at,
                       const struct register_holder *who, const char *expected)
{
    struct sti_error err;
    struct text text = {""};
    struct tnset set = make_set(asked);
    assert_true(register_ask(ledger, &set, at, who, visit, &text, &err));
    assert_string_equal(text.text, expected);
    tnset_free(&set);
}

static void keys_are_in_the_order_of_numbers_and_come_back(void **state)
{
    static const char *const numbers[] = {"0",
                                          "9",
                                          "00",
                                          "99",
                                          "*",
                                          "#9",
                                          "12155551212",
                                          "999999999999999",
                                          "##",
                                          "1*",
                                          "###############"};
    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        tn_word word;
        assert_true(tn_pack(numbers[i], strlen(numbers[i]), &word, NULL));
        assert_true(register_word(register_key(word)) == word);
    }
    tn_word word;
    assert_true(tn_pack("12155551212", 11, &word, NULL));
    assert_true(register_key(word) == INT64_C(1100000012155551212));
    assert_int_equal(register_class(1), 0);
    assert_int_equal(register_class(2), 1);
    assert_int_equal(register_class(10), 1);
    assert_int_equal(register_class(11), 2);
    assert_int_equal(register_class(INT64_C(1000000000000000)), 15);
}

static void a_number_is_found_in_whatever_has_it(void **state)
{
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41, &(struct wanted){.list = "SPC:709J,TN:12155550100-12155550199"});
    enter(ledger, 0x42, &(struct wanted){.list = "TN:12155550150,TN:1*,TN:99"});
    enter(ledger, 0x43, &(struct wanted){.beside = "TN:12155550000-12155559998"});
    enter(ledger, 0x44, &(struct wanted){.list = "TN:0-8,TN:9"}); /* all of one digit */
    enter(ledger, 0x45, &(struct wanted){.list = "TN:000000000000000-999999999999998"});
    assert_who(ledger, "TN:12155550150", NOW, NULL, "41:12155550150 42:12155550150 43:12155550150");
    assert_who(ledger, "TN:12155550099", NOW, NULL, "43:12155550099");
    assert_who(ledger, "TN:12155550200", NOW, NULL, "43:12155550200");
    assert_who(ledger, "TN:12155559998", NOW, NULL, "43:12155559998");
    assert_who(ledger, "TN:12155559999", NOW, NULL, "");
    assert_who(ledger, "TN:2155550150", NOW, NULL, "");
    assert_who(ledger, "TN:1*", NOW, NULL, "42:1*");
    assert_who(ledger, "TN:2*", NOW, NULL, "");
    assert_who(ledger, "TN:99", NOW, NULL, "42:99");
    assert_who(ledger, "TN:9", NOW, NULL, "44:9");
    assert_who(ledger, "TN:0", NOW, NULL, "44:0");
    assert_who(ledger, "TN:000000000000000", NOW, NULL, "45:000000000000000");
    assert_who(ledger, "TN:500000000000000", NOW, NULL, "45:500000000000000");
    assert_who(ledger, "SPC:709J", NOW, NULL, "41:SPC:709J");
    assert_who(ledger, "SPC:709j", NOW, NULL, "");
    assert_who(ledger, "SPC:709J,TN:12155550190-12155550210,TN:12155550150", NOW, NULL,
               "41:SPC:709J,12155550150,12155550190-12155550199 42:12155550150"
               " 43:12155550150,12155550190-12155550210");
    ledger_close(ledger);
}

/* RFC 5280 section 4.1.2.5: notBefore and notAfter are in the validity. */
static void a_certificate_counts_while_it_is_live(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_one(state);
    enter(ledger, 0x41, &(struct wanted){.list = "TN:1", .not_before = NOW, .not_after = NOW + 10});
    assert_who(ledger, "TN:1", NOW - 1, NULL, "");
    assert_who(ledger, "TN:1", NOW, NULL, "41:1");
    assert_who(ledger, "TN:1", NOW + 10, NULL, "41:1");
    assert_who(ledger, "TN:1", NOW + 11, NULL, "");
    assert_true(ledger_record_revoked(
        ledger,
        &(struct ledger_revocation){.serial = "41", .reason = LEDGER_NO_REASON, .date = NOW + 5},
        NOW + 6, &err));
    assert_who(ledger, "TN:1", NOW + 4, NULL, "41:1");
    assert_who(ledger, "TN:1", NOW + 5, NULL, "");
    enter(ledger, 0x42,
          &(struct wanted){.list = "TN:2", .not_before = NOW, .not_after = INT64_C(4102444800)});
    assert_who(ledger, "TN:2", INT64_C(4102444800), NULL, "42:2"); /* a GeneralizedTime: 2100 */
    assert_who(ledger, "TN:2", INT64_C(4102444801), NULL, "");
    ledger_close(ledger);
}

static void holders_are_told_apart(void **state)
{
    uint8_t holder[LEDGER_DIGEST_OCTETS];
    struct ledger *ledger = open_one(state);
    memset(holder, HOLDER, sizeof(holder));
    enter(ledger, 0x41, &(struct wanted){.list = "TN:1"});
    enter(ledger, 0x42, &(struct wanted){.list = "TN:1", .holder = OTHER_HOLDER});
    enter(ledger, 0x43, &(struct wanted){.list = "TN:1", .kind = LEDGER_INTERMEDIATE});
    assert_who(ledger, "TN:1", NOW, NULL, "41:1 42:1 43:1");
    assert_who(ledger, "TN:1", NOW, &(struct register_holder){.holder = holder}, "41:1");
    assert_who(ledger, "TN:1", NOW, &(struct register_holder){.holder = holder, .others = true},
               "42:1");
    ledger_close(ledger);
}

/* What cannot be read covers nothing, but is not lost, and somebody is told. */
static void what_cannot_be_read_is_counted(void **state)
{
    struct sti_error err;
    int64_t count;
    struct ledger *ledger = open_one(state);
    assert_true(intend(ledger, SERIAL_A, NULL, &err));
    assert_true(issue(ledger, SERIAL_A, &err));
    enter(ledger, 0x41, &(struct wanted){.list = NULL}); /* without a list: not in the register */
    assert_true(register_unreadable(ledger, &count, &err));
    assert_int_equal(count, 1);
    ledger_close(ledger);
}

/* ---- a naive model ---- */

#define MODEL 40
#define SPACE 4000

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void random_list(uint64_t *seed, char *text, size_t size)
{
    size_t used = 0;
    for (uint64_t i = 1 + next(seed) % 6; i > 0; i--) {
        uint64_t width = UINT64_C(1) << next(seed) % 11;
        uint64_t first = next(seed) % (SPACE - 2 * width);
        used += (size_t)snprintf(text + used, size - used, "%sTN:%04u", used == 0 ? "" : ",",
                                 (unsigned)first);
        if (width > 1)
            used += (size_t)snprintf(text + used, size - used, "+%u",
                                     (unsigned)(2 + next(seed) % width));
    }
}

static void random_registers_answer_as_a_naive_model(void **state)
{
    struct ledger *ledger = open_one(state);
    struct tnset sets[MODEL];
    uint64_t seed = 8;
    char words[400];
    for (int i = 0; i < MODEL; i++) {
        random_list(&seed, words, sizeof(words));
        enter(ledger, 0x41 + i, &(struct wanted){.list = words});
        sets[i] = make_set(words);
    }
    for (int round = 0; round < 400; round++) {
        struct text expected = {""};
        random_list(&seed, words, sizeof(words));
        if (round % 2 == 0) /* a single number */
            snprintf(words, sizeof(words), "TN:%04u", (unsigned)(next(&seed) % SPACE));
        struct tnset asked = make_set(words);
        for (int i = 0; i < MODEL; i++) {
            struct tnset common;
            assert_true(tnset_intersection(&common, &sets[i], &asked, NULL));
            for (size_t k = 0; k < tnset_piece_count(&common); k++) {
                struct tnset_piece piece;
                tnset_piece(&common, k, &piece);
                if (k == 0)
                    say(&expected, "%s%02X:", expected.text[0] == '\0' ? "" : " ", 0x41 + i);
                else
                    say(&expected, ",");
                say_piece(&expected, &(struct register_piece){piece.first, piece.last, NULL, 0});
            }
            tnset_free(&common);
        }
        assert_who(ledger, words, NOW, NULL, expected.text);
        tnset_free(&asked);
    }
    for (int i = 0; i < MODEL; i++)
        tnset_free(&sets[i]);
    ledger_close(ledger);
}

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
    assert_false(ledger_verify(ledger, &verified, &err));
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
    assert_true(ledger_verify(ledger, &verified, &err));
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

/* As much of format 2 as a reader needs. */
static const char format_2[] =
    "CREATE TABLE certificate(number INTEGER PRIMARY KEY, serial TEXT, kind TEXT, state TEXT,"
    " subject TEXT, jti TEXT, signer BLOB, token_limit INTEGER, tbs_digest BLOB, spki BLOB,"
    " holder BLOB, note TEXT, intended_at INTEGER, ended_at INTEGER, reason TEXT, certificate BLOB,"
    " list BLOB);"
    "CREATE TABLE token_use(jti TEXT, signer BLOB, serial TEXT);"
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
    assert_true(register_export(ledger, NOW + 6, visit, &text, &err));
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
        cmocka_unit_test(keys_are_in_the_order_of_numbers_and_come_back),
        TEST(a_number_is_found_in_whatever_has_it),
        TEST(a_certificate_counts_while_it_is_live),
        TEST(holders_are_told_apart),
        TEST(what_cannot_be_read_is_counted),
        TEST(random_registers_answer_as_a_naive_model),
        TEST(a_parent_and_its_delegates_do_not_clash),
        TEST(a_wish_clashes_with_another_holders_numbers),
        TEST(what_is_changed_is_found),
        TEST(a_ledger_without_a_register_is_read_all_the_same),
        TEST(everything_is_exported_in_the_order_of_the_numbers),
        TEST(a_walk_of_several_portions_misses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
