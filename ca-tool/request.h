/* SPDX-License-Identifier: Apache-2.0 */
/* A request as it comes over the air gap: CSR, SPC token, account key; and the verdict on it. */
#ifndef CA_TOOL_REQUEST_H
#define CA_TOOL_REQUEST_H

#include "ledger.h"
#include "profile.h"
#include "register.h"
#include "request_parts.h"
#include "request_rules.h"
#include "verdict.h"

struct request {
    struct request_parts parts;
    const struct request_rules *rules;
    const struct profile *profile; /* of the certificate; the rules' */
    struct csr *csr;
    struct tnauthlist list;    /* what is asked for, of the CSR or of --list; empty if it is bad */
    struct token_claim *claim; /* NULL if nobody vouches for the token; see checks->given */
    int64_t now;               /* when it was judged */
    struct checks *checks;     /* the verdict: passed if none of them failed */

    /* For the record, if it passed. */
    struct ledger_token token; /* borrows from the claim */
    unsigned char holder[LEDGER_DIGEST_OCTETS];
    char *note; /* what the policy accepted; NULL: nothing */
};

/*
 * Judges request->parts, which are read already; everything else of the request is empty, but for
 * request->checks, if the caller has room for them, which comes from malloc(). What
 * `kept` keeps is this thread's, and the ledger is this thread's, too. True if there is a verdict,
 * be it a refusal; false only if something could not be read. Free with request_free() in both
 * cases.
 */
bool request_judge(struct request *request, const struct request_rules *rules,
                   const struct profile *profile, struct request_kept *kept, struct ledger *ledger,
                   struct sti_error *err);

/*
 * The one request of a run: reads the rules and what the arguments name (request_parts_read()), and
 * judges it as of `now`. request_free() and then request_rules_free() in both cases.
 */
bool request_judge_alone(struct request *request, struct request_rules *rules,
                         const struct tool_arguments *arguments, const struct config *config,
                         struct ledger *ledger, int64_t now, struct sti_error *err);
void request_free(struct request *request);

/*
 * What the ledger knows of the request, and what the record will say of it (request_record.c). The
 * serials are the caller's room.
 */
struct request_known {
    unsigned char account[TOKEN_FINGERPRINT_OCTETS]; /* of the account key, if it has one */
    bool has_account;
    struct ledger_uses uses;
    char key_serial[LEDGER_SERIAL_TEXT + 1];
    struct register_clash clash;
    struct verdict_record record; /* borrows from those above */
};
bool request_look_up(struct request *request, struct request_kept *kept, struct ledger *ledger,
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

/*
 * The same without the checks of the request: which one refused it, and why; NULL: none did. What
 * could not be read of the request is not in it.
 */
bool request_verdict_of(const struct request *request, const char *check,
                        const struct sti_error *reason, struct request_verdict *verdict,
                        struct sti_error *err);

#endif
