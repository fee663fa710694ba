/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void ceremony_time_write(int64_t time, char text[CEREMONY_TIME_TEXT])
{
    struct tm tm;
    time_t seconds = (time_t)time;
    if (time < 0 || time > CEREMONY_TIME_MAX || gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, CEREMONY_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        strcpy(text, "?");
}

bool ceremony_time_read(const char *text, int64_t *time)
{
    struct tm tm = {0};
    char again[CEREMONY_TIME_TEXT];
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (end == NULL || *end != '\0' || tm.tm_year < 70)
        return false;
    *time = (int64_t)timegm(&tm);
    /* strptime lets pass a day 31 in April, a second 60, missing zeros: written again they differ.
     */
    ceremony_time_write(*time, again);
    return strcmp(again, text) == 0;
}
