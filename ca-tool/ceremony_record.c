/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_record.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony_issuer.h"
#include "ceremony_profiles.h"
#include "cert.h"
#include "clock.h"
#include "deliver.h"
#include "mint_lint.h"
#include "profiles.h"

/* ---- lints and path ---- */

/* The signer is the issuer of the request, or the plan's input; a root is its own. */
static bool lint(const struct ceremony_run *run, const struct ceremony_record *record,
                 const uint8_t *der, size_t length, const char *when, struct mint_lints *lints,
                 struct sti_error *err)
{
    X509 *found = NULL;
    if (record->request == NULL && !ceremony_issuer(run, record->step, &found, err))
        return false;
    uint8_t digest[PLAN_DIGEST_OCTETS];
    const char *name = record->step->profile;
    struct profile *profile = profiles_load_digest(run->config->profiles, name, digest, err);
    const struct cert_content content = {
        .profile = profile,
        .issuer = record->request == NULL ? found : record->request->rules->issuer.certificate,
    };
    bool ok = profile != NULL &&
              ceremony_profile_check(run->ceremony.plan, run->config, name, digest,
                                     CEREMONY_PROFILES_ANEW, err) &&
              mint_lint(&content, der, length, when, lints, err);
    profile_free(profile);
    X509_free(found);
    return ok;
}

/* Complete with a throw-away signature, as when the plan was made. */
static bool lint_draft(const struct ceremony_run *run, const struct ceremony_record *record,
                       struct mint_lints *lints, struct sti_error *err)
{
    uint8_t *der = NULL;
    size_t length = 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    bool ok = key != NULL || sti_fail(err, "no throw-away key");
    ok = ok && planned_sign(&record->step->tbs, key, &der, &length, err) &&
         lint(run, record, der, length, "before it is signed", lints, err);
    EVP_PKEY_free(key);
    free(der);
    return ok;
}

bool ceremony_record_judge(struct ceremony_run *run, const struct ceremony_record *record,
                           const uint8_t *der, size_t length, struct sti_error *err)
{
    struct mint_lints lints = {0};
    const struct request *request = record->request;
    bool ok = lint(run, record, der, length, "as the HSM has signed it", &lints, err);
    if (ok)
        mint_lints_print(&lints);
    mint_lints_free(&lints);
    if (!ok || request == NULL || run->rehearsal)
        return ok;
    const unsigned char *at = der;
    X509 *certificate = d2i_X509(NULL, &at, (long)length);
    const struct path_policy policy = request_path_policy(request->rules);
    const struct path_list list = {.url = record->facts->list_url,
                                   .der = request->list.der,
                                   .der_length = request->list.der_length,
                                   .name = "list"};
    time_t begin = (time_t)record->facts->not_before;
    time_t now = (time_t)clock_now();
    ok = certificate == NULL
             ? sti_fail(err, "no memory for a certificate")
             : issuer_path(&request->rules->issuer, certificate, list.url == NULL ? NULL : &list,
                           &policy, begin > now ? begin : now, err);
    X509_free(certificate);
    return ok;
}

/* ---- the ledger ---- */

static enum ledger_kind kind_of(const struct ceremony_run *run,
                                const struct ceremony_record *record)
{
    if (record->request != NULL)
        return record->request->profile->ca ? LEDGER_DELEGATE_CA : LEDGER_END_ENTITY;
    return run->ceremony.plan->kind == CEREMONY_ROOT ? LEDGER_ROOT : LEDGER_INTERMEDIATE;
}

/* The verdict and the intent, on the disk together. */
static bool record_both(struct ceremony_run *run, const struct ceremony_record *record,
                        struct ledger_intent *intent, struct sti_error *err)
{
    struct request_verdict verdict;
    if (record->resumes)
        return ledger_resume_intent(run->ledger, intent, err);
    if (record->request == NULL)
        return ledger_record_intent(run->ledger, intent, err);
    if (!request_verdict(record->request, &verdict, err) || !ledger_group_begin(run->ledger, err))
        return false;
    bool ok = ledger_record_verdict(run->ledger, &verdict.entry, &intent->verdict, err) &&
              ledger_record_intent(run->ledger, intent, err);
    return ledger_group_end(run->ledger, ok, err);
}

static bool write_intent(struct ceremony_run *run, const struct ceremony_record *record,
                         const char *waivers, const char *out, struct sti_error *err)
{
    char token[SIGNER_TOKEN_TEXT];
    signer_token(&run->signer, token);
    struct ledger_intent intent = {
        .kind = kind_of(run, record),
        .subject = record->facts->subject,
        .profile = record->step->profile,
        .waivers = waivers,
        .hsm = token,
        .out = out,
        .time = clock_now(),
    };
    if (record->request != NULL) {
        intent.token = &record->request->token;
        intent.holder = record->request->holder;
        intent.note = record->request->note;
    }
    strcpy(intent.serial, record->facts->serial);
    memcpy(intent.tbs_digest, record->tbs_digest, sizeof(intent.tbs_digest));
    X509 *certificate = planned_certificate(&record->step->tbs, err);
    bool ok = certificate != NULL &&
              cert_key_digest(X509_get_X509_PUBKEY(certificate), intent.spki, err) &&
              record_both(run, record, &intent, err);
    X509_free(certificate);
    return ok;
}

bool ceremony_record_intent(struct ceremony_run *run, const struct ceremony_record *record,
                            struct sti_error *err)
{
    struct mint_lints lints = {0};
    char *out = deliver_path(record->path);
    bool ok = (out != NULL || sti_fail(err, "no memory for the record")) &&
              lint_draft(run, record, &lints, err) &&
              write_intent(run, record, lints.waivers, out, err);
    mint_lints_free(&lints);
    free(out);
    return ok;
}

static bool visit(void *context, const struct ledger_record *record, struct sti_error *err)
{
    (void)err;
    *(bool *)context = record->delivered_at != 0;
    return true;
}

bool ceremony_record_delivered(struct ceremony_run *run, const char *serial, const char *path,
                               struct sti_error *err)
{
    bool noted = false;
    if (!ledger_show(run->ledger, serial, visit, &noted, err))
        return false;
    if (noted)
        return true;
    char *out = deliver_path(path);
    bool ok = out == NULL ? sti_fail(err, "no memory for the record")
                          : ledger_record_delivered(run->ledger, serial, out, clock_now(), err);
    free(out);
    return ok;
}
