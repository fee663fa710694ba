/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `sti-ca lint` says of the certificates it has read, in one of three forms. Everything is
 * written as it comes: a run over any number of files keeps nothing but numbers.
 */
#ifndef CA_TOOL_LINT_REPORT_H
#define CA_TOOL_LINT_REPORT_H

#include "lint.h"
#include "progress.h"

/* Which certificate. */
struct lint_place {
    const char *file;
    size_t number; /* 1 is the first of the file */
    bool several;  /* the file has more */
};

/* What is said of it. */
struct lint_finding {
    const char *id;
    enum lint_level level;
    enum lint_status status;
    const char *detail; /* empty for a pass */
};

struct lint_report;

/* A form of report. */
struct lint_form {
    void (*begin)(struct lint_report *report);
    void (*open)(struct lint_report *report, const struct lint_place *place);
    void (*finding)(struct lint_report *report, const struct lint_place *place,
                    const struct lint_finding *finding);
    void (*close)(struct lint_report *report);
    void (*end)(struct lint_report *report);
};

extern const struct lint_form lint_form_table;
extern const struct lint_form lint_form_json;
extern const struct lint_form lint_form_sarif;

struct lint_report {
    const struct lint_form *form;
    bool all;       /* passes, too */
    bool verifiers; /* ask the verifiers, not the lints */
    struct progress progress;
    const struct lint_waivers *waivers; /* what may fail; NULL: nothing */

    /* so far */
    size_t files;
    size_t certificates;
    size_t with_errors; /* certificates in which an error-level lint fails */
    size_t failures[3]; /* by level */
    size_t not_effective;
    size_t waived;
    size_t unreadable;       /* files */
    struct sti_error unread; /* why the first of them was not read */
    char first_failure[256]; /* the first file with an error */

    /* for the forms */
    size_t written; /* results, or findings of the certificate that is open */
    bool opened;
};

void lint_report_begin(struct lint_report *report);

/* Lints one certificate and reports it. */
void lint_report_certificate(struct lint_report *report, const struct lint_place *place,
                             const struct lint_subject *subject);

/* Reports that there is no certificate in that place. */
void lint_report_no_certificate(struct lint_report *report, const struct lint_place *place,
                                const struct sti_error *err);

/* Remembers that a file could not be read at all. */
void lint_report_unreadable(struct lint_report *report, const struct sti_error *err);

/* The progress line, if it is time for it. */
void lint_report_progress(struct lint_report *report);

/* Takes it off the screen, so that something else can stand there; for the forms. */
void lint_report_wipe(struct lint_report *report);

/* False with err: an error-level lint has failed (refused), or a file could not be read. */
bool lint_report_end(struct lint_report *report, struct sti_error *err);

/* A JSON string on standard output; octets that are no UTF-8 become U+FFFD. */
void lint_print_string(const char *text);

#endif
