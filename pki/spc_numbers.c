/* SPDX-License-Identifier: Apache-2.0 */
#include "spc_numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char header[] = "spc,first,last";

/* One line without its end. */
struct line {
    const char *text;
    size_t length;
    size_t number;
};

struct reading {
    const struct tnset *wanted; /* whose SPCs count */
    struct tnauthlist_builder builder;
    struct sti_error *err;
};

static bool bad(const struct reading *in, const struct line *line, size_t column,
                const char *sentence)
{
    sti_refuse(in->err, NULL, "%s", sentence);
    if (in->err != NULL) {
        in->err->line = line->number;
        in->err->column = column;
    }
    return false;
}

/* The text up to the next comma or the end; false if there is no comma where one must be. */
static bool next_field(const struct line *line, size_t *at, bool last, const char **field,
                       size_t *length)
{
    const char *comma = memchr(line->text + *at, ',', line->length - *at);
    *field = line->text + *at;
    *length = comma == NULL ? line->length - *at : (size_t)(comma - *field);
    *at += *length + (comma != NULL);
    return (comma == NULL) == last;
}

/* Adds `TN:first-last` by the grammar that every list has, so its rules are the list's. */
static bool add(struct reading *in, const struct line *line, const char *first, size_t first_length,
                const char *last, size_t last_length)
{
    char text[64];
    size_t column = (size_t)(first - line->text) + 1;
    if (first_length == 0 || first_length > TN_MAX_SYMBOLS || last_length > TN_MAX_SYMBOLS)
        return bad(in, line, column, "first is a number of 1 to 15 symbols, last too or empty");
    bool one =
        last_length == 0 || (last_length == first_length && memcmp(first, last, first_length) == 0);
    int used = snprintf(text, sizeof(text), "TN:%.*s%s%.*s", (int)first_length, first,
                        one ? "" : "-", one ? 0 : (int)last_length, last);
    if (strpbrk(text, ",;\n") != NULL || memchr(text, '+', (size_t)used) != NULL)
        return bad(in, line, column, "a number has other symbols than digits, * and #");
    if (tnauthlist_parse(&in->builder, text, (size_t)used, in->err))
        return true;
    if (in->err != NULL) {
        in->err->line = line->number;
        in->err->column = column;
    }
    return false;
}

static bool read_line(struct reading *in, const struct line *line)
{
    const char *spc, *first, *last;
    size_t spc_length, first_length, last_length;
    size_t at = 0;
    size_t count = in->builder.count;
    size_t length = in->builder.length;
    if (!next_field(line, &at, false, &spc, &spc_length) ||
        !next_field(line, &at, false, &first, &first_length) ||
        !next_field(line, &at, true, &last, &last_length))
        return bad(in, line, 1, "a line has three fields: an SPC, the first and the last number");
    if (spc_length == 0)
        return bad(in, line, 1, "the SPC is empty");
    if (!add(in, line, first, first_length, last, last_length))
        return false;
    if (!tnset_contains_spc(in->wanted, spc, spc_length)) {
        in->builder.count = count; /* it was only to be checked */
        in->builder.length = length;
    }
    return true;
}

/* Cuts the next line off; false at the end. */
static bool next_line(const char *text, size_t length, size_t *at, struct line *line)
{
    if (*at >= length)
        return false;
    const char *end = memchr(text + *at, '\n', length - *at);
    line->text = text + *at;
    line->length = end == NULL ? length - *at : (size_t)(end - line->text);
    *at += line->length + 1;
    line->number++;
    if (line->length > 0 && line->text[line->length - 1] == '\r')
        line->length--;
    return true;
}

static bool read_lines(struct reading *in, const char *text, size_t length)
{
    size_t at = 0;
    struct line line = {0};
    if (!next_line(text, length, &at, &line) || line.length != sizeof(header) - 1 ||
        memcmp(line.text, header, line.length) != 0) {
        line.number = 1;
        return bad(in, &line, 1, "the first line is not: spc,first,last");
    }
    while (next_line(text, length, &at, &line))
        if (!read_line(in, &line))
            return false;
    return true;
}

bool spc_numbers_read(const char *text, size_t length, const struct tnauthlist *list,
                      struct tnset *numbers, struct sti_error *err)
{
    struct tnset wanted = {0};
    struct tnauthlist found = {0};
    uint8_t *der = NULL;
    size_t der_length = 0;
    struct reading in = {.wanted = &wanted, .err = err};
    memset(numbers, 0, sizeof(*numbers));
    bool ok = tnset_build(&wanted, list, 1, err) && read_lines(&in, text, length);
    if (ok && in.builder.count > 0)
        ok = tnauthlist_builder_finish(&in.builder, &der, &der_length, err) &&
             tnauthlist_decode(&found, der, der_length, NULL, err) &&
             tnset_build(numbers, &found, 1, err);
    tnauthlist_free(&found);
    free(der);
    tnauthlist_builder_free(&in.builder);
    tnset_free(&wanted);
    return ok;
}
