/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of `sti-ca lint` as JSON, a certificate a line:
 * {"results": [{"file", "findings": [{"id", "status", "detail"}]}]}
 */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "lint_report.h"

void lint_print_string(const char *text)
{
    json_t *json = tool_json_text(text);
    char *words = json == NULL ? NULL : json_dumps(json, JSON_ENCODE_ANY);
    fputs(words == NULL ? "\"?\"" : words, stdout);
    free(words);
    json_decref(json);
}

static void begin(struct lint_report *report)
{
    (void)report;
    tool_json_begins();
    printf("{\"results\": [");
}

static void open_place(struct lint_report *report, const struct lint_place *place)
{
    printf("%s\n{\"file\": ", report->opened ? "," : "");
    lint_print_string(place->file);
    if (place->several)
        printf(", \"certificate\": %zu", place->number);
    printf(", \"findings\": [");
    report->opened = true;
    report->written = 0;
}

static void finding(struct lint_report *report, const struct lint_place *place,
                    const struct lint_finding *found)
{
    (void)place;
    printf("%s{\"id\": \"%s\", \"status\": \"%s\", \"detail\": ",
           report->written++ == 0 ? "" : ", ", found->id, lint_status_name(found->status));
    lint_print_string(found->detail);
    putchar('}');
}

static void close_place(struct lint_report *report)
{
    (void)report;
    printf("]}");
}

static void end(struct lint_report *report)
{
    (void)report;
    printf("\n]}\n");
}

const struct lint_form lint_form_json = {begin, open_place, finding, close_place, end};
