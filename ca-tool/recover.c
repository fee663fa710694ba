/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca recover`: what a run left that died, said and settled. Nothing is guessed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "deliver.h"
#include "interrupt.h"
#include "ledger.h"
#include "text.h"

/* One run, and what it found: JSON whether it is printed or not. */
struct recovery {
    struct config *config;
    const char *folder; /* --out; NULL: where each intent says */
    struct ledger *ledger;
    json_t *uncertain; /* arrays of objects with a serial, ... */
    json_t *delivered;
    json_t *undelivered;
    struct sti_error first; /* why the first of the undelivered is that */
    bool confirmed;         /* a restored copy was */
};

/* {"serial", "kind", "subject"}, added to the list; NULL without memory. */
static json_t *add(json_t *list, const struct ledger_record *record)
{
    json_t *json =
        json_pack("{s:s, s:s, s:o}", "serial", record->serial, "kind",
                  ledger_kind_name(record->kind), "subject", tool_json_text(record->subject));
    return json != NULL && json_array_append_new(list, json) == 0 ? json : NULL;
}

static const char *text_of(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text == NULL ? "" : text;
}

/* ---- a restored copy ---- */

static bool settle_restored(struct recovery *recovery, bool confirmed, struct sti_error *err)
{
    int64_t number;
    if (confirmed) {
        recovery->confirmed = ledger_record_restored(recovery->ledger, clock_now(), err);
        return recovery->confirmed;
    }
    if (!ledger_is_restored(recovery->ledger, &number))
        return true;
    sti_refuse(err, NULL,
               "this ledger was restored from an older copy: it had an entry %lld once, which is "
               "not in it, so what was issued since is not in its record; look for the latest copy "
               "or an export of it (sti-ca ledger import); if there is none, say that you know it: "
               "sti-ca recover --restored",
               (long long)number);
    return sti_error_in(err, recovery->config->ledger);
}

/* ---- intents ---- */

static bool note_intent(void *context, const struct ledger_record *record, struct sti_error *err)
{
    json_t *json = add(context, record);
    char time[CLOCK_TEXT];
    clock_text(record->intended_at, time);
    if (json == NULL || json_object_set_new(json, "intended_at", json_string(time)) != 0)
        return sti_fail(err, "no memory for what was found");
    return record->jti == NULL ||
           json_object_set_new(json, "jti", tool_json_text(record->jti)) == 0 ||
           sti_fail(err, "no memory for what was found");
}

/* All of them in one step. */
static bool settle_intents(struct recovery *recovery, struct sti_error *err)
{
    json_t *intents = recovery->uncertain;
    if (!ledger_open_intents(recovery->ledger, note_intent, intents, err))
        return false;
    if (json_array_size(intents) == 0)
        return true;
    bool ok = ledger_group_begin(recovery->ledger, err);
    if (!ok)
        return false;
    for (size_t i = 0; ok && i < json_array_size(intents); i++)
        ok = ledger_record_uncertain(
            recovery->ledger, text_of(json_array_get(intents, i), "serial"), clock_now(), err);
    return ledger_group_end(recovery->ledger, ok, err);
}

/* ---- deliveries ---- */

static bool deliver(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct recovery *recovery = context;
    struct sti_error why;
    char *path = NULL;
    if (!interrupt_check(err))
        return false;
    bool there = deliver_again(record, recovery->config, recovery->folder, &path, &why);
    bool ok =
        !there || ledger_record_delivered(recovery->ledger, record->serial, path, clock_now(), err);
    json_t *json = ok ? add(there ? recovery->delivered : recovery->undelivered, record) : NULL;
    char reason[1024] = "";
    if (!there) {
        sti_error_text(&why, reason, sizeof(reason));
        if (recovery->first.code == STI_OK)
            recovery->first = why;
    }
    if (ok && (json == NULL || json_object_set_new(json, there ? "file" : "reason",
                                                   tool_json_text(there ? path : reason)) != 0))
        ok = sti_fail(err, "no memory for what was found");
    free(path);
    return ok;
}

/* ---- what is said ---- */

static void print_each(const json_t *list, const char *before, const char *name, const char *after)
{
    size_t i;
    const json_t *json;
    json_array_foreach(list, i, json)
    {
        printf("%s %s  ", before, text_of(json, "serial"));
        text_print(stdout, text_of(json, "subject"));
        printf("\n  ");
        text_print(stdout, text_of(json, name));
        printf("%s\n", after);
    }
}

static void print_found(const struct recovery *recovery)
{
    if (recovery->confirmed)
        printf("noted that the ledger was restored from an older copy\n");
    print_each(recovery->uncertain, "uncertain  ", "intended_at",
               "; it may have been signed: its serial is not used again and is to be revoked, its "
               "token is free again");
    print_each(recovery->delivered, "delivered  ", "file", ", the same octets that were issued");
    print_each(recovery->undelivered, "undelivered", "reason", "");
    if (!recovery->confirmed && json_array_size(recovery->uncertain) == 0 &&
        json_array_size(recovery->delivered) == 0 && json_array_size(recovery->undelivered) == 0)
        printf("nothing was in flight; the ledger is settled\n");
}

static bool tell(const struct recovery *recovery, bool as_json, struct sti_error *err)
{
    size_t left = json_array_size(recovery->undelivered);
    if (as_json &&
        !tool_print_json(json_pack("{s:b, s:O, s:O, s:O}", "restored", recovery->confirmed,
                                   "uncertain", recovery->uncertain, "delivered",
                                   recovery->delivered, "undelivered", recovery->undelivered),
                         err))
        return false;
    if (!as_json)
        print_found(recovery);
    if (left == 0)
        return true;
    sti_error_set(err, recovery->first.code, NULL,
                  "%zu certificate%s not delivered, the first because: %s", left,
                  left == 1 ? " was" : "s were", recovery->first.sentence);
    return sti_error_in(err, recovery->first.source);
}

/* ---- the command ---- */

static bool recover(struct recovery *recovery, const struct tool_arguments *arguments,
                    struct sti_error *err)
{
    recovery->uncertain = json_array();
    recovery->delivered = json_array();
    recovery->undelivered = json_array();
    if (recovery->uncertain == NULL || recovery->delivered == NULL || recovery->undelivered == NULL)
        return sti_fail(err, "no memory for what is found");
    recovery->ledger = ledger_open(recovery->config->ledger, LEDGER_RECOVER, clock_now(), err);
    return recovery->ledger != NULL &&
           settle_restored(recovery, tool_flag(arguments, "restored"), err) &&
           interrupt_check(err) && settle_intents(recovery, err) &&
           ledger_undelivered(recovery->ledger, deliver, recovery, err) &&
           tell(recovery, tool_flag(arguments, "json"), err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct recovery recovery = {.config = command_config(arguments, err),
                                .folder = tool_value(arguments, "out")};
    interrupt_say("what was settled until then is noted; run it again");
    bool ok = recovery.config != NULL && recover(&recovery, arguments, err);
    ledger_close(recovery.ledger);
    json_decref(recovery.uncertain);
    json_decref(recovery.delivered);
    json_decref(recovery.undelivered);
    config_free(recovery.config);
    return ok;
}

const struct tool_command command_recover = {
    .name = "recover",
    .summary = "settle what a run left that died",
    .about =
        "Until this was run, nothing is issued after a run that died between the intent and the\n"
        "certificate. Says and settles what was in flight:\n"
        "intents without an end: the HSM may have signed. The serial stays used, the token is\n"
        "free again, and the state is `uncertain`, which is to be revoked;\n"
        "certificates that are in the ledger and were not noted as delivered: written again,\n"
        "octet for octet, to where they were to go, or to DIR/SERIAL.pem. A file that is there\n"
        "and is the certificate is taken as delivered; another one is never overwritten.\n"
        "A ledger that was put back from an older copy is refused until --restored confirms it:\n"
        "what was issued since that copy is not in its record.",
    .options =
        {
            {"out", "DIR", "the folder for what is delivered again", false},
            {"restored", NULL, "I know that this ledger is an older copy, and go on with it",
             false},
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .ends_in_order = true,
    .run = run,
};
