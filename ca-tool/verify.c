/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca verify`: path validation; no HSM, no login, no configuration, nothing written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_print.h"
#include "clock.h"
#include "commands.h"
#include "list_file.h"
#include "list_json.h"
#include "subject.h"
#include "verify_files.h"

static const char *const verdicts[] = {
    [TNSET_NO] = "not valid", [TNSET_YES] = "valid", [TNSET_UNDECIDABLE] = "undecidable"};

/* ---- the words of the command line ---- */

/* `accept` or `refuse`, which is the default. */
static bool read_choice(const struct tool_arguments *arguments, const char *name, bool *accept,
                        struct sti_error *err)
{
    const char *word = tool_value(arguments, name);
    *accept = word != NULL && strcmp(word, "accept") == 0;
    return word == NULL || *accept || strcmp(word, "refuse") == 0 ||
           sti_error_set(err, STI_USAGE, NULL, "--%s is accept or refuse, not %.60s", name, word);
}

static bool read_policy(const struct tool_arguments *arguments, struct path_policy *policy,
                        struct sti_error *err)
{
    return read_choice(arguments, "undecidable", &policy->accept_undecidable, err) &&
           read_choice(arguments, "uncovered", &policy->accept_uncovered, err) &&
           read_choice(arguments, "stale-crl", &policy->accept_stale_crl, err);
}

static bool read_number(const struct tool_arguments *arguments, tn_word *number,
                        struct sti_error *err)
{
    const char *word = tool_value(arguments, "tn");
    if (word == NULL)
        return true;
    if (strncmp(word, "TN:", 3) == 0)
        word += 3;
    if (tn_pack(word, strlen(word), number, err))
        return true;
    if (err != NULL) {
        err->code = STI_USAGE; /* a wrong word, and nothing was looked at */
        err->offset = STI_NOWHERE;
    }
    return sti_error_part(err, "--tn %.60s", word);
}

static bool read_time(const struct tool_arguments *arguments, time_t *at, struct sti_error *err)
{
    const char *word = tool_value(arguments, "at");
    int64_t seconds = clock_now();
    if (word != NULL && !clock_parse_time(word, &seconds, err))
        return sti_error_part(err, "--at");
    *at = (time_t)seconds;
    return true;
}

/* What belongs together, and what excludes each other. */
static bool check_words(const struct tool_arguments *arguments, struct sti_error *err)
{
    bool crl = tool_value(arguments, "crl") != NULL;
    if (crl != (tool_value(arguments, "crl-anchor") != NULL))
        return sti_error_set(err, STI_USAGE, NULL,
                             "--crl and --crl-anchor go together: a CRL counts only under an "
                             "anchor of the STI-PA's, which is none of the STI-CAs'");
    if (!crl && tool_value(arguments, "stale-crl") != NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "--stale-crl says what to do with a CRL; give one with --crl");
    if (tool_value(arguments, "undecidable") != NULL &&
        tool_value(arguments, "spc-numbers") != NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "--undecidable and --spc-numbers exclude each other: with a table of "
                             "numbers nothing is undecidable");
    return true;
}

/* ---- what was found ---- */

static bool print_certificates(const struct path *path, struct sti_error *err)
{
    bool ok = true;
    for (int i = 0; ok && i < sk_X509_num(path->certificates); i++) {
        const struct path_scope *scope = &path->scopes[i];
        char *subject = subject_text(X509_get_subject_name(scope->certificate));
        printf("%d %s\n", i + 1, subject == NULL ? "?" : subject);
        free(subject);
        if (scope->url != NULL)
            printf("    by reference: %s\n", scope->url);
        ok = !scope->has_list || list_print(&scope->list, "    ", err);
    }
    return ok;
}

static bool print(const struct path *path, const struct checks *checks, const char *at,
                  struct sti_error *err)
{
    /* The lists of a path that could not be read or laid are not known. */
    if ((checks->given & PATH_LISTS) != 0 && !print_certificates(path, err))
        return false;
    check_print(checks);
    printf("verdict: %s at %s", verdicts[path_verdict(path, checks)], at);
    if (checks->failed > 0)
        printf(" (%zu of %zu checks failed)", checks->failed, checks->count);
    putchar('\n');
    return true;
}

static json_t *certificate_json(const struct path_scope *scope)
{
    char *subject = subject_text(X509_get_subject_name(scope->certificate));
    json_t *json = json_pack("{s:o}", "subject", tool_json_text(subject == NULL ? "?" : subject));
    free(subject);
    if (json == NULL || !scope->has_list)
        return json;
    json_object_set_new(json, "list", list_json(&scope->list));
    json_object_set_new(json, "list_by", json_string(scope->url == NULL ? "value" : "reference"));
    if (scope->url != NULL)
        json_object_set_new(json, "list_url", tool_json_text(scope->url));
    return json;
}

static json_t *certificates_json(const struct path *path)
{
    json_t *json = json_array();
    for (int i = 0; i < sk_X509_num(path->certificates); i++)
        json_array_append_new(json, certificate_json(&path->scopes[i]));
    return json;
}

static bool print_json(const struct path *path, const struct checks *checks, const char *at,
                       struct sti_error *err)
{
    json_t *json = json_pack("{s:s, s:s, s:o}", "verdict", verdicts[path_verdict(path, checks)],
                             "at", at, "checks", check_print_json(checks));
    if (json != NULL && (checks->given & PATH_LISTS) != 0)
        json_object_set_new(json, "path", certificates_json(path));
    return tool_print_json(json, err);
}

static bool examine(const struct tool_arguments *arguments, const struct path_input *input,
                    struct sti_error *err)
{
    struct path path;
    struct checks checks = {0};
    char at[CLOCK_TEXT];
    clock_text(input->at, at);
    path_examine(input, &path, &checks);
    bool ok = tool_flag(arguments, "json") ? print_json(&path, &checks, at, err)
                                           : print(&path, &checks, at, err);
    const struct check *failure = checks_first_failure(&checks);
    if (ok && failure != NULL) {
        *err = failure->reason;
        ok = false;
    }
    path_free(&path);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct path_input input = {.certificate_name = arguments->positional};
    struct verify_files files = {0};
    bool ok = check_words(arguments, err) && read_policy(arguments, &input.policy, err) &&
              read_number(arguments, &input.number, err) && read_time(arguments, &input.at, err) &&
              verify_files_load(&files, arguments, &input, err) && examine(arguments, &input, err);
    verify_files_free(&files);
    return ok;
}

const struct tool_command command_verify = {
    .name = "verify",
    .summary = "say whether a certificate's path is valid",
    .positional = "CERT",
    .about =
        "Validates the path from CERT to an anchor (RFC 5280 section 6), the key identifiers and "
        "lists of delegates along it (RFC 9060) and revocation by the STI-PA's CRL, and prints "
        "every check with its result. CERT may be followed in its file by what leads to the "
        "anchor. Fetches nothing and needs no configuration. Exit status 0 if every check passed, "
        "1 if one refused.",
    .options =
        {
            {"chain", "FILE...", "certificates between CERT and an anchor, PEM or DER", false},
            {"anchor", "FILE...", "anchors of the STI-CAs, PEM or DER", true},
            {"list", "FILE...",
             "a list by reference, known by the SHA-256 that its URL ends\n"
             "with; URL=FILE: what that URL has returned. Any file that\n"
             "sti-ca tnlist reads",
             false},
            {"undecidable", "WORD",
             "accept or refuse (default) numbers that an SPC may stand\n"
             "for",
             false},
            {"spc-numbers", "FILE", "a table of which numbers an SPC stands for", false},
            {"crl", "FILE...", "a CRL of the STI-PA, PEM or DER", false},
            {"crl-anchor", "FILE...", "anchors of the STI-PA for its CRL, PEM or DER", false},
            {"uncovered", "WORD",
             "accept or refuse (default) certificates that no CRL given\n"
             "speaks of, and doing without a CRL",
             false},
            {"stale-crl", "WORD", "accept or refuse (default) a CRL that is out of date", false},
            {"tn", "NUMBER", "also ask whether CERT may sign for this number", false},
            {"at", "TIME", "validate for this time, as in 2026-01-31T23:59:59Z", false},
            OPTION_JSON,
        },
    .run = run,
};
