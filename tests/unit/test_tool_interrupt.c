/* SPDX-License-Identifier: Apache-2.0 */
/* Signals that end a run in order: each scene is a process of its own, for it ends by a signal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "interrupt.h"

#define SEEN 42 /* the exit status of a scene that went as it should */

static int number_now; /* the signal of the scene */

static void require(bool condition, int line)
{
    if (condition)
        return;
    fprintf(stderr, "a check in line %d\n", line);
    _exit(1);
}
#define REQUIRE(condition) require(condition, __LINE__)

/* Plays the scene; returns how it ended, and what it wrote on standard error. */
static int play(void (*scene)(void), char *output, size_t size)
{
    int ends[2];
    int status = 0;
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        scene();
        _exit(SEEN);
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], output + length, size - 1 - length)) > 0;)
        length += (size_t)got;
    output[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void must_see(void (*scene)(void))
{
    char output[1024];
    int status = play(scene, output, sizeof(output));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != SEEN)
        fail_msg("status %x: %s", (unsigned)status, output);
}

static const struct {
    int number;
    const char *sentence;
} watched[] = {
    {SIGINT, "interrupted by SIGINT; nothing was done"},
    {SIGTERM, "interrupted by SIGTERM; nothing was done"},
    {SIGHUP, "interrupted by SIGHUP; nothing was done"},
    {SIGQUIT, "interrupted by SIGQUIT; nothing was done"},
};
static const char *sentence_now;

/* ---- noted, and the process ends by it ---- */

static void note_and_end(void)
{
    struct sti_error err;
    REQUIRE(interrupt_watch("test", &err) && interrupt_noted() == 0);
    sti_error_clear(&err);
    REQUIRE(interrupt_check(&err) && err.code == STI_OK);
    interrupt_end(); /* nothing to end by */
    raise(number_now);
    REQUIRE(interrupt_noted() == number_now);
    raise(number_now); /* again, and others: the first one counts */
    raise(number_now == SIGINT ? SIGTERM : SIGINT);
    REQUIRE(interrupt_noted() == number_now);
    REQUIRE(!interrupt_check(&err) && err.code == STI_ENVIRONMENT);
    REQUIRE(strcmp(err.sentence, sentence_now) == 0);
    REQUIRE(!interrupt_check(NULL));
    interrupt_end();
}

static void ends_by_the_signal(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++) {
        char output[1024];
        number_now = watched[i].number;
        sentence_now = watched[i].sentence;
        int status = play(note_and_end, output, sizeof(output));
        assert_string_equal(output, "");
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), number_now);
    }
}

static void start_ignoring(void)
{
    signal(number_now, SIG_IGN);
    REQUIRE(interrupt_watch("test", NULL));
    raise(number_now);
    REQUIRE(interrupt_noted() == 0);
}

static void ignored_stays_ignored(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++) {
        number_now = watched[i].number;
        must_see(start_ignoring);
    }
}

static void write_to_nobody(void)
{
    int ends[2];
    REQUIRE(interrupt_watch("test", NULL) && pipe(ends) == 0 && close(ends[0]) == 0);
    REQUIRE(write(ends[1], "x", 1) == -1 && errno == EPIPE);
}

static void a_pipe_without_a_reader_is_an_error(void **state)
{
    (void)state;
    must_see(write_to_nobody);
}

/* ---- sentences ---- */

static void say_things(void)
{
    struct sti_error err;
    char text[700];
    REQUIRE(interrupt_watch("test", NULL) && interrupt_said() == NULL);
    interrupt_say("serial %d was used", 7);
    interrupt_say("%s again", interrupt_said()); /* the old one is still there to be read */
    REQUIRE(strcmp(interrupt_said(), "serial 7 was used again") == 0);
    sti_refuse(&err, NULL, "this is wrong");
    interrupt_explain(&err); /* no signal */
    REQUIRE(strcmp(err.sentence, "this is wrong") == 0);
    raise(SIGTERM);
    interrupt_explain(&err);
    REQUIRE(strcmp(err.sentence, "interrupted by SIGTERM: this is wrong") == 0);
    REQUIRE(err.code == STI_REFUSED);
    interrupt_explain(&err); /* said once */
    REQUIRE(strcmp(err.sentence, "interrupted by SIGTERM: this is wrong") == 0);
    REQUIRE(!interrupt_check(&err)); /* while a file is read, which is not to blame */
    sti_error_in(&err, "root.pem");
    sti_error_part(&err, "TNAuthList");
    interrupt_explain(&err);
    REQUIRE(err.source[0] == '\0' && err.part[0] == '\0');
    interrupt_too_late(&err);
    REQUIRE(strcmp(err.sentence, "interrupted by SIGTERM; serial 7 was used again") == 0);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    interrupt_say("%s", text);
    REQUIRE(strlen(interrupt_said()) == 500);
    sti_fail(&err, "%s", text);
    interrupt_explain(&err);
    REQUIRE(strncmp(err.sentence, "interrupted by SIGTERM: xxx", 27) == 0);
}

