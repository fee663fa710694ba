/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist cover`: whether one list encompasses another (RFC 9060 section 4). */
#include <stdio.h>

#include "tnlist.h"

static const char *const answers[] = {
    [TNSET_NO] = "no", [TNSET_YES] = "yes", [TNSET_UNDECIDABLE] = "undecidable"};

/* The way through the child's entries, and what they add up to. */
struct covering {
    const struct tnauthlist *parent;
    const struct tnauthlist *child;
    struct tnset_cover cover;
    enum tnset_answer answer;
    size_t first_entry; /* the first of those that give the answer */
    size_t counts[3];   /* entries by answer */
    struct sti_error *err;
};

static void add_up(struct covering *covering, size_t index, enum tnset_answer answer)
{
    covering->counts[answer]++;
    if (answer == TNSET_YES || covering->answer == answer || covering->answer == TNSET_NO)
        return;
    covering->answer = answer;
    covering->first_entry = index;
}

/* The missing piece, in the text form: an SPC has none but itself. */
static bool print_missing(const struct covering *covering, size_t index,
                          const struct tnset_explanation *why)
{
    if (why->missing_first == 0)
        return tnlist_print_entry(covering->child, index, covering->err);
    char number[TN_MAX_SYMBOLS + 1];
    tn_unpack(why->missing_first, number);
    printf("TN:%s", number);
    tn_unpack(why->missing_last, number);
    if (why->missing_last != why->missing_first)
        printf("-%s", number);
    return true;
}

static bool print_parent_entry(const struct covering *covering, const char *before, size_t entry)
{
    printf("%s entry %zu ", before, entry + 1);
    return tnlist_print_entry(covering->parent, entry, covering->err);
}

/* `entry 2 TN:100-199: no, TN:150-159 is missing; it begins in the parent's entry 1 TN:100-149`. */
static bool print_entry(const struct covering *covering, size_t index,
                        const struct tnset_explanation *why)
{
    printf("entry %zu ", index + 1);
    bool ok = tnlist_print_entry(covering->child, index, covering->err);
    printf(": %s, ", answers[why->answer]);
    if (why->answer == TNSET_YES) {
        ok = ok && print_parent_entry(covering, why->several ? "by several, the first is" : "by",
                                      why->entry);
        putchar('\n');
        return ok;
    }
    ok = ok && print_missing(covering, index, why);
    printf(" is missing");
    if (why->entry != TNSET_NO_ENTRY)
        ok = ok && print_parent_entry(covering, "; the beginning is in", why->entry);
    if (why->answer == TNSET_UNDECIDABLE)
        ok = ok && print_parent_entry(covering, "; it may be among the numbers of", why->spc_entry);
    putchar('\n');
    return ok;
}

static bool print_missing_json(const struct covering *covering, size_t index,
                               const struct tnset_explanation *why)
{
    printf(", \"missing\": ");
    if (why->missing_first == 0)
        return list_json_write_entry(covering->child, index, stdout);
    char first[TN_MAX_SYMBOLS + 1];
    char last[TN_MAX_SYMBOLS + 1];
    tn_unpack(why->missing_first, first);
    tn_unpack(why->missing_last, last);
    printf("{\"first\": \"%s\", \"last\": \"%s\"}", first, last);
    return true;
}

static bool print_entry_json(const struct covering *covering, size_t index,
                             const struct tnset_explanation *why)
{
    printf("%s\n    {\"entry\": %zu, \"value\": ", index == 0 ? "" : ",", index + 1);
    bool ok = list_json_write_entry(covering->child, index, stdout);
    printf(", \"answer\": \"%s\"", answers[why->answer]);
    if (why->entry != TNSET_NO_ENTRY)
        printf(", \"parent_entry\": %zu", why->entry + 1);
    if (why->answer == TNSET_YES)
        printf(", \"several\": %s", why->several ? "true" : "false");
    else
        ok = ok && print_missing_json(covering, index, why);
    if (why->spc_entry != TNSET_NO_ENTRY)
        printf(", \"parent_spc_entry\": %zu", why->spc_entry + 1);
    putchar('}');
    return ok || sti_fail(covering->err, "no memory for the JSON output");
}

static bool print_entries(struct covering *covering, bool as_json)
{
    for (size_t i = 0; i < covering->child->count; i++) {
        struct tnset_explanation why;
        if (!tnset_cover_entry(&covering->cover, covering->child, i, &why, covering->err))
            return false;
        add_up(covering, i, why.answer);
        if (!(as_json ? print_entry_json : print_entry)(covering, i, &why))
            return false;
    }
    return true;
}

static bool print(struct covering *covering, bool as_json)
{
    if (as_json) {
        tool_json_begins();
        printf("{\n  \"entries\": [");
    }
    if (!print_entries(covering, as_json))
        return false;
    printf(as_json ? "\n  ],\n  \"answer\": \"%s\"\n}\n" : "answer: %s\n",
           answers[covering->answer]);
    return tnlist_printed(covering->err);
}

/* The answer is the exit status too. */
static bool conclude(const struct covering *covering, const char *const *paths)
{
    if (covering->answer == TNSET_YES)
        return true;
    if (covering->answer == TNSET_NO)
        sti_refuse(covering->err, "RFC 9060 section 4",
                   "is not encompassed by %.200s: %zu of %zu entries are not, the first is entry "
                   "%zu",
                   tnlist_source(paths[0]), covering->counts[TNSET_NO], covering->child->count,
                   covering->first_entry + 1);
    else
        sti_refuse(covering->err, "RFC 9060 section 4.1",
                   "whether %.200s encompasses it is undecidable for %zu of %zu entries, the first "
                   "is entry %zu: it depends on the numbers of the parent's SPCs",
                   tnlist_source(paths[0]), covering->counts[TNSET_UNDECIDABLE],
                   covering->child->count, covering->first_entry + 1);
    return sti_error_in(covering->err, tnlist_source(paths[1]));
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct list_file files[2];
    if (!tnlist_read_two(arguments, files, err))
        return false;
    struct covering covering = {
        .parent = &files[0].list, .child = &files[1].list, .answer = TNSET_YES, .err = err};
    bool ok = tnset_cover_build(&covering.cover, covering.parent, err);
    if (ok) {
        ok = print(&covering, tool_flag(arguments, "json")) &&
             conclude(&covering, arguments->positionals);
        tnset_cover_free(&covering.cover);
    } else {
        sti_error_in(err, tnlist_source(arguments->positionals[0]));
    }
    list_file_free(&files[0]);
    list_file_free(&files[1]);
    return ok;
}

const struct tool_command command_tnlist_cover = {
    .name = "tnlist cover",
    .summary = "say whether a TNAuthList encompasses another",
    .positional = "PARENT CHILD",
    .about =
        "Answers yes, no or undecidable (RFC 9060 section 4), for each entry of CHILD and for all: "
        "with the entry of PARENT that covers it, or the first piece that is missing. An SPC is "
        "covered by the same SPC alone. A number that only an SPC of PARENT could stand for is "
        "undecidable. Exit status 0 only for yes. Each of PARENT and CHILD " TNLIST_FILE,
    .options = {OPTION_JSON},
    .run = run,
};
