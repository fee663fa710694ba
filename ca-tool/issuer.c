/* SPDX-License-Identifier: Apache-2.0 */
#include "issuer.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "file.h"
#include "list_reference.h"
#include "load.h"

/* It may sign certificates, and the certificate above it has signed it. */
static bool check_certificate(const struct issuer *issuer, const struct config *config,
                              struct sti_error *err)
{
    bool is_ca = X509_check_ca(issuer->certificate) == 1 &&
                 (X509_get_key_usage(issuer->certificate) & KU_KEY_CERT_SIGN) != 0;
    bool is_signed = X509_verify(issuer->certificate, X509_get0_pubkey(issuer->anchor)) == 1;
    ERR_clear_error();
    if (is_ca && is_signed)
        return true;
    sti_fail(err, is_ca ? "was not signed by the root of the configuration"
                        : "is no CA certificate that may sign certificates");
    return sti_error_in(err, config->intermediate.certificate);
}

/*
 * Reads the list of this URL. A URL without a digest names no file here; then the list is missing,
 * and path_scope_read() says so.
 */
static bool load_reference(struct issuer_list *list, const char *url, const struct config *config,
                           struct sti_error *err)
{
    size_t length = 0;
    const char *name = list_reference_name(url);
    if (!list_reference_is_digest(name))
        return true;
    list->path = file_beside(config->lists, name);
    if (list->path == NULL)
        return sti_fail(err, "no memory for the issuer's list");
    if (!file_read(list->path, TNAUTHLIST_MAX_OCTETS, &list->octets, &length, err))
        return false;
    list->list = (struct path_list){.der = list->octets, .der_length = length, .name = list->path};
    return true;
}

static bool load_list(struct issuer_list *list, X509 *certificate, const struct config *config,
                      struct sti_error *err)
{
    const struct list_place place = {X509_get0_extensions(certificate), "certificate"};
    char *url = NULL;
    bool ok = list_reference_read(&place, &url, err) &&
              (url == NULL || load_reference(list, url, config, err));
    free(url);
    return ok;
}

static bool load_lists(struct issuer *issuer, const struct config *config, struct sti_error *err)
{
    if (!load_list(&issuer->anchor_list, issuer->anchor, config, err))
        return sti_error_in(err, config->root.certificate);
    return (load_list(&issuer->list, issuer->certificate, config, err) &&
            path_scope_read(&issuer->scope, issuer->certificate, &issuer->list.list,
                            issuer->list.octets == NULL ? 0 : 1, err)) ||
           sti_error_in(err, config->intermediate.certificate);
}

/* The STI-PA's CRL speaks of the certificates of STI-CAs as of those of the signers of tokens. */
static bool load_crl(struct issuer *issuer, const struct config *config, struct sti_error *err)
{
    if (config->sti_pa_crl == NULL)
        return true;
    issuer->crls = load_crls(config->sti_pa_crl, &issuer->crl_signers, err);
    issuer->crl_anchors =
        issuer->crls == NULL ? NULL : load_certificates(config->sti_pa_anchors, err);
    return issuer->crl_anchors != NULL;
}

bool issuer_load(struct issuer *issuer, const struct config *config, struct sti_error *err)
{
    *issuer =
        (struct issuer){.certificate = load_certificate(config->intermediate.certificate, err)};
    if (issuer->certificate == NULL)
        return false;
    issuer->name = config->intermediate.certificate;
    issuer->anchor = load_certificate(config->root.certificate, err);
    return issuer->anchor != NULL && check_certificate(issuer, config, err) &&
           load_lists(issuer, config, err) && load_crl(issuer, config, err);
}

static void list_free(struct issuer_list *list)
{
    free(list->octets);
    free(list->path);
}

void issuer_free(struct issuer *issuer)
{
    path_scope_free(&issuer->scope);
    list_free(&issuer->list);
    list_free(&issuer->anchor_list);
    sk_X509_CRL_pop_free(issuer->crls, X509_CRL_free);
    sk_X509_pop_free(issuer->crl_signers, X509_free);
    sk_X509_pop_free(issuer->crl_anchors, X509_free);
    X509_free(issuer->anchor);
    X509_free(issuer->certificate);
    *issuer = (struct issuer){0};
}
