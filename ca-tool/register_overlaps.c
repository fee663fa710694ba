/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca register overlaps`: numbers that two holders have. */
#include <stdio.h>

#include "list_json.h"
#include "register_print.h"
#include "text.h"

static json_t *pair_json(const struct register_certificate *a, const struct register_certificate *b,
                         const struct tnauthlist *common)
{
    return json_pack("{s:o?, s:[o?, o?]}", "common", list_json(common), "certificates",
                     register_json(a), register_json(b));
}

static void print_side(const struct register_certificate *certificate)
{
    printf("    ");
    register_print_line(certificate);
}

static bool visit(void *context, const struct register_certificate *a,
                  const struct register_certificate *b, const struct register_piece *common,
                  struct sti_error *err)
{
    struct register_run *run = context;
    struct list_file list;
    bool ok = register_pieces_list(common, 1, &list, err);
    if (ok && run->json) {
        ok = register_json_object(run, pair_json(a, b, &list.list), err);
    } else if (ok) {
        run->printed++;
        ok = list_print(&list.list, "", err);
        print_side(a);
        print_side(b);
    }
    list_file_free(&list);
    return ok;
}

static bool look(struct register_run *run, struct sti_error *err)
{
    if (run->json)
        register_json_begin(run, "overlaps");
    if (!register_overlaps(run->ledger, run->at, visit, run, err))
        return false;
    if (run->json)
        register_json_end(run);
    else if (run->printed == 0)
        printf("no number has two holders\n");
    return true;
}

static bool run_overlaps(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct register_run run;
    bool ok = register_run_begin(&run, arguments, err) && look(&run, err);
    return register_run_end(&run, ok, err);
}

const struct tool_command command_register_overlaps = {
    .name = "register overlaps",
    .summary = "find the numbers that two holders have",
    .about =
        "Reads the whole register in the order of its numbers and prints every two live\n"
        "certificates of different holders that have numbers in common, with these numbers, as it\n"
        "finds them. A certificate and one that was issued below it do not count: what a delegate\n"
        "has, its parent has too (RFC 9060 section 4). Exit status 0 whatever is found. A\n"
        "configuration with second_holder = refuse lets no new ones come to be.",
    .options = {OPTION_AT, OPTION_CONFIG, OPTION_JSON},
    .run = run_overlaps,
};
