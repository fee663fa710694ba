/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `sti-ca lint` for people: what failed, below the name of its file. */
#include <stdio.h>
#include <string.h>

#include "lint_report.h"
#include "text.h"

static void begin(struct lint_report *report)
{
    (void)report;
}

static void open_place(struct lint_report *report, const struct lint_place *place)
{
    (void)place;
    report->opened = false;
}

/* The name stands there once, and only if there is something to say. */
static void print_place(struct lint_report *report, const struct lint_place *place)
{
    if (report->opened)
        return;
    report->opened = true;
    lint_report_wipe(report);
    text_print(stdout, place->file);
    if (place->several)
        printf(": certificate %zu", place->number);
    putchar('\n');
}

static const char *status_words(const struct lint_report *report,
                                const struct lint_finding *finding)
{
    if (finding->status != LINT_FAIL)
        return lint_status_name(finding->status);
    return report->verifiers ? "stumbles" : lint_level_name(finding->level);
}

static void finding(struct lint_report *report, const struct lint_place *place,
                    const struct lint_finding *found)
{
    if (found->status == LINT_NOT_EFFECTIVE && !report->all)
        return;
    print_place(report, place);
    printf("  %-13s  %s%s", status_words(report, found), found->id,
           found->detail[0] == '\0' ? "" : ": ");
    text_print(stdout, found->detail);
    putchar('\n');
}

static void close_place(struct lint_report *report)
{
    (void)report;
}

static void print_count(size_t count, const char *one, const char *behind)
{
    printf("%zu %s%s%s", count, one, count == 1 ? "" : "s", behind);
}

static void end(struct lint_report *report)
{
    print_count(report->certificates, "certificate", " in ");
    print_count(report->files, "file", ": ");
    if (report->verifiers) {
        print_count(report->failures[LINT_NOTICE], "stumbling block", "\n");
        return;
    }
    print_count(report->failures[LINT_ERROR], "error", ", ");
    print_count(report->failures[LINT_WARNING], "warning", ", ");
    print_count(report->failures[LINT_NOTICE], "notice", "");
    if (report->waivers != NULL)
        printf("; %zu waived", report->waived);
    printf("; %zu not in force yet when the certificate began\n", report->not_effective);
}

const struct lint_form lint_form_table = {begin, open_place, finding, close_place, end};
