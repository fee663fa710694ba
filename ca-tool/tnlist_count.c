/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist count`: how much a list names. */
#include <stdio.h>

#include "tnlist.h"

/* The pieces of a set that are SPCs come first. */
static size_t count_spcs(const struct tnset *set)
{
    size_t count = 0;
    for (struct tnset_piece piece; count < tnset_piece_count(set); count++) {
        tnset_piece(set, count, &piece);
        if (piece.kind != TNAUTHLIST_SPC)
            break;
    }
    return count;
}

static bool print(const struct list_file *file, const struct tnset *set, bool as_json,
                  struct sti_error *err)
{
    size_t spcs = count_spcs(set);
    unsigned long long numbers = tnset_count(set);
    if (as_json)
        return tool_print_json(json_pack("{s:s, s:I, s:I, s:I}", "kind", file->kind, "entries",
                                         (json_int_t)file->list.count, "spcs", (json_int_t)spcs,
                                         "numbers", (json_int_t)numbers),
                               err);
    printf("entries  %zu\nSPCs     %zu\nnumbers  %llu%s\n", file->list.count, spcs, numbers,
           spcs == 0 ? "" : " (those of the SPCs not counted: which they are is not in the list)");
    return tnlist_printed(err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct list_file file;
    struct tnset set;
    if (!list_file_read(arguments->positional, &file, err))
        return false;
    bool ok = tnset_build(&set, &file.list, 1, err);
    if (ok) {
        ok = print(&file, &set, tool_flag(arguments, "json"), err);
        tnset_free(&set);
    } else {
        sti_error_in(err, tnlist_source(arguments->positional));
    }
    list_file_free(&file);
    return ok;
}

const struct tool_command command_tnlist_count = {
    .name = "tnlist count",
    .summary = "count the entries, SPCs and numbers of a TNAuthList",
    .positional = "FILE",
    .about = "Prints how many entries the list has, and how many SPCs and numbers it names, each "
             "counted once. The numbers an SPC stands for are not in the list, so they are not "
             "counted. FILE " TNLIST_FILE,
    .options = {OPTION_JSON},
    .run = run,
};
