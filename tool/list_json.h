/* SPDX-License-Identifier: Apache-2.0 */
/* A TNAuthList as JSON, for programs. */
#ifndef TOOL_LIST_JSON_H
#define TOOL_LIST_JSON_H

#include <stdio.h>

#include <jansson.h>

#include "tnauthlist.h"

/*
 * An array with one object an entry, in the list's order: {"spc": "709J"}, {"one": "12155551212"}
 * or {"range": {"start": "12155550100", "count": 100}}. Octets of an SPC that cannot be printed are
 * written as in the text form; tnauthlist(5) describes the form for its readers. NULL without
 * memory; the caller's.
 */
json_t *list_json(const struct tnauthlist *list);

/*
 * The same array, written as it comes and kept nowhere: for lists of any length. An entry a line
 * behind two more blanks than `indent`, no line end behind the array. What `out` cannot take is to
 * be seen by ferror(). False without memory.
 */
bool list_json_write(const struct tnauthlist *list, const char *indent, FILE *out);

/* The object of entry `index` alone, on one line. */
bool list_json_write_entry(const struct tnauthlist *list, size_t index, FILE *out);

/* A JSON string of ASCII text. */
void list_json_write_string(const char *text, FILE *out);

#endif
