/* SPDX-License-Identifier: Apache-2.0 */
/* Times as words (ISO 8601, in UTC), and lengths of time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "clock.h"
#include "test_token_kit.h"

static void writes_times_in_utc(void **state)
{
    (void)state;
    static const struct {
        int64_t time;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {KIT_NOW, "2026-09-21T14:13:20Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {2147483648, "2038-01-19T03:14:08Z"},
        {253402300799, "9999-12-31T23:59:59Z"},
        {253402300800, "10000-01-01T00:00:00Z"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    setenv("TZ", "America/New_York", 1); /* the place does not count */
    tzset();
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[CLOCK_TEXT];
        clock_text(rows[i].time, text);
        assert_string_equal(text, rows[i].text);
    }
}

/* Years of many digits must not leave the room of the text. */
static void every_time_has_a_text(void **state)
{
    (void)state;
    for (int bit = 0; bit < 63; bit++) {
        char text[CLOCK_TEXT];
        clock_text((int64_t)1 << bit, text);
        assert_true(strlen(text) >= 1 && strlen(text) < CLOCK_TEXT);
        clock_text(-((int64_t)1 << bit), text);
        assert_true(strlen(text) >= 1 && strlen(text) < CLOCK_TEXT);
    }
}

static void knows_the_time(void **state)
{
    (void)state;
    int64_t before = (int64_t)time(NULL);
    int64_t now = clock_now();
    assert_true(before <= now && now <= (int64_t)time(NULL));
}

static void reads_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = {
        {"90d", 7776000}, {"12h", 43200},   {"30m", 1800},          {"45s", 45},
        {"1s", 1},        {"007d", 604800}, {"36600d", 3162240000}, {"3162240000s", 3162240000}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t seconds = 0;
        assert_true(clock_parse_length(rows[i].text, &seconds, NULL));
        assert_int_equal(seconds, rows[i].seconds);
    }
}

static void refuses_what_is_no_length(void **state)
{
    (void)state;
    static const char *const rows[] = {"",
                                       "d",
                                       "90",
                                       "90 d",
                                       " 90d",
                                       "90d ",
                                       "-1d",
                                       "+1d",
                                       "0d",
                                       "0s",
                                       "1.5d",
                                       "1w",
                                       "1D",
                                       "36601d",
                                       "1d2h",
                                       "0x1d",
                                       "1dd",
                                       "90\n",
                                       "878401h",
                                       "3162240001s",
                                       "18446744073709551617s",
                                       "99999999999999999999999999999999d"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t seconds = -1;
        struct sti_error err;
        if (clock_parse_length(rows[i], &seconds, &err))
            fail_msg("%s is taken", rows[i]);
        kit_check_error(&err, STI_USAGE, "", "is not a length of time between 1s and 100 years",
                        NULL);
        assert_int_equal(seconds, -1);
        assert_false(clock_parse_length(rows[i], &seconds, NULL));
    }
}

static void reads_times_rfc3339_section_5_6(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-09-21T14:13:20Z", KIT_NOW},
        {"2026-09-21T14:13:20+00:00", KIT_NOW},
        {"2026-09-21T10:13:20-04:00", KIT_NOW},
        {"2026-09-21T19:43:20+05:30", KIT_NOW},
        {"2000-02-29T00:00:00Z", 951782400},
        {"1969-12-31T23:59:59Z", -1},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t seconds = 0;
        assert_true(clock_parse_time(rows[i].text, &seconds, NULL));
        assert_int_equal(seconds, rows[i].time);
    }
}

static void refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const rows[] = {"",
                                       "now",
                                       "1790000000",
                                       "2026-09-21",
                                       "2026-09-21T14:13:20",
                                       "2026-09-21 14:13:20Z",
                                       "2026-09-21T14:13:20z",
                                       "2026-09-21T14:13:20.5Z",
                                       "2026-09-21T14:13Z",
                                       "2026-9-21T14:13:20Z",
                                       "2026-13-01T00:00:00Z",
                                       "2026-00-01T00:00:00Z",
                                       "2026-02-30T00:00:00Z",
                                       "2025-02-29T00:00:00Z",
                                       "2026-01-00T00:00:00Z",
                                       "2026-01-31T24:00:00Z",
                                       "2026-01-31T23:60:00Z",
                                       "2026-12-31T23:59:60Z",
                                       "2026-01-31T23:59:59+24:00",
                                       "2026-01-31T23:59:59+00:60",
                                       "2026-01-31T23:59:59+0000",
                                       "2026-01-31T23:59:59Z ",
                                       "2026-01-31T23:59:59+00:00Z",
                                       "+026-01-31T23:59:59Z"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t seconds = -1;
        struct sti_error err;
        if (clock_parse_time(rows[i], &seconds, &err))
            fail_msg("%s is taken", rows[i]);
        kit_check_error(&err, STI_USAGE, "", "is not a time as in 2026-01-31T23:59:59Z", NULL);
        assert_int_equal(seconds, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_times_in_utc),
        cmocka_unit_test(every_time_has_a_text),
        cmocka_unit_test(knows_the_time),
        cmocka_unit_test(reads_lengths),
        cmocka_unit_test(refuses_what_is_no_length),
        cmocka_unit_test(reads_times_rfc3339_section_5_6),
        cmocka_unit_test(refuses_what_is_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
