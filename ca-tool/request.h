/* SPDX-License-Identifier: Apache-2.0 */
/* A request as it comes over the air gap: CSR, SPC token, account key; and the verdict on it. */
#ifndef CA_TOOL_REQUEST_H
#define CA_TOOL_REQUEST_H

#include "command.h"
#include "config.h"
#include "ledger.h"
#include "verdict.h"

struct request {
    struct csr *csr;
    struct tnauthlist list;    /* the CSR's; empty if it has no good one */
    struct token_claim *claim; /* NULL if nobody vouches for the token; see checks.given */
    EVP_PKEY *account_key;
    struct checks checks; /* the verdict: passed if none of them failed */
};

/*
 * Reads the files named by --csr, --token and --account-key and judges them at the time now. True
 * if there is a verdict, be it a refusal; false only if something could not be read. Free with
 * request_free() in both cases.
 */
bool request_judge(struct request *request, const struct tool_arguments *arguments,
                   const struct config *config, struct ledger *ledger, struct sti_error *err);
void request_free(struct request *request);

#endif
