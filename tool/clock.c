/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LONGEST ((int64_t)100 * 366 * 86400)

void clock_text(int64_t time, char text[CLOCK_TEXT])
{
    time_t seconds = (time_t)time;
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(text, CLOCK_TEXT, "%" PRId64, time);
}

int64_t clock_now(void)
{
    return (int64_t)time(NULL);
}

bool clock_parse_length(const char *text, int64_t *seconds, struct sti_error *err)
{
    static const struct unit {
        char letter;
        int64_t seconds;
    } units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
    int64_t number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && number <= LONGEST; at++)
        number = number * 10 + (*at - '0');
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (at == text || at[0] != units[i].letter || at[1] != '\0')
            continue;
        if (number < 1 || number > LONGEST / units[i].seconds)
            break;
        *seconds = number * units[i].seconds;
        return true;
    }
    return sti_error_set(err, STI_USAGE, NULL,
                         "%.40s is not a length of time between 1s and 100 years, as in 90d, 12h, "
                         "30m or 45s",
                         text);
}

static bool not_a_time(const char *text, struct sti_error *err)
{
    return sti_error_set(err, STI_USAGE, NULL,
                         "%.40s is not a time as in 2026-01-31T23:59:59Z or "
                         "2026-01-31T18:59:59-05:00 (RFC 3339)",
                         text);
}

/* Reads digits as the pattern has them: `d` stands for one, everything else for itself. */
static bool has_form(const char *text, const char *pattern)
{
    for (; *pattern != '\0'; text++, pattern++)
        if (*pattern == 'd' ? *text < '0' || *text > '9' : *text != *pattern)
            return false;
    return true;
}

static int digits(const char *text, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* Z is no offset, +hh:mm and -hh:mm are seconds before UTC's; false: neither. */
static bool read_offset(const char *text, int64_t *seconds)
{
    *seconds = 0;
    if (strcmp(text, "Z") == 0)
        return true;
    if (!has_form(text, *text == '-' ? "-dd:dd" : "+dd:dd") || text[6] != '\0')
        return false;
    int hours = digits(text + 1, 2);
    int minutes = digits(text + 4, 2);
    *seconds = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

bool clock_parse_time(const char *text, int64_t *seconds, struct sti_error *err)
{
    int64_t offset;
    if (!has_form(text, "dddd-dd-ddTdd:dd:dd") || !read_offset(text + 19, &offset))
        return not_a_time(text, err);
    struct tm tm = {.tm_year = digits(text, 4) - 1900,
                    .tm_mon = digits(text + 5, 2) - 1,
                    .tm_mday = digits(text + 8, 2),
                    .tm_hour = digits(text + 11, 2),
                    .tm_min = digits(text + 14, 2),
                    .tm_sec = digits(text + 17, 2)};
    struct tm same = tm;
    time_t time = timegm(&same);
    /* timegm() makes March 2 of February 30; then nothing is left as it was. */
    if (same.tm_mon != tm.tm_mon || same.tm_mday != tm.tm_mday || same.tm_hour != tm.tm_hour ||
        same.tm_min != tm.tm_min || same.tm_sec != tm.tm_sec)
        return not_a_time(text, err);
    *seconds = (int64_t)time - offset;
    return true;
}
