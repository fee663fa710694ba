/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca register who` and `sti-ca register holders`: who has numbers. */
#include <stdio.h>

#include "list_json.h"
#include "register_print.h"

static bool visit_json(void *context, const struct register_certificate *certificate,
                       const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct list_file part;
    if (!register_pieces_list(pieces, count, &part, err))
        return false;
    json_t *json = register_json(certificate);
    if (json != NULL)
        json_object_set_new(json, "part", list_json(&part.list));
    list_file_free(&part);
    return register_json_object(context, json, err);
}

static bool visit_line(void *context, const struct register_certificate *certificate,
                       const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct register_run *run = context;
    struct list_file part;
    run->printed++;
    register_print_line(certificate);
    if (!register_pieces_list(pieces, count, &part, err))
        return false;
    bool ok = list_print(&part.list, "    ", err);
    list_file_free(&part);
    return ok;
}

/* An SPC may stand for the number, too: nobody who has only lists can say. */
static bool tell_of_spcs(struct register_run *run, struct sti_error *err)
{
    bool any;
    if (!register_has_spcs(run->ledger, &any, err))
        return false;
    if (any)
        printf("certificates with an SPC are not asked: which numbers it stands for is in no list "
               "(sti-ca register who SPC:...)\n");
    return true;
}

static bool ask(struct register_run *run, const struct tnset *asked, struct sti_error *err)
{
    if (run->json) {
        register_json_begin(run, "certificates");
        if (!register_ask(run->ledger, asked, run->at, NULL, visit_json, run, err))
            return false;
        register_json_end(run);
        return true;
    }
    if (!register_ask(run->ledger, asked, run->at, NULL, visit_line, run, err))
        return false;
    if (run->printed == 0)
        printf("no live certificate covers it\n");
    return tnset_count(asked) == 0 || tell_of_spcs(run, err);
}

static bool answer(const struct tool_arguments *arguments, struct tnset *asked,
                   struct sti_error *err)
{
    struct register_run run;
    bool ok = register_run_begin(&run, arguments, err) && ask(&run, asked, err);
    return register_run_end(&run, ok, err);
}

static bool run_who(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct tnset asked;
    char *word = (char *)arguments->positional; /* only read */
    if (!register_asked(&asked, &word, 1, NULL, err))
        return false;
    bool ok = tnset_piece_count(&asked) == 1 && tnset_count(&asked) <= 1;
    ok =
        ok ? answer(arguments, &asked, err)
           : sti_error_set(err, STI_USAGE, NULL,
                           "%.60s is more than one number; ask with sti-ca register holders", word);
    tnset_free(&asked);
    return ok;
}

static bool run_holders(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct tnset asked;
    bool ok = register_asked(&asked, arguments->rest, arguments->rest_count,
                             tool_value(arguments, "list"), err) &&
              answer(arguments, &asked, err);
    tnset_free(&asked);
    return ok;
}

const struct tool_command command_register_who = {
    .name = "register who",
    .summary = "say which live certificates cover a number",
    .positional = "TN",
    .about =
        "Prints the certificates of this CA that cover the number and are live: issued, not\n"
        "revoked, and inside their validity. A line has the serial, the end of the validity, the\n"
        "beginning of the holder's digest (sti-ca show prints all of it) and the subject. TN is\n"
        "a number, with or without TN: before it, or SPC:CODE for the certificates with that SPC.\n"
        "Which numbers an SPC stands for is in no list, so no number is covered by an SPC here.\n"
        "Takes no lock and changes nothing.",
    .options = {OPTION_AT, OPTION_CONFIG, OPTION_JSON},
    .run = run_who,
};

const struct tool_command command_register_holders = {
    .name = "register holders",
    .summary = "say who holds which part of a list of numbers",
    .positional = "[ENTRY...]",
    .about =
        "Prints the live certificates that cover some of the numbers, or have an SPC, of the "
        "entries and the file, as sti-ca register who does, each with the part it covers. An "
        "ENTRY is as in tnauthlist(5): 12155550100-12155550199, 12155550100+100, SPC:709J; TN: "
        "before a number may be left out.",
    .options = {{"list", "FILE", "and of this file: any that sti-ca tnlist reads", false},
                OPTION_AT,
                OPTION_CONFIG,
                OPTION_JSON},
    .run = run_holders,
};
