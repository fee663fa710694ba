/* SPDX-License-Identifier: Apache-2.0 */
/* What is told to whoever watches long work; without one, nothing is done for it. */
#include "ledger_internal.h"

static void tell(const struct watched *watched)
{
    if (watched->watch != NULL)
        watched->watch->tell(watched->watch->context, &watched->step);
}

struct watched watch_step(const struct ledger_watch *watch, const char *doing, const char *unit,
                          int64_t of)
{
    struct watched watched = {.watch = watch, .step = {.doing = doing, .unit = unit, .of = of}};
    tell(&watched);
    return watched;
}

void watch_done(struct watched *watched, int64_t done)
{
    int64_t of = watched->step.of;
    int64_t some = of > 0 && done > of ? of : done;
    if (some == watched->step.done)
        return;
    watched->step.done = some;
    tell(watched);
}

int64_t watch_count(const struct ledger_watch *watch, struct ledger *ledger, const char *sql)
{
    int64_t number = 0;
    if (watch == NULL || !ledger_number(ledger, "read", sql, &number, NULL))
        return 0;
    return number;
}
