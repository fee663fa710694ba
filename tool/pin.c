/* SPDX-License-Identifier: Apache-2.0 */
#include "pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "terminal.h"
#include "terminal_secret.h"
#include "text.h"

/* What the terminal shows; a label is 32 octets, each shown as four at most. */
static bool prompt_of(const char *token, char *prompt, size_t size)
{
    FILE *out = fmemopen(prompt, size, "w");
    if (out == NULL)
        return false;
    fprintf(out, "PIN of token ");
    text_print(out, token);
    fprintf(out, ": ");
    return fclose(out) == 0;
}

static bool refuse(enum secret result, const char *token, struct sti_error *err)
{
    switch (result) {
    case SECRET_NO_TERMINAL:
        return sti_fail(err,
                        "the PIN of token \"%s\" is needed and there is no terminal to ask on; put "
                        "pin-source=file:PATH into the key's URI",
                        token);
    case SECRET_INTERRUPTED:
        return interrupt_check(err);
    case SECRET_NONE:
        return sti_fail(err, "no PIN was given for token \"%s\"; it was not tried", token);
    case SECRET_TOO_LONG:
        return sti_fail(err,
                        "what was typed for token \"%s\" is longer than a PIN can be (%d); it was "
                        "not tried",
                        token, HSM_PIN_MAX);
    case SECRET_NUL:
        return sti_fail(
            err, "what was typed for token \"%s\" contains a NUL octet; it was not tried", token);
    default:
        return sti_fail(err, "the PIN of token \"%s\" could not be read unseen: %s", token,
                        strerror(errno));
    }
}

bool pin_ask(void *context, const char *token, char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    (void)context;
    char prompt[200];
    if (!prompt_of(token, prompt, sizeof(prompt)))
        return sti_fail(err, "no memory to ask for the PIN of token \"%s\"", token);
    enum secret result = terminal_secret(prompt, pin, HSM_PIN_MAX + 1);
    return result == SECRET_READ || refuse(result, token, err);
}

static void tell_pin_pad(FILE *out, const char *token)
{
    fprintf(out, "Type the PIN of token ");
    text_print(out, token);
    fprintf(out, " on its own PIN pad.\n");
    fflush(out);
}

/* The token waits for the PIN with or without a terminal here. */
static bool pin_pad(void *context, const char *token, struct sti_error *err)
{
    (void)context, (void)err;
    struct terminal terminal;
    if (terminal_open(&terminal)) {
        tell_pin_pad(terminal.out, token);
        terminal_close(&terminal);
    } else {
        tell_pin_pad(stderr, token);
    }
    return true;
}

static bool last_try(void *context, const char *token, struct sti_error *err)
{
    (void)context;
    struct terminal terminal;
    char line[16];
    if (!terminal_open(&terminal))
        return sti_fail(
            err,
            "the PIN of token '%s' has one try left before it locks, which is spent only "
            "after a yes on a terminal, and there is none; run the command on one, or "
            "log in once with the device's own tool",
            token);
    fprintf(terminal.out, "The PIN of token ");
    text_print(terminal.out, token);
    fprintf(terminal.out, " has one try left before it locks.\nType yes to spend it: ");
    bool yes = terminal_line(&terminal, line, sizeof(line)) && strcmp(line, "yes") == 0;
    terminal_close(&terminal);
    if (!interrupt_check(err))
        return false;
    return yes ||
           sti_fail(err,
                    "the PIN of token '%s' has one try left before it locks, and yes was not "
                    "typed; it was not tried",
                    token);
}

/*
 * The room of the HSM reads a PIN that another process writes; the wait for it is made here. What
 * was not handed to this process, or is a terminal, it refuses unread.
 */
static bool wait_for_pin(int fd)
{
    int flags = fd == HSM_NO_FD ? -1 : fcntl(fd, F_GETFD);
    return flags < 0 || (flags & FD_CLOEXEC) != 0 || isatty(fd) || interrupt_wait(fd);
}

struct hsm *pin_open(const struct hsm_uri *uri, struct sti_error *err)
{
    const struct hsm_person person = {.pin = pin_ask, .last_try = last_try, .pin_pad = pin_pad};
    if (!wait_for_pin(uri->pin_fd)) {
        interrupt_check(err);
        return NULL;
    }
    struct hsm *hsm = hsm_open_with(uri, &person, err);
    if (hsm == NULL || interrupt_check(err))
        return hsm;
    hsm_close(hsm);
    return NULL;
}
