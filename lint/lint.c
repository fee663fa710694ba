/* SPDX-License-Identifier: Apache-2.0 */
/* The tables put together: look-up by id, names, and the run of one lint. */
#include "lint.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lint_families.h"
#include "lint_rules.h"

static const struct lint_family *const families[] = {
    &lint_atis,    &lint_atis_extensions, &lint_us_cp,   &lint_rfc5280,
    &lint_rfc8226, &lint_rfc9060,         &lint_rfc9118,
};

size_t lint_family_count(void)
{
    return sizeof(families) / sizeof(families[0]);
}

const struct lint_family *lint_family_at(size_t index)
{
    return families[index];
}

size_t lint_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < lint_family_count(); i++)
        count += families[i]->count;
    return count;
}

const struct lint *lint_at(size_t index)
{
    for (size_t i = 0; i < lint_family_count(); i++) {
        if (index < families[i]->count)
            return &families[i]->lints[index];
        index -= families[i]->count;
    }
    return NULL;
}

const struct lint *lint_find(const char *id)
{
    for (size_t i = 0; i < lint_family_count(); i++)
        for (size_t j = 0; j < families[i]->count; j++)
            if (strcmp(families[i]->lints[j].id, id) == 0)
                return &families[i]->lints[j];
    return NULL;
}

enum lint_level lint_level(const struct lint *lint)
{
    return lint->id[0] == 'e' ? LINT_ERROR : lint->id[0] == 'w' ? LINT_WARNING : LINT_NOTICE;
}

const char *lint_level_name(enum lint_level level)
{
    static const char *const names[] = {"error", "warning", "notice"};
    return names[level];
}

const char *lint_status_name(enum lint_status status)
{
    static const char *const names[] = {"not-applicable", "pass", "fail", "not-effective",
                                        "waived"};
    return names[status];
}

void lint_day_text(const struct lint *lint, char text[LINT_DAY_TEXT])
{
    unsigned day = (unsigned)lint->effective;
    snprintf(text, LINT_DAY_TEXT, "%04u-%02u-%02u", day / 10000 % 10000, day / 100 % 100,
             day % 100);
}

/* Before the rule's day, or not. A certificate that does not say when it begins gets no mercy. */
static bool is_effective(const struct lint *lint, const struct lint_subject *subject)
{
    return !subject->not_before.well_formed ||
           subject->not_before.stamp / 1000000 >= lint->effective;
}

static const struct lint_waiver *waiver_for(const struct lint *lint,
                                            const struct lint_waivers *waivers)
{
    for (size_t i = 0; waivers != NULL && i < waivers->count; i++)
        if (strcmp(waivers->list[i].id, lint->id) == 0)
            return &waivers->list[i];
    return NULL;
}

enum lint_status lint_run(const struct lint *lint, const struct lint_subject *subject,
                          const struct lint_waivers *waivers, struct lint_detail *detail)
{
    detail->text[0] = '\0';
    if (!lint->applies(subject))
        return LINT_NOT_APPLICABLE;
    bool pass = lint->run(subject, detail);
    if (pass && is_effective(lint, subject))
        return LINT_PASS;
    struct lint_detail reason = *detail;
    if (!is_effective(lint, subject)) {
        if (pass)
            lint_fails(detail, "would pass");
        else
            lint_fails(detail, "would fail: %s", reason.text);
        return LINT_NOT_EFFECTIVE;
    }
    const struct lint_waiver *waiver = waiver_for(lint, waivers);
    if (waiver == NULL)
        return LINT_FAIL;
    lint_fails(detail, "waived: %s; %s", waiver->reason, reason.text);
    return LINT_WAIVED;
}
