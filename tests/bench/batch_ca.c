/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_ca.h"

#include <stdio.h>
#include <string.h>

#include "batch_requests.h"
#include "bench.h"
#include "commands.h"

#define MODULE BATCH_MODULE

static const char configuration[] =
    "[sti-ca]\nledger = ledger.sqlite\nlists = tnlists\nsti_pa_anchors = anchors.pem\n"
    "[root]\nkey = pkcs11:token=bench;object=root;id=%02?module-path=" MODULE
    "&pin-source=file:pin\ncertificate = root.pem\nsubject = root_name\ndays = 7305\n"
    "[root_name]\nC = US\nO = Example\nCN = SHAKEN Example ROOT\n"
    "[intermediate]\nkey = pkcs11:token=bench;object=key;id=%01?module-path=" MODULE
    "&pin-source=file:pin\ncertificate = intermediate.pem\nsubject = intermediate_name\n"
    "days = 1826\npath_length = 0\npolicy = 1.3.6.1.4.1.32473.1.1\n"
    "crl_url = https://sti-pa.example/crl\ncrl_issuer = crl_issuer_name\n"
    "[intermediate_name]\nC = US\nO = Example\nCN = SHAKEN Example Intermediate\n"
    "[end-entity]\ndays = 90\npolicy = 1.3.6.1.4.1.32473.1.1\n"
    "crl_url = https://sti-pa.example/crl\ncrl_issuer = crl_issuer_name\noutlive_token = no\n"
    "[crl_issuer_name]\nC = US\nO = Example\nCN = CRL\n"
    "[verdict]\ntoken_uses = 1\n"
    "[x5u]\n1 = " BATCH_X5U " signer.pem\n";

void batch_ca_make(void)
{
    static const struct command commands[] = {
        {"init", NULL, {STI_CA, "init", NULL}},
        {"key", NULL, {STI_CA, "key", "generate", "root", NULL}},
        {"root", NULL, {STI_CA, "root", NULL}},
        {"intermediate", NULL, {STI_CA, "intermediate", NULL}},
    };
    FILE *file = fopen("sti-ca.cnf", "w");
    bench_require(file != NULL && fputs(configuration, file) >= 0 && fclose(file) == 0,
                  "the configuration cannot be written");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        command_run(&commands[i], "/dev/null");
}

void batch_ca_review(const char *config, const char *requests, char digest[BATCH_DIGEST])
{
    const struct command review = {"review",
                                   NULL,
                                   {STI_CA, "issue", "--config", config, "--batch", requests,
                                    "--out", "reviewed", "--review-only", "--json", NULL}};
    char line[256];
    digest[0] = '\0';
    command_run(&review, "review.json");
    FILE *file = fopen("review.json", "r");
    bench_require(file != NULL, "there is no review");
    while (fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, " \"digest\": \"%64[0-9a-f]\"", digest) == 1)
            break;
    fclose(file);
    bench_require(strlen(digest) == BATCH_DIGEST - 1, "the review has no digest");
}

double batch_ca_issue(const char *config, const char *requests, const char *out, const char *digest,
                      const char *jobs)
{
    const struct command issue = {"sti-ca issue --batch",
                                  NULL,
                                  {STI_CA, "issue", "--config", config, "--batch", requests,
                                   "--out", out, "--consent", digest, "--jobs", jobs, NULL}};
    return command_run(&issue, "/dev/null").seconds;
}
