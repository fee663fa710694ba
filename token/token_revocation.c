/* SPDX-License-Identifier: Apache-2.0 */
/* Is the signer revoked? Its chain is looked up in the STI-PA's CRLs, which crl.c judges. */
#include <openssl/x509v3.h>

#include "crl.h"
#include "token_internal.h"

static const char clause[] = "RFC 5280 section 6.3.3";

/* Does the CRL speak of the certificates of this one's issuer? */
static bool covers(X509_CRL *crl, const X509 *certificate)
{
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(certificate)) == 0)
        return true;
    ISSUING_DIST_POINT *point =
        X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);
    bool indirect = point != NULL && point->indirectCRL > 0;
    ISSUING_DIST_POINT_free(point);
    return indirect;
}

static bool check_listed(X509_CRL *crl, X509 *certificate, struct sti_error *err)
{
    if (!crl_lists(crl, certificate))
        return true;
    sti_refuse(err, clause, "certificate \"%s\" was revoked by the CRL of \"%s\"",
               subject_of(certificate).text, crl_issuer(crl).text);
    return sti_error_part(err, "signer");
}

/* Everything below the anchor is looked up where a CRL covers it; the anchor is taken as it is. */
static bool check_crl(X509_CRL *crl, const struct token_signer *signer,
                      const struct token_trust *trust, bool *covered, struct sti_error *err)
{
    const struct crl_trust by = {
        .anchors = trust->anchors,
        .signers = trust->crl_signers,
        .others = signer->chain,
        .now = trust->now,
        .whose = TOKEN_ANCHORS,
        .clause = "RFC 9448 section 6",
    };
    if (!crl_usable(crl, &by, err))
        return false;
    int below = sk_X509_num(signer->chain) - 1;
    for (int i = 0; i < below || i == 0; i++) {
        X509 *one = sk_X509_value(signer->chain, i);
        if (!covers(crl, one))
            continue;
        if (i == 0)
            *covered = true;
        if (!check_listed(crl, one, err))
            return false;
    }
    return true;
}

bool token_revocation_check(const struct token_signer *signer, const struct token_trust *trust,
                            struct quoted *words, struct sti_error *err)
{
    bool covered = false;
    for (int i = 0; i < sk_X509_CRL_num(trust->crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(trust->crls, i);
        bool covers_signer = false;
        if (!check_crl(crl, signer, trust, &covers_signer, err))
            return false;
        if (covers_signer && !covered)
            *words = crl_issuer(crl);
        covered = covered || covers_signer;
    }
    if (covered)
        return true;
    sti_refuse(err, clause,
               "no CRL that was given speaks of the signer \"%s\"; get the STI-PA's CRL that does",
               subject_of(signer->leaf).text);
    return sti_error_part(err, "signer");
}
