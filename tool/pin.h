/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a person for a PIN. */
#ifndef TOOL_PIN_H
#define TOOL_PIN_H

#include "hsm.h"

/*
 * An hsm_ask_pin: asks on the terminal, without echo, once. Refused without a terminal: a PIN never
 * comes from standard input, an argument or the environment. context is not used.
 */
bool pin_ask(void *context, const char *token, char pin[HSM_PIN_MAX + 1], struct sti_error *err);

#endif
