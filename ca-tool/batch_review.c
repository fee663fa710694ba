/* SPDX-License-Identifier: Apache-2.0 */
/* The review of a batch: for a person, for a program, and its digest, which stands for both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "batch.h"
#include "clock.h"
#include "command.h"
#include "text.h"

/* ---- the digest ---- */

static void add_hex(FILE *out, const unsigned char *digest)
{
    char text[2 * LEDGER_DIGEST_OCTETS + 1];
    text_hex(digest, LEDGER_DIGEST_OCTETS, text);
    fprintf(out, " %s", text);
}

/* Names have no blanks, so no line can be read in two ways. */
static void add_line(FILE *out, const struct batch_item *item)
{
    bool refused = item->outcome == BATCH_REFUSED;
    fprintf(out, "%s %s", refused ? "refuse" : "issue", item->name);
    for (size_t i = 0; i < 3; i++)
        add_hex(out, item->digests[i]);
    fprintf(out, " %s %s\n", refused ? item->check : item->profile->name,
            item->base == NULL ? "-" : item->base);
}

bool batch_review_digest(struct batch *batch, struct sti_error *err)
{
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return sti_fail(err, "no memory for the review");
    fprintf(out, "sti-ca batch 1\n");
    for (size_t i = 0; i < batch->count; i++)
        add_line(out, &batch->items[i]);
    bool ok = fclose(out) == 0 ? cert_digest(text, length, digest, err)
                               : sti_fail(err, "no memory for the review");
    if (ok)
        text_hex(digest, sizeof(digest), batch->digest);
    free(text);
    return ok;
}

/* ---- for a person ---- */

static void print_odd(const struct batch_view *view, FILE *out)
{
    if (view->odd_count == 0)
        return;
    fprintf(out, "look at these first:\n");
    for (size_t i = 0; i < view->odd_count && i < BATCH_ODD_SHOWN; i++) {
        fprintf(out, "  %s: ", view->odd[i].item->name);
        text_print(out, view->odd[i].words);
        fputc('\n', out);
    }
    if (view->odd_count > BATCH_ODD_SHOWN)
        fprintf(out, "  and %zu more; --json has all\n", view->odd_count - BATCH_ODD_SHOWN);
}

static void print_groups(const char *title, const struct batch_group *groups, size_t count,
                         FILE *out)
{
    if (count == 0)
        return;
    fprintf(out, "%s:\n", title);
    for (size_t i = 0; i < count && i < BATCH_GROUPS_SHOWN; i++) {
        fprintf(out, "  %6zu request%s  %12llu number%s  ", groups[i].requests,
                groups[i].requests == 1 ? " " : "s", (unsigned long long)groups[i].numbers,
                groups[i].numbers == 1 ? " " : "s");
        text_print(out, groups[i].name);
        fputc('\n', out);
    }
    if (count > BATCH_GROUPS_SHOWN)
        fprintf(out, "  and %zu more; --json has all\n", count - BATCH_GROUPS_SHOWN);
}

static void print_largest(const struct batch_view *view, FILE *out)
{
    if (view->accepted == 0)
        return;
    fprintf(out, "largest lists:\n");
    for (size_t i = 0; i < view->accepted && i < BATCH_LARGEST; i++) {
        const struct batch_item *item = view->largest[i];
        fprintf(out, "  %12llu number%s in %zu entr%s  %s\n", (unsigned long long)item->numbers,
                item->numbers == 1 ? " " : "s", item->request.list.count,
                item->request.list.count == 1 ? "y" : "ies", item->name);
    }
}

static void print_refused(const struct batch *batch, FILE *out)
{
    char words[1024];
    bool first = true;
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_item *item = &batch->items[i];
        if (item->outcome != BATCH_REFUSED)
            continue;
        if (first)
            fprintf(out, "refused:\n");
        first = false;
        sti_error_text(&item->reason, words, sizeof(words));
        fprintf(out, "  %s (%s): %s\n", item->name, item->check, words);
    }
}

void batch_review_print(const struct batch *batch, const struct batch_view *view, FILE *out)
{
    char now[CLOCK_TEXT];
    size_t before = batch_count(batch, BATCH_DONE_BEFORE);
    size_t refused = batch_count(batch, BATCH_REFUSED);
    clock_text(batch->rules.now, now);
    fprintf(out, "review of ");
    text_print(out, batch->source);
    fprintf(out, ": %zu request%s\n  date         %s by this machine's clock\n", batch->count,
            batch->count == 1 ? "" : "s", now);
    fprintf(out, "  accepted     %zu, with %llu number%s\n", view->accepted,
            (unsigned long long)view->numbers, view->numbers == 1 ? "" : "s");
    if (before > 0)
        fprintf(out,
                "  done before  %zu, in the ledger; their files are written again if missing\n",
                before);
    fprintf(out, "  refused      %zu\n", refused);
    print_odd(view, out);
    print_groups("by holder", view->holders, view->holder_count, out);
    print_groups("by SPC", view->spcs, view->spc_count, out);
    print_largest(view, out);
    print_refused(batch, out);
    fprintf(out, "review digest %s\n", batch->digest);
    fflush(out);
}

/* ---- for a program ---- */

static json_t *groups_json(const struct batch_group *groups, size_t count)
{
    json_t *json = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(json,
                              json_pack("{s:o, s:I, s:I}", "name", tool_json_text(groups[i].name),
                                        "requests", (json_int_t)groups[i].requests, "numbers",
                                        (json_int_t)groups[i].numbers));
    return json;
}

static json_t *odd_json(const struct batch_view *view)
{
    json_t *json = json_array();
    for (size_t i = 0; i < view->odd_count; i++)
        json_array_append_new(json, json_pack("{s:s, s:s, s:o}", "request", view->odd[i].item->name,
                                              "kind", view->odd[i].kind, "words",
                                              tool_json_text(view->odd[i].words)));
    return json;
}

static json_t *request_json(const struct batch_item *item)
{
    bool accepted = item->outcome == BATCH_OPEN;
    json_t *json = json_pack("{s:s, s:s, s:s}", "name", item->name, "verdict",
                             accepted ? "accepted" : batch_outcome_name(item->outcome), "profile",
                             item->profile->name);
    if (item->subject != NULL)
        json_object_set_new(json, "subject", tool_json_text(item->subject));
    if (accepted) {
        json_object_set_new(json, "entries", json_integer((json_int_t)item->request.list.count));
        json_object_set_new(json, "numbers", json_integer((json_int_t)item->numbers));
    }
    if (item->list_url != NULL)
        json_object_set_new(json, "list_url", json_string(item->list_url));
    if (item->outcome == BATCH_REFUSED) {
        json_object_set_new(json, "check", json_string(item->check));
        json_object_set_new(json, "reason", tool_error_json(&item->reason));
    }
    return json;
}

json_t *batch_review_json(const struct batch *batch, const struct batch_view *view)
{
    char now[CLOCK_TEXT];
    json_t *requests = json_array();
    for (size_t i = 0; i < batch->count; i++)
        json_array_append_new(requests, request_json(&batch->items[i]));
    clock_text(batch->rules.now, now);
    return json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "digest", batch->digest, "date",
        now, "count", (json_int_t)batch->count, "accepted", (json_int_t)view->accepted,
        "done_before", (json_int_t)batch_count(batch, BATCH_DONE_BEFORE), "refused",
        (json_int_t)batch_count(batch, BATCH_REFUSED), "numbers", (json_int_t)view->numbers, "odd",
        odd_json(view), "holders", groups_json(view->holders, view->holder_count), "spcs",
        groups_json(view->spcs, view->spc_count), "requests", requests);
}
