/* SPDX-License-Identifier: Apache-2.0 */
/* The table of which numbers an SPC stands for: what is read, and what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spc_numbers.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define TABLE                                                                                      \
    "spc,first,last\n"                                                                             \
    "709J,12155550100,12155550199\n"                                                               \
    "1234,12155560000,12155569999\n"                                                               \
    "709J,12155551212,\n"                                                                          \
    "709J,12155551213,12155551213\r\n"                                                             \
    "709j,12155557000,12155557999"

/* The set of numbers that the list's SPCs have in the table must be that of another list. */
static void means(const char *table, const char *list_text, const char *wanted_text)
{
    struct tnauthlist list;
    struct tnset numbers;
    struct sti_error err;
    kit_list(list_text, &list);
    if (!spc_numbers_read(table, strlen(table), &list, &numbers, &err))
        fail_msg("%s", err.sentence);
    if (wanted_text == NULL) {
        assert_true(tnset_is_empty(&numbers));
    } else {
        struct tnauthlist wanted;
        struct tnset wanted_set;
        kit_list(wanted_text, &wanted);
        assert_true(tnset_build(&wanted_set, &wanted, 1, NULL));
        assert_true(tnset_equal(&numbers, &wanted_set));
        tnset_free(&wanted_set);
        kit_list_free(&wanted);
    }
    tnset_free(&numbers);
    kit_list_free(&list);
}

static void gives_the_numbers_of_the_lists_spcs(void **state)
{
    (void)state;
    means(TABLE, "SPC:709J", "TN:12155550100+100,TN:12155551212,TN:12155551213");
    means(TABLE, "SPC:1234,TN:12155550100", "TN:12155560000+10000");
    means(TABLE, "SPC:1234,SPC:709j", "TN:12155560000+10000,TN:12155557000+1000");
    means(TABLE, "SPC:9999", NULL);
    means(TABLE, "TN:12155550100", NULL);
    means("spc,first,last", "SPC:709J", NULL);
    means("spc,first,last\n709J,911*,\n", "SPC:709J", "TN:911*");
}

/* Everything in the table is checked, also what belongs to other SPCs. */
static void refuses_with_line_and_column(void **state)
{
    (void)state;
    static const char three[] = "a line has three fields: an SPC, the first and the last number";
    static const char number[] = "first is a number of 1 to 15 symbols, last too or empty";
    static const char symbols[] = "a number has other symbols than digits, * and #";
    static const struct {
        const char *line;
        size_t column;
        const char *sentence;
    } cases[] = {
        {"", 1, three},
        {"709J", 1, three},
        {"709J,1", 1, three},
        {"709J,1,2,3", 1, three},
        {",1,2", 1, "the SPC is empty"},
        {"1234,,2", 6, number},
        {"1234,1234567890123456,", 6, number},
        {"1234,1,1234567890123456", 6, number},
        {"1234,12;13,", 6, symbols},
        {"1234,12+13,", 6, symbols},
        {"1234,2,1", 6, NULL},
        {"1234,99,100", 6, NULL},
        {"1234,12a,", 6, NULL},
        {"1234,12*,14*", 6, NULL},
    };
    struct tnauthlist list;
    kit_list("SPC:709J", &list);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char table[200];
        struct tnset numbers;
        struct sti_error err;
        snprintf(table, sizeof(table), "spc,first,last\n709J,1,2\n%s\n", cases[i].line);
        assert_false(spc_numbers_read(table, strlen(table), &list, &numbers, &err));
        kit_check_error(&err, STI_REFUSED, NULL, cases[i].sentence, NULL);
        assert_int_equal(err.line, 3);
        assert_int_equal(err.column, cases[i].column);
        assert_true(tnset_is_empty(&numbers));
    }
    kit_list_free(&list);
}

static void refuses_another_first_line(void **state)
{
    (void)state;
    static const char *const tables[] = {
        "", "\n", "709J,1,2\n", "spc,first\n", "SPC,first,last\n", " spc,first,last\n"};
    struct tnauthlist list;
    kit_list("SPC:709J", &list);
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        struct tnset numbers;
        struct sti_error err;
        assert_false(spc_numbers_read(tables[i], strlen(tables[i]), &list, &numbers, &err));
        kit_check_error(&err, STI_REFUSED, NULL, "the first line is not: spc,first,last", NULL);
        assert_int_equal(err.line, 1);
    }
    kit_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_numbers_of_the_lists_spcs),
        cmocka_unit_test(refuses_with_line_and_column),
        cmocka_unit_test(refuses_another_first_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
