/* SPDX-License-Identifier: Apache-2.0 */
#include "script_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "ceremony_time.h"
#include "cert.h"
#include "digest_words.h"
#include "qr.h"

/* Nothing is fetched: the page is the same in an archive in twenty years. */
static const char style[] =
    "body{font:11pt/1.4 serif;max-width:18cm;margin:1cm auto;color:#000;background:#fff}"
    "h1{font-size:16pt}h2{font-size:13pt;margin-top:1cm}"
    "code,.words{font-family:monospace;font-size:9.5pt}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #888;padding:2mm;text-align:left;vertical-align:top}"
    ".blank{min-width:2.6cm}.words{display:grid;grid-template-columns:repeat(4,1fr)}"
    ".qr{width:4.5cm;height:4.5cm}.hex{word-break:break-all}"
    "tr{break-inside:avoid}ol{padding-left:0;list-style:none}"
    "@media print{body{margin:0}h2{break-after:avoid}}";

static void put(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void put_digest(FILE *out, const uint8_t digest[PLAN_DIGEST_OCTETS])
{
    fputs("<code class=\"hex\">", out);
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i += 2)
        fprintf(out, "%02X%02X ", digest[i], digest[i + 1]);
    fputs("</code>\n<div class=\"words\">", out);
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i++)
        fprintf(out, "<span>%zu %s</span>", i + 1, digest_word(digest[i], i));
    fputs("</div>\n", out);
}

static void put_head(FILE *out, const struct plan *plan)
{
    char begin[CEREMONY_TIME_TEXT];
    char end[CEREMONY_TIME_TEXT];
    char made[CEREMONY_TIME_TEXT];
    ceremony_time_write(plan->window_begin, begin);
    ceremony_time_write(plan->window_end, end);
    ceremony_time_write(plan->made, made);
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", out);
    put(out, plan->name);
    fprintf(out, "</title><style>%s</style></head><body>\n<h1>", style);
    put(out, plan->name);
    fprintf(out,
            "</h1>\n<table><tr><th>kind<td>%s<tr><th>window<td>%s to %s<tr><th>plan made<td>%s "
            "by ",
            ceremony_kind_name(plan->kind), begin, end, made);
    put(out, plan->tool);
    fputs("<tr><th>transcript<td>", out);
    put(out, plan->transcript);
    fputs("<tr><th>ceremony before<td>", out);
    if (plan->has_previous)
        put_digest(out, plan->previous);
    else
        fputs("none", out);
    fputs("</table>\n", out);
}

static bool put_plan_digest(FILE *out, const uint8_t digest[PLAN_DIGEST_OCTETS],
                            struct sti_error *err)
{
    char hex[SCRIPT_HEX_TEXT];
    script_hex(digest, hex);
    char *code = qr_svg(hex, "the digest of the plan", err);
    if (code == NULL)
        return false;
    fputs("<h2>The digest of the plan (SHA-256 of its file)</h2>\n", out);
    put_digest(out, digest);
    fputs(code, out);
    free(code);
    return true;
}

/* Two cells of a row: the name, which begins it, and behind `between` the digest, which ends it. */
static void put_named_digest(FILE *out, const char *name, const char *between,
                             const uint8_t digest[PLAN_DIGEST_OCTETS])
{
    char hex[SCRIPT_HEX_TEXT];
    script_hex(digest, hex);
    fputs("<tr><td>", out);
    put(out, name);
    fprintf(out, "%s<td><code class=\"hex\">%s</code>\n", between, hex);
}

static void put_profiles(FILE *out, const struct plan *plan)
{
    if (plan->profile_count == 0)
        return;
    fputs("<h2>Profiles that the certificates were made by</h2>\n<table>"
          "<tr><th>profile<th>SHA-256 of its file\n",
          out);
    for (size_t i = 0; i < plan->profile_count; i++)
        put_named_digest(out, plan->profiles[i].name, "", plan->profiles[i].digest);
    fputs("</table>\n", out);
}

static void put_lists(FILE *out, const struct plan *plan)
{
    fprintf(out,
            "<h2>Approvers, of whom %zu must approve</h2>\n<table><tr><th>approver<th>approved "
            "(time, UTC)<th>initials\n",
            plan->needed);
    for (size_t i = 0; i < plan->approver_count; i++) {
        fputs("<tr><td>", out);
        put(out, plan->approvers[i].id);
        fputs("<td class=\"blank\"><td class=\"blank\">\n", out);
    }
    fputs("</table>\n<h2>Files that the plan was made from</h2>\n<table>"
          "<tr><th>file<th>octets<th>SHA-256\n",
          out);
    for (size_t i = 0; i < plan->input_count; i++) {
        char octets[32];
        snprintf(octets, sizeof(octets), "<td>%lld", (long long)plan->inputs[i].length);
        put_named_digest(out, plan->inputs[i].path, octets, plan->inputs[i].digest);
    }
    fputs("</table>\n", out);
    put_profiles(out, plan);
}

static bool put_step(FILE *out, const struct plan_step *step, struct sti_error *err)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    const char *blank = script_blank(step->action);
    fprintf(out, "<tr><td>%s<td>", step->id);
    put(out, step->who);
    fputs("<td>", out);
    put(out, step->text);
    if (step->action == PLAN_SIGN) {
        if (!cert_digest(step->tbs.octets, step->tbs.length, digest, err))
            return false;
        fprintf(out, "<p>What will be signed: SHA-256 of %zu octets</p>\n", step->tbs.length);
        put_digest(out, digest);
        fputs("<p>Written to <code>", out);
        put(out, step->out);
        fputs("</code></p>", out);
    }
    if (step->action == PLAN_DESTROY) {
        fputs("<p>For this reason: ", out);
        put(out, step->reason);
        fputs("</p>", out);
    }
    if (blank != NULL)
        fprintf(out, "<p>%s: ______________________</p>", blank);
    fputs("<td class=\"blank\"><td class=\"blank\">\n", out);
    return true;
}

static bool put_all(FILE *out, const struct plan *plan, const uint8_t digest[PLAN_DIGEST_OCTETS],
                    struct sti_error *err)
{
    put_head(out, plan);
    bool ok = put_plan_digest(out, digest, err);
    put_lists(out, plan);
    fputs("<h2>Steps</h2>\n<table><tr><th>step<th>who<th>what<th>time (UTC)<th>initials\n", out);
    for (size_t i = 0; ok && i < plan->step_count; i++)
        ok = put_step(out, &plan->steps[i], err);
    fputs("</table>\n<h2>What was not as it stands here</h2>\n"
          "<div style=\"height:5cm;border:1px solid #888\"></div>\n</body></html>\n",
          out);
    return ok;
}

char *script_html(const struct plan *plan, const uint8_t digest[PLAN_DIGEST_OCTETS],
                  struct sti_error *err)
{
    return script_write(put_all, plan, digest, err);
}
