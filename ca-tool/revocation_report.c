/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca revocation report`: what this CA has revoked, for the STI-PA. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "file.h"
#include "report.h"

/*
 * What was recorded on that day or later, in the order of the report. A revocation may be dated
 * back: whoever reports week by week must not leave it out.
 */
static void drop_earlier(struct revocations *all, int64_t since)
{
    struct revocations kept = {.items = all->items, .room = all->room};
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].recorded >= since) {
            kept.items[kept.count++] = all->items[i];
        } else {
            revocation_clear(&all->items[i]);
        }
    }
    *all = kept;
}

static bool write_report(const struct revocations *all, const char *path, struct file_out *out,
                         struct sti_error *err)
{
    json_t *report = report_json(all, clock_now(), err);
    char *text = report == NULL ? NULL : json_dumps(report, JSON_INDENT(2));
    char *line = text == NULL ? NULL : realloc(text, strlen(text) + 2);
    if (line == NULL) {
        free(text);
        file_out_abandon(out);
        json_decref(report);
        return report == NULL ? false : sti_fail(err, "no memory for the revocation report");
    }
    strcat(line, "\n");
    bool ok = file_out_commit(out, line, strlen(line), err);
    if (ok)
        printf("%zu revoked, written to %s\nsha256 %s\n", all->count, path,
               json_string_value(json_object_get(report, "sha256")));
    free(line);
    json_decref(report);
    return ok;
}

static bool read_since(const struct tool_arguments *arguments, int64_t *since,
                       struct sti_error *err)
{
    const char *text = tool_value(arguments, "since");
    char whole[40];
    *since = INT64_MIN;
    if (text == NULL)
        return true;
    /* A day alone begins at its midnight in UTC. */
    snprintf(whole, sizeof(whole), "%.25s%s", text, strchr(text, 'T') == NULL ? "T00:00:00Z" : "");
    if (clock_parse_time(whole, since, NULL))
        return true;
    sti_error_set(err, STI_USAGE, NULL,
                  "is neither a day, as in 2026-01-31, nor a time, as in 2026-01-31T23:59:59Z");
    return sti_error_part(err, "--since");
}

static bool report(const struct tool_arguments *arguments, const struct config *config,
                   int64_t since, struct sti_error *err)
{
    struct revocations all = {0};
    const char *path = tool_value(arguments, "out");
    struct file_out *out = file_out_begin(path, tool_flag(arguments, "force"), err);
    struct ledger *ledger =
        out == NULL ? NULL : ledger_open(config->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL && revocations_read_ledger(&all, ledger, config, NULL, err);
    ledger_close(ledger);
    if (ok) {
        drop_earlier(&all, since);
        revocations_sort(&all);
        ok = write_report(&all, path, out, err);
    } else {
        file_out_abandon(out);
    }
    revocations_free(&all);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    int64_t since;
    if (!read_since(arguments, &since, err))
        return false;
    struct config *config = command_config(arguments, err);
    bool ok = config != NULL && report(arguments, config, since, err);
    config_free(config);
    return ok;
}

const struct tool_command command_revocation_report = {
    .name = "revocation report",
    .summary = "say what was revoked, in a file for the STI-PA",
    .about =
        "Writes what the ledger has revoked: issuer, serial, date, reason and end of validity of\n"
        "each, with a SHA-256 over all. The STI-PA's CRL is where it becomes known: an STI-CA\n"
        "signs none. How your STI-PA wants to be told is for it to say; the format is this\n"
        "project's own, and sti-ca crl --indirect reads it. Serials that may have been signed\n"
        "without a record are among them once they are revoked. Takes no lock.",
    .options =
        {
            {"out", "FILE", "the report", true},
            {"since", "DATE",
             "only what was recorded as revoked on that day, in\n"
             "UTC, or later, whatever date it has; a time as in\n"
             "2026-01-31T23:59:59Z is taken, too",
             false},
            OPTION_FORCE,
            OPTION_CONFIG,
        },
    .run = run,
};
