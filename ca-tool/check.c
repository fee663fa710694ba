/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca check`: the verdict alone; no HSM, no login, nothing written. */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "commands.h"
#include "list_file.h"
#include "list_json.h"
#include "request.h"
#include "subject.h"

static void print_checks(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->count; i++) {
        const struct verdict_check *check = &verdict->checks[i];
        printf("  %-9s  %-13s  %s (%s)\n", verdict_state_name(check->state), check->name,
               check->title, check->clause);
        if (check->state == VERDICT_PASSED)
            continue;
        char reason[2048];
        sti_error_text(&check->reason, reason, sizeof(reason));
        printf("  %-9s  %-13s  -> %s\n", "", "", reason);
    }
}

static bool print_request(const struct request *request, struct sti_error *err)
{
    char *subject = subject_text(X509_REQ_get_subject_name(request->csr->request));
    printf("subject: %s\n", subject == NULL ? "?" : subject);
    free(subject);
    if (request->list.count > 0) {
        printf("asks for:\n");
        if (!list_print(&request->list, "  ", err))
            return false;
    }
    if (request->claim != NULL) {
        char exp[CLOCK_TEXT];
        char *signer = subject_text(X509_get_subject_name(request->claim->signer));
        clock_text(request->claim->exp, exp);
        printf("token: id %s, valid to %s, signed by %s\n", request->claim->jti, exp,
               signer == NULL ? "?" : signer);
        free(signer);
    }
    return true;
}

static json_t *checks_json(const struct verdict *verdict)
{
    json_t *checks = json_array();
    for (size_t i = 0; i < verdict->count; i++) {
        const struct verdict_check *check = &verdict->checks[i];
        json_t *one = json_pack("{s:s, s:s, s:s, s:s}", "name", check->name, "title", check->title,
                                "clause", check->clause, "state", verdict_state_name(check->state));
        if (check->state != VERDICT_PASSED)
            json_object_set_new(one, "reason", tool_error_json(&check->reason));
        json_array_append_new(checks, one);
    }
    return checks;
}

static bool print_json(const struct request *request, struct sti_error *err)
{
    char *subject = subject_text(X509_REQ_get_subject_name(request->csr->request));
    json_t *json = json_pack("{s:s, s:o, s:o}", "verdict",
                             request->verdict.refused == 0 ? "passed" : "refused", "subject",
                             tool_json_text(subject == NULL ? "?" : subject), "checks",
                             checks_json(&request->verdict));
    free(subject);
    if (request->list.count > 0)
        json_object_set_new(json, "list", list_json(&request->list));
    if (request->claim != NULL)
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
    print_checks(&request->verdict);
    if (request->verdict.refused == 0)
        printf("verdict: passed; `sti-ca issue` would sign this\n");
    else
        printf("verdict: refused (%zu of %zu checks)\n", request->verdict.refused,
               request->verdict.count);
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct request request = {0};
    struct ledger *ledger = NULL;
    struct config *config = command_config(arguments, err);
    if (config != NULL)
        ledger = ledger_open(config->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL && request_judge(&request, arguments, config, ledger, err) &&
              print_verdict(arguments, &request, err);
    const struct sti_error *refusal = ok ? verdict_first_refusal(&request.verdict) : NULL;
    if (refusal != NULL) {
        *err = *refusal;
        ok = false;
    }
    request_free(&request);
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
    .options = {OPTION_CSR, OPTION_TOKEN, OPTION_ACCOUNT_KEY, OPTION_CONFIG, OPTION_JSON},
    .run = run,
};
