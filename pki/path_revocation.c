/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of revocation, by the STI-PA's indirect CRL. RFC 5280 section 6.3.3 step f wants its
 * signer under the certificate's own anchor, which SHAKEN cannot have: anchors of its own vouch for
 * it.
 */
#include "crl.h"
#include "path_internal.h"

#define CRL_ANCHORS "the STI-PA"

bool path_check_crls(void *context, struct check *check)
{
    const struct path_input *input = ((struct path_walk *)context)->input;
    const struct crl_trust trust = {
        .anchors = input->crl_anchors,
        .signers = input->crl_signers,
        .now = input->at,
        .whose = CRL_ANCHORS,
        .clause = "RFC 5280 section 6.3.3",
        .accept_stale = input->policy.accept_stale_crl,
    };
    check_wanted(check, "signed under an anchor of " CRL_ANCHORS ", valid at %s",
                 time_words(input->at).text);
    if (sk_X509_CRL_num(input->crls) <= 0)
        return check_not_applicable(check, "no CRL of the STI-PA was given");
    for (int i = 0; i < sk_X509_CRL_num(input->crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(input->crls, i);
        path_found(check, "%s%s%s", i == 0 ? "" : "; ", crl_issuer(crl).text,
                   crl_is_stale(crl, input->at) && trust.accept_stale
                       ? ", out of date, which the policy accepts"
                       : "");
        if (!crl_usable(crl, &trust, &check->reason))
            return false;
    }
    return true;
}

/* True if one of the CRLs speaks of the certificate; otherwise the reason is the last one's. */
static bool is_covered(const struct path_input *input, X509 *certificate, struct sti_error *why)
{
    sti_refuse(why, "RFC 5280 section 6.3", "no CRL of the STI-PA was given");
    for (int i = 0; i < sk_X509_CRL_num(input->crls); i++)
        if (path_crl_covers(sk_X509_CRL_value(input->crls, i), certificate, why))
            return true;
    return false;
}

static bool refuse_uncovered(const struct path_walk *in, int index, const struct sti_error *why,
                             struct sti_error *err)
{
    sti_refuse(
        err, why->clause,
        "nobody says whether \"%s\" is revoked: %s; get the STI-PA's CRL that speaks of it, or "
        "do without (uncovered = accept)",
        subject_of(path_certificate(in, index)).text, why->sentence);
    return path_blame(in, index, err);
}

bool path_check_covered(void *context, struct check *check)
{
    struct path_walk *in = context;
    int covered = 0;
    int below = path_length(in) - 1;
    bool ok = true;
    check_wanted(check, "a CRL speaks of every certificate below the anchor");
    if (below == 0)
        return check_not_applicable(check, "the certificate is an anchor, which no CRL is about");
    for (int i = 0; i < below; i++) {
        struct sti_error why;
        if (is_covered(in->input, path_certificate(in, i), &why))
            covered++;
        else if (ok && !in->input->policy.accept_uncovered)
            ok = refuse_uncovered(in, i, &why, &check->reason);
    }
    check_found(check, "%d of %d%s", covered, below,
                covered < below && ok ? ", which the policy accepts" : "");
    return ok;
}

bool path_check_not_revoked(void *context, struct check *check)
{
    struct path_walk *in = context;
    int crls = sk_X509_CRL_num(in->input->crls);
    if (crls <= 0)
        return check_not_applicable(check, "no CRL of the STI-PA was given");
    for (int i = 0; i + 1 < path_length(in); i++)
        for (int k = 0; k < crls; k++) {
            X509_CRL *crl = sk_X509_CRL_value(in->input->crls, k);
            if (!crl_lists(crl, path_certificate(in, i)))
                continue;
            sti_refuse(&check->reason, "RFC 5280 section 6.3.3",
                       "\"%s\" was revoked by the CRL of \"%s\"",
                       subject_of(path_certificate(in, i)).text, crl_issuer(crl).text);
            return path_blame(in, i, &check->reason);
        }
    check_found(check, "no certificate of the path is listed");
    return true;
}
