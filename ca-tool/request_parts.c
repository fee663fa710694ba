/* SPDX-License-Identifier: Apache-2.0 */
#include "request_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle_parts.h"
#include "csr.h"
#include "file.h"
#include "list_file.h"
#include "load.h"
#include "token.h"

/* ---- a file each ---- */

static bool read_part(struct request_part *part, const char *path, size_t limit,
                      struct sti_error *err)
{
    snprintf(part->name, sizeof(part->name), "%s", path);
    if (!file_read(path, limit, &part->owned, &part->length, err))
        return false;
    part->octets = part->owned;
    return true;
}

/* The list may stand in any file that `sti-ca tnlist` reads; its octets are what counts. */
static bool read_list(struct request_part *part, const char *path, struct sti_error *err)
{
    struct list_file file;
    snprintf(part->name, sizeof(part->name), "%s", path);
    bool ok = list_file_read(path, &file, err);
    if (ok) {
        part->owned = malloc(file.list.der_length);
        ok = part->owned != NULL || sti_fail(err, "no memory for the list");
    }
    if (ok) {
        memcpy(part->owned, file.list.der, file.list.der_length);
        part->octets = part->owned;
        part->length = file.list.der_length;
    }
    list_file_free(&file);
    return ok;
}

bool request_parts_files(struct request_parts *parts, const struct request_files *files,
                         struct sti_error *err)
{
    memset(parts, 0, sizeof(*parts));
    parts->account_key = load_public_key(files->account_key, err);
    return parts->account_key != NULL && read_part(&parts->csr, files->csr, CSR_MAX_OCTETS, err) &&
           read_part(&parts->token, files->token, TOKEN_MAX_OCTETS, err) &&
           (files->list == NULL || read_list(&parts->list, files->list, err));
}

/* ---- a bundle ---- */

static void take(struct request_part *part, const struct request_parts *parts, const char *path,
                 enum bundle_kind kind)
{
    snprintf(part->name, sizeof(part->name), "%.200s, %s", path, bundle_part_name(kind));
    part->octets = parts->bundle.bundle.parts[kind].octets;
    part->length = parts->bundle.bundle.parts[kind].length;
}

bool request_parts_bundle(struct request_parts *parts, const char *path, struct sti_error *err)
{
    const struct bundle_part *in = parts->bundle.bundle.parts;
    memset(parts, 0, sizeof(*parts));
    if (!bundle_file_read(path, &parts->bundle, err))
        return false;
    take(&parts->csr, parts, path, BUNDLE_CSR);
    take(&parts->token, parts, path, BUNDLE_TOKEN);
    take(&parts->list, parts, path, BUNDLE_LIST);
    parts->account_key =
        bundle_public_key(in[BUNDLE_ACCOUNT_KEY].octets, in[BUNDLE_ACCOUNT_KEY].length, err);
    bool ok = parts->account_key != NULL;
    if (ok && in[BUNDLE_CHAIN].octets != NULL) {
        parts->chain = bundle_certificates(in[BUNDLE_CHAIN].octets, in[BUNDLE_CHAIN].length, err);
        ok = parts->chain != NULL;
    }
    if (ok && in[BUNDLE_CRL].octets != NULL) {
        parts->crl = bundle_crl(in[BUNDLE_CRL].octets, in[BUNDLE_CRL].length, err);
        ok = parts->crl != NULL;
    }
    return ok || sti_error_in(err, path);
}

/* ---- either ---- */

bool request_parts_named(const struct tool_arguments *arguments, struct sti_error *err)
{
    static const char *const single[] = {"csr", "token", "account-key", "list"};
    bool bundled = tool_value(arguments, "bundle") != NULL;
    for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
        bool given = tool_value(arguments, single[i]) != NULL;
        if (bundled && given)
            return sti_error_set(err, STI_USAGE, NULL,
                                 "--bundle and --%s exclude each other: a bundle holds the whole "
                                 "request",
                                 single[i]);
        if (!bundled && !given && strcmp(single[i], "list") != 0)
            return sti_error_set(err, STI_USAGE, NULL,
                                 "--%s is missing; give --csr, --token and --account-key, or "
                                 "--bundle",
                                 single[i]);
    }
    return true;
}

bool request_parts_read(struct request_parts *parts, const struct tool_arguments *arguments,
                        struct sti_error *err)
{
    const char *path = tool_value(arguments, "bundle");
    const struct request_files files = {.csr = tool_value(arguments, "csr"),
                                        .token = tool_value(arguments, "token"),
                                        .account_key = tool_value(arguments, "account-key"),
                                        .list = tool_value(arguments, "list")};
    return path != NULL ? request_parts_bundle(parts, path, err)
                        : request_parts_files(parts, &files, err);
}

void request_parts_free(struct request_parts *parts)
{
    bundle_file_free(&parts->bundle);
    free(parts->csr.owned);
    free(parts->token.owned);
    free(parts->list.owned);
    EVP_PKEY_free(parts->account_key);
    sk_X509_pop_free(parts->chain, X509_free);
    X509_CRL_free(parts->crl);
    memset(parts, 0, sizeof(*parts));
}
