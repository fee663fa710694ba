/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca bundle show`: what is in a bundle. */
#include "bundle_file.h"

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct bundle_file file;
    bool ok = bundle_file_read_any(arguments->positional, &file, err);
    if (ok && tool_flag(arguments, "json"))
        ok = tool_print_json(bundle_file_json(arguments->positional, &file), err);
    else if (ok)
        bundle_file_print(arguments->positional, &file);
    bundle_file_free(&file);
    return ok;
}

const struct tool_command command_bundle_show = {
    .name = "bundle show",
    .summary = "show what is in a bundle, and its digest",
    .positional = "FILE",
    .about = "Reads a bundle as `sti-ca bundle check` does and prints each part with its octets, "
             "what it is and its SHA-256, and the digest of the whole. Nothing in the parts has "
             "been verified.",
    .options = {OPTION_JSON},
    .run = run,
};
