/* SPDX-License-Identifier: Apache-2.0 */
/* The times of a ceremony file, a plan and a script: UTC, to the second. */
#ifndef CEREMONY_TIME_H
#define CEREMONY_TIME_H

#include "sti_error.h"

/* 2026-12-01T09:00:00Z and a NUL. */
#define CEREMONY_TIME_TEXT 21

/* Seconds since 1970, from 0 to the end of the year 9999, which no certificate goes beyond. */
#define CEREMONY_TIME_MAX INT64_C(253402300799)

/* Reads a time as it is written here, and in no other way (RFC 3339 section 5.6 with Z). */
bool ceremony_time_read(const char *text, int64_t *time);
void ceremony_time_write(int64_t time, char text[CEREMONY_TIME_TEXT]);

#endif
