/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is the signer revoked? The STI-PA publishes one indirect CRL (RFC 5280 section 5.2.5) for the
 * certificates of many CAs. OpenSSL's own CRL checking wants it under the same anchor as the
 * certificate, so the CRL is judged here: its signer's chain, its signature, its times, and that
 * all that is critical in it is understood; then it is looked up.
 */
#include "token_internal.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

static const char clause[] = "RFC 5280 section 6.3.3";

static struct quoted issuer_of(const X509_CRL *crl)
{
    struct quoted words = quote("", 0);
    BIO *memory = BIO_new(BIO_s_mem());
    char *text = NULL;
    if (memory != NULL && X509_NAME_print_ex(memory, X509_CRL_get_issuer(crl), 0,
                                             XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        long length = BIO_get_mem_data(memory, &text);
        if (length > 0)
            words = quote(text, (size_t)length);
    }
    BIO_free(memory);
    return words;
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
                                  i + 1, issuer_of(crl).text);
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
                              issuer_of(crl).text);
        if (X509_EXTENSION_get_critical(extension) && nid != NID_issuing_distribution_point)
            return sti_refuse(err, "RFC 5280 section 5.2",
                              "the CRL of \"%s\" has a critical extension that is not understood",
                              issuer_of(crl).text);
    }
    return true;
}

static bool check_times(const X509_CRL *crl, time_t now, struct sti_error *err)
{
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
    time_t at = now;
    if (X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &at) > 0)
        return sti_refuse(err, clause, "the CRL of \"%s\" is not valid yet at %s",
                          issuer_of(crl).text, time_words(now).text);
    if (next == NULL)
        return sti_refuse(err, "RFC 5280 section 5.1.2.5", "the CRL of \"%s\" has no nextUpdate",
                          issuer_of(crl).text);
    if (X509_cmp_time(next, &at) <= 0)
        return sti_refuse(err, clause,
                          "the CRL of \"%s\" is out of date at %s; get the STI-PA's current one",
                          issuer_of(crl).text, time_words(now).text);
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

static bool check_signer(X509_CRL *crl, const struct token_signer *signer,
                         const struct token_trust *trust, struct sti_error *err)
{
    STACK_OF(X509) *chain = NULL;
    X509 *found = find_in(trust->anchors, crl);
    if (found == NULL)
        found = find_in(signer->chain, crl);
    if (found == NULL)
        found = find_in(trust->crl_signers, crl);
    if (found == NULL)
        return sti_refuse(err, clause,
                          "no certificate of the issuer \"%s\" that made the CRL's signature is "
                          "here; add it to the file of the CRL",
                          issuer_of(crl).text);
    /* All bits are set when there is no keyUsage. */
    if ((X509_get_key_usage(found) & KU_CRL_SIGN) == 0)
        return sti_refuse(err, "RFC 5280 section 4.2.1.3",
                          "the CRL's signer \"%s\" has a keyUsage without cRLSign",
                          subject_of(found).text);
    bool ok = token_chain_build(found, trust->crl_signers, trust, "CRL's signer", &chain, err);
    sk_X509_pop_free(chain, X509_free);
    return ok;
}

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

/* X509_CRL_get0_by_cert() minds certificateIssuer; X509_CRL_get0_by_serial() would not. */
static bool check_listed(X509_CRL *crl, X509 *certificate, struct sti_error *err)
{
    X509_REVOKED *entry = NULL;
    if (X509_CRL_get0_by_cert(crl, &entry, certificate) != 1)
        return true;
    sti_refuse(err, clause, "certificate \"%s\" was revoked by the CRL of \"%s\"",
               subject_of(certificate).text, issuer_of(crl).text);
    return sti_error_part(err, "signer");
}

/* Everything below the anchor is looked up where a CRL covers it; the anchor is taken as it is. */
static bool check_crl(X509_CRL *crl, const struct token_signer *signer,
                      const struct token_trust *trust, bool *covered, struct sti_error *err)
{
    if (!check_signer(crl, signer, trust, err) || !check_extensions(crl, err) ||
        !check_entries(crl, err) || !check_times(crl, trust->now, err))
        return sti_error_part(err, "CRL");
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
            *words = issuer_of(crl);
        covered = covered || covers_signer;
    }
    if (covered)
        return true;
    sti_refuse(err, clause,
               "no CRL that was given speaks of the signer \"%s\"; get the STI-PA's CRL that does",
               subject_of(signer->leaf).text);
    return sti_error_part(err, "signer");
}
