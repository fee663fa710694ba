/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist canonical`: the one list of those that mean the same. */
#include "tnlist.h"

static bool write_canonical(struct tnlist_out *out, const struct tnauthlist *list,
                            const char *source, struct sti_error *err)
{
    struct tnset set;
    struct list_file canonical;
    if (!tnset_build(&set, list, 1, err))
        return sti_error_in(err, source);
    bool ok = tnlist_of_set(&set, &canonical, err);
    tnset_free(&set);
    if (!ok)
        return false;
    ok = tnlist_out_write(out, &canonical.list, err);
    list_file_free(&canonical);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct tnlist_out out;
    struct list_file file;
    if (!tnlist_out_begin(&out, arguments, TNLIST_TEXT, err))
        return false;
    bool ok = list_file_read(arguments->positional, &file, err);
    if (ok) {
        ok = write_canonical(&out, &file.list, tnlist_source(arguments->positional), err);
        list_file_free(&file);
    }
    tnlist_out_abandon(&out); /* nothing, if it was written */
    return ok;
}

const struct tool_command command_tnlist_canonical = {
    .name = "tnlist canonical",
    .summary = "write the shortest TNAuthList of the same meaning",
    .positional = "FILE",
    .about = "Writes the list of the fewest entries that means the same as the one FILE holds: "
             "SPCs, then numbers, sorted, each once, neighbours as ranges. Lists that mean the "
             "same have the same canonical form. FILE " TNLIST_FILE,
    .options = {TNLIST_OPTIONS_OUT("text (by default), der, base64url, pem or hex")},
    .run = run,
};
