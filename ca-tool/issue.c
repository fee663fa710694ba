/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca issue`: from a passed verdict to a certificate file. */
#include <stdio.h>
#include <stdlib.h>

#include "batch.h"
#include "clock.h"
#include "commands.h"
#include "file.h"
#include "interrupt.h"
#include "list_file.h"
#include "list_folder.h"
#include "list_json.h"
#include "list_url.h"
#include "request_mint.h"
#include "signer.h"
#include "subject.h"

/* One run: what is needed from the verdict to the output file. */
struct issue {
    const struct tool_arguments *arguments;
    struct config *config;
    struct ledger *ledger;
    struct request_rules rules;
    struct request request;
    struct file_out *out; /* the certificate */
    struct file_out
        *list_out; /* the list of a certificate by reference; NULL: it is there already */
    char *list_path;
    char *list_url;              /* NULL: by value */
    struct cert_content content; /* what was signed */
};

/* --by-reference: the name, the URL and the file of the list. */
static bool prepare_reference(struct issue *issue, const char *base, struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    const struct tnauthlist *list = &issue->request.list;
    if (!list_name(list->der, list->der_length, name, err))
        return false;
    issue->list_url = list_url(base, name, err);
    if (issue->list_url == NULL)
        return sti_error_part(err, "--by-reference");
    return list_folder_begin(issue->config->lists, name, list, &issue->list_path, &issue->list_out,
                             err);
}

/* --by-reference goes with the profiles that have their list by reference, and with no other. */
static bool check_way(const struct issue *issue, const char *base, struct sti_error *err)
{
    const struct profile *profile = issue->request.profile;
    bool by_reference = profile_find(profile, PROFILE_LIST_REFERENCE) != NULL;
    if (by_reference == (base != NULL))
        return issue->request.parts.list.octets == NULL || base != NULL ||
               sti_error_set(err, STI_USAGE, NULL,
                             "the list came beside the CSR, so it goes by reference; say with "
                             "--by-reference BASE-URL where it will be");
    if (by_reference)
        return sti_error_set(err, STI_USAGE, NULL,
                             "the profile %s has its list by reference; say with --by-reference "
                             "BASE-URL where it will be",
                             profile->name);
    return sti_error_set(err, STI_USAGE, NULL,
                         "the profile %s has its list by value; leave --by-reference out, or take "
                         "another one (tn-reference)",
                         profile->name);
}

/* A refusal goes into the record, too: with the first check that failed, and why. */
static bool refuse(struct issue *issue, const struct check *failure, struct sti_error *err)
{
    struct request_verdict verdict;
    int64_t entry;
    if (!request_verdict(&issue->request, &verdict, err) ||
        !ledger_record_verdict(issue->ledger, &verdict.entry, &entry, err))
        return false;
    *err = failure->reason;
    return false;
}

/* Everything that can be refused without the HSM. */
static bool prepare(struct issue *issue, struct sti_error *err)
{
    const char *path = tool_value(issue->arguments, "out");
    const char *base = tool_value(issue->arguments, "by-reference");
    if (!request_parts_named(issue->arguments, err))
        return false;
    issue->config = command_config(issue->arguments, err);
    if (issue->config == NULL)
        return false;
    issue->out = file_out_begin(path, tool_flag(issue->arguments, "force"), err);
    if (issue->out == NULL)
        return false;
    issue->ledger = ledger_open(issue->config->ledger, LEDGER_WRITE, clock_now(), err);
    if (issue->ledger == NULL ||
        !request_judge_alone(&issue->request, &issue->rules, issue->arguments, issue->config,
                             issue->ledger, clock_now(), err))
        return false;
    const struct check *failure = checks_first_failure(issue->request.checks);
    if (failure != NULL)
        return refuse(issue, failure, err);
    return check_way(issue, base, err) && (base == NULL || prepare_reference(issue, base, err));
}

static bool sign(struct issue *issue, struct minted *minted, struct sti_error *err)
{
    struct signer signer;
    struct request_verdict verdict;
    char token[SIGNER_TOKEN_TEXT];
    struct request_mint minting = {.request = &issue->request, .list_url = issue->list_url};
    struct mint mint = request_mint(&minting, clock_now());
    issue->content = mint.content;
    mint.ledger = issue->ledger;
    mint.verdict = &verdict.entry;
    mint.out = tool_value(issue->arguments, "out");
    /* Before anybody is asked for a PIN. */
    if (!mint_prepare(&mint, err))
        return false;
    if (!signer_open(&signer, issue->config->intermediate.key, issue->config->directory, err)) {
        mint_forget(&mint);
        return false;
    }
    mint.signing_key = signer.key;
    mint.issuer_key = signer.public;
    signer_token(&signer, token);
    mint.hsm = token;
    bool ok = signer_fits(&signer, issue->rules.issuer.certificate,
                          issue->config->intermediate.certificate, err) &&
              request_verdict(&issue->request, &verdict, err) &&
              mint_certificate(&mint, minted, err);
    mint_forget(&mint);
    signer_close(&signer);
    return ok;
}

/* The list first: a certificate whose list is not there yet would be of no use. */
static bool write_files(struct issue *issue, const struct minted *minted, struct sti_error *err)
{
    struct file_out *out = issue->out;
    if (issue->list_out != NULL) {
        struct file_out *list_out = issue->list_out;
        issue->list_out = NULL;
        if (!file_out_commit(list_out, issue->request.list.der, issue->request.list.der_length,
                             err)) {
            struct sti_error why = *err;
            sti_fail(err,
                     "%s; the certificate is issued and in the ledger: sti-ca show %s --out "
                     "FILE --list-out FILE",
                     why.sentence, minted->serial);
            return sti_error_in(err, why.source);
        }
    }
    issue->out = NULL;
    const char *path = tool_value(issue->arguments, "out");
    return minted_write(minted, path, out, err) &&
           minted_delivered(minted, path, issue->ledger, err);
}

static bool tell_json(const struct issue *issue, const struct minted *minted, struct sti_error *err)
{
    char end[CLOCK_TEXT];
    char *subject = subject_text(issue->content.subject);
    clock_text(issue->content.not_after, end);
    json_t *json = json_pack("{s:s, s:s, s:o, s:s, s:o, s:o}", "serial", minted->serial, "profile",
                             issue->request.profile->name, "subject",
                             tool_json_text(subject == NULL ? "?" : subject), "valid_to", end,
                             "certificate", tool_json_text(tool_value(issue->arguments, "out")),
                             "list", list_json(&issue->request.list));
    free(subject);
    if (json != NULL) {
        clock_text(issue->request.now, end);
        json_object_set_new(json, "date", json_string(end));
    }
    if (json != NULL && issue->request.note != NULL)
        json_object_set_new(json, "note", tool_json_text(issue->request.note));
    if (json != NULL)
        json_object_set_new(json, "lint", mint_lints_json(&minted->lints));
    if (json != NULL && issue->list_url != NULL) {
        json_object_set_new(json, "list_url", json_string(issue->list_url));
        json_object_set_new(json, "list_file", tool_json_text(issue->list_path));
    }
    return tool_print_json(json, err);
}

static bool tell(const struct issue *issue, const struct minted *minted, struct sti_error *err)
{
    if (tool_flag(issue->arguments, "json"))
        return tell_json(issue, minted, err);
    char end[CLOCK_TEXT];
    char now[CLOCK_TEXT];
    char *subject = subject_text(issue->content.subject);
    clock_text(issue->content.not_after, end);
    clock_text(issue->request.now, now);
    printf("issued %s\n  profile   %s\n  subject   %s\n  valid to  %s\n  date      %s by this "
           "machine's clock\n",
           minted->serial, issue->request.profile->name, subject == NULL ? "?" : subject, end, now);
    free(subject);
    if (issue->request.note != NULL)
        printf("  accepted  %s\n", issue->request.note);
    if (issue->list_url == NULL)
        printf("  list      by value, %zu entries:\n", issue->request.list.count);
    else
        printf("  list      by reference, %zu entries, at %s\n"
               "            publish %s there, as application/tnauthlist:\n",
               issue->request.list.count, issue->list_url, issue->list_path);
    bool ok = list_print(&issue->request.list, "            ", err);
    mint_lints_print(&minted->lints);
    printf("  written to %s\n", tool_value(issue->arguments, "out"));
    return ok;
}

static void clear(struct issue *issue)
{
    file_out_abandon(issue->out);
    file_out_abandon(issue->list_out);
    request_free(&issue->request);
    request_rules_free(&issue->rules);
    ledger_close(issue->ledger);
    free(issue->list_path);
    free(issue->list_url);
    config_free(issue->config);
}

/* What only a batch has. */
static bool check_words(const struct tool_arguments *arguments, struct sti_error *err)
{
    static const char *const batch[] = {"jobs", "review-only", "consent"};
    for (size_t i = 0; i < sizeof(batch) / sizeof(*batch); i++)
        if (tool_value(arguments, batch[i]) != NULL)
            return sti_error_set(err, STI_USAGE, NULL, "--%s goes with --batch alone", batch[i]);
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    if (tool_value(arguments, "batch") != NULL)
        return batch_run(arguments, err);
    struct issue issue = {.arguments = arguments};
    struct minted minted = {0};
    interrupt_say("nothing was issued");
    bool ok = check_words(arguments, err) && prepare(&issue, err) && sign(&issue, &minted, err) &&
              write_files(&issue, &minted, err) && tell(&issue, &minted, err);
    minted_free(&minted);
    clear(&issue);
    return ok;
}

const struct tool_command command_issue = {
    .name = "issue",
    .summary = "issue the certificate a request asks for",
    .about =
        "Judges the request as `sti-ca check` does. Only if every check passes: notes the intent\n"
        "in the ledger, has the HSM sign with the intermediate's key, reads what was signed "
        "again,\n"
        "notes the certificate in the ledger and writes it. A refusal writes no file and leaves\n"
        "the token unused. One token gives one certificate, which ends when the token does, "
        "unless\n"
        "the configuration says otherwise (token_uses, outlive_token).",
    .options =
        {
            OPTION_CSR,
            OPTION_TOKEN,
            OPTION_ACCOUNT_KEY,
            OPTION_LIST,
            OPTION_BUNDLE,
            OPTION_PROFILE("tn-level, or tn-reference with --by-reference"),
            OPTION_DATE_CONFIRMED,
            {"batch", "DIR-or-FILE",
             "issue many: the requests of a folder (NAME.bundle,\n"
             "or NAME.csr, NAME.jwt and NAME.pub) or those that a\n"
             "manifest names; --out is a folder then",
             false},
            {"out", "FILE", "where the certificate goes, in PEM", true},
            {"by-reference", "BASE-URL",
             "put the list into a file named by its SHA-256 and\n"
             "its URL, BASE-URL + name, into the certificate\n"
             "(https only; RFC 8226 section 10.1)",
             false},
            {"jobs", "N",
             "of a batch: as many requests at a time; one for each\n"
             "CPU by default",
             false},
            {"review-only", NULL,
             "of a batch: judge, show the review and its digest,\n"
             "and issue nothing",
             false},
            {"consent", "DIGEST",
             "of a batch, without a terminal: the digest of the\n"
             "review that was looked at",
             false},
            OPTION_FORCE,
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .ends_in_order = true,
    .run = run,
};
