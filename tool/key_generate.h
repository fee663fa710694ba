/* SPDX-License-Identifier: Apache-2.0 */
/* The work of `key generate`, the same for every command that has it. */
#ifndef TOOL_KEY_GENERATE_H
#define TOOL_KEY_GENERATE_H

#include "hsm.h"

/*
 * Makes the EC key that the URI names on that curve, and says on standard output what was made and
 * where. Relative paths in the URI count from `directory` (NULL: the current one).
 */
bool key_generate(const char *uri, const char *directory, enum hsm_curve curve,
                  struct sti_error *err);

#endif
