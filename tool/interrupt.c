/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers are with SA_RESTART, so that neither SQLite nor an HSM's module is disturbed. A wait
 * that a signal has to end watches a pipe as well, which the handler writes to and nobody empties:
 * so no signal is lost between a look and a wait, and it does not matter which thread got it.
 */
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SAID_SIZE 501
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

static const struct {
    int number;
    const char *name;
} watched[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}, {SIGQUIT, "SIGQUIT"}};

static const char by[] = "interrupted by ";
static const char nothing[] = "nothing was done";
static const char *program = "";
static volatile sig_atomic_t noted;
static int wake[2] = {-1, -1};

/* The handler reads what is said, so a new sentence is complete before it takes the old one's
 * place. */
static char sentences[2][SAID_SIZE];
static const char *volatile said = nothing;

static void (*volatile at_last)(void);

static const char *name_of(int number)
{
    for (size_t i = 0; i < sizeof(watched) / sizeof(*watched); i++)
        if (watched[i].number == number)
            return watched[i].name;
    return "a signal";
}

/* ---- in handlers: async-signal-safe calls alone ---- */

static void note(int number)
{
    int saved = errno;
    if (noted == 0) {
        noted = number;
        alarm(INTERRUPT_SECONDS);
        (void)!write(wake[1], "", 1);
    }
    errno = saved;
}

static void put(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
}

static void die(int number)
{
    signal(number, SIG_DFL);
    kill(getpid(), number);
}

/* A module that does not come back cannot be asked to log out. */
static void too_long(int number)
{
    (void)number;
    if (at_last != NULL)
        at_last();
    put(program);
    put(": ");
    put(by);
    put(name_of(noted));
    put("; ");
    put(said);
    put("; the run did not come to its end within " TEXT(
        INTERRUPT_SECONDS) " seconds, so if an HSM "
                           "was open it was not logged out of; the device drops the session, or "
                           "has to be restarted\n");
    die(noted);
}

/* ---- outside ---- */

/*
 * No other handler runs before this one has: of several signals that come together, the one that
 * ends the run must be known to those that would stop it or ask again.
 */
static bool handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, NULL) == 0;
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

bool interrupt_watch(const char *name, struct sti_error *err)
{
    sigset_t clock;
    program = name;
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        wake[0] = wake[1] = -1;
        return sti_fail(err, "no pipe for signals: %s", strerror(errno));
    }
    sigemptyset(&clock);
    sigaddset(&clock, SIGALRM);
    bool ok = handle(SIGPIPE, SIG_IGN) && handle(SIGALRM, too_long) &&
              sigprocmask(SIG_UNBLOCK, &clock, NULL) == 0;
    for (size_t i = 0; ok && i < sizeof(watched) / sizeof(*watched); i++)
        ok = is_ignored(watched[i].number) || handle(watched[i].number, note);
    return ok || sti_fail(err, "signals cannot be handled: %s", strerror(errno));
}

int interrupt_noted(void)
{
    return noted;
}

void interrupt_say(const char *format, ...)
{
    char *next = said == sentences[0] ? sentences[1] : sentences[0];
    va_list args;
    va_start(args, format);
    vsnprintf(next, SAID_SIZE, format, args);
    va_end(args);
    said = next;
}

const char *interrupt_said(void)
{
    return said == nothing ? NULL : said;
}

bool interrupt_check(struct sti_error *err)
{
    return noted == 0 || sti_fail(err, "%s%s; %s", by, name_of(noted), said);
}

bool interrupt_wait(int fd)
{
    struct pollfd places[] = {{.fd = fd, .events = POLLIN}, {.fd = wake[0], .events = POLLIN}};
    while (noted == 0) {
        int ready = poll(places, 2, -1);
        if (ready < 0 && errno != EINTR)
            return true; /* the read to come says what is wrong */
        if (ready > 0 && places[0].revents != 0)
            return noted == 0;
    }
    return false;
}

void interrupt_explain(struct sti_error *err)
{
    char sentence[sizeof(err->sentence)];
    if (noted == 0)
        return;
    if (strncmp(err->sentence, by, strlen(by)) == 0) {
        /* No file is to blame, not even the one that was being read. */
        err->source[0] = '\0';
        err->part[0] = '\0';
        return;
    }
    strcpy(sentence, err->sentence);
    snprintf(err->sentence, sizeof(err->sentence), "%s%.20s: %.590s", by, name_of(noted), sentence);
}

void interrupt_too_late(struct sti_error *err)
{
    sti_fail(err, "%s%s; %s", by, name_of(noted), said == nothing ? "all was done already" : said);
}

void interrupt_at_last(void (*function)(void))
{
    at_last = function;
}

void interrupt_end(void)
{
    if (noted == 0)
        return;
    alarm(0);
    die(noted);
}
