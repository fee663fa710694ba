/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_line.h"

static void show(struct ledger_line *line, const struct ledger_step *step)
{
    double seconds = progress_now() - line->begun;
    if (step->of == 0 || step->done == 0 || step->unit == NULL) {
        progress_line(&line->progress, "%s", step->doing);
        return;
    }
    double left = (double)(step->of - step->done) * seconds / (double)step->done;
    progress_line(&line->progress, "%s: %s %lld of %lld, %.0f s left", step->doing, step->unit,
                  (long long)step->done, (long long)step->of, left);
}

/* A step always shows that it begins, for it may be one that says no more. */
static void tell(void *context, const struct ledger_step *step)
{
    struct ledger_line *line = context;
    if (step->done == 0)
        line->begun = progress_now();
    if (step->done == 0 || progress_due(&line->progress))
        show(line, step);
}

const struct ledger_watch *ledger_line_begin(struct ledger_line *line)
{
    *line = (struct ledger_line){.progress = progress_begin(false)};
    line->watch = (struct ledger_watch){.tell = tell, .context = line};
    return line->progress.on ? &line->watch : NULL;
}

void ledger_line_end(struct ledger_line *line)
{
    progress_wipe(&line->progress);
}
