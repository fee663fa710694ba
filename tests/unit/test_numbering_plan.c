/* SPDX-License-Identifier: Apache-2.0 */
/* Numbering-plan warnings: each of them, on both sides of each of its borders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "numbering_plan.h"

/* What was found of an entry: the names, each with a blank behind it, and the last sentence. */
struct found {
    char names[200];
    char sentence[400];
};

static void found(void *context, const char *name, const char *sentence)
{
    struct found *all = context;
    assert_true(strlen(all->names) + strlen(name) + 2 < sizeof(all->names));
    assert_true(strlen(sentence) > 0 && strlen(sentence) < sizeof(all->sentence));
    strcat(all->names, name);
    strcat(all->names, " ");
    strcpy(all->sentence, sentence);
}

/* Looks at the first entry of a text. */
static void look(const char *text, struct found *all)
{
    struct tnauthlist_builder builder = {0};
    struct tnauthlist list;
    uint8_t *der;
    size_t length;
    memset(all, 0, sizeof(*all));
    assert_true(tnauthlist_parse(&builder, text, strlen(text), NULL));
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    assert_true(tnauthlist_decode(&list, der, length, NULL, NULL));
    const struct tnauthlist_entry entry = tnauthlist_get(&list, 0);
    size_t count = numbering_plan_check(&entry, found, all);
    assert_int_equal(numbering_plan_check(&entry, NULL, NULL), count);
    size_t names = 0;
    for (const char *at = all->names; *at != '\0'; at++)
        names += *at == ' ';
    assert_int_equal(names, count);
    tnauthlist_free(&list);
    free(der);
}

struct row {
    const char *text;
    const char *names; /* all warnings, each with a blank behind it */
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct found all;
        look(rows[i].text, &all);
        if (strcmp(all.names, rows[i].names) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", rows[i].text, all.names, rows[i].names);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

#define SHAPE "nanp-shape "
#define LENGTH "nanp-length "
#define FICTITIOUS "fictitious "
#define AREA "crosses-area-code "
#define BLOCK "crosses-block "
#define NO_CODE "no-country-code "

static void has_nothing_against_usual_entries(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:12155551212", ""},
        {"TN:12155551000-12155551999", ""},
        {"TN:442079460000", ""},
        {"TN:4930123456", ""}, /* 10 digits, but not NXX-NXX-XXXX */
        {"TN:390612345678", ""},
        {"TN:999999999999999", ""},
        {"SPC:709J", ""},
        {"SPC:1", ""},
        {"TN:*67#", ""},
        {"TN:1215055#*12", ""},
        {"TN:#", ""},
        {"TN:0*", ""},
    };
    CHECK(rows);
}

static void nanp_shape_of_one(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:10005551212", SHAPE}, {"TN:11995551212", SHAPE}, {"TN:12005551212", ""},
        {"TN:12105551212", ""},    {"TN:12115551212", SHAPE}, {"TN:12125551212", ""},
        {"TN:19105551212", ""},    {"TN:19115551212", SHAPE}, {"TN:19125551212", ""},
        {"TN:19995551212", ""},    {"TN:12150001212", SHAPE}, {"TN:12151991212", SHAPE},
        {"TN:12152001212", ""},    {"TN:12152101212", ""},    {"TN:12152111212", SHAPE},
        {"TN:12152121212", ""},    {"TN:12159101212", ""},    {"TN:12159111212", SHAPE},
        {"TN:12159121212", ""},    {"TN:12159991212", ""},    {"TN:20005551212", ""},
    };
    CHECK(rows);
}

static void nanp_shape_of_a_range(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:12152109990-12152109999", ""},
        {"TN:12152109990-12152110000", SHAPE BLOCK},
        {"TN:12152119999-12152120000", SHAPE BLOCK},
        {"TN:12152120000-12152120001", ""},
        {"TN:12152120000-12153109999", BLOCK},
        {"TN:12152120000-12153110000", SHAPE BLOCK},
        {"TN:12159120000-12159999999", BLOCK},
        {"TN:12159990000-12160000000", SHAPE AREA BLOCK},
        {"TN:12151999998-12151999999", SHAPE},
        {"TN:19999999990-19999999999", ""},
        {"TN:19999999990-20000000001", AREA BLOCK},
        {"TN:09999999999-10000000000", SHAPE AREA BLOCK NO_CODE},
        {"TN:09999999998-09999999999", NO_CODE},
        {"TN:20000000000-20009999999", BLOCK},
    };
    CHECK(rows);
}

