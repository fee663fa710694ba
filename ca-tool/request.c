/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "load.h"
#include "spc_numbers.h"

/*
 * Finds the certificates behind an x5u: by the configuration's map, or else those that came in the
 * bundle. They prove nothing by themselves: the chain to an anchor does.
 */
struct x5u_files {
    const struct config *config;
    STACK_OF(X509) * bundled; /* NULL: none came */
    STACK_OF(X509) * loaded;  /* what was loaded last */
};

static STACK_OF(X509) * find_x5u(void *context, const char *url, struct sti_error *err)
{
    struct x5u_files *files = context;
    for (size_t i = 0; i < files->config->x5u_count; i++) {
        if (strcmp(files->config->x5u[i].url, url) != 0)
            continue;
        sk_X509_pop_free(files->loaded, X509_free);
        files->loaded = load_certificates(files->config->x5u[i].file, err);
        return files->loaded;
    }
    if (files->bundled != NULL)
        return files->bundled;
    sti_refuse(err, "RFC 9448 section 6 step 2",
               "no certificate is known for the URL %.200s; put the file into [x5u] of %s", url,
               files->config->path);
    return NULL;
}

/* Adds the CRL that came in a bundle: it is judged like any other. */
static bool add_crl(struct token_trust *trust, X509_CRL *crl)
{
    if (trust->crls == NULL)
        trust->crls = sk_X509_CRL_new_null();
    if (trust->crls == NULL || X509_CRL_up_ref(crl) != 1)
        return false;
    if (sk_X509_CRL_push(trust->crls, crl) > 0)
        return true;
    X509_CRL_free(crl);
    return false;
}

/* The STI-PA's anchors and CRLs. Free with trust_free() also after a failure. */
static bool trust_load(struct token_trust *trust, const struct config *config, X509_CRL *crl,
                       struct sti_error *err)
{
    trust->now = (time_t)clock_now();
    trust->max_octets = (size_t)config->verdict.token_octets;
    trust->padded_base64 = config->verdict.token_base64 != 0;
    trust->anchors = load_certificates(config->sti_pa_anchors, err);
    if (trust->anchors == NULL)
        return false;
    if (config->sti_pa_crl != NULL) {
        trust->crls = load_crls(config->sti_pa_crl, &trust->crl_signers, err);
        if (trust->crls == NULL)
            return false;
    }
    return crl == NULL || add_crl(trust, crl) || sti_fail(err, "no memory for the CRL");
}

static void trust_free(struct token_trust *trust)
{
    sk_X509_pop_free(trust->anchors, X509_free);
    sk_X509_CRL_pop_free(trust->crls, X509_CRL_free);
    sk_X509_pop_free(trust->crl_signers, X509_free);
}

/* Examines the token; what is wrong with it goes into the checks. */
static bool examine_token(struct request *request, const struct config *config,
                          struct sti_error *err)
{
    const struct request_part *token = &request->parts.token;
    struct x5u_files files = {.config = config, .bundled = request->parts.chain};
    struct token_trust trust = {.find_x5u = find_x5u, .context = &files};
    bool ok = trust_load(&trust, config, request->parts.crl, err);
    if (ok)
        request->claim =
            token_examine((const char *)token->octets, token->length, &trust, &request->checks);
    sk_X509_pop_free(files.loaded, X509_free);
    trust_free(&trust);
    return ok;
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

bool request_judge(struct request *request, const struct tool_arguments *arguments,
                   const struct config *config, struct ledger *ledger, struct sti_error *err)
{
    memset(request, 0, sizeof(*request));
    const struct request_parts *parts = &request->parts;
    if (!request_parts_read(&request->parts, arguments, err) || !read_csr(request, err) ||
        !examine_token(request, config, err))
        return false;
    size_t spc_numbers_length = 0;
    if (config->verdict.spc_numbers != NULL &&
        !file_read(config->verdict.spc_numbers, SPC_NUMBERS_MAX_OCTETS, &request->spc_numbers,
                   &spc_numbers_length, err))
        return false;
    char used_for[LEDGER_SERIAL_TEXT + 1] = "";
    if ((request->checks.given & TOKEN_JTI) != 0 &&
        !ledger_token_use(ledger, request->claim->jti, used_for, err))
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
        .used_for = used_for,
        .end_entity = true,
        .policy = {.lists = (enum list_policy)config->verdict.lists,
                   .spki_fingerprint = config->verdict.fingerprint != 0,
                   .spc_numbers = (const char *)request->spc_numbers,
                   .spc_numbers_length = spc_numbers_length,
                   .spc_numbers_name = config->verdict.spc_numbers},
    };
    verdict_run(&input, &request->checks);
    return true;
}

void request_free(struct request *request)
{
    tnauthlist_free(&request->list);
    csr_free(request->csr);
    token_claim_free(request->claim);
    free(request->spc_numbers);
    request_parts_free(&request->parts);
    memset(request, 0, sizeof(*request));
}
