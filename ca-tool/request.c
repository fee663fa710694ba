/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "load.h"
#include "profile_print.h"
#include "profiles.h"
#include "spc_numbers.h"

#define DAY 86400

/* The profiles of requests that name none. */
#define PROFILE_BY_VALUE "tn-level"
#define PROFILE_BY_REFERENCE "tn-reference"

/* Half a million keys. */
#define WEAK_KEYS_MAX_OCTETS ((size_t)32 * 1024 * 1024)

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
    trust->skew = config->verdict.clock_skew;
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
    struct token_trust trust = {
        .find_x5u = find_x5u, .context = &files, .now = (time_t)request->now};
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

/* The day that --date-confirmed names, or NULL: digits and dashes as in 2026-11-27. */
static bool read_date(const struct tool_arguments *arguments, const char **date,
                      struct sti_error *err)
{
    static const char form[] = "0000-00-00";
    *date = tool_value(arguments, "date-confirmed");
    if (*date == NULL)
        return true;
    bool ok = strlen(*date) == strlen(form);
    for (size_t i = 0; ok && form[i] != '\0'; i++)
        ok = form[i] == '-' ? (*date)[i] == '-' : (*date)[i] >= '0' && (*date)[i] <= '9';
    if (ok)
        return true;
    sti_error_set(err, STI_USAGE, NULL, "%.40s is not a date as in 2026-11-27", *date);
    return sti_error_part(err, "--date-confirmed");
}

/* The list of weak keys; *keys stays NULL if the configuration has none. */
static bool read_weak_keys(const struct config *config, struct weak_keys **keys,
                           struct sti_error *err)
{
    uint8_t *text = NULL;
    size_t length = 0;
    *keys = NULL;
    if (config->weak_keys == NULL)
        return true;
    if (!file_read(config->weak_keys, WEAK_KEYS_MAX_OCTETS, &text, &length, err))
        return false;
    *keys = weak_keys_read((const char *)text, length, err);
    free(text);
    return *keys != NULL || sti_error_in(err, config->weak_keys);
}

/* The table of which numbers an SPC stands for, into the policy. */
static bool read_spc_numbers(struct request *request, const struct config *config,
                             struct verdict_policy *policy, struct sti_error *err)
{
    const char *path = config->verdict.spc_numbers;
    if (path == NULL)
        return true;
    if (!file_read(path, SPC_NUMBERS_MAX_OCTETS, &request->spc_numbers,
                   &request->spc_numbers_length, err))
        return false;
    policy->spc_numbers = (const char *)request->spc_numbers;
    policy->spc_numbers_length = request->spc_numbers_length;
    policy->spc_numbers_name = path;
    return true;
}

struct verdict_policy request_policy(const struct config *config)
{
    return (struct verdict_policy){
        .lists = (enum list_policy)config->verdict.lists,
        .spki_fingerprint = config->verdict.fingerprint != 0,
        .token_uses = config->verdict.token_uses,
        .clock_skew = config->verdict.clock_skew,
        .validity = (int64_t)config->end_entity.days * DAY,
        .outlive_token = config->end_entity.outlive_token != 0,
        .second_holder = (enum second_holder)config->verdict.second_holder,
        .accept_undecidable = config->verdict.undecidable != 0,
    };
}

struct path_policy request_path_policy(const struct request *request, const struct config *config)
{
    return (struct path_policy){
        .accept_undecidable = config->verdict.undecidable != 0,
        .table = {(const char *)request->spc_numbers, request->spc_numbers_length,
                  config->verdict.spc_numbers},
    };
}

struct profile *request_profile(const struct tool_arguments *arguments, const struct config *config,
                                struct sti_error *err)
{
    const char *named = tool_value(arguments, "profile");
    bool by_reference = tool_value(arguments, "by-reference") != NULL;
    const char *standard = by_reference ? PROFILE_BY_REFERENCE : PROFILE_BY_VALUE;
    struct profile *profile =
        profiles_load(config->profiles, named == NULL ? standard : named, err);
    if (profile == NULL)
        return NULL;
    if (profile_has_list(profile))
        return profile;
    sti_error_set(err, STI_USAGE, NULL,
                  "the profile %s is for sti-ca %s; take one for requests (sti-ca profile list)",
                  profile->name, profile_command(profile));
    profile_free(profile);
    return NULL;
}

/* Nothing that an issuer without a valid path signs could be relied upon. */
struct issuer_asked {
    const struct request *request;
    const struct config *config;
};

static bool check_issuer(void *context, struct check *check)
{
    const struct issuer_asked *asked = context;
    const struct request *request = asked->request;
    const struct path_policy policy = request_path_policy(request, asked->config);
    check_wanted(check, "a valid path to %.80s", asked->config->root.certificate);
    return issuer_path(&request->issuer, NULL, NULL, &policy, (time_t)request->now,
                       &check->reason) ||
           sti_error_in(&check->reason, request->issuer.name);
}

static const struct check_row issuer_row = {
    .name = "issuer-valid",
    .title = "the issuer's own path to the anchor of the configuration",
    .clause = "RFC 5280 section 6.1",
    .run = check_issuer,
};

static bool judge(struct request *request, const struct tool_arguments *arguments,
                  const struct config *config, struct ledger *ledger, struct sti_error *err)
{
    const struct request_parts *parts = &request->parts;
    struct verdict_policy policy = request_policy(config);
    struct request_known known;
    struct weak_keys *weak_keys;
    const char *date;
    if (!read_spc_numbers(request, config, &policy, err) || !read_date(arguments, &date, err) ||
        !request_look_up(request, config, ledger, &known, err) ||
        !read_weak_keys(config, &weak_keys, err))
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
        .issuer = &request->issuer.scope,
        .issuer_name = config->intermediate.certificate,
        .record = known.record,
        .weak_keys = weak_keys,
        .now = request->now,
        .date_confirmed = date,
        .policy = policy,
    };
    verdict_run(&input, &request->checks);
    checks_run(&request->checks, &issuer_row, 1,
               &(struct issuer_asked){.request = request, .config = config});
    weak_keys_free(weak_keys);
    return checks_accepted(&request->checks, &request->note) ||
           sti_fail(err, "no memory for the note");
}

bool request_judge(struct request *request, const struct tool_arguments *arguments,
                   const struct config *config, struct ledger *ledger, struct sti_error *err)
{
    memset(request, 0, sizeof(*request));
    request->now = clock_now();
    request->profile = request_profile(arguments, config, err);
    return request->profile != NULL && issuer_load(&request->issuer, config, err) &&
           request_parts_read(&request->parts, arguments, err) && read_csr(request, err) &&
           examine_token(request, config, err) && judge(request, arguments, config, ledger, err);
}

void request_free(struct request *request)
{
    profile_free(request->profile);
    issuer_free(&request->issuer);
    tnauthlist_free(&request->list);
    free(request->note);
    csr_free(request->csr);
    token_claim_free(request->claim);
    free(request->spc_numbers);
    request_parts_free(&request->parts);
    memset(request, 0, sizeof(*request));
}
