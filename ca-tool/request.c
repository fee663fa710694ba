/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "load.h"

/* Finds the certificates behind an x5u by the configuration's map; keeps what it loaded last. */
struct x5u_files {
    const struct config *config;
    STACK_OF(X509) * loaded;
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
    sti_refuse(err, "RFC 9448 section 6 step 2",
               "no certificate is known for the URL %.200s; put the file into [x5u] of %s", url,
               files->config->path);
    return NULL;
}

/* The STI-PA's anchors and CRLs. Free with trust_free() also after a failure. */
static bool trust_load(struct token_trust *trust, const struct config *config,
                       struct sti_error *err)
{
    trust->now = (time_t)clock_now();
    trust->max_octets = (size_t)config->verdict.token_octets;
    trust->padded_base64 = config->verdict.token_base64 != 0;
    trust->anchors = load_certificates(config->sti_pa_anchors, err);
    if (trust->anchors == NULL || config->sti_pa_crl == NULL)
        return trust->anchors != NULL;
    trust->crls = load_crls(config->sti_pa_crl, &trust->crl_signers, err);
    return trust->crls != NULL;
}

static void trust_free(struct token_trust *trust)
{
    sk_X509_pop_free(trust->anchors, X509_free);
    sk_X509_CRL_pop_free(trust->crls, X509_CRL_free);
    sk_X509_pop_free(trust->crl_signers, X509_free);
}

/* Examines the token; what is wrong with it goes into the checks. */
static bool read_token(struct request *request, const char *path, const struct config *config,
                       struct sti_error *err)
{
    uint8_t *jws = NULL;
    size_t length = 0;
    struct x5u_files files = {.config = config};
    struct token_trust trust = {.find_x5u = find_x5u, .context = &files};
    bool ok =
        trust_load(&trust, config, err) && file_read(path, TOKEN_MAX_OCTETS, &jws, &length, err);
    if (ok)
        request->claim = token_examine((const char *)jws, length, &trust, &request->checks);
    free(jws);
    sk_X509_pop_free(files.loaded, X509_free);
    trust_free(&trust);
    return ok;
}

static bool read_csr(struct request *request, const char *path, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, CSR_MAX_OCTETS, &octets, &length, err))
        return false;
    request->csr = csr_read(octets, length, err);
    free(octets);
    if (request->csr == NULL)
        return sti_error_in(err, path);
    csr_list(request->csr, &request->list, NULL); /* judged by a check of its own */
    return true;
}

bool request_judge(struct request *request, const struct tool_arguments *arguments,
                   const struct config *config, struct ledger *ledger, struct sti_error *err)
{
    memset(request, 0, sizeof(*request));
    const char *csr_path = tool_value(arguments, "csr");
    const char *token_path = tool_value(arguments, "token");
    request->account_key = load_public_key(tool_value(arguments, "account-key"), err);
    if (request->account_key == NULL || !read_csr(request, csr_path, err) ||
        !read_token(request, token_path, config, err))
        return false;
    char used_for[LEDGER_SERIAL_TEXT + 1] = "";
    if ((request->checks.given & TOKEN_JTI) != 0 &&
        !ledger_token_use(ledger, request->claim->jti, used_for, err))
        return false;
    const struct verdict_input input = {
        .csr = request->csr,
        .csr_name = csr_path,
        .claim = request->claim,
        .token_name = token_path,
        .account_key = request->account_key,
        .used_for = used_for,
        .end_entity = true,
        .policy = {.lists = (enum list_policy)config->verdict.lists,
                   .spki_fingerprint = config->verdict.fingerprint != 0},
    };
    verdict_run(&input, &request->checks);
    return true;
}

void request_free(struct request *request)
{
    tnauthlist_free(&request->list);
    csr_free(request->csr);
    token_claim_free(request->claim);
    EVP_PKEY_free(request->account_key);
    memset(request, 0, sizeof(*request));
}
