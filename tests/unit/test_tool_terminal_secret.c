/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prompt for a secret, on a real terminal: a shell of a few lines starts a process that asks,
 * in a group of its own as shells do, and types, stops it, lets it go on and sends it signals. The
 * terminal must hide what is typed while the prompt stands, and be as it was at any other time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "interrupt.h"
#include "pin.h"
#include "terminal_secret.h"
#include "test_pin_search.h"

#define PROMPT "PIN of nobody: "
#define SIZE 17
#define CONTROL_C "\003"
#define CONTROL_D "\004"
#define CONTROL_Z "\032"

/* The shell's side of the terminal. It ends with the line of the check that failed. */
static int keyboard = -1;
static int terminal = -1;
static char screen[4096];
static size_t on_screen;
static pid_t asking;
static struct termios usual;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: %s\nscreen: %s\n", __LINE__, #condition, screen);            \
            kill(-asking, SIGKILL);                                                                \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

/* ---- the process that asks: its exit status is the result, or 100 for a wrong secret ---- */

static char expected[SIZE];

static bool is_wiped(const char *secret)
{
    for (size_t i = 0; i < SIZE; i++)
        if (secret[i] != '\0')
            return false;
    return true;
}

static void ask_and_exit(void)
{
    char secret[SIZE];
    memset(secret, 'x', sizeof(secret));
    if (!interrupt_watch("test", NULL))
        _exit(101);
    enum secret result = terminal_secret(PROMPT, secret, sizeof(secret));
    if (result == SECRET_READ ? strcmp(secret, expected) != 0 : !is_wiped(secret))
        _exit(100);
    interrupt_end();
    _exit((int)result);
}

/* One copy of the PIN, the caller's, and none after it was wiped or refused: 0, or 1. */
static void ask_and_search(void)
{
    char pin[HSM_PIN_MAX + 1];
    bool read = pin_ask(NULL, "nobody", pin, NULL);
    bool good = copies_in_memory() == (read && pin[0] != '\0' ? 1 : 0);
    OPENSSL_cleanse(pin, sizeof(pin));
    _exit(good && copies_in_memory() == 0 ? 0 : 1);
}

/* The same through what the commands call; the sentence goes to the screen. */
static void ask_for_pin_and_exit(void)
{
    char pin[HSM_PIN_MAX + 1];
    struct sti_error err;
    if (pin_ask(NULL, "no\033body", pin, &err))
        _exit(SECRET_READ);
    dprintf(terminal, "%s\n", err.sentence);
    _exit((int)SECRET_FAILED);
}

/* ---- the shell ---- */

static void open_terminal(void)
{
    keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(setsid() > 0 && keyboard >= 0 && grantpt(keyboard) == 0 && unlockpt(keyboard) == 0);
    terminal = open(ptsname(keyboard), O_RDWR | O_CLOEXEC);
    CHECK(terminal >= 0 && signal(SIGTTOU, SIG_IGN) != SIG_ERR);
    CHECK(tcgetattr(terminal, &usual) == 0 && (usual.c_lflag & ECHO) != 0);
}

static void start(void (*function)(void))
{
    on_screen = 0;
    asking = fork();
    CHECK(asking >= 0);
    if (asking == 0) {
        setpgid(0, 0);
        tcsetpgrp(terminal, getpid());
        signal(SIGTTOU, SIG_DFL);
        function();
    }
    setpgid(asking, asking);
    CHECK(tcsetpgrp(terminal, asking) == 0);
}

/* Until the text has come on the screen once more than it had when last looked for. */
static void wait_for(const char *text)
{
    size_t from = on_screen;
    for (;;) {
        struct pollfd place = {.fd = keyboard, .events = POLLIN};
        screen[on_screen] = '\0';
        if (strstr(screen + from, text) != NULL)
            return;
        CHECK(on_screen + 1 < sizeof(screen) && poll(&place, 1, 10000) == 1);
        ssize_t got = read(keyboard, screen + on_screen, sizeof(screen) - 1 - on_screen);
        CHECK(got > 0);
        on_screen += (size_t)got;
    }
}

static void type(const char *text)
{
    CHECK(write(keyboard, text, strlen(text)) == (ssize_t)strlen(text));
}

static bool is_as_usual(void)
{
    struct termios mode;
    return tcgetattr(terminal, &mode) == 0 && mode.c_lflag == usual.c_lflag &&
           mode.c_iflag == usual.c_iflag && mode.c_oflag == usual.c_oflag;
}

static bool is_hidden(void)
{
    struct termios mode;
    return tcgetattr(terminal, &mode) == 0 && (mode.c_lflag & (ECHO | ECHONL)) == 0 &&
           (mode.c_lflag & (ICANON | ISIG)) == (ICANON | ISIG);
}

