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
#include "text.h"

/* Words that came from a request are shown without control characters. */
static void print_words(const char *label, const char *words)
{
    if (words[0] == '\0')
        return;
    printf("%26s%s ", "", label);
    text_print(stdout, words);
    putchar('\n');
}

static void print_reason(const char *label, const struct check *check)
{
    char reason[2048];
    sti_error_text(&check->reason, reason, sizeof(reason));
    print_words(label, reason);
}

/* Two lines and more for each check; all that has not passed says why. */
static void print_check(const struct check *check)
{
    static const char *const states[] = {
        [CHECK_PASSED] = "passed", [CHECK_FAILED] = "FAILED", [CHECK_NOT_APPLICABLE] = "n/a"};
    printf("%-6s  %-17s %s\n%26s%s\n", states[check->state], check->name, check->title, "",
           check->clause);
    print_words("found:", check->found);
    print_words("accepted:", check->accepted);
    if (check->state == CHECK_FAILED) {
        print_words("wanted:", check->wanted);
        print_reason("why:", check);
    } else if (check->state == CHECK_NOT_APPLICABLE) {
        print_reason("because", check);
    }
}

static void print_checks(const struct checks *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        print_check(&checks->list[i]);
}

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
    if ((request->checks.given & TOKEN_JTI) != 0) {
        char exp[CLOCK_TEXT];
        char *signer = subject_text(X509_get_subject_name(request->claim->signer));
        clock_text(request->claim->exp, exp);
        printf("token: id %s, valid to %s, signed by %s\n", request->claim->jti, exp,
               signer == NULL ? "?" : signer);
        free(signer);
    }
    return true;
}

static json_t *check_json(const struct check *check)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "name", check->name, "title", check->title,
                             "clause", check->clause, "state", check_state_name(check->state));
    if (json != NULL && check->found[0] != '\0')
        json_object_set_new(json, "found", tool_json_text(check->found));
    if (json != NULL && check->wanted[0] != '\0')
        json_object_set_new(json, "wanted", tool_json_text(check->wanted));
    if (json != NULL && check->accepted[0] != '\0')
        json_object_set_new(json, "accepted", tool_json_text(check->accepted));
    if (json != NULL && check->state != CHECK_PASSED)
        json_object_set_new(json, "reason", tool_error_json(&check->reason));
    return json;
}

static json_t *checks_json(const struct checks *checks)
{
    json_t *json = json_array();
    for (size_t i = 0; i < checks->count; i++)
        json_array_append_new(json, check_json(&checks->list[i]));
    return json;
}

static bool print_json(const struct request *request, struct sti_error *err)
{
    char *subject = subject_text(request->csr->subject);
    char now[CLOCK_TEXT];
    clock_text(request->now, now);
    json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "date", now, "verdict",
                             request->checks.failed == 0 ? "passed" : "refused", "subject",
                             tool_json_text(subject == NULL ? "?" : subject), "checks",
                             checks_json(&request->checks));
    free(subject);
    if (request->list.count > 0)
        json_object_set_new(json, "list", list_json(&request->list));
    if ((request->checks.given & TOKEN_JTI) != 0)
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
    print_checks(&request->checks);
    if (request->checks.failed == 0)
        printf("verdict: passed; `sti-ca issue` would sign this\n");
    else
        printf("verdict: refused (%zu of %zu checks failed)\n", request->checks.failed,
               request->checks.count);
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct request request = {0};
    struct ledger *ledger = NULL;
    struct config *config =
        request_parts_named(arguments, err) ? command_config(arguments, err) : NULL;
    if (config != NULL)
        ledger = ledger_open(config->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL && request_judge(&request, arguments, config, ledger, err) &&
              print_verdict(arguments, &request, err);
    const struct check *failure = ok ? checks_first_failure(&request.checks) : NULL;
    if (failure != NULL) {
        *err = failure->reason;
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
    .options = {OPTION_CSR, OPTION_TOKEN, OPTION_ACCOUNT_KEY, OPTION_LIST, OPTION_BUNDLE,
                OPTION_DATE_CONFIRMED, OPTION_CONFIG, OPTION_JSON},
    .run = run,
};
