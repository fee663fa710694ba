/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_files.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "file.h"
#include "load.h"
#include "spc_numbers.h"

/* Moves what a file held to the end of a stack; false without memory. */
static bool move(STACK_OF(X509) * into, STACK_OF(X509) * from)
{
    X509 *certificate;
    while ((certificate = sk_X509_shift(from)) != NULL) {
        if (sk_X509_push(into, certificate) > 0)
            continue;
        X509_free(certificate);
        return false;
    }
    return true;
}

/* The certificates of all files of an option, in their order. */
static bool load_option(STACK_OF(X509) * *into, const struct tool_arguments *arguments,
                        const char *option, struct sti_error *err)
{
    const char *path;
    *into = sk_X509_new_null();
    if (*into == NULL)
        return sti_fail(err, "no memory for certificates");
    for (size_t i = 0; (path = tool_values(arguments, option, i)) != NULL; i++) {
        STACK_OF(X509) *some = load_chain(path, err);
        if (some == NULL)
            return false;
        bool ok = move(*into, some) || sti_fail(err, "no memory for certificates");
        sk_X509_pop_free(some, X509_free);
        if (!ok)
            return false;
    }
    return true;
}

/* What stands behind CERT in its file goes before --chain. */
static bool load_certificates_of_path(struct verify_files *files,
                                      const struct tool_arguments *arguments, struct sti_error *err)
{
    STACK_OF(X509) *more = NULL;
    files->own = load_chain(arguments->positional, err);
    if (files->own == NULL || !load_option(&more, arguments, "chain", err)) {
        sk_X509_pop_free(more, X509_free);
        return false;
    }
    files->chain = X509_chain_up_ref(files->own);
    bool ok = files->chain != NULL;
    if (ok) {
        X509_free(sk_X509_shift(files->chain));
        ok = move(files->chain, more);
    }
    sk_X509_pop_free(more, X509_free);
    return ok || sti_fail(err, "no memory for certificates");
}

/* A file of CRLs; the certificates in it may be their signers. */
static bool add_crls(struct verify_files *files, const char *path, struct sti_error *err)
{
    STACK_OF(X509) *signers = NULL;
    STACK_OF(X509_CRL) *crls = load_crls(path, &signers, err);
    if (crls == NULL)
        return false;
    bool ok = move(files->crl_signers, signers);
    X509_CRL *crl;
    while (ok && (crl = sk_X509_CRL_shift(crls)) != NULL) {
        ok = sk_X509_CRL_push(files->crls, crl) > 0;
        if (!ok)
            X509_CRL_free(crl);
    }
    sk_X509_CRL_pop_free(crls, X509_CRL_free);
    sk_X509_pop_free(signers, X509_free);
    return ok || sti_fail(err, "no memory for CRLs");
}

static bool load_revocation(struct verify_files *files, const struct tool_arguments *arguments,
                            struct sti_error *err)
{
    const char *path;
    files->crls = sk_X509_CRL_new_null();
    files->crl_signers = sk_X509_new_null();
    if (files->crls == NULL || files->crl_signers == NULL)
        return sti_fail(err, "no memory for CRLs");
    for (size_t i = 0; (path = tool_values(arguments, "crl", i)) != NULL; i++)
        if (!add_crls(files, path, err))
            return false;
    return load_option(&files->crl_anchors, arguments, "crl-anchor", err);
}

/* FILE, or URL=FILE; the URL ends at the last equals sign, for a URL may have some. */
static bool add_list(struct verify_files *files, const char *word, struct sti_error *err)
{
    size_t at = files->list_count;
    const char *path = word;
    if (strncasecmp(word, "https://", 8) == 0) {
        const char *equals = strrchr(word, '=');
        if (equals == NULL)
            return sti_error_set(err, STI_USAGE, NULL,
                                 "--list %.200s names no file; write URL=FILE with what the URL "
                                 "returned, for nothing is fetched",
                                 word);
        path = equals + 1;
        files->urls[at] = strndup(word, (size_t)(equals - word));
        if (files->urls[at] == NULL)
            return sti_fail(err, "no memory for a URL");
    }
    if (!list_file_read(path, &files->list_files[at], err)) {
        free(files->urls[at]);
        files->urls[at] = NULL;
        return false;
    }
    files->lists[at] = (struct path_list){.url = files->urls[at],
                                          .der = files->list_files[at].der,
                                          .der_length = files->list_files[at].der_length,
                                          .name = path};
    files->list_count++;
    return true;
}

static bool load_lists(struct verify_files *files, const struct tool_arguments *arguments,
                       struct path_policy *policy, struct sti_error *err)
{
    const char *word;
    for (size_t i = 0; (word = tool_values(arguments, "list", i)) != NULL; i++)
        if (!add_list(files, word, err))
            return false;
    policy->table.name = tool_value(arguments, "spc-numbers");
    if (policy->table.name == NULL)
        return true;
    bool ok = file_read(policy->table.name, SPC_NUMBERS_MAX_OCTETS, &files->table,
                        &policy->table.length, err);
    policy->table.text = (const char *)files->table;
    return ok;
}

bool verify_files_load(struct verify_files *files, const struct tool_arguments *arguments,
                       struct path_input *input, struct sti_error *err)
{
    if (!load_certificates_of_path(files, arguments, err) ||
        !load_option(&files->anchors, arguments, "anchor", err) ||
        !load_revocation(files, arguments, err) ||
        !load_lists(files, arguments, &input->policy, err))
        return false;
    input->certificate = sk_X509_value(files->own, 0);
    input->chain = files->chain;
    input->anchors = files->anchors;
    input->lists = files->lists;
    input->list_count = files->list_count;
    input->crls = files->crls;
    input->crl_signers = files->crl_signers;
    input->crl_anchors = files->crl_anchors;
    return true;
}

void verify_files_free(struct verify_files *files)
{
    for (size_t i = 0; i < files->list_count; i++) {
        list_file_free(&files->list_files[i]);
        free(files->urls[i]);
    }
    free(files->table);
    sk_X509_pop_free(files->own, X509_free);
    sk_X509_pop_free(files->chain, X509_free);
    sk_X509_pop_free(files->anchors, X509_free);
    sk_X509_pop_free(files->crl_anchors, X509_free);
    sk_X509_pop_free(files->crl_signers, X509_free);
    sk_X509_CRL_pop_free(files->crls, X509_CRL_free);
    *files = (struct verify_files){0};
}
