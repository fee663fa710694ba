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
