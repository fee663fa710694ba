/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate's place in a plan: serial number, octets, lints. */
#include <stdlib.h>
#include <string.h>

#include "ceremony_make.h"
#include "ceremony_time.h"
#include "mint_lint.h"
#include "planned.h"

/* The signed certificate's place in the plan. */
static bool add_sign(struct making *making, X509 *certificate, const char *profile,
                     const char *request, const char *out, EVP_PKEY *key, struct sti_error *err)
{
    unsigned char *tbs = NULL;
    size_t length = 0;
    struct planned_facts facts;
    char from[CEREMONY_TIME_TEXT];
    char to[CEREMONY_TIME_TEXT];
    if (!cert_tbs(certificate, &tbs, &length, err))
        return false;
    struct plan_octets borrowed = {tbs, length};
    struct plan_step *step = NULL;
    if (planned_facts(&borrowed, &facts, err)) {
        ceremony_time_write(facts.not_before, from);
        ceremony_time_write(facts.not_after, to);
        const char *url = facts.list_url;
        step =
            making_step(making, PLAN_SIGN, "operator", err,
                        "Sign the certificate of %s, serial %s, valid from %s to %s%s%s.",
                        facts.subject, facts.serial, from, to,
                        url == NULL ? "" : "; its list, a file beside it, is to be published at ",
                        url == NULL ? "" : url);
        planned_facts_free(&facts);
    }
    bool ok = step != NULL && making_step_key(making, step, key, err);
    if (ok) {
        step->what = strdup("certificate");
        step->profile = strdup(profile);
        step->request = strdup(request);
        step->out = strdup(out);
        step->tbs.octets = malloc(length);
        ok = step->what != NULL && step->profile != NULL && step->request != NULL &&
             step->out != NULL && step->tbs.octets != NULL;
        if (ok) {
            memcpy(step->tbs.octets, tbs, length);
            step->tbs.length = length;
        } else {
            sti_fail(err, "no memory for the plan");
        }
    }
    OPENSSL_free(tbs);
    return ok;
}

/* With its throw-away signature, which cert_tbs() has left in it, the certificate is complete. */
static bool lint_draft(X509 *certificate, const struct cert_content *content, struct sti_error *err)
{
    struct mint_lints lints = {0};
    unsigned char *der = NULL;
    int length = i2d_X509(certificate, &der);
    bool ok = length > 0
                  ? mint_lint(content, der, (size_t)length, "before it is planned", &lints, err)
                  : sti_fail(err, "no memory for a certificate");
    if (ok)
        mint_lints_print(&lints);
    mint_lints_free(&lints);
    OPENSSL_free(der);
    return ok;
}

bool making_sign(struct making *making, const struct cert_content *content, const char *request,
                 const char *out, EVP_PKEY *key, struct sti_error *err)
{
    struct cert_content own = *content;
    if (!making_serial(making, out, own.serial, err))
        return false;
    X509 *certificate = cert_build(&own, err);
    bool ok = certificate != NULL &&
              add_sign(making, certificate, own.profile->name, request, out, key, err) &&
              lint_draft(certificate, &own, err);
    X509_free(certificate);
    return ok;
}
