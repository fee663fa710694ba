/* SPDX-License-Identifier: Apache-2.0 */
/* What every command does to its own process first. */
#ifndef TOOL_PROCESS_H
#define TOOL_PROCESS_H

#include "sti_error.h"

/*
 * No core dump may hold a PIN or be read by another process of the user, and no openssl.cnf or
 * OPENSSL_CONF may bring code or settings into the tool. A standard file that is closed fails when
 * it is used, instead of being the next file that is opened.
 */
bool process_harden(struct sti_error *err);

#endif
