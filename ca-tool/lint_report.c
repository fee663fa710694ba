/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca lint`: what is done with each certificate, whatever the form of the report. */
#include "lint_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void lint_report_begin(struct lint_report *report)
{
    /* Only the table knows when a line of its own is to stand where the progress line is. */
    bool alone = report->form == &lint_form_table || isatty(STDOUT_FILENO) != 1;
    report->progress = alone ? progress_begin(false) : (struct progress){.on = false};
    report->form->begin(report);
}

void lint_report_progress(struct lint_report *report)
{
    if (progress_due(&report->progress))
        progress_line(&report->progress, "%zu files, %zu certificates, %zu with errors",
                      report->files, report->certificates, report->with_errors);
}

void lint_report_wipe(struct lint_report *report)
{
    progress_wipe(&report->progress);
}

static void note_failure(struct lint_report *report, const struct lint_place *place)
{
    report->with_errors++;
    if (report->first_failure[0] == '\0')
        snprintf(report->first_failure, sizeof(report->first_failure), "%s", place->file);
}

static void say(struct lint_report *report, const struct lint_place *place,
                const struct lint_finding *finding)
{
    if (finding->status == LINT_NOT_EFFECTIVE)
        report->not_effective++;
    if (finding->status == LINT_WAIVED)
        report->waived++;
    if (finding->status == LINT_FAIL)
        report->failures[finding->level]++;
    report->form->finding(report, place, finding);
}

static void run_lints(struct lint_report *report, const struct lint_place *place,
                      const struct lint_subject *subject)
{
    struct lint_detail detail;
    size_t errors = report->failures[LINT_ERROR];
    for (size_t i = 0; i < lint_family_count(); i++) {
        const struct lint_family *family = lint_family_at(i);
        for (size_t j = 0; j < family->count; j++) {
            const struct lint *lint = &family->lints[j];
            enum lint_status status = lint_run(lint, subject, report->waivers, &detail);
            if (status == LINT_NOT_APPLICABLE || (status == LINT_PASS && !report->all))
                continue;
            say(report, place,
                &(struct lint_finding){lint->id, lint_level(lint), status, detail.text});
        }
    }
    if (report->failures[LINT_ERROR] > errors)
        note_failure(report, place);
}

static void ask_verifiers(struct lint_report *report, const struct lint_place *place,
                          const struct lint_subject *subject)
{
    struct lint_detail detail;
    for (size_t i = 0; i < lint_verifier_count; i++) {
        detail.text[0] = '\0';
        bool stumbles = lint_verifiers[i].stumbles_over(subject, &detail);
        if (stumbles || report->all)
            say(report, place,
                &(struct lint_finding){lint_verifiers[i].id, LINT_NOTICE,
                                       stumbles ? LINT_FAIL : LINT_PASS, detail.text});
    }
}

void lint_report_certificate(struct lint_report *report, const struct lint_place *place,
                             const struct lint_subject *subject)
{
    report->certificates++;
    report->form->open(report, place);
    if (report->verifiers)
        ask_verifiers(report, place, subject);
    else
        run_lints(report, place, subject);
    report->form->close(report);
}

void lint_report_no_certificate(struct lint_report *report, const struct lint_place *place,
                                const struct sti_error *err)
{
    char words[1024];
    sti_error_text(err, words, sizeof(words));
    report->form->open(report, place);
    say(report, place, &(struct lint_finding){LINT_CERTIFICATE_ID, LINT_ERROR, LINT_FAIL, words});
    report->form->close(report);
    note_failure(report, place);
}

void lint_report_unreadable(struct lint_report *report, const struct sti_error *err)
{
    if (report->unreadable++ == 0)
        report->unread = *err;
}

bool lint_report_end(struct lint_report *report, struct sti_error *err)
{
    lint_report_wipe(report);
    report->form->end(report);
    if (report->unreadable > 0) {
        *err = report->unread;
        size_t length = strlen(err->sentence);
        if (report->unreadable > 1)
            snprintf(err->sentence + length, sizeof(err->sentence) - length,
                     "; %zu more could not be read", report->unreadable - 1);
        return false;
    }
    if (report->with_errors == 0)
        return true;
    sti_refuse(err, NULL,
               "%zu %s of error level failed, the first here; sti-ca lint --explain ID "
               "says more",
               report->failures[LINT_ERROR], report->failures[LINT_ERROR] == 1 ? "lint" : "lints");
    return sti_error_in(err, report->first_failure);
}
