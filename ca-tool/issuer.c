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
    X509 *root = load_certificate(config->root.certificate, err);
    if (root == NULL)
        return false;
    bool is_ca = X509_check_ca(issuer->certificate) == 1 &&
                 (X509_get_key_usage(issuer->certificate) & KU_KEY_CERT_SIGN) != 0;
    bool is_signed = X509_verify(issuer->certificate, X509_get0_pubkey(root)) == 1;
    ERR_clear_error();
    X509_free(root);
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
static bool load_reference(struct issuer *issuer, const char *url, const struct config *config,
                           size_t *count, struct sti_error *err)
{
    size_t length = 0;
    const char *name = list_reference_name(url);
    if (!list_reference_is_digest(name))
        return true;
    issuer->path = file_beside(config->lists, name);
    if (issuer->path == NULL)
        return sti_fail(err, "no memory for the issuer's list");
    if (!file_read(issuer->path, TNAUTHLIST_MAX_OCTETS, &issuer->octets, &length, err))
        return false;
    issuer->file =
        (struct path_list){.der = issuer->octets, .der_length = length, .name = issuer->path};
    *count = 1;
    return true;
}

static bool load_scope(struct issuer *issuer, const struct config *config, struct sti_error *err)
{
    const struct list_place place = {X509_get0_extensions(issuer->certificate), "certificate"};
    char *url = NULL;
    size_t count = 0;
    bool ok = list_reference_read(&place, &url, err) &&
              (url == NULL || load_reference(issuer, url, config, &count, err));
    free(url);
    ok = ok && path_scope_read(&issuer->scope, issuer->certificate, &issuer->file, count, err);
    return ok || sti_error_in(err, config->intermediate.certificate);
}

bool issuer_load(struct issuer *issuer, const struct config *config, struct sti_error *err)
{
    *issuer =
        (struct issuer){.certificate = load_certificate(config->intermediate.certificate, err)};
    return issuer->certificate != NULL && check_certificate(issuer, config, err) &&
           load_scope(issuer, config, err);
}

void issuer_free(struct issuer *issuer)
{
    path_scope_free(&issuer->scope);
    X509_free(issuer->certificate);
    free(issuer->octets);
    free(issuer->path);
    *issuer = (struct issuer){0};
}
