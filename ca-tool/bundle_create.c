/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca bundle create`: the files of a request into one file. */
#include <stdlib.h>
#include <string.h>

#include "bundle_file.h"
#include "bundle_parts.h"
#include "file.h"

/* What goes into the new bundle: file->bundle's parts borrow from these. */
struct sources {
    uint8_t *octets[BUNDLE_KINDS];
};

/* The options are called as the parts are. Each file must be what it is given as. */
static bool read_sources(const struct tool_arguments *arguments, struct sources *sources,
                         struct bundle_file *file, struct sti_error *err)
{
    for (enum bundle_kind kind = 0; kind < BUNDLE_KINDS; kind++) {
        const char *path = tool_value(arguments, bundle_part_name(kind));
        size_t length = 0;
        if (path == NULL)
            continue;
        if (!file_read(path, bundle_part_limit(kind), &sources->octets[kind], &length, err))
            return false;
        file->words[kind] = bundle_part_describe(kind, sources->octets[kind], length, err);
        if (file->words[kind] == NULL)
            return sti_error_in(err, strcmp(path, "-") == 0 ? "standard input" : path);
        file->bundle.parts[kind] =
            (struct bundle_part){.octets = sources->octets[kind], .length = length};
    }
    return true;
}

static bool make(const struct tool_arguments *arguments, struct sources *sources,
                 struct bundle_file *file, struct sti_error *err)
{
    struct file_out *out =
        file_out_begin(tool_value(arguments, "out"), tool_flag(arguments, "force"), err);
    if (out == NULL)
        return false;
    if (read_sources(arguments, sources, file, err) &&
        bundle_write(&file->bundle, &file->octets, &file->length, err))
        return file_out_commit(out, file->octets, file->length, err);
    file_out_abandon(out);
    return false;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = tool_value(arguments, "out");
    struct sources sources = {0};
    struct bundle_file file = {0};
    bool ok = make(arguments, &sources, &file, err);
    if (ok && tool_flag(arguments, "json"))
        ok = tool_print_json(bundle_file_json(path, &file), err);
    else if (ok)
        bundle_file_print(path, &file);
    bundle_file_free(&file);
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        free(sources.octets[i]);
    return ok;
}

const struct tool_command command_bundle_create = {
    .name = "bundle create",
    .summary = "put the files of a request into one file",
    .about =
        "Puts what a check of a request needs into one file that travels over the air gap. Each "
        "file is read first and must be what it is given as; a private key is refused. The files "
        "go in as they are, each with its SHA-256, so the same files always make the same bundle. "
        "Prints the digest of the whole, the SHA-256 of the bundle: compare it at the other end "
        "with `sti-ca bundle check --digest`. Needs no configuration and no HSM.",
    .options =
        {
            OPTION_CSR,
            OPTION_TOKEN,
            {"account-key", "FILE",
             "the applicant's account key, a public key\nin PEM or DER (SubjectPublicKeyInfo)",
             true},
            {"chain", "FILE",
             "the token signer's certificates, PEM, or one in\nDER; for a token with an x5u",
             false},
            {"crl", "FILE", "a revocation list for the token's signer, PEM or DER", false},
            {"list", "FILE", "the TNAuthList of a request by reference, in DER", false},
            {"out", "FILE", "where the bundle goes", true},
            OPTION_FORCE,
            OPTION_JSON,
        },
    .run = run,
};
