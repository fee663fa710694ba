/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca register export`: all of the register, as it comes. */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "list_json.h"
#include "register_print.h"
#include "text.h"

static bool print_json(struct register_run *run, const struct register_certificate *certificate,
                       const struct tnauthlist *part, struct sti_error *err)
{
    json_t *json = register_json(certificate);
    if (json != NULL)
        json_object_set_new(json, "part", list_json(part));
    return register_json_object(run, json, err);
}

/* RFC 4180: in quotes, which are doubled inside. Control characters as everywhere. */
static void print_quoted(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        char octet[2] = {*text, '\0'};
        if (*text == '"')
            putchar('"');
        text_print(stdout, octet);
    }
    putchar('"');
}

/* The SPC as in the text form, without "SPC:"; it may have any length. */
static bool print_spc(const struct tnauthlist *part, struct sti_error *err)
{
    size_t room = tnauthlist_entry_text(part, 0, NULL, 0) + 1;
    char *text = malloc(room);
    if (text == NULL)
        return sti_fail(err, "no memory to print an SPC");
    tnauthlist_entry_text(part, 0, text, room);
    print_quoted(text + 4);
    free(text);
    return true;
}

static bool print_csv(const struct register_certificate *certificate,
                      const struct register_piece *piece, const struct tnauthlist *part,
                      struct sti_error *err)
{
    char first[TN_MAX_SYMBOLS + 1] = "", last[TN_MAX_SYMBOLS + 1] = "";
    char holder[REGISTER_HOLDER_TEXT] = "";
    char begin[CLOCK_TEXT], end[CLOCK_TEXT];
    clock_text(certificate->not_before, begin);
    clock_text(certificate->not_after, end);
    if (certificate->has_holder)
        register_holder_text(certificate, holder);
    if (piece->spc == NULL) {
        tn_unpack(piece->first, first);
        tn_unpack(piece->last, last);
    }
    printf("%s,%s,", first, last);
    if (piece->spc == NULL)
        print_quoted("");
    else if (!print_spc(part, err))
        return false;
    printf(",%s,%s,%s,%s,", certificate->serial, begin, end, holder);
    print_quoted(certificate->subject);
    printf("\r\n");
    return true;
}

static bool print_line(const struct register_certificate *certificate,
                       const struct tnauthlist *part, struct sti_error *err)
{
    bool ok = list_print(part, "", err);
    printf("    ");
    register_print_line(certificate);
    return ok;
}

static bool visit(void *context, const struct register_certificate *certificate,
                  const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct register_run *run = context;
    struct list_file part;
    bool ok = register_pieces_list(pieces, count, &part, err);
    if (ok && run->json)
        ok = print_json(run, certificate, &part.list, err);
    else if (ok && tool_flag(run->arguments, "csv"))
        ok = print_csv(certificate, pieces, &part.list, err);
    else if (ok)
        ok = print_line(certificate, &part.list, err);
    list_file_free(&part);
    return ok;
}

static bool export(struct register_run *run, struct sti_error *err)
{
    bool csv = tool_flag(run->arguments, "csv");
    if (csv && run->json)
        return sti_error_set(err, STI_USAGE, NULL, "give either --json or --csv");
    if (run->json)
        register_json_begin(run, "pieces");
    else if (csv)
        printf("first,last,spc,serial,valid_from,valid_to,holder,subject\r\n");
    if (!register_export(run->ledger, run->at, visit, run, err))
        return false;
    if (run->json)
        register_json_end(run);
    return true;
}

static bool run_export(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct register_run run;
    bool ok = register_run_begin(&run, arguments, err) && export(&run, err);
    return register_run_end(&run, ok, err);
}

const struct tool_command command_register_export = {
    .name = "register export",
    .summary = "print all of the number register",
    .about = "Prints every SPC and every number or range of every live certificate, SPCs first, "
             "then in the order of the numbers, shorter ones before longer ones, each with its "
             "certificate. It is printed as it is read: the register may have any size.",
    .options = {{"csv", NULL, "print it as CSV (RFC 4180), with a line of names", false},
                OPTION_AT,
                OPTION_CONFIG,
                OPTION_JSON},
    .run = run_export,
};
