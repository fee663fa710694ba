/* SPDX-License-Identifier: Apache-2.0 */
#include "pin.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ui.h>

#include "terminal.h"
#include "text.h"

bool pin_ask(void *context, const char *token, char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    (void)context;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return sti_fail(err,
                        "the PIN of token \"%s\" is needed and there is no terminal to ask on; put "
                        "pin-source=file:PATH into the key's URI",
                        token);
    close(terminal);
    char prompt[100];
    snprintf(prompt, sizeof(prompt), "PIN of token %s: ", token);
    UI *ui = UI_new();
    int result = -1;
    if (ui != NULL && UI_add_input_string(ui, prompt, 0, pin, 1, HSM_PIN_MAX) >= 0)
        result = UI_process(ui);
    UI_free(ui);
    if (result == 0)
        return true;
    return sti_fail(err,
                    result == -2 ? "no PIN was given for token \"%s\""
                                 : "the PIN of token \"%s\" could not be read",
                    token);
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
    return yes ||
           sti_fail(err,
                    "the PIN of token '%s' has one try left before it locks, and yes was not "
                    "typed; it was not tried",
                    token);
}

struct hsm *pin_open(const struct hsm_uri *uri, struct sti_error *err)
{
    const struct hsm_person person = {.pin = pin_ask, .last_try = last_try, .pin_pad = pin_pad};
    return hsm_open_with(uri, &person, err);
}
