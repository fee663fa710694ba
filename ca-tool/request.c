/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "load.h"

/*
 * Finds the certificates behind an x5u: by the configuration's map, or else those that came in the
 * bundle. They prove nothing by themselves: the chain to an anchor does.
 */
struct x5u_files {
    const struct config *config;
    STACK_OF(X509) * bundled; /* NULL: none came */
    struct request_kept *kept;
};

static STACK_OF(X509) * find_x5u(void *context, const char *url, struct sti_error *err)
{
    struct x5u_files *files = context;
    for (size_t i = 0; i < files->config->x5u_count; i++) {
        if (strcmp(files->config->x5u[i].url, url) != 0)
            continue;
        if (files->kept->x5u[i] == NULL)
            files->kept->x5u[i] = load_certificates(files->config->x5u[i].file, err);
        return files->kept->x5u[i];
    }
    if (files->bundled != NULL)
        return files->bundled;
    sti_refuse(err, "RFC 9448 section 6 step 2",
               "no certificate is known for the URL %.200s; put the file into [x5u] of %s", url,
               files->config->path);
    return NULL;
}

/* The CRLs of the rules and the one that came in a bundle: it is judged like any other. */
static STACK_OF(X509_CRL) * crls_with(STACK_OF(X509_CRL) * crls, X509_CRL *crl)
{
    STACK_OF(X509_CRL) *both = crls == NULL ? sk_X509_CRL_new_null() : sk_X509_CRL_dup(crls);
    if (both != NULL && sk_X509_CRL_push(both, crl) > 0)
        return both;
    sk_X509_CRL_free(both);
    return NULL;
}

/* Examines the token; what is wrong with it goes into the checks. */
static bool examine_token(struct request *request, struct request_kept *kept, struct sti_error *err)
{
    const struct request_part *token = &request->parts.token;
    X509_CRL *crl = request->parts.crl;
    struct x5u_files files = {
        .config = request->rules->config, .bundled = request->parts.chain, .kept = kept};
    struct token_trust trust = request->rules->trust;
    trust.find_x5u = find_x5u;
    trust.context = &files;
    trust.chains = kept->chains;
    if (crl != NULL && (trust.crls = crls_with(trust.crls, crl)) == NULL)
        return sti_fail(err, "no memory for the CRL");
    request->claim =
        token_examine((const char *)token->octets, token->length, &trust, request->checks);
    if (crl != NULL)
        sk_X509_CRL_free(trust.crls);
    return true;
}

static bool read_csr(struct request *request, struct sti_error *err)
{
    const struct request_part *csr = &request->parts.csr;
    const struct request_part *list = &request->parts.list;
    request->csr = csr_read(csr->octets, csr->length, err);
    if (request->csr == NULL)
        return sti_error_in(err, csr->name);
    /* Both are judged by a check of their own. */
    if (list->octets != NULL)
        tnauthlist_decode(&request->list, list->octets, list->length, NULL, NULL);
    else
        csr_list(request->csr, &request->list, NULL);
    return true;
}

static bool check_issuer(void *context, struct check *check)
{
    const struct request_rules *rules = context;
    check_wanted(check, "a valid path to %.80s", rules->config->root.certificate);
    if (!rules->issuer_valid)
        check->reason = rules->issuer_reason;
    return rules->issuer_valid;
}

static const struct check_row issuer_row = {
    .name = "issuer-valid",
    .title = "the issuer's own path to the anchor of the configuration",
    .clause = "RFC 5280 section 6.1",
    .run = check_issuer,
};

static bool judge(struct request *request, struct request_kept *kept, struct ledger *ledger,
                  struct sti_error *err)
{
    const struct request_parts *parts = &request->parts;
    const struct request_rules *rules = request->rules;
    struct request_known known;
    if (!request_look_up(request, kept, ledger, &known, err))
        return false;
    const struct verdict_input input = {
        .csr = request->csr,
        .csr_name = parts->csr.name,
        .list = parts->list.octets,
        .list_length = parts->list.length,
        .list_name = parts->list.name,
        .claim = request->claim,
        .token_name = parts->token.name,
        .account_key = parts->account_key,
        .end_entity = !request->profile->ca,
        .profile = request->profile,
        .issuer = &rules->issuer.scope,
        .issuer_name = rules->config->intermediate.certificate,
        .record = known.record,
        .weak_keys = rules->weak_keys,
        .now = rules->now,
        .date_confirmed = rules->date_confirmed,
        .policy = request_policy(rules, request->profile),
    };
    verdict_run(&input, request->checks);
    checks_run(request->checks, &issuer_row, 1, (void *)(uintptr_t)rules);
    return checks_accepted(request->checks, &request->note) ||
           sti_fail(err, "no memory for the note");
}

bool request_judge(struct request *request, const struct request_rules *rules,
                   const struct profile *profile, struct request_kept *kept, struct ledger *ledger,
                   struct sti_error *err)
{
    request->rules = rules;
    request->now = rules->now;
    request->profile = profile;
    if (request->checks != NULL)
        memset(request->checks, 0, sizeof(*request->checks));
    else if ((request->checks = calloc(1, sizeof(*request->checks))) == NULL)
        return sti_fail(err, "no memory for the verdict");
    return read_csr(request, err) && examine_token(request, kept, err) &&
           judge(request, kept, ledger, err);
}

bool request_judge_alone(struct request *request, struct request_rules *rules,
                         const struct tool_arguments *arguments, const struct config *config,
                         struct ledger *ledger, int64_t now, struct sti_error *err)
{
    struct request_kept kept = {.chains = NULL}; /* for one token there is nothing to keep */
    memset(request, 0, sizeof(*request));
    memset(rules, 0, sizeof(*rules));
    if (!request_rules_load(rules, arguments, config, now, err))
        return false;
    const struct profile *profile =
        request_rules_profile(rules, tool_value(arguments, "profile"),
                              tool_value(arguments, "by-reference") != NULL, err);
    bool ok = profile != NULL && request_parts_read(&request->parts, arguments, err) &&
              request_judge(request, rules, profile, &kept, ledger, err);
    request_kept_free(&kept);
    return ok;
}

void request_free(struct request *request)
{
    free(request->checks);
    tnauthlist_free(&request->list);
    free(request->note);
    csr_free(request->csr);
    token_claim_free(request->claim);
    request_parts_free(&request->parts);
    memset(request, 0, sizeof(*request));
}
