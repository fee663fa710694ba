/* SPDX-License-Identifier: Apache-2.0 */
/* A request as it comes over the air gap: CSR, SPC token, account key; and the verdict on it. */
#ifndef CA_TOOL_REQUEST_H
#define CA_TOOL_REQUEST_H

#include "issuer.h"
#include "ledger.h"
#include "profile.h"
#include "register.h"
#include "request_parts.h"
#include "verdict.h"

struct request {
    struct request_parts parts;
    uint8_t *spc_numbers; /* the configuration's table; NULL: none */
    size_t spc_numbers_length;
    struct profile *profile; /* of the certificate; see request_profile() */
    struct issuer issuer;
    struct csr *csr;
    struct tnauthlist list;    /* what is asked for, of the CSR or of --list; empty if it is bad */
    struct token_claim *claim; /* NULL if nobody vouches for the token; see checks.given */
    int64_t now;               /* by this machine's clock: when it was judged */
    struct checks checks;      /* the verdict: passed if none of them failed */

    /* For the record, if it passed. */
    struct ledger_token token; /* borrows from the claim */
    unsigned char holder[LEDGER_DIGEST_OCTETS];
    char *note; /* what the policy accepted; NULL: nothing */
};

/* How the configuration wants requests to be judged. */
struct verdict_policy request_policy(const struct config *config);

/* How it wants paths to be judged; borrows from both. */
struct path_policy request_path_policy(const struct request *request, const struct config *config);

/*
 * Loads the profile that --profile names, or the default: tn-reference with --by-reference,
 * tn-level without. STI_USAGE for one that `sti-ca issue` does not make.
 */
struct profile *request_profile(const struct tool_arguments *arguments, const struct config *config,
                                struct sti_error *err);

/*
 * Reads what the arguments name (request_parts_read()) and judges it at the time now. True if there
 * is a verdict, be it a refusal; false only if something could not be read. Free with
 * request_free() in both cases.
 */
bool request_judge(struct request *request, const struct tool_arguments *arguments,
                   const struct config *config, struct ledger *ledger, struct sti_error *err);
void request_free(struct request *request);

/*
 * What the ledger knows of the request, and what the record will say of it (request_record.c). The
 * serials are the caller's room.
 */
struct request_known {
    struct ledger_uses uses;
    char key_serial[LEDGER_SERIAL_TEXT + 1];
    struct register_clash clash;
    struct verdict_record record; /* borrows from the three above */
};
bool request_look_up(struct request *request, const struct config *config, struct ledger *ledger,
                     struct request_known *known, struct sti_error *err);

/* The verdict as the ledger records it; borrows from the request. */
struct request_verdict {
    struct ledger_verdict entry;
    unsigned char csr[LEDGER_DIGEST_OCTETS];
    unsigned char token[LEDGER_DIGEST_OCTETS];
    unsigned char list[LEDGER_DIGEST_OCTETS];
    char reason[1024];
};
bool request_verdict(const struct request *request, struct request_verdict *verdict,
                     struct sti_error *err);

#endif
