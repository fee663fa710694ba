/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist encode`: the list as it stands in a certificate, octet for octet. */
#include "tnlist.h"

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct tnlist_out out;
    struct list_file file;
    if (!tnlist_out_begin(&out, arguments, TNLIST_DER, err))
        return false;
    if (!list_file_read(arguments->positional, &file, err)) {
        tnlist_out_abandon(&out);
        return false;
    }
    bool ok = tnlist_out_write(&out, &file.list, err);
    list_file_free(&file);
    return ok;
}

const struct tool_command command_tnlist_encode = {
    .name = "tnlist encode",
    .summary = "write a TNAuthList in DER, or DER in letters",
    .positional = "FILE",
    .about = "Writes the DER of the list that FILE holds, its entries in their order; a list that "
             "is DER in FILE comes out octet for octet. FILE " TNLIST_FILE,
    .options = {TNLIST_OPTIONS_OUT("der (by default), base64url, pem, hex or text")},
    .run = run,
};
