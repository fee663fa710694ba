/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ledger log`: the entries of the log, one a line, for whoever looks for something. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "commands.h"
#include "ledger.h"
#include "text.h"

/* A text of the log, which has no NUL at its end. NULL without memory; the caller's. */
static char *copy_text(const struct ledger_log_value *value)
{
    char *text = NULL;
    return asprintf(&text, "%.*s", (int)value->length, (const char *)value->octets) < 0 ? NULL
                                                                                        : text;
}

/* ---- lines ---- */

static bool print_value(const struct ledger_log_value *value, struct sti_error *err)
{
    if (value->is_number) {
        printf(" %s=%lld", value->name, (long long)value->number);
    } else if (value->is_text) {
        char *text = copy_text(value);
        if (text == NULL)
            return sti_fail(err, "out of memory");
        printf(" %s=", value->name);
        text_print(stdout, text);
        free(text);
    } else if (value->length > 32) {
        printf(" %s=(%zu octets)", value->name, value->length);
    } else {
        char hex[65];
        text_hex(value->octets, value->length, hex);
        printf(" %s=%s", value->name, hex);
    }
    return true;
}

static bool print_entry(void *context, const struct ledger_log_entry *entry, struct sti_error *err)
{
    struct ledger_log_value value;
    char time[CLOCK_TEXT];
    bool ok = true;
    (void)context;
    clock_text(entry->time, time);
    printf("%lld %s %s", (long long)entry->number, time, entry->event);
    for (size_t i = 0; ok && ledger_log_value(entry, i, &value); i++)
        ok = print_value(&value, err);
    putchar('\n');
    return ok;
}

/* ---- JSON, an object a line within one array: a log may be larger than memory ---- */

static json_t *value_json(const struct ledger_log_value *value)
{
    if (value->is_number)
        return json_integer(value->number);
    char *text = value->is_text ? copy_text(value) : malloc(2 * value->length + 1);
    if (text == NULL)
        return NULL;
    if (!value->is_text)
        text_hex(value->octets, value->length, text);
    json_t *json = tool_json_text(text);
    free(text);
    return json;
}

static json_t *entry_json(const struct ledger_log_entry *entry)
{
    struct ledger_log_value value;
    char time[CLOCK_TEXT];
    char hash[2 * LEDGER_DIGEST_OCTETS + 1];
    clock_text(entry->time, time);
    text_hex(entry->hash, LEDGER_DIGEST_OCTETS, hash);
    json_t *json = json_pack("{s:I, s:s, s:s, s:s}", "number", (json_int_t)entry->number, "at",
                             time, "event", entry->event, "hash", hash);
    for (size_t i = 0; json != NULL && ledger_log_value(entry, i, &value); i++) {
        if (json_object_set_new(json, value.name, value_json(&value)) != 0) {
            json_decref(json);
            json = NULL;
        }
    }
    return json;
}

static bool print_json(void *context, const struct ledger_log_entry *entry, struct sti_error *err)
{
    bool *more = context;
    json_t *json = entry_json(entry);
    char *text = json == NULL ? NULL : json_dumps(json, 0);
    json_decref(json);
    if (text == NULL)
        return sti_fail(err, "no memory for the JSON output");
    printf("%s%s", *more ? ",\n" : "", text);
    *more = true;
    free(text);
    return true;
}

/* ---- the command ---- */

static bool first_entry(const struct tool_arguments *arguments, int64_t *from,
                        struct sti_error *err)
{
    const char *text = tool_value(arguments, "from");
    char *end = NULL;
    *from = 1;
    if (text == NULL)
        return true;
    errno = 0;
    *from = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && *from >= 1)
        return true;
    sti_error_set(err, STI_USAGE, NULL,
                  "\"%.40s\" is not the number of an entry, which is 1 or "
                  "more",
                  text);
    return sti_error_part(err, "--from");
}

static bool print_log(struct ledger *ledger, int64_t from, bool as_json, struct sti_error *err)
{
    bool more = false;
    if (!as_json)
        return ledger_log(ledger, from, print_entry, NULL, err);
    tool_json_begins();
    printf("[");
    bool ok = ledger_log(ledger, from, print_json, &more, err);
    printf("]\n");
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    int64_t from;
    if (!first_entry(arguments, &from, err))
        return false;
    struct config *config = command_config(arguments, err);
    struct ledger *ledger =
        config == NULL ? NULL : ledger_open(config->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL && print_log(ledger, from, tool_flag(arguments, "json"), err);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_ledger_log = {
    .name = "ledger log",
    .summary = "print the entries of the ledger's log",
    .about = "One line an entry: number, time, what it is (created, migrated, verdict, intent,\n"
             "issued, abandoned, uncertain, delivered, revoked, crl, restored), and what it says.\n"
             "JSON has the octets of certificates too, in hex. Takes no lock and changes nothing.",
    .options = {{"from", "N", "begin with entry N; 1 by default", false},
                OPTION_CONFIG,
                OPTION_JSON},
    .run = run,
};
