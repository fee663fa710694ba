/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist verify`: is what a web server returned the list that the CA approved? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "subject.h"
#include "tnlist.h"
#include "tnlist_statement.h"

/* --certificate, or the intermediate's of the configuration. */
static X509 *load_signer(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = tool_value(arguments, "certificate");
    if (path != NULL && tool_value(arguments, "config") != NULL) {
        sti_error_set(
            err, STI_USAGE, NULL,
            "give either --certificate or --config, whose intermediate certificate it is");
        return NULL;
    }
    if (path != NULL)
        return load_certificate(path, err);
    struct config *config = command_config(arguments, err);
    X509 *certificate =
        config == NULL ? NULL : load_certificate(config->intermediate.certificate, err);
    config_free(config);
    return certificate;
}

/* The statement first: without a signature that holds, there is nothing to compare with. */
static bool read_statement(const char *path, X509 *signer, struct list_statement *statement,
                           struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, LIST_STATEMENT_MAX_OCTETS, &octets, &length, err))
        return false;
    EVP_PKEY *key = X509_get0_pubkey(signer);
    bool ok = key == NULL ? sti_refuse(err, NULL, "the key of the certificate cannot be read")
                          : list_statement_read(statement, octets, length, key, err) &&
                                list_statement_check_time(statement, signer, err);
    free(octets);
    return ok || sti_error_in(err, tnlist_source(path));
}

static bool compare(const char *path, const struct list_statement *statement, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, TNAUTHLIST_MAX_OCTETS, &octets, &length, err))
        return false;
    bool ok = list_statement_fits(statement, octets, length, err);
    free(octets);
    return ok || sti_error_in(err, tnlist_source(path));
}

static bool tell(const struct tool_arguments *arguments, const struct list_statement *statement,
                 X509 *signer, struct sti_error *err)
{
    char *subject = subject_text(X509_get_subject_name(signer));
    const char *by = subject == NULL ? "?" : subject;
    bool ok = true;
    if (tool_flag(arguments, "json")) {
        json_t *json = tnlist_statement_json(statement);
        if (json != NULL)
            json_object_set_new(json, "signer", tool_json_text(by));
        ok = tool_print_json(json, err);
    } else {
        printf("verified: %s is the list that was approved\n",
               tnlist_source(arguments->positional));
        tnlist_statement_print(statement);
        printf("  signer     %s\n", by);
    }
    free(subject);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = tool_value(arguments, "statement");
    struct list_statement statement;
    if (strcmp(path, "-") == 0 && strcmp(arguments->positional, "-") == 0)
        return sti_error_set(err, STI_USAGE, NULL,
                             "standard input cannot be both the list and the statement; give a "
                             "file for one of them");
    X509 *signer = load_signer(arguments, err);
    bool ok = signer != NULL && read_statement(path, signer, &statement, err) &&
              compare(arguments->positional, &statement, err) &&
              tell(arguments, &statement, signer, err);
    X509_free(signer);
    return ok;
}

const struct tool_command command_tnlist_verify = {
    .name = "tnlist verify",
    .summary = "say whether a fetched list is the one that was approved",
    .positional = "FILE",
    .about = "Compares FILE, what a web server returned, octet for octet with what the CA "
             "approved: verifies the statement that `sti-ca tnlist publish` made with the CA's "
             "certificate, then the size, the SHA-256 and the entries of FILE. Whether that "
             "certificate is to be trusted is not asked here. - is standard input.",
    .options =
        {
            {"statement", "FILE", "the signed statement, SHA256.cose", true},
            {"certificate", "FILE",
             "the certificate of the CA that signed, PEM or DER;\n"
             "without it the intermediate's of the configuration",
             false},
            OPTION_CONFIG,
            OPTION_JSON,
        },
    .run = run,
};
