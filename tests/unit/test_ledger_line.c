/* SPDX-License-Identifier: Apache-2.0 */
/* The line for whoever waits for the ledger: on a terminal alone, in one line, and gone at last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ledger_line.h"

static int keyboard = -1; /* the other side of standard error; -1: it is no terminal */
static int usual = -1;
static char screen[1000];

static int to_terminal(void **state)
{
    (void)state;
    keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(keyboard >= 0 && grantpt(keyboard) == 0 && unlockpt(keyboard) == 0);
    int terminal = open(ptsname(keyboard), O_RDWR | O_NOCTTY | O_CLOEXEC);
    usual = dup(STDERR_FILENO);
    assert_true(terminal >= 0 && usual >= 0 && dup2(terminal, STDERR_FILENO) >= 0);
    close(terminal);
    return 0;
}

static int to_usual(void **state)
{
    (void)state;
    assert_true(dup2(usual, STDERR_FILENO) >= 0);
    close(usual);
    close(keyboard);
    return 0;
}

/* What has come on the screen since it was looked at last. */
static const char *on_screen(void)
{
    struct pollfd place = {.fd = keyboard, .events = POLLIN};
    size_t length = 0;
    fflush(stderr);
    while (length < sizeof(screen) - 1 && poll(&place, 1, 50) == 1) {
        ssize_t some = read(keyboard, screen + length, sizeof(screen) - 1 - length);
        assert_true(some > 0);
        length += (size_t)some;
    }
    screen[length] = '\0';
    return screen;
}

static void say(const struct ledger_watch *watch, const char *doing, const char *unit, int64_t done,
                int64_t of)
{
    const struct ledger_step step = {doing, unit, done, of};
    watch->tell(watch->context, &step);
}

/* Longer than there is between two lines. */
static void wait_a_little(void)
{
    const struct timespec time = {.tv_nsec = 250000000};
    nanosleep(&time, NULL);
}

static void says_what_it_is_at_and_how_long(void **state)
{
    struct ledger_line line;
    (void)state;
    const struct ledger_watch *watch = ledger_line_begin(&line);
    assert_non_null(watch);
    say(watch, "3 of 4, checking the chain", "entry", 0, 4000000);
    assert_string_equal(on_screen(), "\r3 of 4, checking the chain \033[K");
    say(watch, "3 of 4, checking the chain", "entry", 256, 4000000);
    assert_string_equal(on_screen(), ""); /* not yet */
    wait_a_little();
    line.begun = progress_now() - 3;
    say(watch, "3 of 4, checking the chain", "entry", 120000, 4000000);
    assert_string_equal(on_screen(),
                        "\r3 of 4, checking the chain: entry 120000 of 4000000, 97 s left \033[K");
    /* The time is that of the step. */
    say(watch, "4 of 4, comparing certificate", "row", 0, 2000);
    assert_string_equal(on_screen(), "\r4 of 4, comparing certificate \033[K");
    wait_a_little();
    say(watch, "4 of 4, comparing certificate", "row", 2000, 2000);
    assert_string_equal(on_screen(),
                        "\r4 of 4, comparing certificate: row 2000 of 2000, 0 s left \033[K");
    ledger_line_end(&line);
    assert_string_equal(on_screen(), "\r\033[K");
    ledger_line_end(&line);
    assert_string_equal(on_screen(), "");
}

/* It stands there while nothing more is told, though another line was written just now. */
static void says_a_step_without_numbers_at_once(void **state)
{
    struct ledger_line line;
    (void)state;
    const struct ledger_watch *watch = ledger_line_begin(&line);
    say(watch, "1 of 4, copying the ledger", "page", 0, 0);
    say(watch, "2 of 4, checking the structure of the copy", NULL, 0, 0);
    assert_string_equal(on_screen(), "\r1 of 4, copying the ledger \033[K"
                                     "\r2 of 4, checking the structure of the copy \033[K");
    wait_a_little();
    say(watch, "reading", "entry", 5, 0); /* how many are to come is not known */
    assert_string_equal(on_screen(), "\rreading \033[K");
    ledger_line_end(&line);
    assert_string_equal(on_screen(), "\r\033[K");
}

/* A line that is written over must not be longer than that. */
static void fits_a_terminal_of_80_columns(void **state)
{
    struct ledger_line line;
    (void)state;
    const struct ledger_watch *watch = ledger_line_begin(&line);
    line.begun = progress_now() - 600;
    say(watch, "4 of 4, comparing register_certificate", "row", 40000000, 80000000);
    const char *text = on_screen();
    assert_non_null(strstr(text, "row 40000000 of 80000000, 600 s left"));
    assert_true(strcspn(text + 1, "\033") < 80);
    ledger_line_end(&line);
    (void)on_screen();
}

static void says_nothing_without_a_terminal(void **state)
{
    struct ledger_line line, none = {0};
    (void)state;
    usual = dup(STDERR_FILENO);
    int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(usual >= 0 && file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    const struct ledger_watch *watch = ledger_line_begin(&line);
    ledger_line_end(&line);
    ledger_line_end(&none);
    assert_true(dup2(usual, STDERR_FILENO) >= 0);
    close(usual);
    close(file);
    assert_null(watch);
}

#define ON_TERMINAL(test) cmocka_unit_test_setup_teardown(test, to_terminal, to_usual)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TERMINAL(says_what_it_is_at_and_how_long),
        ON_TERMINAL(says_a_step_without_numbers_at_once),
        ON_TERMINAL(fits_a_terminal_of_80_columns),
        cmocka_unit_test(says_nothing_without_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
