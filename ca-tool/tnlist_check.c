/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist check`: is it a list, and what of it looks like a slip. */
#include <stdio.h>

#include "numbering_plan.h"
#include "tnlist.h"

/* What the warnings of one entry need. */
struct checking {
    const struct tnauthlist *list;
    size_t index;
    size_t warnings;
    bool ok;
    struct sti_error *err;
};

static void print_warning(void *context, const char *name, const char *sentence)
{
    struct checking *checking = context;
    printf("entry %zu ", checking->index + 1);
    checking->ok =
        checking->ok && tnlist_print_entry(checking->list, checking->index, checking->err);
    printf(": warning %s: %s\n", name, sentence);
}

static void print_warning_json(void *context, const char *name, const char *sentence)
{
    struct checking *checking = context;
    printf("%s\n    {\"entry\": %zu, \"value\": ", checking->warnings == 0 ? "" : ",",
           checking->index + 1);
    if (!list_json_write_entry(checking->list, checking->index, stdout))
        checking->ok = sti_fail(checking->err, "no memory for the JSON output");
    printf(", \"warning\": \"%s\", \"sentence\": ", name);
    list_json_write_string(sentence, stdout);
    putchar('}');
    checking->warnings++;
}

static bool print(const struct list_file *file, struct checking *checking)
{
    size_t warnings = 0;
    for (size_t i = 0; i < file->list.count && checking->ok; i++) {
        checking->index = i;
        const struct tnauthlist_entry entry = tnauthlist_get(&file->list, i);
        warnings += numbering_plan_check(&entry, print_warning, checking);
    }
    printf("well-formed: %s, %s, %s\n", file->kind,
           tnlist_counted(file->list.count, "entry", "entries").text,
           tnlist_counted(warnings, "warning", "warnings").text);
    return checking->ok && tnlist_printed(checking->err);
}

static bool print_json(const struct list_file *file, struct checking *checking)
{
    tool_json_begins();
    printf("{\n  \"kind\": \"%s\",\n  \"entries\": %zu,\n  \"warnings\": [", file->kind,
           file->list.count);
    for (size_t i = 0; i < file->list.count && checking->ok; i++) {
        checking->index = i;
        const struct tnauthlist_entry entry = tnauthlist_get(&file->list, i);
        numbering_plan_check(&entry, print_warning_json, checking);
    }
    printf("%s]\n}\n", checking->warnings == 0 ? "" : "\n  ");
    return checking->ok && tnlist_printed(checking->err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct list_file file;
    if (!list_file_read(arguments->positional, &file, err))
        return false;
    struct checking checking = {.list = &file.list, .ok = true, .err = err};
    bool ok = tool_flag(arguments, "json") ? print_json(&file, &checking) : print(&file, &checking);
    list_file_free(&file);
    return ok;
}

const struct tool_command command_tnlist_check = {
    .name = "tnlist check",
    .summary = "say whether a TNAuthList is well-formed and plausible",
    .positional = "FILE",
    .about = "Reads the list strictly, then prints a warning for every entry that is lawful, but "
             "that the numbering plan makes look like a slip; tnauthlist(5) explains them by "
             "name. Warnings do not change the exit status. FILE " TNLIST_FILE,
    .options = {OPTION_JSON},
    .run = run,
};
