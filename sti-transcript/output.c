/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <string.h>
#include <time.h>

/* ---- values ---- */

static void put_char(FILE *to, enum form form, unsigned char c)
{
    if (form == FORM_HTML && (c == '<' || c == '>' || c == '&' || c == '"'))
        fprintf(to, "&#%d;", c);
    else if (form == FORM_JSON && (c == '"' || c == '\\'))
        fprintf(to, "\\%c", c);
    else if (form == FORM_JSON && c < 0x20)
        fprintf(to, "\\u%04x", c);
    else if (form == FORM_JSON && c > 0x7e)
        fputs("\\ufffd", to); /* only in names of files from the command line */
    else if (c < 0x20 || c > 0x7e)
        fprintf(to, "\\x%02X", c);
    else
        fputc(c, to);
}

void put_text(FILE *to, enum form form, const void *octets, size_t length)
{
    for (size_t i = 0; i < length; i++)
        put_char(to, form, ((const unsigned char *)octets)[i]);
}

void put_string(FILE *to, enum form form, const char *text)
{
    put_text(to, form, text, strlen(text));
}

void put_hex(FILE *to, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length; i++)
        fprintf(to, "%02x", octets[i]);
}

void put_time(FILE *to, int64_t seconds)
{
    struct tm tm;
    char text[40] = "";
    time_t time = (time_t)seconds;
    if (gmtime_r(&time, &tm) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        fprintf(to, "%lld seconds", (long long)seconds);
    else
        fputs(text, to);
}

/* ---- fields ---- */

/* Long octets are of no use to people: they get length and digest. */
#define MOST_SHOWN 64

static void put_octets(FILE *to, enum form form, const struct item *item)
{
    uint8_t digest[DIGEST];
    if (form == FORM_JSON || item->length <= MOST_SHOWN) {
        put_hex(to, item->octets, item->length);
    } else if (digest_of(item->octets, item->length, digest)) {
        fprintf(to, "%zu octets, SHA-256 ", item->length);
        put_hex(to, digest, DIGEST);
    }
}

static void put_list(FILE *to, enum form form, const struct item *field)
{
    struct reader reader = {.octets = field->octets, .length = field->length};
    struct item name;
    struct item value;
    const char *between = "";
    if (form == FORM_JSON)
        fputc('{', to);
    while (pair_next(&reader, &name, &value)) {
        fputs(between, to);
        if (form == FORM_JSON)
            fputc('"', to);
        put_text(to, form, name.octets, name.length);
        fputs(form == FORM_JSON ? "\": \"" : " = ", to);
        if (value.kind == ITEM_TEXT)
            put_text(to, form, value.octets, value.length);
        else
            put_octets(to, form, &value);
        if (form == FORM_JSON)
            fputc('"', to);
        between = form == FORM_JSON ? ", " : form == FORM_HTML ? "<br>" : "; ";
    }
    if (form == FORM_JSON)
        fputc('}', to);
}

static void put_field(FILE *to, enum form form, const struct item *field)
{
    const char *quote = form == FORM_JSON ? "\"" : "";
    if (field->kind == ITEM_INT) {
        fprintf(to, "%lld", (long long)field->number);
    } else if (field->kind == ITEM_ARRAY) {
        put_list(to, form, field);
    } else {
        fputs(quote, to);
        if (field->kind == ITEM_TEXT)
            put_text(to, form, field->octets, field->length);
        else
            put_octets(to, form, field);
        fputs(quote, to);
    }
}

/* ---- entries ---- */

static void put_entry_json(FILE *to, const struct entry *entry)
{
    const struct entry_rule *rule = &entry_rules[entry->kind];
    fprintf(to, "{\"number\": %lld, \"kind\": \"%s\", \"step\": \"", (long long)entry->number,
            rule->name);
    put_text(to, FORM_JSON, entry->step.octets, entry->step.length);
    fprintf(to, "\", \"time\": %lld, \"time_source\": \"%s\", \"previous\": \"",
            (long long)entry->time, entry->person ? "person" : "clock");
    put_hex(to, entry->previous.octets, DIGEST);
    fputs("\", \"content\": {", to);
    const char *between = "";
    for (size_t i = 0; i < MOST_FIELDS && rule->fields[i].name != NULL; i++) {
        if (entry->fields[i + 1].kind == ITEM_NONE)
            continue;
        fprintf(to, "%s\"%s\": ", between, rule->fields[i].name);
        put_field(to, FORM_JSON, &entry->fields[i + 1]);
        between = ", ";
    }
    fputs("}}", to);
}

void put_entry(FILE *to, enum form form, const struct entry *entry)
{
    const struct entry_rule *rule = &entry_rules[entry->kind];
    bool html = form == FORM_HTML;
    if (form == FORM_JSON) {
        put_entry_json(to, entry);
        return;
    }
    fprintf(to, html ? "<tr class=\"entry\"><th>%lld</th><th>%s</th><th>" : "%lld  %s",
            (long long)entry->number, rule->name);
    if (entry->step.length > 0)
        fputs(html ? "step " : "  step ", to);
    put_text(to, form, entry->step.octets, entry->step.length);
    fputs(html ? "</th><th>" : "  ", to);
    put_time(to, entry->time);
    fprintf(to, "%s%s\n", entry->person ? " confirmed by a person" : "", html ? "</th></tr>" : "");
    for (size_t i = 0; i < MOST_FIELDS && rule->fields[i].name != NULL; i++) {
        if (entry->fields[i + 1].kind == ITEM_NONE)
            continue;
        fprintf(to, html ? "<tr><td></td><td>%s</td><td colspan=\"2\">" : "    %s: ",
                rule->fields[i].name);
        put_field(to, form, &entry->fields[i + 1]);
        fputs(html ? "</td></tr>\n" : "\n", to);
    }
}

/* ---- verdicts ---- */

static const char *const words[] = {
    [NOT_ASKED] = "not asked", [NOT_MADE] = "not made", [PASSED] = "ok", [FAULTY] = "FAILED"};

static void put_outcomes(FILE *to, enum form form, const struct verification *v)
{
    const char *between = "";
    for (size_t i = 0; i < CHECKS; i++) {
        const struct outcome *outcome = &v->outcomes[i];
        if (outcome->status == NOT_ASKED)
            continue;
        fprintf(to,
                form == FORM_TEXT   ? "%s%-8s  %-9s  "
                : form == FORM_HTML ? "%s<tr><td>%s</td><td>%s</td><td>"
                                    : "%s{\"status\": \"%s\", \"check\": \"%s\", \"sentence\": \"",
                between, words[outcome->status], check_names[i]);
        put_string(to, form, outcome->sentence);
        if (form != FORM_JSON && outcome->faults > 1)
            fprintf(to, " (and %zu more)", outcome->faults - 1);
        if (form == FORM_JSON)
            fprintf(to, "\", \"faults\": %zu}", outcome->faults);
        else
            fputs(form == FORM_HTML ? "</td></tr>\n" : "\n", to);
        between = form == FORM_JSON ? ", " : "";
    }
}

static void put_verdict(FILE *to, enum form form, const struct verification *v)
{
    const struct item *begin = v->begin.fields;
    static const char *const verdicts[][2] = {
        {"verified", "verified"},
        {"unanchored", "TRUE TO ITSELF, but its ceremony key is not known"},
        {"unfinished", "UNFINISHED"},
        {"broken", "NOT VERIFIED"}};
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
        if (strcmp(verdict_of(v), verdicts[i][0]) == 0)
            fputs(verdicts[i][1], to);
    if (v->count == 0)
        return;
    fputs(": ", to);
    put_text(to, form, begin[BEGIN_CEREMONY].octets, begin[BEGIN_CEREMONY].length);
    fputs(" ceremony \"", to);
    put_text(to, form, begin[BEGIN_NAME].octets, begin[BEGIN_NAME].length);
    fprintf(to, "\", %s, %lld entries%s; last entry ",
            v->unfinished ? "without an end"
            : v->failed   ? "which FAILED"
                          : "done",
            (long long)v->count, v->broken ? " read" : "");
    put_hex(to, v->last_digest, DIGEST);
}

static void put_verification_json(FILE *to, const char *name, const struct verification *v)
{
    const struct item *begin = v->begin.fields;
    fputs("{\"file\": \"", to);
    put_string(to, FORM_JSON, name);
    fprintf(to, "\", \"verdict\": \"%s\", \"outcome\": \"%s\", \"ceremony\": \"", verdict_of(v),
            v->unfinished || v->last.kind != END ? "none"
            : v->failed                          ? "failed"
                                                 : "done");
    put_text(to, FORM_JSON, begin[BEGIN_CEREMONY].octets, begin[BEGIN_CEREMONY].length);
    fputs("\", \"name\": \"", to);
    put_text(to, FORM_JSON, begin[BEGIN_NAME].octets, begin[BEGIN_NAME].length);
    fprintf(to, "\", \"entries\": %lld, \"last_digest\": \"", (long long)v->count);
    put_hex(to, v->last_digest, DIGEST);
    fputs("\", \"checks\": [", to);
    put_outcomes(to, FORM_JSON, v);
    fputs("]}", to);
}

void put_verification(FILE *to, enum form form, const char *name, const struct verification *v)
{
    if (form == FORM_JSON) {
        put_verification_json(to, name, v);
        return;
    }
    if (form == FORM_HTML)
        fputs("<table class=\"checks\">\n", to);
    put_outcomes(to, form, v);
    if (form == FORM_HTML)
        fputs("</table>\n<p class=\"verdict\">", to);
    put_string(to, form, name);
    fputs(": ", to);
    put_verdict(to, form, v);
    fputs(form == FORM_HTML ? "</p>\n" : "\n", to);
}

/* ---- the page for the archive ---- */

static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
    "body { font: 11pt/1.4 serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "td, th { text-align: left; vertical-align: top; padding: .1em .6em .1em 0; "
    "overflow-wrap: anywhere; }\n"
    "tr.entry th { border-top: 1px solid #888; padding-top: .5em; white-space: nowrap; }\n"
    ".verdict { border: 2px solid; padding: .5em; overflow-wrap: anywhere; }\n"
    "@page { margin: 2cm; }\n@media print { body { margin: 0; max-width: none; } }\n"
    "</style>\n<title>";

void put_report(FILE *to, const char *name, const struct mapped *file, const struct verification *v)
{
    const struct item *begin = v->begin.fields;
    struct reader reader = {.octets = file->octets, .length = file->length};
    struct entry entry;
    fputs(page_head, to);
    put_text(to, FORM_HTML, begin[BEGIN_NAME].octets, begin[BEGIN_NAME].length);
    fputs("</title></head><body>\n<h1>Transcript of a ceremony</h1>\n<h2>Verification</h2>\n", to);
    put_verification(to, FORM_HTML, name, v);
    fputs("<h2>Entries</h2>\n<table>\n", to);
    for (int64_t i = 0; i < v->count && entry_read(&reader, &entry); i++)
        put_entry(to, FORM_HTML, &entry);
    fputs("</table>\n<p>Times are UTC. This page is for people: the transcript itself is the "
          "record, and sti-transcript(1) verifies it.</p>\n</body></html>\n",
          to);
}
