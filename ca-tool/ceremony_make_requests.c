/* SPDX-License-Identifier: Apache-2.0 */
/* What is signed for requests in bundles: a delegating CA's certificate, or a batch of them. */
#include "ceremony_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "ceremony_request.h"
#include "list_url.h"

/* by_reference goes with the profiles that have their list by reference, and with no other. */
static bool check_way(const struct making *making, const struct request *request,
                      struct sti_error *err)
{
    const char *base = making->file->by_reference;
    const char *profile = request->profile->name;
    bool by_reference = profile_find(request->profile, PROFILE_LIST_REFERENCE) != NULL;
    if (by_reference && base == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "the profile %s has its list by reference; say with by_reference in "
                             "[certificate] of the ceremony file below which URL it will be",
                             profile);
    if (!by_reference && base != NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "the profile %s has its list by value; leave by_reference out of the "
                             "ceremony file, or take another one (tn-reference)",
                             profile);
    return by_reference || request->parts.list.octets == NULL ||
           sti_error_set(err, STI_USAGE, NULL,
                         "the list came beside the CSR, so it goes by reference; take a profile "
                         "for that (tn-reference), and by_reference in the ceremony file");
}

static bool check_request(const struct making *making, const struct request *request, X509 *issuer,
                          struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    const struct profile *profile = request->profile;
    bool outlives = request_site(request->rules, profile)->values.outlive_token != 0;
    if (X509_cmp(request->rules->issuer.certificate, issuer) != 0) {
        ERR_clear_error();
        return sti_refuse(err, NULL,
                          "the issuer of the ceremony file is not the intermediate of the "
                          "configuration, for which requests are judged");
    }
    if (profile->ca != (file->kind == CEREMONY_DELEGATE_CA))
        return sti_error_set(err, STI_USAGE, NULL,
                             "the profile %s is not for a ceremony of the kind %s", profile->name,
                             ceremony_kind_name(file->kind));
    if (!check_way(making, request, err))
        return false;
    return outlives || request->claim->exp >= file->valid_to ||
           sti_refuse(err, "RFC 9447 section 7",
                      "the token ends before valid_to of the ceremony file, and a certificate may "
                      "not outlive its token");
}

/* Where the list by reference will be; NULL: it goes by value. */
static bool make_url(const struct making *making, const struct request *request, char **url,
                     struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    const struct tnauthlist *list = &request->list;
    if (making->file->by_reference == NULL)
        return true;
    if (!list_name(list->der, list->der_length, name, err))
        return false;
    *url = list_url(making->file->by_reference, name, err);
    return *url != NULL || sti_error_part(err, "[certificate] by_reference");
}

static bool plan_request(struct making *making, const struct request *request, X509 *issuer,
                         const char *bundle, const char *out, EVP_PKEY *key, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    char *url = NULL;
    if (!check_request(making, request, issuer, err) || !make_url(making, request, &url, err))
        return false;
    const struct cert_content content = {
        .profile = request->profile,
        .subject = request->csr->subject,
        .spki = request->csr->spki,
        .issuer = issuer,
        .not_before = (time_t)file->valid_from,
        .not_after = (time_t)file->valid_to,
        .path_length = -1,
        .policy = file->policy,
        .crl_url = file->crl_url,
        .crl_issuer = file->crl_issuer,
        .list = url == NULL ? request->list.der : NULL,
        .list_length = url == NULL ? request->list.der_length : 0,
        .list_url = url,
    };
    bool ok = making_sign(making, &content, bundle, out, key, err);
    free(url);
    return ok;
}

/* Reads the bundle as an input first: what is judged is what the plan has the digest of. */
static bool add_request(struct making *making, struct ledger *ledger, X509 *issuer,
                        const char *bundle, const char *out, EVP_PKEY *key, struct sti_error *err)
{
    struct request request;
    struct request_rules rules;
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!making_input(making, bundle, &octets, &length, err))
        return false;
    free(octets);
    bool ok =
        ceremony_request_judge(&request, &rules, making->config, ledger, making->folder, bundle,
                               making->file->profile, making_judged_at(making), err) &&
        plan_note_profile(making->plan, request.profile->name,
                          request_profile_digest(&rules, request.profile), err) &&
        plan_request(making, &request, issuer, bundle, out, key, err);
    request_free(&request);
    request_rules_free(&rules);
    return ok || sti_error_in(err, bundle);
}

static bool add_requests(struct making *making, struct ledger *ledger, X509 *issuer, EVP_PKEY *key,
                         struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    if (file->kind == CEREMONY_DELEGATE_CA)
        return add_request(making, ledger, issuer, file->bundle, file->out, key, err);
    for (size_t i = 0; i < file->requests.count; i++) {
        const struct ceremony_line *line = &file->requests.items[i];
        char *out = NULL;
        if (asprintf(&out, "%s.pem", line->name) < 0)
            return sti_fail(err, "no memory for the name of a file");
        bool ok = add_request(making, ledger, issuer, line->value, out, key, err);
        free(out);
        if (!ok)
            return false;
    }
    return true;
}

bool making_requests(struct making *making, EVP_PKEY **key, struct sti_error *err)
{
    X509 *issuer = making_certificate(making, making->file->issuer, err);
    bool ok = issuer != NULL && making_check_issuer(making, issuer, err);
    struct ledger *ledger = ok ? making_ledger(making, err) : NULL;
    if (ledger != NULL) {
        *key = X509_get0_pubkey(issuer);
        EVP_PKEY_up_ref(*key);
        ok = add_requests(making, ledger, issuer, *key, err);
    }
    ok = ok && ledger != NULL;
    ledger_close(ledger);
    X509_free(issuer);
    return ok;
}
