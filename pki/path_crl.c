/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificates a CRL speaks of: the distribution points of both (RFC 5280 section 6.3.3). */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crl.h"
#include "path_internal.h"

static const char clause[] = "RFC 5280 section 6.3.3";

/* A CRL and its issuingDistributionPoint beside the certificate and one of its points. */
struct meeting {
    const X509_CRL *crl;
    const ISSUING_DIST_POINT *issued; /* NULL: the CRL has none */
    X509 *certificate;
    const DIST_POINT *point; /* NULL: the certificate has none, its issuer's CRL is meant */
};

static bool has_crl_issuer(const GENERAL_NAMES *names, const X509_CRL *crl)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DIRNAME &&
            X509_NAME_cmp(name->d.directoryName, X509_CRL_get_issuer(crl)) == 0)
            return true;
    }
    return false;
}

/* (b)(1): the CRL is of the issuer that the point names, or else of the certificate's own. */
static bool issuers_fit(const struct meeting *in, struct sti_error *why)
{
    const struct quoted issuer = crl_issuer(in->crl);
    if (in->point == NULL || in->point->CRLissuer == NULL)
        return X509_NAME_cmp(X509_CRL_get_issuer(in->crl), X509_get_issuer_name(in->certificate)) ==
                   0 ||
               sti_refuse(why, clause,
                          "it names no cRLIssuer, so its own issuer's CRL is the one, not that of "
                          "\"%s\"",
                          issuer.text);
    if (!has_crl_issuer(in->point->CRLissuer, in->crl))
        return sti_refuse(why, clause, "\"%s\" is not the cRLIssuer that it names", issuer.text);
    return (in->issued != NULL && in->issued->indirectCRL > 0) ||
           sti_refuse(why, clause,
                      "the CRL of \"%s\" does not say that it is about other issuers' "
                      "certificates (indirectCRL)",
                      issuer.text);
}

static bool share_a_name(const GENERAL_NAMES *a, const GENERAL_NAMES *b)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(a); i++)
        for (int k = 0; k < sk_GENERAL_NAME_num(b); k++)
            if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a, i), sk_GENERAL_NAME_value(b, k)) == 0)
                return true;
    return false;
}

/* The full names of a point; NULL if it has none or a name relative to the CRL's issuer. */
static const GENERAL_NAMES *full_names(const DIST_POINT_NAME *name)
{
    return name != NULL && name->type == 0 ? name->name.fullname : NULL;
}

/* (b)(2)(i): where the CRL has a name of its point, the certificate's point has it, too. */
static bool names_fit(const struct meeting *in, struct sti_error *why)
{
    if (in->issued == NULL || in->issued->distpoint == NULL || in->point == NULL)
        return true;
    const DIST_POINT *point = in->point;
    const GENERAL_NAMES *of_crl = full_names(in->issued->distpoint);
    const GENERAL_NAMES *of_certificate =
        point->distpoint == NULL ? point->CRLissuer : full_names(point->distpoint);
    return (of_crl != NULL && of_certificate != NULL && share_a_name(of_crl, of_certificate)) ||
           sti_refuse(why, clause,
                      "the distribution point of the CRL of \"%s\" has no name in common with the "
                      "certificate's",
                      crl_issuer(in->crl).text);
}

/* (b)(2)(ii) to (iv) and (d): this kind of certificate, and every reason to revoke one. */
static bool kinds_fit(const struct meeting *in, struct sti_error *why)
{
    const ISSUING_DIST_POINT *issued = in->issued;
    bool ca = X509_check_ca(in->certificate) > 0;
    if (issued != NULL &&
        (issued->onlyattr > 0 || (issued->onlyuser > 0 && ca) || (issued->onlyCA > 0 && !ca)))
        return sti_refuse(why, clause, "the CRL of \"%s\" is about other kinds of certificates",
                          crl_issuer(in->crl).text);
    if ((issued != NULL && issued->onlysomereasons != NULL) ||
        (in->point != NULL && in->point->reasons != NULL))
        return sti_refuse(why, clause, "the CRL of \"%s\" is about some reasons alone",
                          crl_issuer(in->crl).text);
    return true;
}

static bool meet(const struct meeting *in, struct sti_error *why)
{
    return issuers_fit(in, why) && names_fit(in, why) && kinds_fit(in, why);
}

/* One of the certificate's points is enough; the reason is the last one's. */
static bool meet_points(struct meeting *in, const CRL_DIST_POINTS *points, struct sti_error *why)
{
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        in->point = sk_DIST_POINT_value(points, i);
        if (meet(in, why))
            return true;
    }
    return points == NULL && meet(in, why);
}

bool path_crl_covers(X509_CRL *crl, X509 *certificate, struct sti_error *why)
{
    int crl_state = 0;
    int state = 0;
    struct meeting in = {.crl = crl, .certificate = certificate};
    ERR_set_mark();
    ISSUING_DIST_POINT *issued =
        X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &crl_state, NULL);
    CRL_DIST_POINTS *points =
        X509_get_ext_d2i(certificate, NID_crl_distribution_points, &state, NULL);
    ERR_pop_to_mark();
    bool covers = false;
    in.issued = issued;
    /* -1: there is none. A certificate whose points cannot be read gets into no path. */
    if ((issued == NULL && crl_state != -1) || (points == NULL && state != -1))
        sti_refuse(why, "RFC 5280 section 5.2.5",
                   "the distribution point of the CRL of \"%s\", or its own, cannot be read",
                   crl_issuer(crl).text);
    else
        covers = meet_points(&in, points, why);
    ISSUING_DIST_POINT_free(issued);
    CRL_DIST_POINTS_free(points);
    return covers;
}
