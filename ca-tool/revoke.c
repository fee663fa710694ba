/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sti-ca revoke`: for ever, so a person types which certificate, or how many, on the terminal,
 * after having read what they are. There is no option that says yes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "crl_reason.h"
#include "interrupt.h"
#include "revoke_find.h"
#include "terminal.h"
#include "text.h"

struct revoke {
    const struct tool_arguments *arguments;
    struct config *config;
    struct ledger *ledger;
    struct terminal terminal;
    struct revoke_targets targets;
    int reason;
    int64_t date;
    int64_t now;
};

/* ---- the words of the command line ---- */

static bool check_words(struct revoke *revoke, struct sti_error *err)
{
    const struct tool_arguments *in = revoke->arguments;
    size_t ways = tool_value(in, "numbers") != NULL;
    ways += tool_value(in, "certificate") != NULL;
    ways += in->rest_count > 0;
    if (ways != 1)
        return sti_error_set(err, STI_USAGE, NULL,
                             "give one of: serials, --certificate and --numbers");
    if (crl_reason_read_final(tool_value(in, "reason"), &revoke->reason, err))
        return true;
    if (err != NULL)
        err->code = STI_USAGE;
    return sti_error_part(err, "--reason");
}

static bool read_date(struct revoke *revoke, struct sti_error *err)
{
    const char *text = tool_value(revoke->arguments, "date");
    revoke->date = revoke->now;
    if (text == NULL)
        return true;
    if (!clock_parse_time(text, &revoke->date, err))
        return sti_error_part(err, "--date");
    return revoke_check_future(revoke->date, revoke->now, err) || sti_error_part(err, "--date");
}

/* ---- which certificates ---- */

static bool check_dates(const struct revoke *revoke, struct sti_error *err)
{
    for (size_t i = 0; i < revoke->targets.count; i++)
        if (!revoke_check_date(&revoke->targets.items[i], revoke->date, err))
            return sti_error_part(err, "--date");
    return true;
}

static bool find_serials(struct revoke *revoke, struct sti_error *err)
{
    struct revoke_targets *targets = &revoke->targets;
    for (size_t i = 0; i < revoke->arguments->rest_count; i++) {
        if (!revoke_find_serial(targets, revoke->ledger, revoke->arguments->rest[i], err) ||
            !revoke_check_twice(targets, err))
            return false;
    }
    return true;
}

static bool find(struct revoke *revoke, struct sti_error *err)
{
    const char *path = tool_value(revoke->arguments, "certificate");
    const char *numbers = tool_value(revoke->arguments, "numbers");
    struct revoke_targets *targets = &revoke->targets;
    bool ok = false;
    if (numbers != NULL)
        ok = revoke_find_numbers(targets, revoke->ledger, numbers, revoke->now, err);
    else if (path != NULL)
        ok = revoke_find_certificate(targets, revoke->ledger, path, err);
    else
        ok = find_serials(revoke, err);
    return ok && check_dates(revoke, err);
}

/* ---- the question ---- */

static void show(const struct revoke *revoke, FILE *out)
{
    char time[CLOCK_TEXT];
    clock_text(revoke->date, time);
    fprintf(out, "This revokes for ever, from %s on, for %s:\n", time,
            crl_reason_word(revoke->reason));
    for (size_t i = 0; i < revoke->targets.count; i++) {
        const struct revoke_target *target = &revoke->targets.items[i];
        fprintf(out, "  %s, %s\n    subject   ", target->serial, ledger_kind_name(target->kind));
        text_print(out, target->subject);
        clock_text(target->not_after, time);
        if (target->state == LEDGER_UNCERTAIN)
            fprintf(out, "\n    no certificate is in the record: the HSM may have signed it\n");
        else
            fprintf(out, "\n    valid to  %s\n", time);
        revoke_show_list(out, &target->list);
    }
}

/* One serial's last digits, or how many there are: what nobody types without having read. */
static bool ask(struct revoke *revoke, struct sti_error *err)
{
    FILE *out = revoke->terminal.out;
    char line[200];
    char word[REVOKE_WORD];
    const struct revoke_targets *targets = &revoke->targets;
    bool one = targets->count == 1;
    show(revoke, out);
    revoke_word(targets, word);
    if (one)
        fprintf(out, "Type the last %zu digits of its serial to revoke it: ", strlen(word));
    else
        fprintf(out, "Type \"%s\" to revoke all %zu of them: ", word, targets->count);
    bool same = terminal_line(&revoke->terminal, line, sizeof(line)) && strcmp(line, word) == 0;
    if (!interrupt_check(err))
        return false;
    return same || sti_refuse(err, NULL, "what was typed is not %s, so nothing was revoked",
                              one ? "the end of the serial" : "what was asked for");
}

/* ---- the deed ---- */

/* All of them are in the record, or none. */
static bool record(struct revoke *revoke, struct sti_error *err)
{
    const struct revoke_targets *targets = &revoke->targets;
    interrupt_say("the ledger says whether they are revoked: sti-ca show %s",
                  targets->items[0].serial);
    if (!ledger_group_begin(revoke->ledger, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < targets->count; i++) {
        const struct ledger_revocation one = {.serial = targets->items[i].serial,
                                              .reason = revoke->reason == 0 ? LEDGER_NO_REASON
                                                                            : revoke->reason,
                                              .date = revoke->date,
                                              .note = tool_value(revoke->arguments, "note")};
        ok = ledger_record_revoked(revoke->ledger, &one, revoke->now, err);
    }
    ok = ledger_group_end(revoke->ledger, ok, err);
    if (ok)
        interrupt_say("%zu certificates were revoked already", targets->count);
    return ok;
}

static json_t *target_json(const struct revoke *revoke, const struct revoke_target *target)
{
    char date[CLOCK_TEXT];
    clock_text(revoke->date, date);
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s}", "serial", target->serial, "kind",
                     ledger_kind_name(target->kind), "state", ledger_state_name(target->state),
                     "subject", tool_json_text(target->subject), "revoked_at", date, "reason",
                     crl_reason_word(revoke->reason));
}

static bool tell(const struct revoke *revoke, struct sti_error *err)
{
    const struct revoke_targets *targets = &revoke->targets;
    if (!tool_flag(revoke->arguments, "json")) {
        for (size_t i = 0; i < targets->count; i++)
            printf("revoked %s\n", targets->items[i].serial);
        printf("it becomes known by a CRL: tell the STI-PA (sti-ca revocation report), or sign one "
               "(sti-ca crl)\n");
        return true;
    }
    json_t *json = json_array();
    for (size_t i = 0; json != NULL && i < targets->count; i++)
        if (json_array_append_new(json, target_json(revoke, &targets->items[i])) != 0) {
            json_decref(json);
            json = NULL;
        }
    return json != NULL ? tool_print_json(json, err)
                        : sti_fail(err, "no memory to say what was revoked");
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct revoke revoke = {.arguments = arguments, .now = clock_now()};
    interrupt_say("nothing was revoked");
    if (!check_words(&revoke, err) || !read_date(&revoke, err))
        return false;
    if (!terminal_open(&revoke.terminal))
        return sti_fail(err, "a certificate is revoked only after it was confirmed on a terminal, "
                             "and there is none; run the command on one");
    revoke.config = command_config(arguments, err);
    if (revoke.config != NULL)
        revoke.ledger = ledger_open(revoke.config->ledger, LEDGER_WRITE, revoke.now, err);
    bool ok = revoke.ledger != NULL && find(&revoke, err) && ask(&revoke, err) &&
              record(&revoke, err) && tell(&revoke, err);
    revoke_targets_free(&revoke.targets);
    ledger_close(revoke.ledger);
    config_free(revoke.config);
    terminal_close(&revoke.terminal);
    return ok;
}

const struct tool_command command_revoke = {
    .name = "revoke",
    .summary = "revoke certificates, after it was confirmed on the terminal",
    .positional = "[SERIAL...]",
    .about =
        "Records that a certificate is revoked, for ever. Says on the terminal which it is, "
        "whose,\n"
        "and which numbers it has, and wants the last digits of its serial typed there; without a\n"
        "terminal it does nothing. --numbers means every valid certificate whose list has one of\n"
        "them; all are shown, confirmed together and revoked together or not at all. A serial\n"
        "that the HSM may have signed without a record can be revoked, too. Relying parties know\n"
        "it when a CRL lists it: see sti-ca revocation report and sti-ca crl.",
    .options =
        {
            {"certificate", "FILE", "revoke this certificate, PEM or DER", false},
            {"numbers", "LIST", "revoke all that name one of these: TN:12155550100-12155550199",
             false},
            {"reason", "WORD",
             "keyCompromise, superseded, ... or unspecified\n"
             "(RFC 5280 section 5.3.1)",
             true},
            {"date", "TIME", "since when, as in 2026-01-31T23:59:59Z; now by default", false},
            {"note", "TEXT", "why, for the record alone", false},
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .ends_in_order = true,
    .run = run,
};
