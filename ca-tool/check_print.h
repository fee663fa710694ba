/* SPDX-License-Identifier: Apache-2.0 */
/* A list of checks as a table for people and as JSON for programs. */
#ifndef CA_TOOL_CHECK_PRINT_H
#define CA_TOOL_CHECK_PRINT_H

#include <jansson.h>

#include "check.h"

/*
 * Prints every check on standard output, two lines and more for each: its result, what is asked,
 * the clause, what was found; and all that has not passed says why.
 */
void check_print(const struct checks *checks);

/* The same as an array with one object a check; the caller's. */
json_t *check_print_json(const struct checks *checks);

#endif