static void nanp_length(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:1", LENGTH},
        {"TN:112", LENGTH},
        {"TN:1215555121", LENGTH},
        {"TN:121555512121", LENGTH},
        {"TN:121555512121111", LENGTH},
        {"TN:2", ""},
        {"TN:200", ""},
        {"TN:198-199", LENGTH},
        {"TN:199-200", LENGTH},
        {"TN:200-201", ""},
        {"TN:099-100", LENGTH NO_CODE},
        {"TN:098-099", NO_CODE},
    };
    CHECK(rows);
}

static void fictitious(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:12155550099", ""},
        {"TN:12155550100", FICTITIOUS},
        {"TN:12155550199", FICTITIOUS},
        {"TN:12155550200", ""},
        {"TN:12155560100", ""},
        {"TN:12155540199", ""},
        {"TN:19995550150", FICTITIOUS},
        {"TN:2155550150", NO_CODE}, /* no NANP number yet */
        {"TN:22155550150", ""},
        {"TN:12155550000-12155550099", ""},
        {"TN:12155550000-12155550100", FICTITIOUS},
        {"TN:12155550120-12155550130", FICTITIOUS},
        {"TN:12155550199-12155550200", FICTITIOUS},
        {"TN:12155550200-12155559999", ""},
        {"TN:12155550200-12165550099", SHAPE AREA BLOCK},
        {"TN:12155550200-12165550100", SHAPE FICTITIOUS AREA BLOCK},
        {"TN:09999999999-19999999999", SHAPE FICTITIOUS AREA BLOCK NO_CODE},
        {"TN:19995550200-29995550199", SHAPE AREA BLOCK},
    };
    CHECK(rows);
}

static void crossed_borders(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:12155550000-12155559999", FICTITIOUS},
        {"TN:12155560000-12155569999", ""},
        {"TN:12155560000-12155570000", BLOCK},
        {"TN:12155569999-12155570000", BLOCK},
        {"TN:442079460000-442079469999", ""},
        {"TN:442079460000-442079470000", BLOCK},
        {"TN:442159999999-442160000000", BLOCK},
        {"TN:2000-9998", ""},
        {"TN:29999-30000", BLOCK},
        {"TN:12159999998-12159999999", ""},
        {"TN:12160000000-12160000001", SHAPE},
    };
    CHECK(rows);
}

static void no_country_code(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"TN:2155551212", NO_CODE},
        {"TN:9999999999", NO_CODE},
        {"TN:2002000000", NO_CODE},
        {"TN:2001999999", ""},
        {"TN:2115551212", ""},
        {"TN:2152111212", ""},
        {"TN:2152121212", NO_CODE},
        {"TN:215555121", ""},
        {"TN:21555512121", ""},
        {"TN:0", NO_CODE},
        {"TN:02155551212", NO_CODE},
        {"TN:0012155551212", NO_CODE},
        {"TN:2001999998-2001999999", ""},
        {"TN:2001999998-2002000000", BLOCK NO_CODE},
        {"TN:2110000000-2119999999", BLOCK},
        {"TN:2110000000-2122000000", BLOCK NO_CODE},
        {"TN:2152110000-2152119999", ""},
        {"TN:2152110000-2152120000", BLOCK NO_CODE},
        {"TN:2000000000-2009110000", BLOCK NO_CODE}, /* neither end is like that */
        {"TN:1999999998-1999999999", LENGTH},
        {"TN:1999999999-2002000000", LENGTH BLOCK NO_CODE},
    };
    CHECK(rows);
}

