/* SPDX-License-Identifier: Apache-2.0 */
#include "pin.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/ui.h>

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
