/* SPDX-License-Identifier: Apache-2.0 */
#include "sti_error.h"

#include <stdio.h>
#include <string.h>

void sti_error_clear(struct sti_error *err)
{
    if (err == NULL)
        return;
    memset(err, 0, sizeof(*err));
    err->offset = STI_NOWHERE;
}

static bool set_va(struct sti_error *err, enum sti_code code, const char *clause,
                   const char *format, va_list args) STI_PRINTF(4, 0);

static bool set_va(struct sti_error *err, enum sti_code code, const char *clause,
                   const char *format, va_list args)
{
    if (err == NULL)
        return false;
    sti_error_clear(err);
    err->code = code;
    err->clause = clause;
    vsnprintf(err->sentence, sizeof(err->sentence), format, args);
    return false;
}

bool sti_error_set(struct sti_error *err, enum sti_code code, const char *clause,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_va(err, code, clause, format, args);
    va_end(args);
    return false;
}

bool sti_refuse(struct sti_error *err, const char *clause, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_va(err, STI_REFUSED, clause, format, args);
    va_end(args);
    return false;
}

bool sti_fail(struct sti_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_va(err, STI_ENVIRONMENT, NULL, format, args);
    va_end(args);
    return false;
}

bool sti_error_in(struct sti_error *err, const char *source)
{
    if (err != NULL && err->source[0] == '\0')
        snprintf(err->source, sizeof(err->source), "%s", source);
    return false;
}

bool sti_error_part(struct sti_error *err, const char *format, ...)
{
    if (err == NULL || err->part[0] != '\0')
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(err->part, sizeof(err->part), format, args);
    va_end(args);
    return false;
}

/* A growing line in a fixed buffer, with snprintf's way of counting what did not fit. */
struct line {
    char *buf;
    size_t size;
    size_t length;
};

static void put_char(struct line *line, char c)
{
    if (line->length + 1 < line->size)
        line->buf[line->length] = c;
    line->length++;
}

/* The octets of a well-formed UTF-8 sequence (RFC 3629 section 4) that is no control; else 0. */
static size_t printable_octets(const unsigned char *at)
{
    unsigned char c = at[0];
    unsigned char next = c < 0x80 ? 0x80 : at[1];
    size_t length = c < 0x20 || c == 0x7f ? 0 : c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < length; i++) /* a NUL ends this, too */
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || (c == 0xe0 && next < 0xa0) ||
        (c == 0xed && next > 0x9f) || (c == 0xf0 && next < 0x90) || (c == 0xf4 && next > 0x8f))
        return 0;
    /* U+0080 to U+009F are controls to some terminals, as the octets below 0x20 are. */
    return c == 0xc2 && next < 0xa0 ? 0 : length;
}

/*
 * Input can reach an error sentence; a terminal must never see its control characters raw, nor
 * octets that are not UTF-8: without it 0x9B alone is what ESC [ is.
 */
static void put(struct line *line, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t length = printable_octets(at);
        if (length == 0) {
            put_char(line, '\\');
            put_char(line, 'x');
            put_char(line, hex[*at >> 4]);
            put_char(line, hex[*at++ & 15]);
        }
        for (; length > 0; length--)
            put_char(line, (char)*at++);
    }
}

static void put_number(struct line *line, const char *before, size_t number)
{
    char digits[32];
    snprintf(digits, sizeof(digits), "%zu", number);
    put(line, before);
    put(line, digits);
}

/* The place: `TNAuthList entry 3 at byte 41: `, `line 2 column 7: `, or nothing. */
static void put_place(struct line *line, const struct sti_error *err)
{
    size_t before = line->length;
    put(line, err->part);
    const char *blank = err->part[0] == '\0' ? "" : " ";
    if (err->entry != 0) {
        put(line, blank);
        put_number(line, "entry ", err->entry);
        blank = " ";
    }
    if (err->offset != STI_NOWHERE) {
        put(line, blank);
        put_number(line, "at byte ", err->offset);
        blank = " ";
    }
    if (err->line != 0) {
        put(line, blank);
        put_number(line, "line ", err->line);
        if (err->column != 0)
            put_number(line, " column ", err->column);
    }
    if (line->length != before)
        put(line, ": ");
}

size_t sti_error_text(const struct sti_error *err, char *buf, size_t size)
{
    struct line line = {.buf = buf, .size = size, .length = 0};
    if (err->source[0] != '\0') {
        put(&line, err->source);
        put(&line, ": ");
    }
    put_place(&line, err);
    put(&line, err->sentence);
    if (err->clause != NULL) {
        put(&line, " (");
        put(&line, err->clause);
        put(&line, ")");
    }
    if (size > 0)
        buf[line.length < size ? line.length : size - 1] = '\0';
    return line.length;
}
