/* SPDX-License-Identifier: Apache-2.0 */
#include "script_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony_time.h"
#include "cert.h"
#include "digest_words.h"
#include "qr.h"

#define RULE "_______________"

static void line_of(FILE *out, char octet)
{
    for (int i = 0; i < SCRIPT_COLUMNS; i++)
        fputc(octet, out);
    fputc('\n', out);
}

/* Hex in groups of four digits, eight a line, and the words, four a line, with their numbers. */
static void put_digest(FILE *out, int indent, const uint8_t digest[PLAN_DIGEST_OCTETS])
{
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i += 2)
        fprintf(out, "%*s%02X%02X%s", i % 16 == 0 ? indent : 1, "", digest[i], digest[i + 1],
                i % 16 == 14 ? "\n" : "");
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i++) {
        if (i % 4 == 0)
            fprintf(out, "%*s%2zu  ", indent, "", i + 1);
        fprintf(out, i % 4 == 3 ? "%s\n" : "%-13s", digest_word(digest[i], i));
    }
}

static void put_head(FILE *out, const struct plan *plan)
{
    char begin[CEREMONY_TIME_TEXT];
    char end[CEREMONY_TIME_TEXT];
    char made[CEREMONY_TIME_TEXT];
    ceremony_time_write(plan->window_begin, begin);
    ceremony_time_write(plan->window_end, end);
    ceremony_time_write(plan->made, made);
    line_of(out, '=');
    script_wrap(out, 0, plan->name);
    line_of(out, '=');
    fprintf(out, "kind        %s\nwindow      %s to %s\nplan made   %s by %s\n",
            ceremony_kind_name(plan->kind), begin, end, made, plan->tool);
    fprintf(out, "transcript  %s\n", plan->transcript);
    if (plan->has_previous) {
        fprintf(out, "the ceremony before ended with the entry\n");
        put_digest(out, 12, plan->previous);
    } else {
        fprintf(out, "no ceremony came before\n");
    }
}

static bool put_plan_digest(FILE *out, const uint8_t digest[PLAN_DIGEST_OCTETS],
                            struct sti_error *err)
{
    char hex[SCRIPT_HEX_TEXT];
    script_hex(digest, hex);
    char *code = qr_text(hex, QR_PAPER, err);
    if (code == NULL)
        return false;
    fprintf(out, "\nThe digest of the plan (SHA-256 of its file)\n\n");
    put_digest(out, 4, digest);
    fprintf(out, "\n%s", code);
    free(code);
    return true;
}

static void put_named_digest(FILE *out, const char *name, const uint8_t digest[PLAN_DIGEST_OCTETS])
{
    char hex[SCRIPT_HEX_TEXT];
    script_hex(digest, hex);
    script_wrap(out, 2, name);
    fprintf(out, "      %s\n", hex);
}

static void put_lists(FILE *out, const struct plan *plan)
{
    fprintf(out, "\nApprovers, of whom %zu must approve\n\n", plan->needed);
    for (size_t i = 0; i < plan->approver_count; i++)
        fprintf(out, "  %-24s  approved %s  initials %s\n", plan->approvers[i].id, RULE, RULE);
    fprintf(out, "\nFiles that the plan was made from\n\n");
    for (size_t i = 0; i < plan->input_count; i++)
        put_named_digest(out, plan->inputs[i].path, plan->inputs[i].digest);
    if (plan->profile_count > 0)
        fprintf(out, "\nProfiles that the certificates were made by\n\n");
    for (size_t i = 0; i < plan->profile_count; i++)
        put_named_digest(out, plan->profiles[i].name, plan->profiles[i].digest);
}

static bool put_step(FILE *out, const struct plan_step *step, struct sti_error *err)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    const char *blank = script_blank(step->action);
    fputc('\n', out);
    line_of(out, '-');
    fprintf(out, "%3s.  %s\n", step->id, step->who);
    script_wrap(out, 6, step->text);
    if (step->action == PLAN_SIGN) {
        if (!cert_digest(step->tbs.octets, step->tbs.length, digest, err))
            return false;
        fprintf(out, "\n      what will be signed: SHA-256 of %zu octets\n", step->tbs.length);
        put_digest(out, 6, digest);
        fprintf(out, "      written to\n");
        script_wrap(out, 8, step->out);
    }
    if (step->action == PLAN_DESTROY) {
        fprintf(out, "      for this reason:\n");
        script_wrap(out, 8, step->reason);
    }
    if (blank != NULL)
        fprintf(out, "\n      %s: %s\n", blank, RULE);
    fprintf(out, "\n      time (UTC) %s   initials %s\n", RULE, RULE);
    return true;
}

static bool put_all(FILE *out, const struct plan *plan, const uint8_t digest[PLAN_DIGEST_OCTETS],
                    struct sti_error *err)
{
    put_head(out, plan);
    bool ok = put_plan_digest(out, digest, err);
    put_lists(out, plan);
    for (size_t i = 0; ok && i < plan->step_count; i++)
        ok = put_step(out, &plan->steps[i], err);
    fprintf(out, "\nWhat was not as it stands here:\n\n");
    for (int i = 0; i < 4; i++)
        line_of(out, '_');
    return ok;
}

char *script_text(const struct plan *plan, const uint8_t digest[PLAN_DIGEST_OCTETS],
                  struct sti_error *err)
{
    return script_write(put_all, plan, digest, err);
}
