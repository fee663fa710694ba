/* SPDX-License-Identifier: Apache-2.0 */
/* A request as it comes over the air gap: CSR, SPC token, account key; and the verdict on it. */
#ifndef CA_TOOL_REQUEST_H
#define CA_TOOL_REQUEST_H

#include "ledger.h"
#include "request_parts.h"
#include "verdict.h"

struct request {
    struct request_parts parts;
    uint8_t *spc_numbers; /* the configuration's table; NULL: none */
    struct csr *csr;
    struct tnauthlist list;    /* what is asked for, of the CSR or of --list; empty if it is bad */
    struct token_claim *claim; /* NULL if nobody vouches for the token; see checks.given */
    struct checks checks;      /* the verdict: passed if none of them failed */
};

/*
 * Reads what the arguments name (request_parts_read()) and judges it at the time now. True if there
 * is a verdict, be it a refusal; false only if something could not be read. Free with
 * request_free() in both cases.
 */
bool request_judge(struct request *request, const struct tool_arguments *arguments,
                   const struct config *config, struct ledger *ledger, struct sti_error *err);
void request_free(struct request *request);

#endif