static void say_nothing(void)
{
    struct sti_error err;
    REQUIRE(interrupt_watch("test", NULL));
    raise(SIGHUP);
    interrupt_too_late(&err);
    REQUIRE(strcmp(err.sentence, "interrupted by SIGHUP; all was done already") == 0);
}

static void sentences_say_what_was_done(void **state)
{
    (void)state;
    must_see(say_things);
    must_see(say_nothing);
}

/* ---- waits ---- */

static void signal_soon(int number)
{
    pid_t parent = getpid();
    if (fork() == 0) {
        usleep(100000);
        kill(parent, number);
        _exit(0);
    }
}

static void wait_in_vain(void)
{
    int ends[2];
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    REQUIRE(interrupt_watch("test", NULL) && pipe(ends) == 0);
    signal_soon(SIGINT);
    REQUIRE(!interrupt_wait(ends[0]));
    REQUIRE(!interrupt_wait(ends[0])); /* at once */
    REQUIRE(write(ends[1], "x", 1) == 1 && !interrupt_wait(ends[0]));
    REQUIRE(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    REQUIRE(!file_read("-", 100, &octets, &length, &err) && octets == NULL);
    REQUIRE(strcmp(err.sentence, "interrupted by SIGINT; nothing was done") == 0);
}

static void wait_for_input(void)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
    REQUIRE(interrupt_wait(ends[0])); /* also where nothing is watched */
    REQUIRE(interrupt_watch("test", NULL) && interrupt_wait(ends[0]));
    char octet;
    REQUIRE(read(ends[0], &octet, 1) == 1 && close(ends[1]) == 0);
    REQUIRE(interrupt_wait(ends[0])); /* the end of input */
    REQUIRE(close(ends[0]) == 0 && interrupt_wait(ends[0]));
}

static void a_signal_ends_a_wait(void **state)
{
    (void)state;
    must_see(wait_for_input);
    must_see(wait_in_vain);
}

/* ---- a run that hangs ---- */

static void put_right(void)
{
    (void)!write(STDERR_FILENO, "put right, ", 11);
}

static void hang(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL); /* as whoever started it may have */
    REQUIRE(interrupt_watch("test", NULL));
    interrupt_say("nothing was issued");
    interrupt_at_last(put_right);
    raise(SIGTERM);
    for (;;) {
        usleep(500000);
        kill(getpid(), SIGTERM); /* more of them neither end it nor give it more time */
    }
}

static void a_run_that_hangs_is_ended(void **state)
{
    (void)state;
    char output[1024];
    time_t before = time(NULL);
    int status = play(hang, output, sizeof(output));
    time_t took = time(NULL) - before;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_true(took >= INTERRUPT_SECONDS - 1 && took < INTERRUPT_SECONDS + 8);
    assert_string_equal(
        output,
        "put right, test: interrupted by SIGTERM; nothing was issued; the run did not come to its "
        "end within 8 seconds, so if an HSM was open it was not logged out of; the device drops "
        "the session, or has to be restarted\n");
}

int main(void)
{
    /* A shell script has its jobs in the background ignore these. */
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_by_the_signal),
        cmocka_unit_test(ignored_stays_ignored),
        cmocka_unit_test(a_pipe_without_a_reader_is_an_error),
        cmocka_unit_test(sentences_say_what_was_done),
        cmocka_unit_test(a_signal_ends_a_wait),
        cmocka_unit_test(a_run_that_hangs_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
