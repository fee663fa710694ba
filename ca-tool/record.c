/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca list` and `sti-ca show`: looking into the ledger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "clock.h"
#include "commands.h"
#include "crl_reason.h"
#include "file.h"
#include "ledger.h"
#include "list_file.h"
#include "list_json.h"
#include "pem.h"
#include "text.h"

static void set_hex(json_t *json, const char *name, const uint8_t *digest)
{
    char text[2 * LEDGER_DIGEST_OCTETS + 1];
    text_hex(digest, LEDGER_DIGEST_OCTETS, text);
    json_object_set_new(json, name, json_string(text));
}

static void set_text(json_t *json, const char *name, const char *text)
{
    if (text != NULL)
        json_object_set_new(json, name, tool_json_text(text));
}

static void set_time(json_t *json, const char *name, int64_t time)
{
    char text[CLOCK_TEXT];
    if (time == 0)
        return;
    clock_text(time, text);
    json_object_set_new(json, name, json_string(text));
}

static void set_entry(json_t *json, const char *name, int64_t entry)
{
    if (entry != 0)
        json_object_set_new(json, name, json_integer(entry));
}

/* By what, with what and to where. */
static void set_way(json_t *json, const struct ledger_record *record)
{
    set_text(json, "profile", record->profile);
    set_text(json, "waivers", record->waivers);
    set_text(json, "hsm", record->hsm);
    set_text(json, "out", record->out);
    set_time(json, "delivered_at", record->delivered_at);
    set_entry(json, "entry", record->entry);
    set_entry(json, "verdict", record->verdict);
}

static json_t *record_json(const struct ledger_record *record)
{
    char digest[2 * LEDGER_DIGEST_OCTETS + 1];
    char time[CLOCK_TEXT];
    text_hex(record->tbs_digest, sizeof(record->tbs_digest), digest);
    clock_text(record->intended_at, time);
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:o, s:s, s:s}", "serial", record->serial, "kind",
        ledger_kind_name(record->kind), "state", ledger_state_name(record->state), "subject",
        tool_json_text(record->subject), "tbs_sha256", digest, "intended_at", time);
    if (json == NULL)
        return NULL;
    if (record->ended_at != 0) {
        clock_text(record->ended_at, time);
        json_object_set_new(json, "ended_at", json_string(time));
    }
    if (record->jti != NULL)
        json_object_set_new(json, "jti", tool_json_text(record->jti));
    if (record->signer != NULL)
        set_hex(json, "token_signer_sha256", record->signer);
    if (record->jti != NULL && record->token_limit != LEDGER_NO_LIMIT)
        json_object_set_new(json, "token_limit", json_integer(record->token_limit));
    if (record->spki != NULL)
        set_hex(json, "spki_sha256", record->spki);
    if (record->holder != NULL)
        set_hex(json, "holder", record->holder);
    if (record->note != NULL)
        json_object_set_new(json, "note", tool_json_text(record->note));
    if (record->reason != NULL)
        json_object_set_new(json, "reason", tool_json_text(record->reason));
    if (record->revoked_at != 0) {
        clock_text(record->revoked_at, time);
        json_object_set_new(json, "revoked_at", json_string(time));
        json_object_set_new(json, "revocation_reason",
                            json_string(crl_reason_word(record->revocation_reason)));
    }
    if (record->revocation_note != NULL)
        json_object_set_new(json, "revocation_note", tool_json_text(record->revocation_note));
    set_way(json, record);
    return json;
}

/* ---- list ---- */

static bool visit_json(void *context, const struct ledger_record *record, struct sti_error *err)
{
    if (json_array_append_new(context, record_json(record)) == 0)
        return true;
    return sti_fail(err, "no memory for the JSON output");
}

static bool visit_line(void *context, const struct ledger_record *record, struct sti_error *err)
{
    size_t *count = context;
    char time[CLOCK_TEXT];
    (void)err;
    bool revoked = record->revoked_at != 0;
    clock_text(revoked                 ? record->revoked_at
               : record->ended_at == 0 ? record->intended_at
                                       : record->ended_at,
               time);
    printf("%-32s  %-12s  %-9s  %s  ", record->serial, ledger_kind_name(record->kind),
           revoked ? "revoked" : ledger_state_name(record->state), time);
    text_print(stdout, record->subject);
    putchar('\n');
    (*count)++;
    return true;
}

static bool list(struct ledger *ledger, bool as_json, struct sti_error *err)
{
    if (as_json) {
        json_t *json = json_array();
        if (json != NULL && ledger_list(ledger, visit_json, json, err))
            return tool_print_json(json, err);
        json_decref(json);
        return false;
    }
    size_t count = 0;
    if (!ledger_list(ledger, visit_line, &count, err))
        return false;
    if (count == 0)
        printf("the ledger is empty\n");
    return true;
}

static bool run_list(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config = command_config(arguments, err);
    struct ledger *ledger =
        config == NULL ? NULL : ledger_open(config->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL && list(ledger, tool_flag(arguments, "json"), err);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_list = {
    .name = "list",
    .summary = "list what the ledger holds",
    .about = "One line for every serial number ever used: serial, kind, state, time, subject.\n"
             "State: issued; abandoned (nothing was issued under that serial); intended (a run\n"
             "is at work on it, or died at it: sti-ca recover); uncertain (it may have been\n"
             "signed, and is to be revoked); revoked. Takes no lock and changes nothing.",
    .options = {OPTION_CONFIG, OPTION_JSON},
    .run = run_list,
};

/* ---- show ---- */

static bool write_file(const char *path, bool force, const void *octets, size_t length,
                       struct sti_error *err)
{
    struct file_out *out = file_out_begin(path, force, err);
    return out != NULL && file_out_commit(out, octets, length, err);
}

/* --out and --list-out: the same octets that were issued, once more. */
static bool write_again(const struct tool_arguments *arguments, const struct ledger_record *record,
                        struct sti_error *err)
{
    const char *out = tool_value(arguments, "out");
    const char *list_out = tool_value(arguments, "list-out");
    bool force = tool_flag(arguments, "force");
    if (out != NULL && record->certificate == NULL)
        return sti_refuse(err, NULL, "nothing was issued under serial %s", record->serial);
    if (list_out != NULL && record->list == NULL)
        return sti_refuse(err, NULL, "certificate %s has no list by reference", record->serial);
    if (list_out != NULL && !write_file(list_out, force, record->list, record->list_length, err))
        return false;
    if (out == NULL)
        return true;
    size_t length = 0;
    char *pem = certificate_pem(record->certificate, record->certificate_length, &length);
    bool ok = pem == NULL ? sti_fail(err, "no memory to write %s", out)
                          : write_file(out, force, pem, length, err);
    free(pem);
    return ok;
}

/* The list of an issued certificate, by value or by reference; empty if it has none. */
static bool record_list(const struct ledger_record *record, X509 **certificate,
                        struct tnauthlist *list)
{
    *certificate = NULL;
    memset(list, 0, sizeof(*list));
    if (record->list != NULL)
        return tnauthlist_decode(list, record->list, record->list_length, NULL, NULL);
    const unsigned char *at = record->certificate;
    if (record->kind >= LEDGER_END_ENTITY && at != NULL)
        *certificate = d2i_X509(NULL, &at, (long)record->certificate_length);
    return *certificate != NULL && cert_list(*certificate, list, NULL);
}

static void print_text(const char *label, const char *text)
{
    if (text == NULL)
        return;
    printf("%-11s ", label);
    text_print(stdout, text);
    putchar('\n');
}

static void print_time(const char *label, int64_t time)
{
    char text[CLOCK_TEXT];
    clock_text(time, text);
    if (time != 0)
        printf("%-11s %s\n", label, text);
}

static void print_digest(const char *label, const uint8_t *digest)
{
    char text[2 * LEDGER_DIGEST_OCTETS + 1];
    if (digest == NULL)
        return;
    text_hex(digest, LEDGER_DIGEST_OCTETS, text);
    printf("%-11s %s\n", label, text);
}

static bool print_record(const struct ledger_record *record, const struct tnauthlist *entries,
                         struct sti_error *err)
{
    char time[CLOCK_TEXT];
    clock_text(record->intended_at, time);
    printf("serial      %s\nkind        %s\nstate       %s\nsubject     ", record->serial,
           ledger_kind_name(record->kind), ledger_state_name(record->state));
    text_print(stdout, record->subject);
    printf("\nintended    %s\n", time);
    clock_text(record->ended_at, time);
    if (record->ended_at != 0)
        printf("%-11s %s\n", ledger_state_name(record->state), time);
    clock_text(record->revoked_at, time);
    if (record->revoked_at != 0)
        printf("revoked     %s for %s\n", time, crl_reason_word(record->revocation_reason));
    print_text("because", record->revocation_note);
    print_text("token id", record->jti);
    print_digest("token by", record->signer);
    print_time("delivered", record->delivered_at);
    print_text("to", record->out);
    print_text("profile", record->profile);
    print_text("waived", record->waivers);
    print_text("hsm", record->hsm);
    print_text("accepted", record->note);
    print_text("reason", record->reason);
    print_digest("key sha256", record->spki);
    print_digest("holder", record->holder);
    print_digest("tbs sha256", record->tbs_digest);
    if (record->verdict != 0)
        printf("%-11s entry %lld\n", "verdict", (long long)record->verdict);
    if (record->entry != 0)
        printf("%-11s entry %lld and what follows: sti-ca ledger log --from %lld\n", "record",
               (long long)record->entry, (long long)record->entry);
    if (entries->count == 0)
        return true;
    printf("list        %s, %zu entries:\n", record->list == NULL ? "by value" : "by reference",
           entries->count);
    return list_print(entries, "            ", err);
}

static bool visit_show(void *context, const struct ledger_record *record, struct sti_error *err)
{
    const struct tool_arguments *arguments = context;
    struct tnauthlist entries;
    X509 *certificate;
    record_list(record, &certificate, &entries);
    bool ok = write_again(arguments, record, err);
    if (ok && tool_flag(arguments, "json")) {
        json_t *json = record_json(record);
        if (json != NULL && entries.count > 0) {
            json_object_set_new(json, "list", list_json(&entries));
            json_object_set_new(json, "list_by",
                                json_string(record->list == NULL ? "value" : "reference"));
        }
        ok = tool_print_json(json, err);
    } else if (ok) {
        ok = print_record(record, &entries, err);
    }
    tnauthlist_free(&entries);
    X509_free(certificate);
    return ok;
}

static bool run_show(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config = command_config(arguments, err);
    struct ledger *ledger =
        config == NULL ? NULL : ledger_open(config->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL && ledger_show(ledger, arguments->positional, visit_show,
                                            (void *)(uintptr_t)arguments, err);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_show = {
    .name = "show",
    .summary = "show one entry of the ledger, or write its certificate",
    .positional = "SERIAL",
    .about =
        "Shows what the ledger knows of a serial number (hex, in either case, with or without\n"
        "colons). --out writes the issued certificate once more, octet for octet.",
    .options =
        {
            {"out", "FILE", "write the certificate, in PEM", false},
            {"list-out", "FILE", "write the list of a certificate by reference, in DER", false},
            OPTION_FORCE,
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .run = run_show,
};
