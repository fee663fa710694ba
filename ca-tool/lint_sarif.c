/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `sti-ca lint` as SARIF 2.1.0 (OASIS), a result a line. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "lint_report.h"

/* SARIF calls a notice a note. */
static const char *level_name(enum lint_level level)
{
    return level == LINT_NOTICE ? "note" : lint_level_name(level);
}

static void print_rule(const char *id, const char *title, const char *hint, const char *level,
                       const char *clause)
{
    printf("{\"id\": \"%s\", \"shortDescription\": {\"text\": ", id);
    lint_print_string(title);
    printf("}, \"help\": {\"text\": ");
    lint_print_string(hint);
    printf("}, \"defaultConfiguration\": {\"level\": \"%s\"}, \"properties\": {\"clause\": ",
           level);
    lint_print_string(clause);
    printf("}}");
}

static void print_lint_rules(void)
{
    for (size_t i = 0; i < lint_count(); i++) {
        const struct lint *lint = lint_at(i);
        printf("%s\n", i == 0 ? "" : ",");
        print_rule(lint->id, lint->title, lint->hint, level_name(lint_level(lint)), lint->clause);
    }
}

static void print_verifier_rules(void)
{
    for (size_t i = 0; i < lint_verifier_count; i++) {
        printf("%s\n", i == 0 ? "" : ",");
        print_rule(lint_verifiers[i].id, lint_verifiers[i].stumbles, lint_verifiers[i].hint, "note",
                   lint_verifiers[i].source);
    }
}

static void begin(struct lint_report *report)
{
    tool_json_begins();
    printf(
        "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", "
        "\"version\": \"2.1.0\",\n\"runs\": [{\"tool\": {\"driver\": {\"name\": \"sti-ca lint\", "
        "\"version\": \"" STI_PKI_VERSION "\", \"rules\": [");
    if (report->verifiers)
        print_verifier_rules();
    else
        print_lint_rules();
    printf("\n]}},\n\"results\": [");
}

static void open_place(struct lint_report *report, const struct lint_place *place)
{
    (void)report;
    (void)place;
}

/* A path as a relative or absolute URI reference (RFC 3986 section 3.3). */
static void print_uri(const char *path)
{
    if (path[0] == '/')
        printf("file://");
    for (; *path != '\0'; path++) {
        unsigned char octet = (unsigned char)*path;
        if (octet < 0x80 && (isalnum(octet) || strchr("-._~/", octet) != NULL))
            putchar(octet);
        else
            printf("%%%02X", octet);
    }
}

static void print_message(const struct lint_place *place, const struct lint_finding *found)
{
    char words[1200];
    size_t used = 0;
    if (place->several)
        used = (size_t)snprintf(words, sizeof(words), "certificate %zu: ", place->number);
    snprintf(words + used, sizeof(words) - used, "%s",
             found->detail[0] == '\0' ? lint_status_name(found->status) : found->detail);
    lint_print_string(words);
}

/* What is not a failure has no level but a kind (SARIF 2.1.0 section 3.27.9). */
static void print_kind(const struct lint_finding *found)
{
    if (found->status == LINT_PASS || found->status == LINT_NOT_EFFECTIVE)
        printf("\"kind\": \"%s\", \"level\": \"none\"",
               found->status == LINT_PASS ? "pass" : "notApplicable");
    else
        printf("\"kind\": \"fail\", \"level\": \"%s\"", level_name(found->level));
    if (found->status == LINT_WAIVED)
        printf(", \"suppressions\": [{\"kind\": \"external\"}]");
}

static void finding(struct lint_report *report, const struct lint_place *place,
                    const struct lint_finding *found)
{
    printf("%s\n{\"ruleId\": \"%s\", ", report->written++ == 0 ? "" : ",", found->id);
    print_kind(found);
    printf(", \"message\": {\"text\": ");
    print_message(place, found);
    printf("}, \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"");
    print_uri(place->file);
    printf("\"}}}]}");
}

static void close_place(struct lint_report *report)
{
    (void)report;
}

static void end(struct lint_report *report)
{
    (void)report;
    printf("\n]}]}\n");
}

const struct lint_form lint_form_sarif = {begin, open_place, finding, close_place, end};
