/* SPDX-License-Identifier: Apache-2.0 */
/* The number register: who has a number, against a naive model. */
#include "test_register_kit.h"

#include "../../ledger/register_internal.h"

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

/* Whatever octets come, the reader stays inside them; what is cut off is not a certificate. */
static void a_certificate_is_read_whole_or_not_at_all(void **state)
{
    struct register_facts facts;
    size_t length;
    uint8_t *der = make_certificate(
        &(struct wanted){.list = "TN:1", .key_id = "this", .authority = "above"}, &length);
    (void)state;
    assert_true(register_facts_read(&facts, der, length));
    assert_true(facts.ca && facts.not_before == NOW && facts.not_after == NOW + 1000);
    assert_int_equal(facts.key_id.length, 4);
    assert_memory_equal(facts.authority.octets, "above", 5);
    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *part = malloc(cut + 1); /* its own, so that a step too far is seen */
        assert_non_null(part);
        memcpy(part, der, cut);
        assert_false(register_facts_read(&facts, part, cut));
        free(part);
    }
    for (size_t i = 0; i < length; i++)
        for (int bit = 0; bit < 8; bit++) {
            der[i] ^= (uint8_t)(1 << bit);
            bool ok = register_facts_read(&facts, der, length);
            assert_true(!ok || facts.list == NULL ||
                        (facts.list >= der && facts.list + facts.list_length <= der + length));
            der[i] ^= (uint8_t)(1 << bit);
        }
    free(der);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_in_the_order_of_numbers_and_come_back),
        TEST(a_number_is_found_in_whatever_has_it),
        TEST(a_certificate_counts_while_it_is_live),
        TEST(holders_are_told_apart),
        TEST(what_cannot_be_read_is_counted),
        cmocka_unit_test(a_certificate_is_read_whole_or_not_at_all),
        TEST(random_registers_answer_as_a_naive_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
