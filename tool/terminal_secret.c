/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No standard I/O: its buffer would keep the secret. The terminal itself edits the line. A signal
 * that ends the run is noted elsewhere (interrupt.h) and ends the wait; those that stop the process
 * and let it go on have handlers here, which make async-signal-safe calls alone.
 */
#include "terminal_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "interrupt.h"

/* The prompt that stands on the terminal, for the handlers. */
static struct {
    int fd;
    struct termios before;
    const char *prompt;
    volatile sig_atomic_t stopping; /* by control-Z, which shows the prompt again itself */
    volatile sig_atomic_t seen;     /* a handler could not hide again what is typed */
    volatile sig_atomic_t over;     /* no handler hides anything any more */
} now;

static bool set_terminal(const struct termios *mode, int when)
{
    int result = 0;
    do
        result = tcsetattr(now.fd, when, mode);
    while (result != 0 && errno == EINTR && interrupt_noted() == 0);
    return result == 0;
}

/* A process in the background has no business with the terminal. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(now.fd);
    return group < 0 || group == getpgrp();
}

/* tcsetattr() also succeeds when it has done only some of what was asked. */
static bool is_hidden(void)
{
    struct termios mode;
    return tcgetattr(now.fd, &mode) == 0 && (mode.c_lflag & ECHO) == 0 &&
           (mode.c_lflag & ICANON) != 0;
}

/* Waits, stopped, for the foreground; hides what will be typed; shows the prompt. */
static bool ask(void)
{
    struct termios hidden = now.before;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= ICANON;
    if (now.over == 0 && interrupt_noted() == 0 && !in_foreground())
        raise(SIGTTOU);
    if (now.over != 0 || interrupt_noted() != 0)
        return true;
    return set_terminal(&hidden, TCSAFLUSH) && is_hidden() &&
           write(now.fd, now.prompt, strlen(now.prompt)) >= 0;
}

/* In the background the terminal is the shell's, which has set it as it likes. */
static void show_again(void)
{
    if (in_foreground())
        (void)set_terminal(&now.before, TCSAFLUSH); /* nothing better can be done */
}

static void show_again_at_last(void)
{
    if (in_foreground())
        (void)tcsetattr(now.fd, TCSANOW, &now.before);
}

/* ---- handlers ---- */

static void stop(int number)
{
    int saved = errno;
    struct sigaction ours;
    struct sigaction usual = {.sa_handler = SIG_DFL};
    now.stopping = 1;
    show_again();
    sigemptyset(&usual.sa_mask);
    sigaction(number, &usual, &ours);
    raise(number); /* the process stands still in here */
    sigaction(number, &ours, NULL);
    now.stopping = 0;
    if (!ask())
        now.seen = 1;
    errno = saved;
}

/* After SIGSTOP, which nobody is told of: the shell may have set the terminal in the meantime. */
static void go_on(int number)
{
    int saved = errno;
    (void)number;
    if (now.stopping == 0 && !ask())
        now.seen = 1;
    errno = saved;
}

/* ---- the line ---- */

/* SA_NODEFER: the handler of control-Z raises its own signal. */
static void handle(int number, void (*handler)(int), struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(number, NULL, before);
    if (before->sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

/* With a line's worth of octets in secret: is it one, and what is before its end? */
static enum secret take_line(char *secret, size_t length)
{
    secret[length - 1] = '\0';
    return strlen(secret) == length - 1 ? SECRET_READ : SECRET_NUL;
}

static enum secret read_line(char *secret, size_t size)
{
    size_t length = 0;
    while (length < size) {
        if (!interrupt_wait(now.fd))
            return SECRET_INTERRUPTED;
        ssize_t got = read(now.fd, secret + length, size - length);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0 || now.seen != 0)
            return got == 0 ? SECRET_NONE : SECRET_FAILED;
        length += (size_t)got;
        if (secret[length - 1] == '\n')
            return take_line(secret, length);
    }
    return SECRET_TOO_LONG;
}

static enum secret ask_and_read(char *secret, size_t size)
{
    struct sigaction stop_before;
    struct sigaction go_on_before;
    if (!in_foreground())
        raise(SIGTTOU); /* or the settings that are kept would be the shell's own */
    if (tcgetattr(now.fd, &now.before) != 0)
        return SECRET_FAILED;
    interrupt_at_last(show_again_at_last);
    handle(SIGTSTP, stop, &stop_before);
    handle(SIGCONT, go_on, &go_on_before);
    enum secret result = ask() ? read_line(secret, size) : SECRET_FAILED;
    int why = errno;
    now.over = 1;
    show_again();
    sigaction(SIGTSTP, &stop_before, NULL);
    sigaction(SIGCONT, &go_on_before, NULL);
    interrupt_at_last(NULL);
    (void)!write(now.fd, "\n", 1); /* the one that was typed was not shown */
    errno = why;
    return result;
}

static enum secret on_terminal(const char *prompt, char *secret, size_t size)
{
    /* Not to wait in read(): what poll() has seen may be discarded before it is read. */
    now.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (now.fd < 0)
        return SECRET_NO_TERMINAL;
    now.prompt = prompt;
    now.stopping = now.seen = now.over = 0;
    enum secret result = ask_and_read(secret, size);
    int why = errno;
    close(now.fd);
    errno = why;
    return result;
}

enum secret terminal_secret(const char *prompt, char *secret, size_t size)
{
    enum secret result = on_terminal(prompt, secret, size);
    if (result != SECRET_READ)
        OPENSSL_cleanse(secret, size);
    return result;
}
