/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "load.h"
#include "report.h"
#include "subject.h"

void crl_run_free(struct crl_run *run)
{
    file_out_abandon(run->out);
    ledger_close(run->ledger);
    X509_free(run->signer);
    free(run->issuer);
    free(run->scope);
    revocations_free(&run->revoked);
    crl_listing_free(&run->before);
    config_free(run->config);
}

bool crl_run_is_indirect(const struct crl_run *run)
{
    return tool_flag(run->arguments, "indirect");
}

/* ---- the signer ---- */

/* Said here and not only by crl_build(), because what to do next depends on whose it is. */
static bool check_key_usage(const struct crl_run *run, struct sti_error *err)
{
    if ((X509_get_key_usage(run->signer) & KU_CRL_SIGN) != 0)
        return true;
    const char *own = crl_run_is_indirect(run) ? NULL : tool_value(run->arguments, "issuer");
    if (own == NULL)
        sti_refuse(err, "RFC 5280 section 6.3.3",
                   "its keyUsage has no cRLSign, so nobody would believe a CRL that it signs");
    else
        sti_refuse(err, "RFC 5280 section 6.3.3",
                   "its keyUsage has no cRLSign, so nobody would believe a CRL that it signs; the "
                   "profile shaken-%s must not have it, for the STI-PA publishes what is revoked: "
                   "tell it (sti-ca revocation report), or, for a private hierarchy, make the %s "
                   "with a profile of your own that has cRLSign",
                   own, own);
    return sti_error_in(err, run->path);
}

bool crl_run_load_signer(struct crl_run *run, struct sti_error *err)
{
    const struct config *config = run->config;
    const char *own = tool_value(run->arguments, "issuer");
    if (crl_run_is_indirect(run) && config->crl.key == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "%s has no section [crl] that names the key and the certificate of "
                             "the CRL's signer",
                             config->path);
    const struct config_profile *ca =
        own != NULL && strcmp(own, "root") == 0 ? &config->root : &config->intermediate;
    run->key = crl_run_is_indirect(run) ? config->crl.key : ca->key;
    run->path = crl_run_is_indirect(run) ? config->crl.certificate : ca->certificate;
    run->signer = load_certificate(run->path, err);
    if (run->signer == NULL || !check_key_usage(run, err))
        return false;
    run->issuer = subject_text(X509_get_subject_name(run->signer));
    /* A number rises within the CRLs of one issuer and one scope (RFC 5280 section 5.2.3). */
    if (run->issuer != NULL &&
        asprintf(&run->scope, "%s%s%s", run->issuer, crl_run_is_indirect(run) ? " at " : "",
                 crl_run_is_indirect(run) ? config->crl.url : "") < 0)
        run->scope = NULL;
    return run->scope != NULL || sti_fail(err, "no memory for the CRL's issuer");
}

/* ---- the CRL before ---- */

static bool visit_before(void *context, const struct ledger_crl *crl, struct sti_error *err)
{
    struct crl_run *run = context;
    run->has_before = true;
    return crl_listing_read(&run->before, crl->der, crl->der_length, err) ||
           sti_error_part(err, "last CRL in the ledger");
}

/* --previous: a series that was begun elsewhere. */
static bool load_previous(struct crl_run *run, const char *path, struct sti_error *err)
{
    STACK_OF(X509) *signers = NULL;
    unsigned char *der = NULL;
    STACK_OF(X509_CRL) *crls = load_crls(path, &signers, err);
    if (crls == NULL)
        return false;
    int length = sk_X509_CRL_num(crls) == 1 ? i2d_X509_CRL(sk_X509_CRL_value(crls, 0), &der) : 0;
    bool ok = length > 0 ? crl_listing_read(&run->before, der, (size_t)length, err)
                         : sti_refuse(err, NULL, "holds more than one CRL");
    run->has_before = ok;
    OPENSSL_free(der);
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    sk_X509_pop_free(signers, X509_free);
    return ok || sti_error_in(err, path);
}

bool crl_run_find_before(struct crl_run *run, struct sti_error *err)
{
    const char *path = tool_value(run->arguments, "previous");
    if (!ledger_last_crl(run->ledger, run->scope, visit_before, run, err))
        return false;
    if (path == NULL)
        return true;
    if (!run->has_before)
        return load_previous(run, path, err);
    char *number = crl_number_text(run->before.number);
    sti_error_set(err, STI_USAGE, NULL,
                  "the ledger has CRL %s of \"%.200s\", which the next one follows; --previous is "
                  "for a series that was begun elsewhere, and only for its first CRL here",
                  number == NULL ? "?" : number, run->issuer);
    free(number);
    return false;
}

/* ---- what is revoked ---- */

bool crl_run_collect(struct crl_run *run, struct sti_error *err)
{
    const char *path;
    bool ok = true;
    if (!crl_run_is_indirect(run))
        ok = revocations_read_ledger(&run->revoked, run->ledger, run->config,
                                     X509_get_subject_name(run->signer), err);
    for (size_t i = 0; ok && (path = tool_values(run->arguments, "report", i)) != NULL; i++)
        ok = report_read(path, &run->revoked, err);
    revocations_sort(&run->revoked);
    return ok;
}
