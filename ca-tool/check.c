/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca check`: the verdict alone; no HSM, no login, nothing written. */
#include <stdio.h>
#include <stdlib.h>

#include "check_print.h"
#include "clock.h"
#include "commands.h"
#include "list_file.h"
#include "list_json.h"
#include "request.h"
#include "subject.h"

static bool print_request(const struct request *request, struct sti_error *err)
{
    char now[CLOCK_TEXT];
    char *subject = subject_text(request->csr->subject);
    clock_text(request->now, now);
    printf("date: %s by this machine's clock\nsubject: %s\n", now, subject == NULL ? "?" : subject);
    free(subject);
    if (request->list.count > 0) {
        printf("asks for:\n");
        if (!list_print(&request->list, "  ", err))
            return false;
    }
    if ((request->checks->given & TOKEN_JTI) != 0) {
        char exp[CLOCK_TEXT];
        char *signer = subject_text(X509_get_subject_name(request->claim->signer));
        clock_text(request->claim->exp, exp);
        printf("token: id %s, valid to %s, signed by %s\n", request->claim->jti, exp,
               signer == NULL ? "?" : signer);
        free(signer);
    }
    return true;
}

static bool print_json(const struct request *request, struct sti_error *err)
{
    char *subject = subject_text(request->csr->subject);
    char now[CLOCK_TEXT];
    clock_text(request->now, now);
    json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "date", now, "verdict",
                             request->checks->failed == 0 ? "passed" : "refused", "subject",
                             tool_json_text(subject == NULL ? "?" : subject), "checks",
                             check_print_json(request->checks));
    free(subject);
    if (request->list.count > 0)
        json_object_set_new(json, "list", list_json(&request->list));
    if ((request->checks->given & TOKEN_JTI) != 0)
        json_object_set_new(json, "token",
                            json_pack("{s:o, s:I}", "jti", tool_json_text(request->claim->jti),
                                      "exp", (json_int_t)request->claim->exp));
    return tool_print_json(json, err);
}

static bool print_verdict(const struct tool_arguments *arguments, const struct request *request,
                          struct sti_error *err)
{
    if (tool_flag(arguments, "json"))
        return print_json(request, err);
    if (!print_request(request, err))
        return false;
    check_print(request->checks);
    if (request->checks->failed == 0)
        printf("verdict: passed; `sti-ca issue` would sign this\n");
    else
        printf("verdict: refused (%zu of %zu checks failed)\n", request->checks->failed,
               request->checks->count);
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct request request = {0};
    struct request_rules rules = {0};
    struct ledger *ledger = NULL;
    const int64_t now = clock_now();
    struct config *config =
        request_parts_named(arguments, err) ? command_config(arguments, err) : NULL;
    if (config != NULL)
        ledger = ledger_open(config->ledger, LEDGER_READ, now, err);
    bool ok = ledger != NULL &&
              request_judge_alone(&request, &rules, arguments, config, ledger, now, err) &&
              print_verdict(arguments, &request, err);
    const struct check *failure = ok ? checks_first_failure(request.checks) : NULL;
    if (failure != NULL) {
        *err = failure->reason;
        ok = false;
    }
    request_free(&request);
    request_rules_free(&rules);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_check = {
    .name = "check",
    .summary = "say whether a request gets what it asks for",
    .about = "Checks the CSR against the SPC token and prints every check with its result, the\n"
             "reason of each refusal and the clause it comes from. Needs no HSM and no login, and\n"
             "writes nothing. Exit status 0 if every check passed, 1 if one refused.",
    .options = {OPTION_CSR, OPTION_TOKEN, OPTION_ACCOUNT_KEY, OPTION_LIST, OPTION_BUNDLE,
                OPTION_PROFILE("tn-level by default"), OPTION_DATE_CONFIRMED, OPTION_CONFIG,
                OPTION_JSON},
    .run = run,
};
