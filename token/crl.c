/* SPDX-License-Identifier: Apache-2.0 */
#include "crl.h"

#include <openssl/x509v3.h>

#include "chain.h"

static const char clause[] = "RFC 5280 section 6.3.3";

struct quoted crl_issuer(const X509_CRL *crl)
{
    return name_words(X509_CRL_get_issuer(crl));
}

/* What is critical and not understood makes a CRL useless (RFC 5280 sections 5.2 and 5.3). */
static bool check_entries(X509_CRL *crl, struct sti_error *err)
{
    STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);
    for (int i = 0; i < sk_X509_REVOKED_num(entries); i++) {
        const X509_REVOKED *entry = sk_X509_REVOKED_value(entries, i);
        for (int k = 0; k < X509_REVOKED_get_ext_count(entry); k++) {
            /* OpenSSL 4.0 shows it const, 3.0 wants it without. */
            X509_EXTENSION *extension = (X509_EXTENSION *)X509_REVOKED_get_ext(entry, k);
            if (X509_EXTENSION_get_critical(extension) &&
                OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_certificate_issuer)
                return sti_refuse(err, "RFC 5280 section 5.3",
                                  "entry %d of the CRL of \"%s\" has a critical extension that is "
                                  "not understood",
                                  i + 1, crl_issuer(crl).text);
        }
    }
    return true;
}

static bool check_extensions(const X509_CRL *crl, struct sti_error *err)
{
    for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
        X509_EXTENSION *extension = (X509_EXTENSION *)X509_CRL_get_ext(crl, i);
        int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
        if (nid == NID_delta_crl)
            return sti_refuse(err, "RFC 5280 section 5.2.4",
                              "the CRL of \"%s\" is a delta CRL; the whole one is needed",
                              crl_issuer(crl).text);
        if (X509_EXTENSION_get_critical(extension) && nid != NID_issuing_distribution_point)
            return sti_refuse(err, "RFC 5280 section 5.2",
                              "the CRL of \"%s\" has a critical extension that is not understood",
                              crl_issuer(crl).text);
    }
    return true;
}

bool crl_is_stale(const X509_CRL *crl, time_t now)
{
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
    return next != NULL && X509_cmp_time(next, &now) <= 0;
}

static bool check_times(const X509_CRL *crl, const struct crl_trust *trust, struct sti_error *err)
{
    time_t at = trust->now;
    if (X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &at) > 0)
        return sti_refuse(err, clause, "the CRL of \"%s\" is not valid yet at %s",
                          crl_issuer(crl).text, time_words(at).text);
    if (X509_CRL_get0_nextUpdate(crl) == NULL)
        return sti_refuse(err, "RFC 5280 section 5.1.2.5", "the CRL of \"%s\" has no nextUpdate",
                          crl_issuer(crl).text);
    if (crl_is_stale(crl, at) && !trust->accept_stale)
        return sti_refuse(err, clause,
                          "the CRL of \"%s\" is out of date at %s; get the STI-PA's current one",
                          crl_issuer(crl).text, time_words(at).text);
    return true;
}

/* The first certificate of a stack that has the CRL issuer's name and made its signature. */
static X509 *find_in(STACK_OF(X509) * certificates, X509_CRL *crl)
{
    for (int i = 0; i < sk_X509_num(certificates); i++) { /* NULL has -1 */
        X509 *one = sk_X509_value(certificates, i);
        if (X509_NAME_cmp(X509_get_subject_name(one), X509_CRL_get_issuer(crl)) == 0 &&
            X509_CRL_verify(crl, X509_get0_pubkey(one)) == 1)
            return one;
    }
    return NULL;
}

static X509 *find_signer(X509_CRL *crl, const struct crl_trust *trust)
{
    X509 *found = find_in(trust->anchors, crl);
    if (found == NULL)
        found = find_in(trust->others, crl);
    return found == NULL ? find_in(trust->signers, crl) : found;
}

static bool check_signer(X509_CRL *crl, const struct crl_trust *trust, struct sti_error *err)
{
    STACK_OF(X509) *chain = NULL;
    const struct chain_trust signers = {
        .anchors = trust->anchors,
        .now = trust->now,
        .role = "CRL's signer",
        .whose = trust->whose,
        .clause = trust->clause,
    };
    X509 *found = find_signer(crl, trust);
    if (found == NULL)
        return sti_refuse(err, clause,
                          "no certificate of the issuer \"%s\" that made the CRL's signature is "
                          "here; add it to the file of the CRL",
                          crl_issuer(crl).text);
    /* All bits are set when there is no keyUsage. */
    if ((X509_get_key_usage(found) & KU_CRL_SIGN) == 0)
        return sti_refuse(err, "RFC 5280 section 4.2.1.3",
                          "the CRL's signer \"%s\" has a keyUsage without cRLSign",
                          subject_of(found).text);
    bool ok = chain_build(found, trust->signers, &signers, &chain, err);
    sk_X509_pop_free(chain, X509_free);
    return ok;
}

bool crl_usable(X509_CRL *crl, const struct crl_trust *trust, struct sti_error *err)
{
    return (check_signer(crl, trust, err) && check_extensions(crl, err) &&
            check_entries(crl, err) && check_times(crl, trust, err)) ||
           sti_error_part(err, "CRL");
}

/* X509_CRL_get0_by_cert() minds certificateIssuer; X509_CRL_get0_by_serial() would not. */
bool crl_lists(X509_CRL *crl, X509 *certificate)
{
    X509_REVOKED *entry = NULL;
    return X509_CRL_get0_by_cert(crl, &entry, certificate) == 1;
}
