/* SPDX-License-Identifier: Apache-2.0 */
/* The one error value: how it starts, what is put on it later, and the line that is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sti_error.h"

static void assert_line(const struct sti_error *err, const char *wanted)
{
    char line[1024];
    assert_int_equal(sti_error_text(err, line, sizeof(line)), strlen(wanted));
    assert_string_equal(line, wanted);
}

static void an_error_starts_without_a_place(void **state)
{
    (void)state;
    struct sti_error err;
    memset(&err, 0x55, sizeof(err)); /* what was there before is gone */
    assert_false(sti_error_set(&err, STI_USAGE, "RFC 8226 section 9", "%d of %s", 3, "these"));
    assert_int_equal(err.code, STI_USAGE);
    assert_line(&err, "3 of these (RFC 8226 section 9)");
    assert_false(sti_refuse(&err, NULL, "no"));
    assert_int_equal(err.code, STI_REFUSED);
    assert_line(&err, "no");
    assert_false(sti_fail(&err, "the %s", "disk"));
    assert_int_equal(err.code, STI_ENVIRONMENT);
    assert_null(err.clause);
    assert_line(&err, "the disk");
    sti_error_clear(&err);
    assert_int_equal(err.code, STI_OK);
    assert_line(&err, "");
}

static void nobody_need_want_the_reason(void **state)
{
    (void)state;
    sti_error_clear(NULL);
    assert_false(sti_error_set(NULL, STI_USAGE, NULL, "no"));
    assert_false(sti_refuse(NULL, NULL, "no"));
    assert_false(sti_fail(NULL, "no"));
    assert_false(sti_error_in(NULL, "file"));
    assert_false(sti_error_part(NULL, "part"));
}

static void the_first_to_name_the_file_or_the_part_is_right(void **state)
{
    (void)state;
    struct sti_error err;
    sti_refuse(&err, NULL, "no");
    assert_false(sti_error_part(&err, "claim %s", "atc"));
    assert_false(sti_error_part(&err, "token"));
    assert_line(&err, "claim atc: no");
    assert_false(sti_error_in(&err, "token.jwt"));
    assert_false(sti_error_in(&err, "request.csr"));
    assert_line(&err, "token.jwt: claim atc: no");
}

static void every_place_is_told(void **state)
{
    (void)state;
    struct sti_error err;
    sti_refuse(&err, NULL, "no");
    err.line = 2;
    assert_line(&err, "line 2: no");
    err.column = 7;
    assert_line(&err, "line 2 column 7: no");
    err.entry = 3;
    assert_line(&err, "entry 3 line 2 column 7: no");
    err.line = 0;   /* a column of no line is none */
    err.offset = 0; /* the first octet is a place */
    sti_error_part(&err, "TNAuthList");
    sti_error_in(&err, "request.csr");
    assert_line(&err, "request.csr: TNAuthList entry 3 at byte 0: no");
    err.entry = 0;
    assert_line(&err, "request.csr: TNAuthList at byte 0: no");
}

static void a_line_that_does_not_fit_is_cut_and_says_how_long_it_is(void **state)
{
    (void)state;
    struct sti_error err;
    sti_refuse(&err, NULL, "twelve octet");
    char line[5] = "----";
    assert_int_equal(sti_error_text(&err, line, sizeof(line)), 12);
    assert_string_equal(line, "twel");
    assert_int_equal(sti_error_text(&err, NULL, 0), 12);
}

static void what_a_terminal_would_obey_is_written_in_hexadecimal(void **state)
{
    (void)state;
    struct sti_error err;
    sti_refuse(&err, NULL, "\x1b[2J \x9b \xc2\x9b \xc3\xa9 \x7f");
    assert_line(&err, "\\x1B[2J \\x9B \\xC2\\x9B \xc3\xa9 \\x7F");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_starts_without_a_place),
        cmocka_unit_test(nobody_need_want_the_reason),
        cmocka_unit_test(the_first_to_name_the_file_or_the_part_is_right),
        cmocka_unit_test(every_place_is_told),
        cmocka_unit_test(a_line_that_does_not_fit_is_cut_and_says_how_long_it_is),
        cmocka_unit_test(what_a_terminal_would_obey_is_written_in_hexadecimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
