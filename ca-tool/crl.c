/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca crl`: the plain CRL of a private hierarchy, and the indirect one of an STI-PA. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "crl_make.h"
#include "crl_run.h"
#include "interrupt.h"
#include "pem.h"
#include "signer.h"

#define DAY 86400

/* ---- what was asked for ---- */

static bool usage(struct sti_error *err, const char *sentence)
{
    return sti_error_set(err, STI_USAGE, NULL, "%s", sentence);
}

static bool check_words(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *issuer = tool_value(arguments, "issuer");
    bool indirect = tool_flag(arguments, "indirect");
    bool report = tool_value(arguments, "report") != NULL;
    bool previous = tool_value(arguments, "previous") != NULL;
    int ends =
        (tool_value(arguments, "days") != NULL) + (tool_value(arguments, "next-update") != NULL);
    if (indirect == (issuer != NULL))
        return usage(err, "give either --issuer, for the CRL of one of this CA's own certificates, "
                          "or --indirect, for that of an STI-PA");
    if (issuer != NULL && strcmp(issuer, "root") != 0 && strcmp(issuer, "intermediate") != 0)
        return usage(err, "--issuer is neither root nor intermediate");
    if (report && !indirect)
        return usage(err, "--report goes with --indirect: a plain CRL lists what the ledger has "
                          "revoked");
    if (tool_flag(arguments, "again"))
        return (ends == 0 && !report && !previous) ||
               usage(err, "--again writes the last CRL once more and goes with none of --days, "
                          "--next-update, --report and --previous");
    return ends == 1 || usage(err, "give one of --days and --next-update: when the next CRL comes "
                                   "is for you to say");
}

static bool read_next_update(struct crl_run *run, struct sti_error *err)
{
    const char *days = tool_value(run->arguments, "days");
    const char *time = tool_value(run->arguments, "next-update");
    if (days == NULL)
        return time == NULL || clock_parse_time(time, &run->next_update, err) ||
               sti_error_part(err, "--next-update");
    char *end;
    long number = strtol(days, &end, 10);
    if (*days < '0' || *days > '9' || *end != '\0' || number < 1 || number > 3660)
        return usage(err, "--days is not a number of days between 1 and 3660");
    run->next_update = run->now + number * DAY;
    return true;
}

/* ---- the file ---- */

static bool write_crl(struct crl_run *run, const unsigned char *der, size_t der_length,
                      const char *number, struct sti_error *err)
{
    struct sti_error why;
    size_t length = der_length;
    bool as_pem = tool_flag(run->arguments, "pem");
    char *pem = as_pem ? crl_pem(der, der_length, &length) : NULL;
    bool ok = !as_pem || pem != NULL || sti_fail(&why, "no memory to write it");
    if (ok) {
        ok = file_out_commit(run->out, as_pem ? (const void *)pem : der, length, &why);
        run->out = NULL;
    }
    free(pem);
    if (ok)
        return true;
    sti_fail(err,
             "%s; CRL %s is signed and in the ledger: run this once more with --again in "
             "place of --days",
             why.sentence, number);
    return sti_error_in(err, why.source);
}

static json_t *facts(const struct crl_run *run, const char *number, time_t this_update,
                     time_t next_update, size_t entries)
{
    char from[CLOCK_TEXT];
    char to[CLOCK_TEXT];
    clock_text(this_update, from);
    clock_text(next_update, to);
    return json_pack("{s:s, s:o, s:b, s:s, s:s, s:I, s:o}", "number", number, "issuer",
                     tool_json_text(run->issuer), "indirect", crl_run_is_indirect(run),
                     "this_update", from, "next_update", to, "entries", (json_int_t)entries, "out",
                     tool_json_text(tool_value(run->arguments, "out")));
}

/* `change` holds "fresh" and "gone" of a new CRL; NULL: one that is written again. */
static bool tell(const struct crl_run *run, const char *number, time_t this_update,
                 time_t next_update, size_t entries, const struct crl_draft *change,
                 struct sti_error *err)
{
    json_t *json = facts(run, number, this_update, next_update, entries);
    if (json == NULL)
        return sti_fail(err, "no memory to say what was done");
    if (change != NULL) {
        json_object_set_new(json, "new", json_integer((json_int_t)change->fresh));
        json_object_set_new(json, "gone", json_integer((json_int_t)change->gone));
    }
    if (tool_flag(run->arguments, "json"))
        return tool_print_json(json, err);
    printf("%s CRL %s\n  issuer      %s\n  entries     %zu",
           change == NULL ? "written again:" : "signed", number, run->issuer, entries);
    if (change != NULL)
        printf(" (%zu new, %zu gone)", change->fresh, change->gone);
    printf("\n  this update %s\n  next update %s\n  written to  %s\n",
           json_string_value(json_object_get(json, "this_update")),
           json_string_value(json_object_get(json, "next_update")),
           tool_value(run->arguments, "out"));
    json_decref(json);
    return true;
}

/* ---- the two ways ---- */

static bool write_again(struct crl_run *run, struct sti_error *err)
{
    unsigned char *der = NULL;
    if (!run->has_before)
        return sti_refuse(err, NULL, "the ledger has no CRL of \"%.200s\" yet", run->issuer);
    char *number = crl_number_text(run->before.number);
    int length = i2d_X509_CRL(run->before.crl, &der);
    bool ok = number != NULL && length > 0
                  ? write_crl(run, der, (size_t)length, number, err) &&
                        tell(run, number, run->before.this_update, run->before.next_update,
                             run->before.count, NULL, err)
                  : sti_fail(err, "no memory for the CRL");
    OPENSSL_free(der);
    free(number);
    return ok;
}

/* The HSM is asked when everything else has been. */
static bool sign(struct crl_run *run, const struct crl_order *order, const struct crl_draft *draft,
                 struct sti_error *err)
{
    struct signer signer;
    unsigned char *der = NULL;
    size_t length = 0;
    if (!signer_open(&signer, run->key, run->config->directory, err))
        return false;
    bool ok = signer_fits(&signer, run->signer, run->path, err) &&
              crl_draft_sign(draft, order, signer.key, signer.public, &der, &length, err);
    signer_close(&signer);
    if (ok) {
        interrupt_say("CRL %s is signed and in the ledger: sti-ca crl --again", draft->number_text);
        ok = write_crl(run, der, length, draft->number_text, err) &&
             tell(run, draft->number_text, (time_t)order->this_update, (time_t)order->next_update,
                  draft->entries, draft, err);
    }
    OPENSSL_free(der);
    return ok;
}

static bool make(struct crl_run *run, struct sti_error *err)
{
    struct crl_draft draft = {0};
    const struct crl_order order = {
        .ledger = run->ledger,
        .scope = run->scope,
        .signer = run->signer,
        .this_update = run->now,
        .next_update = run->next_update,
        .url = crl_run_is_indirect(run) ? run->config->crl.url : NULL,
        .indirect = crl_run_is_indirect(run),
        .aia = crl_run_is_indirect(run) ? run->config->crl.aia : NULL,
        .revoked = &run->revoked,
        .before = run->has_before ? &run->before : NULL,
    };
    bool ok = crl_run_collect(run, err) && crl_draft_make(&draft, &order, err) &&
              interrupt_check(err) && sign(run, &order, &draft, err);
    crl_draft_free(&draft);
    return ok;
}

static bool run_crl(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct crl_run run = {.arguments = arguments, .now = clock_now()};
    bool again = tool_flag(arguments, "again");
    interrupt_say("no CRL was signed");
    bool ok = check_words(arguments, err) && read_next_update(&run, err) &&
              (run.config = command_config(arguments, err)) != NULL &&
              crl_run_load_signer(&run, err);
    if (ok)
        run.out = file_out_begin(tool_value(arguments, "out"), tool_flag(arguments, "force"), err);
    if (run.out != NULL)
        run.ledger =
            ledger_open(run.config->ledger, again ? LEDGER_READ : LEDGER_WRITE, run.now, err);
    ok = run.ledger != NULL && crl_run_find_before(&run, err) &&
         (again ? write_again(&run, err) : make(&run, err));
    crl_run_free(&run);
    return ok;
}

const struct tool_command command_crl = {
    .name = "crl",
    .summary = "sign a CRL, for a private hierarchy or as an STI-PA",
    .about =
        "Signs what is revoked, as a version 2 CRL with the next number, and records it before it\n"
        "leaves. --issuer makes the plain one of the root or the intermediate, from the ledger;\n"
        "its certificate must have cRLSign, which the shaken profiles must not. --indirect makes\n"
        "an STI-PA's, with the key and the certificate of [crl], from the reports of STI-CAs and\n"
        "what the CRL before lists. Nothing disappears from one CRL to the next but certificates\n"
        "that were listed after their end. The file is DER, as an http URL must give it.",
    .options =
        {
            {"out", "FILE", "the CRL", true},
            {"issuer", "WORD", "root or intermediate: whose plain CRL it is", false},
            {"indirect", NULL, "the indirect CRL of an STI-PA, by the section [crl]", false},
            {"report", "FILE...",
             "with --indirect: what an STI-CA has revoked, as\n"
             "sti-ca revocation report writes it",
             false},
            {"days", "N", "the next CRL comes in so many days", false},
            {"next-update", "TIME", "or at this time, as in 2026-01-31T23:59:59Z", false},
            {"previous", "FILE",
             "the CRL before, PEM or DER, of a series that was begun\n"
             "elsewhere",
             false},
            {"again", NULL, "write the last CRL once more and sign nothing", false},
            {"pem", NULL, "write PEM", false},
            OPTION_FORCE,
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .ends_in_order = true,
    .run = run_crl,
};
