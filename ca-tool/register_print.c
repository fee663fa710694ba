/* SPDX-License-Identifier: Apache-2.0 */
#include "register_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "list_json.h"
#include "text.h"
#include "tnlist.h"

/* ---- a run ---- */

static bool read_time(const struct tool_arguments *arguments, int64_t *at, struct sti_error *err)
{
    const char *text = tool_value(arguments, "at");
    *at = clock_now();
    return text == NULL || clock_parse_time(text, at, err) || sti_error_part(err, "--at");
}

bool register_run_begin(struct register_run *run, const struct tool_arguments *arguments,
                        struct sti_error *err)
{
    *run = (struct register_run){.arguments = arguments, .json = tool_flag(arguments, "json")};
    if (!read_time(arguments, &run->at, err))
        return false;
    run->config = command_config(arguments, err);
    if (run->config == NULL)
        return false;
    run->ledger = ledger_open(run->config->ledger, LEDGER_READ, clock_now(), err);
    return run->ledger != NULL && register_ready(run->ledger, err);
}

bool register_run_end(struct register_run *run, bool ok, struct sti_error *err)
{
    int64_t unreadable = 0;
    ok = ok && register_unreadable(run->ledger, &unreadable, err);
    if (unreadable > 0)
        fprintf(stderr,
                "sti-ca: note: %lld certificate%s of the ledger could not be read, and %s no "
                "number in its register\n",
                (long long)unreadable, unreadable == 1 ? "" : "s",
                unreadable == 1 ? "covers" : "cover");
    ledger_close(run->ledger);
    config_free(run->config);
    return ok && tnlist_printed(err);
}

/* ---- what is asked for ---- */

static bool parse_word(struct tnauthlist_builder *builder, const char *word, struct sti_error *err)
{
    char *text = NULL;
    bool bare = strchr(word, ':') == NULL && *word != '\0';
    if (asprintf(&text, "%s%s", bare ? "TN:" : "", word) < 0)
        return sti_fail(err, "out of memory");
    bool ok = tnauthlist_parse(builder, text, strlen(text), err);
    free(text);
    if (!ok && err != NULL) {
        err->code = STI_USAGE; /* a wrong word, and nothing was looked at */
        sti_error_part(err, "%.60s", word);
    }
    return ok;
}

/* Takes the list out of the builder, which has an entry or more. */
static bool take_list(struct tnauthlist_builder *builder, struct list_file *file,
                      struct sti_error *err)
{
    memset(file, 0, sizeof(*file));
    file->kind = "list";
    bool ok = tnauthlist_builder_finish(builder, &file->der, &file->der_length, err) &&
              tnauthlist_decode(&file->list, file->der, file->der_length, NULL, err);
    if (!ok)
        list_file_free(file);
    return ok;
}

bool register_asked(struct tnset *set, char *const *words, size_t count, const char *path,
                    struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    struct list_file files[2] = {{0}, {0}};
    bool ok = true;
    memset(set, 0, sizeof(*set));
    if (count == 0 && path == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "nothing is asked for: give numbers, ranges or SPCs, or a file of "
                             "them with --list");
    for (size_t i = 0; ok && i < count; i++)
        ok = parse_word(&builder, words[i], err);
    ok = ok && (count == 0 || take_list(&builder, &files[0], err)) &&
         (path == NULL || list_file_read(path, &files[1], err)) &&
         tnset_build(set, (struct tnauthlist[]){files[0].list, files[1].list}, 2, err);
    tnauthlist_builder_free(&builder);
    list_file_free(&files[0]);
    list_file_free(&files[1]);
    return ok;
}

static bool take_holder(void *context, const struct ledger_record *record, struct sti_error *err)
{
    if (record->holder == NULL) {
        sti_refuse(err, NULL,
                   "the ledger does not say who holds certificate %s; give the holder "
                   "as sti-ca show prints it",
                   record->serial);
        return sti_error_part(err, "--holder");
    }
    memcpy(context, record->holder, LEDGER_DIGEST_OCTETS);
    return true;
}

