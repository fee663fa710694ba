/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a person for a PIN, and opening a token with it. */
#ifndef TOOL_PIN_H
#define TOOL_PIN_H

#include "hsm.h"

/*
 * An hsm_ask_pin: asks on the terminal, without echo, once. Refused without a terminal: a PIN never
 * comes from standard input, an argument or the environment. Refused, not cut, if it is longer than
 * HSM_PIN_MAX; a signal ends the wait (interrupt.h). context is not used.
 */
bool pin_ask(void *context, const char *token, char pin[HSM_PIN_MAX + 1], struct sti_error *err);

/*
 * hsm_open_with() and the person at the terminal: asked for the PIN as above, told on the terminal
 * (on standard error without one) when the PIN is to be typed on the token's own PIN pad, and asked
 * to type yes before the last try of a PIN is spent, which is refused without a terminal. A signal
 * that has been noted by the end of it closes the token again: the caller begins nothing then.
 */
struct hsm *pin_open(const struct hsm_uri *uri, struct sti_error *err);

#endif
