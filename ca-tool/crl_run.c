/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_run.h"

#include <stdlib.h>
#include <string.h>

#include "crl_series.h"
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

bool crl_run_load_signer(struct crl_run *run, struct sti_error *err)
{
    const struct config *config = run->config;
    const char *own = tool_value(run->arguments, "issuer");
    if (crl_run_is_indirect(run) && !crl_series_is_configured(config, err))
        return false;
    const struct config_profile *ca =
        own != NULL && strcmp(own, "root") == 0 ? &config->root : &config->intermediate;
    run->key = crl_run_is_indirect(run) ? config->crl.key : ca->key;
    run->path = crl_run_is_indirect(run) ? config->crl.certificate : ca->certificate;
    run->signer = load_certificate(run->path, err);
    /* Said here and not only by crl_build(), because what to do next depends on whose it is. */
    if (run->signer == NULL ||
        !crl_series_check_signer(run->signer, crl_run_is_indirect(run) ? NULL : own, run->path,
                                 err))
        return false;
    run->issuer = subject_text(X509_get_subject_name(run->signer));
    if (run->issuer != NULL)
        run->scope =
            crl_series_scope(run->issuer, crl_run_is_indirect(run) ? config->crl.url : NULL);
    return run->scope != NULL || sti_fail(err, "no memory for the CRL's issuer");
}

bool crl_run_find_before(struct crl_run *run, struct sti_error *err)
{
    return crl_series_before(run->ledger, run->scope, run->signer,
                             tool_value(run->arguments, "previous"), "--previous", &run->before,
                             &run->has_before, err);
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
