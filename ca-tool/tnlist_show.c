/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist show`: the list that a file of any kind holds. */
#include <stdio.h>

#include <jansson.h>

#include "tnlist.h"

static bool print_json(const struct list_file *file, struct sti_error *err)
{
    tool_json_begins();
    printf("{\n  \"kind\": \"%s\",\n  \"list\": ", file->kind);
    if (!list_json_write(&file->list, "  ", stdout))
        return sti_fail(err, "no memory for the JSON output");
    printf("\n}\n");
    return tnlist_printed(err);
}

/* ---- --lenient ---- */

static void print_found(const struct tnauthlist_found *found)
{
    if (found->text != NULL)
        printf("%s%s", found->text, found->flaw == NULL ? "" : " ");
    if (found->flaw != NULL)
        printf("; byte %zu: %s", found->offset, found->flaw);
    putchar('\n');
}

static bool visit_line(void *context, const struct tnauthlist_found *found)
{
    (void)context;
    print_found(found);
    return true;
}

static bool visit_json(void *context, const struct tnauthlist_found *found)
{
    bool *first = context;
    json_t *piece = json_pack("{s:I}", "byte", (json_int_t)found->offset);
    if (piece == NULL)
        return false;
    if (found->entry != 0)
        json_object_set_new(piece, "entry", json_integer((json_int_t)found->entry));
    if (found->text != NULL)
        json_object_set_new(piece, "text", tool_json_text(found->text));
    if (found->flaw != NULL)
        json_object_set_new(piece, "flaw", tool_json_text(found->flaw));
    printf("%s\n    ", *first ? "" : ",");
    *first = false;
    bool ok = json_dumpf(piece, stdout, 0) == 0;
    json_decref(piece);
    return ok;
}

static bool show_lenient(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct list_file file;
    bool first = true;
    if (!list_file_read_octets(arguments->positional, &file, err))
        return false;
    bool json = tool_flag(arguments, "json");
    if (json) {
        tool_json_begins();
        printf("{\n  \"kind\": \"%s\",\n  \"pieces\": [", file.kind);
    }
    bool ok = tnauthlist_walk(file.der, file.der_length, json ? visit_json : visit_line, &first);
    if (json)
        printf("\n  ]\n}\n");
    list_file_free(&file);
    return ok ? tnlist_printed(err) : sti_fail(err, "no memory to walk the list");
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct list_file file;
    if (tool_flag(arguments, "lenient"))
        return show_lenient(arguments, err);
    if (!list_file_read(arguments->positional, &file, err))
        return false;
    bool ok =
        tool_flag(arguments, "json") ? print_json(&file, err) : list_print(&file.list, "", err);
    list_file_free(&file);
    return ok;
}

const struct tool_command command_tnlist_show = {
    .name = "tnlist show",
    .summary = "print the TNAuthList a file holds",
    .positional = "FILE",
    .about = "Prints the list that FILE holds, one entry a line, in the form that openssl.cnf "
             "takes. FILE " TNLIST_FILE,
    .options =
        {
            {"lenient", NULL,
             "print what can be walked of a malformed list, each flaw "
             "behind a ; with its byte and the likely mistake",
             false},
            OPTION_JSON,
        },
    .run = run,
};
