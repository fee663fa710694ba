/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist contains`: one number, and the arm of the list that has it. */
#include <stdio.h>
#include <string.h>

#include "tnlist.h"

static const char *const arms[] = {
    [TNAUTHLIST_SPC] = "spc", [TNAUTHLIST_RANGE] = "range", [TNAUTHLIST_ONE] = "one"};

/* What is known of a number and a list. */
struct finding {
    const char *source;
    const char *number; /* without TN: */
    const struct tnauthlist *list;
    enum tnset_answer answer;
    size_t entry; /* of the arm; TNSET_NO_ENTRY when there is none */
};

static const char *answer_word(const struct finding *finding)
{
    return finding->answer == TNSET_YES  ? "contained"
           : finding->answer == TNSET_NO ? "not contained"
                                         : "undecidable";
}

/* `contained: range, entry 2 TN:...`, `undecidable: spc, entry 1 SPC:709J`, `not contained`. */
static bool print(const struct finding *finding, struct sti_error *err)
{
    fputs(answer_word(finding), stdout);
    if (finding->entry != TNSET_NO_ENTRY) {
        printf(": %s, entry %zu ", arms[tnauthlist_get(finding->list, finding->entry).kind],
               finding->entry + 1);
        if (!tnlist_print_entry(finding->list, finding->entry, err))
            return false;
    }
    putchar('\n');
    return tnlist_printed(err);
}

static bool print_json(const struct finding *finding, struct sti_error *err)
{
    tool_json_begins();
    printf("{\n  \"tn\": \"%s\",\n  \"answer\": \"%s\"", finding->number, answer_word(finding));
    if (finding->entry != TNSET_NO_ENTRY) {
        printf(",\n  \"arm\": \"%s\",\n  \"entry\": %zu,\n  \"value\": ",
               arms[tnauthlist_get(finding->list, finding->entry).kind], finding->entry + 1);
        if (!list_json_write_entry(finding->list, finding->entry, stdout))
            return sti_fail(err, "no memory for the JSON output");
    }
    printf("\n}\n");
    return tnlist_printed(err);
}

/* The answer is the exit status too. */
static bool conclude(const struct finding *finding, struct sti_error *err)
{
    if (finding->answer == TNSET_YES)
        return true;
    if (finding->answer == TNSET_NO)
        sti_refuse(err, "RFC 8226 section 9", "TN %s is not in the list", finding->number);
    else
        sti_refuse(err, "RFC 8226 section 9",
                   "TN %s is undecidable: no TN and no range has it, but the SPC of entry %zu may "
                   "stand for it; which numbers it has is not in the list",
                   finding->number, finding->entry + 1);
    return sti_error_in(err, finding->source);
}

static bool find(struct finding *finding, tn_word number, struct sti_error *err)
{
    struct tnset_cover cover;
    struct tnset_explanation why;
    if (!tnset_cover_build(&cover, finding->list, err))
        return sti_error_in(err, finding->source);
    bool ok = tnset_cover_numbers(&cover, number, 1, &why, err);
    tnset_cover_free(&cover);
    if (!ok)
        return false;
    finding->answer = why.answer;
    finding->entry = why.answer == TNSET_YES ? why.entry : why.spc_entry;
    return true;
}

/* The word on the command line, with or without TN: before it. */
static bool read_number(const char *word, const char **digits, tn_word *number,
                        struct sti_error *err)
{
    *digits = strncmp(word, "TN:", 3) == 0 ? word + 3 : word;
    if (tn_pack(*digits, strlen(*digits), number, err))
        return true;
    if (err != NULL) {
        err->code = STI_USAGE; /* a wrong word, and no list was looked at */
        err->offset = STI_NOWHERE;
    }
    return sti_error_part(err, "TN %.60s", *digits);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = arguments->positionals[1];
    struct finding finding = {.source = tnlist_source(path)};
    struct list_file file;
    tn_word number;
    if (!read_number(arguments->positionals[0], &finding.number, &number, err) ||
        !list_file_read(path, &file, err))
        return false;
    finding.list = &file.list;
    bool ok = find(&finding, number, err) &&
              (tool_flag(arguments, "json") ? print_json(&finding, err) : print(&finding, err)) &&
              conclude(&finding, err);
    list_file_free(&file);
    return ok;
}

const struct tool_command command_tnlist_contains = {
    .name = "tnlist contains",
    .summary = "say whether a TNAuthList has a number",
    .positional = "TN FILE",
    .about = "Prints `contained` with the entry that has the number and its arm, one or range; "
             "`undecidable` with an SPC that may stand for it, when nothing else has it; or `not "
             "contained`. Exit status 0 only for the first. FILE " TNLIST_FILE,
    .options = {OPTION_JSON},
    .run = run,
};