static int wait_until(int options)
{
    int status = 0;
    alarm(20);
    CHECK(waitpid(asking, &status, options) == asking);
    alarm(0);
    return status;
}

/* The end of the process, with the terminal as it was and the secret nowhere on it. */
static void ends_with(enum secret result)
{
    int status = wait_until(0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == (int)result);
    CHECK(is_as_usual());
}

static void ends_by(int number)
{
    int status = wait_until(0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == number);
    CHECK(is_as_usual());
}

static void is_stopped(void)
{
    int status = wait_until(WUNTRACED);
    CHECK(WIFSTOPPED(status));
    CHECK(tcsetpgrp(terminal, getpgrp()) == 0);
}

static void let_go_on(void)
{
    CHECK(tcsetpgrp(terminal, asking) == 0 && kill(-asking, SIGCONT) == 0);
}

static void begin(void)
{
    start(ask_and_exit);
    wait_for(PROMPT);
    CHECK(is_hidden());
}

/* ---- scenes ---- */

static void a_line(void)
{
    static const char *const lines[][2] = {
        {"123456\n", "123456"},
        {"0123456789abcdef\n", "0123456789abcdef"}, /* as long as there is room for */
        {"129\177"
         "3\n",
         "123"}, /* the terminal's own editing */
        {"wrong\025right\n", "right"},
        {"\n", ""},
        {"12" CONTROL_D "34\n", "1234"},
        {"gr\xc3\xbc\xc3\x9f"
         "e\n",
         "gr\xc3\xbc\xc3\x9f"
         "e"},
        {" 1 \n", " 1 "},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        strcpy(expected, lines[i][1]);
        begin();
        type(lines[i][0]);
        ends_with(SECRET_READ);
        wait_for("\n");
        CHECK(strlen(expected) < 3 || strstr(screen, expected) == NULL);
    }
}

static void no_line(void)
{
    static const struct {
        const char *typed;
        enum secret result;
    } rows[] = {
        {CONTROL_D, SECRET_NONE},
        {"123" CONTROL_D CONTROL_D, SECRET_NONE},
        {"0123456789abcdefg\n", SECRET_TOO_LONG}, /* one octet more than there is room for */
        {"0123456789abcdef0123456789abcdef0123456789abcdef\n", SECRET_TOO_LONG},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int left = -1;
        begin();
        type(rows[i].typed);
        ends_with(rows[i].result);
        /* The rest of a line that is too long is no command for the shell. */
        CHECK(ioctl(terminal, FIONREAD, &left) == 0 && left == 0);
    }
    begin();
    CHECK(write(keyboard, "12\0", 3) == 3); /* control-@ */
    type("34\n");
    ends_with(SECRET_NUL);
}

static void typed_too_early(void)
{
    strcpy(expected, "late");
    type("early\n");
    wait_for("early\r\n"); /* echoed, so it has arrived */
    begin();
    type("late\n");
    ends_with(SECRET_READ);
}

static void no_terminal_at_all(void)
{
    asking = fork();
    if (asking == 0) {
        setsid();
        ask_and_exit();
    }
    ends_with(SECRET_NO_TERMINAL);
}

static void signals_end_it(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        begin();
        type("12345");
        CHECK(kill(asking, numbers[i]) == 0);
        ends_by(numbers[i]);
    }
    begin();
    type("12345" CONTROL_C);
    ends_by(SIGINT);
    begin();
    type("12345\034"); /* control-\ */
    ends_by(SIGQUIT);
}

static void stopped_and_continued(void)
{
    strcpy(expected, "123456");
    begin();
    for (int i = 0; i < 2; i++) { /* the second time is like the first */
        type("12345" CONTROL_Z);
        is_stopped();
        CHECK(is_as_usual());
        let_go_on();
        wait_for(PROMPT);
        CHECK(is_hidden());
    }
    type("123456\n"); /* what was typed before the stop does not count */
    ends_with(SECRET_READ);
}

/* SIGSTOP cannot be caught: the shell puts the terminal right, and the prompt must do it again. */
static void stopped_without_notice(void)
{
    strcpy(expected, "123456");
    begin();
    CHECK(kill(asking, SIGSTOP) == 0);
    is_stopped();
    CHECK(tcsetattr(terminal, TCSANOW, &usual) == 0);
    let_go_on();
    wait_for(PROMPT);
    CHECK(is_hidden());
    type("123456\n");
    ends_with(SECRET_READ);
}

