/* SPDX-License-Identifier: Apache-2.0 */
/* Text and octets from outside, on their way to a person. */
#ifndef TOOL_TEXT_H
#define TOOL_TEXT_H

#include <stdio.h>

/* Prints text that came from outside, its control characters as \xHH: no terminal obeys it. */
void text_print(FILE *out, const char *text);

/* Lower-case hex of octets, and a NUL: 2 * length + 1 octets. */
void text_hex(const unsigned char *octets, size_t length, char *text);

#endif
