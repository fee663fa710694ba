/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "load.h"
#include "subject.h"

bool crl_series_is_configured(const struct config *config, struct sti_error *err)
{
    return config->crl.key != NULL ||
           sti_error_set(err, STI_USAGE, NULL,
                         "%s has no section [crl] that names the key and the certificate of the "
                         "CRL's signer",
                         config->path);
}

bool crl_series_check_signer(X509 *signer, const char *own, const char *path, struct sti_error *err)
{
    if ((X509_get_key_usage(signer) & KU_CRL_SIGN) != 0)
        return true;
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
    return sti_error_in(err, path);
}

char *crl_series_scope(const char *issuer, const char *url)
{
    char *scope = NULL;
    return asprintf(&scope, "%s%s%s", issuer, url == NULL ? "" : " at ", url == NULL ? "" : url) < 0
               ? NULL
               : scope;
}

/* ---- the CRL before ---- */

struct search {
    struct crl_listing *before;
    bool *there;
};

static bool visit(void *context, const struct ledger_crl *crl, struct sti_error *err)
{
    struct search *search = context;
    *search->there = true;
    return crl_listing_read(search->before, crl->der, crl->der_length, err) ||
           sti_error_part(err, "last CRL in the ledger");
}

/* What is not on the CRL before may be missing on every one that follows. */
static bool check_signature(const struct crl_listing *before, X509 *signer, struct sti_error *err)
{
    bool good = X509_CRL_verify(before->crl, X509_get0_pubkey(signer)) == 1;
    ERR_clear_error();
    return good ||
           sti_refuse(err, "RFC 5280 section 6.3.3",
                      "is not signed with the key that signs the next one, so nobody vouches "
                      "for what it lists; name the last CRL that this key has signed");
}

/* A series that was begun elsewhere. */
static bool load(const char *path, X509 *signer, struct crl_listing *before, struct sti_error *err)
{
    STACK_OF(X509) *signers = NULL;
    unsigned char *der = NULL;
    STACK_OF(X509_CRL) *crls = load_crls(path, &signers, err);
    if (crls == NULL)
        return false;
    int length = sk_X509_CRL_num(crls) == 1 ? i2d_X509_CRL(sk_X509_CRL_value(crls, 0), &der) : 0;
    bool ok = length > 0 ? crl_listing_read(before, der, (size_t)length, err) &&
                               check_signature(before, signer, err)
                         : sti_refuse(err, NULL, "holds more than one CRL");
    OPENSSL_free(der);
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    sk_X509_pop_free(signers, X509_free);
    return ok || sti_error_in(err, path);
}

bool crl_series_before(struct ledger *ledger, const char *scope, X509 *signer, const char *previous,
                       const char *word, struct crl_listing *before, bool *there,
                       struct sti_error *err)
{
    struct search search = {before, there};
    *there = false;
    if (!ledger_last_crl(ledger, scope, visit, &search, err))
        return false;
    if (previous == NULL)
        return true;
    if (!*there) {
        *there = load(previous, signer, before, err);
        return *there;
    }
    char *number = crl_number_text(before->number);
    char *issuer = subject_text(X509_get_subject_name(signer));
    sti_error_set(err, STI_USAGE, NULL,
                  "the ledger has CRL %s of \"%.200s\", which the next one follows; %s is "
                  "for a series that was begun elsewhere, and only for its first CRL here",
                  number == NULL ? "?" : number, issuer == NULL ? "?" : issuer, word);
    free(issuer);
    free(number);
    return false;
}