static void ended_while_stopped(void)
{
    begin();
    type(CONTROL_Z);
    is_stopped();
    CHECK(kill(asking, SIGTERM) == 0 && kill(-asking, SIGCONT) == 0); /* in the background */
    ends_by(SIGTERM);
}

/* So does a prompt that was sent on in the background, and waits there for the terminal. */
static void ended_in_the_background(void)
{
    begin();
    type(CONTROL_Z);
    is_stopped();
    CHECK(kill(-asking, SIGCONT) == 0);
    is_stopped();
    CHECK(is_as_usual());
    CHECK(kill(asking, SIGTERM) == 0 && kill(-asking, SIGCONT) == 0);
    ends_by(SIGTERM);
}

/* A prompt that starts in the background does not take the terminal from the shell. */
static void started_in_the_background(void)
{
    strcpy(expected, "123456");
    asking = fork();
    CHECK(asking >= 0);
    if (asking == 0) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_DFL);
        ask_and_exit();
    }
    setpgid(asking, asking);
    is_stopped();
    CHECK(is_as_usual());
    let_go_on();
    wait_for(PROMPT);
    CHECK(is_hidden());
    type("123456\n");
    ends_with(SECRET_READ);
}

static void what_the_commands_say(void)
{
    char line[HSM_PIN_MAX + 3];
    start(ask_for_pin_and_exit);
    wait_for("PIN of token no\\x1Bbody: "); /* a label from outside does not command a terminal */
    type(CONTROL_D);
    wait_for("it was not tried");
    CHECK(strstr(screen, "no PIN was given for token") != NULL);
    ends_with(SECRET_FAILED);
    memset(line, '1', sizeof(line));
    strcpy(line + HSM_PIN_MAX + 1, "\n");
    start(ask_for_pin_and_exit);
    wait_for(": ");
    type(line);
    wait_for("is longer than a PIN can be (255); it was not tried");
    ends_with(SECRET_FAILED);
    start(ask_for_pin_and_exit);
    wait_for(": ");
    type(line + 1); /* 255 octets */
    ends_with(SECRET_READ);
    start(ask_for_pin_and_exit);
    wait_for(": ");
    CHECK(write(keyboard, "1\0002\n", 4) == 4);
    wait_for("contains a NUL octet; it was not tried");
    ends_with(SECRET_FAILED);
}

static void type_pin(const char *behind)
{
    char line[PIN_LENGTH + HSM_PIN_MAX + 2];
    unveil(line);
    strcpy(line + PIN_LENGTH, behind);
    type(line);
    OPENSSL_cleanse(line, sizeof(line));
}

static void no_copy_is_left(void)
{
    char behind[HSM_PIN_MAX + 2];
    memset(behind, '1', sizeof(behind));
    strcpy(behind + HSM_PIN_MAX, "\n");
    const char *const lines[] = {"\n", "\025\n", "x" CONTROL_D CONTROL_D, behind};
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        int status = 0;
        draw_pin();
        start(ask_and_search);
        wait_for("PIN of token nobody: ");
        type_pin(lines[i]);
        status = wait_until(0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

/* ---- each scene in a shell of its own ---- */

static void play(void (*scene)(void))
{
    int status = 0;
    pid_t shell = fork();
    assert_true(shell >= 0);
    if (shell == 0) {
        open_terminal();
        scene();
        _exit(0);
    }
    assert_int_equal(waitpid(shell, &status, 0), shell);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define SCENE(name)                                                                                \
    static void play_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        play(name);                                                                                \
    }
SCENE(a_line)
SCENE(no_line)
SCENE(typed_too_early)
SCENE(no_terminal_at_all)
SCENE(signals_end_it)
SCENE(stopped_and_continued)
SCENE(stopped_without_notice)
SCENE(ended_while_stopped)
SCENE(started_in_the_background)
SCENE(ended_in_the_background)
SCENE(what_the_commands_say)

static void play_no_copy_is_left(void **state)
{
    (void)state;
    if (PIN_SEARCH_SANITIZED)
        skip();
    play(no_copy_is_left);
}

int main(void)
{
    /* A shell script has its jobs in the background ignore these. */
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(play_a_line),
        cmocka_unit_test(play_no_line),
        cmocka_unit_test(play_typed_too_early),
        cmocka_unit_test(play_no_terminal_at_all),
        cmocka_unit_test(play_signals_end_it),
        cmocka_unit_test(play_stopped_and_continued),
        cmocka_unit_test(play_stopped_without_notice),
        cmocka_unit_test(play_ended_while_stopped),
        cmocka_unit_test(play_started_in_the_background),
        cmocka_unit_test(play_ended_in_the_background),
        cmocka_unit_test(play_what_the_commands_say),
        cmocka_unit_test(play_no_copy_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