/* The sentence names the number that deserves the warning, the first of a range. */
static void says_which_number(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"TN:12150551212", "TN 12150551212 has the exchange code 055, but NANP area and exchange "
                           "codes begin with 2 to 9 and are not N11"},
        {"TN:10550551212", "TN 10550551212 has the area code 055, but"},
        {"TN:12152109990-12152110000", "10,000 block at TN 12152110000"},
        {"TN:112", "TN 112 has 3 digits; it begins with 1, the country code of the NANP"},
        {"TN:1", "TN 1 has 1 digit;"},
        {"TN:199-200", "in the range, TN 199 has 3 digits"},
        {"TN:12155550150", "TN 12155550150 is fictitious: 555-0100 to 555-0199 are reserved"},
        {"TN:12155550000-12155550999", "in the range, TN 12155550100 is fictitious"},
        {"TN:12155550110-12155550999", "in the range, TN 12155550110 is fictitious"},
        {"TN:2155551212", "TN 2155551212 looks like a NANP number without its country code; with "
                          "it, it is 12155551212"},
        {"TN:2001999998-2002000000", "in the range, TN 2002000000 looks like a NANP number"},
        {"TN:00-01", "TN 00 begins with 0, and no country code does"},
        {"TN:00012-00013", "TN 00012 begins with 0"},
        {"TN:00009999-00010000", "TN 00009999 begins with 0"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct found all;
        look(rows[i][0], &all);
        if (strstr(all.sentence, rows[i][1]) == NULL)
            fail_msg("%s: \"%s\"", rows[i][0], all.sentence);
    }
}

/* Sentences of warnings that others follow. */
static void keep_first(void *context, const char *name, const char *sentence)
{
    struct found *all = context;
    if (strcmp(name, all->names) == 0)
        snprintf(all->sentence, sizeof(all->sentence), "%s", sentence);
}

static void says_which_area_codes(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        uint64_t count;
        const char *sentence;
    } rows[] = {
        {"12159999999", 2, "the range goes from area code 215 to area code 216"},
        {"19999999999", 2, "the range begins or ends outside the NANP's country code 1"},
        {"09999999999", 2, "the range begins or ends outside the NANP's country code 1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct found all = {.names = "crosses-area-code"};
        struct tnauthlist_entry entry = {.kind = TNAUTHLIST_RANGE, .count = rows[i].count};
        assert_true(tn_pack(rows[i].first, strlen(rows[i].first), &entry.number, NULL));
        assert_true(numbering_plan_check(&entry, keep_first, &all) > 0);
        assert_string_equal(all.sentence, rows[i].sentence);
    }
}

/* The closed forms against looking at every number of ranges in a row. */
static bool one_has(const char *name, uint64_t value)
{
    char text[40];
    struct found all = {.names = ""};
    struct tnauthlist_entry entry = {.kind = TNAUTHLIST_ONE, .count = 1};
    snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    assert_true(tn_pack(text, strlen(text), &entry.number, NULL));
    numbering_plan_check(&entry, found, &all);
    return strstr(all.names, name) != NULL;
}

static void ranges_get_what_their_numbers_get(void **state)
{
    (void)state;
    static const char *const names[] = {SHAPE, FICTITIOUS, NO_CODE, LENGTH};
    static const uint64_t starts[] = {2109998800,  2152109000,  12155549900, 12152099900,
                                      12159998000, 11999999000, 1999999990};
    for (size_t s = 0; s < sizeof(starts) / sizeof(*starts); s++) {
        bool wanted[4] = {false, false, false, false};
        for (uint64_t i = 0; i < 3000; i++) {
            for (size_t n = 0; n < 4; n++)
                wanted[n] = wanted[n] || one_has(names[n], starts[s] + i);
            if (i == 0)
                continue;
            char text[80];
            struct found all;
            snprintf(text, sizeof(text), "TN:%llu+%llu", (unsigned long long)starts[s],
                     (unsigned long long)i + 1);
            look(text, &all);
            for (size_t n = 0; n < 4; n++)
                if ((strstr(all.names, names[n]) != NULL) != wanted[n])
                    fail_msg("%s: %s", text, names[n]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_nothing_against_usual_entries),
        cmocka_unit_test(nanp_shape_of_one),
        cmocka_unit_test(nanp_shape_of_a_range),
        cmocka_unit_test(nanp_length),
        cmocka_unit_test(fictitious),
        cmocka_unit_test(crossed_borders),
        cmocka_unit_test(no_country_code),
        cmocka_unit_test(says_which_number),
        cmocka_unit_test(says_which_area_codes),
        cmocka_unit_test(ranges_get_what_their_numbers_get),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
