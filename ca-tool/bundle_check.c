/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca bundle check`: is the bundle whole, and the one that was made at the other end? */
#include <stdio.h>

#include "bundle_file.h"
#include "text.h"

static bool print(const struct tool_arguments *arguments, const struct bundle_file *file,
                  struct sti_error *err)
{
    char digest[BUNDLE_DIGEST_TEXT];
    bool compared = tool_value(arguments, "digest") != NULL;
    text_hex(bundle_file_digest(file), BUNDLE_DIGEST_OCTETS, digest);
    if (tool_flag(arguments, "json")) {
        json_t *json = bundle_file_json(arguments->positional, file);
        if (json != NULL)
            json_object_set_new(json, "compared", json_boolean(compared));
        return tool_print_json(json, err);
    }
    printf("well-formed: bundle, %zu %s, each with its SHA-256\ndigest %s\n",
           bundle_file_parts(file), file->files.count > 0 ? "files" : "parts", digest);
    printf(compared ? "the digest is the one given\n"
                    : "compare the digest with the one shown where the bundle was made\n");
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct bundle_file file;
    bool ok = bundle_file_read_any(arguments->positional, &file, err);
    if (ok && !bundle_file_compare(&file, tool_value(arguments, "digest"), err))
        ok = err->code == STI_REFUSED && sti_error_in(err, arguments->positional);
    ok = ok && print(arguments, &file, err);
    bundle_file_free(&file);
    return ok;
}

const struct tool_command command_bundle_check = {
    .name = "bundle check",
    .summary = "say whether a bundle is whole, and the one that was made",
    .positional = "FILE",
    .about = "Reads a bundle to its last octet: the form, the SHA-256 of every part, and every "
             "part of a request as what its name says. If one part is off, the whole bundle is "
             "refused, and "
             "the sentence names the part. Prints the digest of the whole; with --digest it must "
             "be the one that was shown where the bundle was made. This is not the verdict on "
             "the request: no signature is verified, no date compared.",
    .options =
        {
            OPTION_DIGEST,
            OPTION_JSON,
        },
    .run = run,
};
