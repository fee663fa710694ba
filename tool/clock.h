/* SPDX-License-Identifier: Apache-2.0 */
/* Times as words. */
#ifndef TOOL_CLOCK_H
#define TOOL_CLOCK_H

#include <stdint.h>

#include "sti_error.h"

/* Seconds since 1970 as 2026-01-31T23:59:59Z; a time that no calendar has is written as digits. */
#define CLOCK_TEXT 24
void clock_text(int64_t time, char text[CLOCK_TEXT]);

/* The time now, in seconds since 1970. */
int64_t clock_now(void);

/* Reads a length of time: 90d, 12h, 30m or 45s, in seconds, at least 1 and at most 100 years. */
bool clock_parse_length(const char *text, int64_t *seconds, struct sti_error *err);

/*
 * Reads a time as RFC 3339 section 5.6 writes it, 2026-01-31T23:59:59Z or with an offset as in
 * 2026-01-31T18:59:59-05:00; whole seconds, no leap second.
 */
bool clock_parse_time(const char *text, int64_t *seconds, struct sti_error *err);

#endif