bool register_named_holder(struct register_run *run, uint8_t holder[LEDGER_DIGEST_OCTETS],
                           struct sti_error *err)
{
    const char *text = tool_value(run->arguments, "holder");
    size_t digits = strspn(text, "0123456789abcdefABCDEF");
    if (digits != REGISTER_HOLDER_TEXT - 1 || text[digits] != '\0')
        return ledger_show(run->ledger, text, take_holder, holder, err);
    for (size_t i = 0; i < LEDGER_DIGEST_OCTETS; i++) {
        char octet[3] = {text[2 * i], text[2 * i + 1], '\0'};
        holder[i] = (uint8_t)strtoul(octet, NULL, 16);
    }
    return true;
}

/* ---- certificates ---- */

/* start + count < 10^D (RFC 8226 section 9): a range cannot hold the last number of its length. */
static bool add_range(struct tnauthlist_builder *builder, const struct register_piece *piece,
                      struct sti_error *err)
{
    uint64_t count = register_piece_count(piece);
    struct tnauthlist_builder whole = *builder;
    if (tnauthlist_builder_range(&whole, piece->first, count, NULL)) {
        *builder = whole;
        return true;
    }
    *builder = whole;
    return (count == 2 ? tnauthlist_builder_one(builder, piece->first, err)
                       : tnauthlist_builder_range(builder, piece->first, count - 1, err)) &&
           tnauthlist_builder_one(builder, piece->last, err);
}

bool register_pieces_list(const struct register_piece *pieces, size_t count, struct list_file *file,
                          struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    bool ok = true;
    memset(file, 0, sizeof(*file));
    for (size_t i = 0; ok && i < count; i++) {
        if (pieces[i].spc != NULL)
            ok = tnauthlist_builder_spc(&builder, (const char *)pieces[i].spc, pieces[i].spc_length,
                                        err);
        else if (pieces[i].first == pieces[i].last)
            ok = tnauthlist_builder_one(&builder, pieces[i].first, err);
        else
            ok = add_range(&builder, &pieces[i], err);
    }
    ok = ok && (count == 0 || take_list(&builder, file, err));
    tnauthlist_builder_free(&builder);
    return ok;
}

void register_holder_text(const struct register_certificate *certificate,
                          char text[REGISTER_HOLDER_TEXT])
{
    if (certificate->has_holder)
        text_hex(certificate->holder, LEDGER_DIGEST_OCTETS, text);
    else
        strcpy(text, certificate->authority_own ? "this CA" : "unknown");
}

void register_print_line(const struct register_certificate *certificate)
{
    char holder[REGISTER_HOLDER_TEXT];
    char end[CLOCK_TEXT];
    register_holder_text(certificate, holder);
    clock_text(certificate->not_after, end);
    printf("%-32s  to %s  %-16.16s  ", certificate->serial, end, holder);
    text_print(stdout, certificate->subject);
    putchar('\n');
}

json_t *register_json(const struct register_certificate *certificate)
{
    char holder[REGISTER_HOLDER_TEXT];
    char begin[CLOCK_TEXT], end[CLOCK_TEXT];
    register_holder_text(certificate, holder);
    clock_text(certificate->not_before, begin);
    clock_text(certificate->not_after, end);
    return json_pack("{s:s, s:o, s:o?, s:s, s:s}", "serial", certificate->serial, "subject",
                     tool_json_text(certificate->subject), "holder",
                     certificate->has_holder ? json_string(holder) : json_null(), "valid_from",
                     begin, "valid_to", end);
}

/* ---- JSON as it comes ---- */

void register_json_begin(struct register_run *run, const char *name)
{
    char at[CLOCK_TEXT];
    clock_text(run->at, at);
    tool_json_begins();
    printf("{\n  \"at\": \"%s\",\n  \"%s\": [", at, name);
}

bool register_json_object(struct register_run *run, json_t *json, struct sti_error *err)
{
    fputs(run->printed++ == 0 ? "\n    " : ",\n    ", stdout);
    bool ok = json != NULL && json_dumpf(json, stdout, JSON_ENSURE_ASCII) == 0;
    json_decref(json);
    /* What could not be written is seen at the end. */
    return ok || ferror(stdout) != 0 || sti_fail(err, "no memory for the JSON output");
}

void register_json_end(struct register_run *run)
{
    printf("%s]\n}\n", run->printed == 0 ? "" : "\n  ");
}
