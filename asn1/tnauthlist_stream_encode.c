/* SPDX-License-Identifier: Apache-2.0 */
/* Text to DER through a window: blocks of whole entries go through tnauthlist_parse(). */
#include <stdlib.h>
#include <string.h>

#include "tnauthlist_internal.h"
#include "tnauthlist_stream.h"

/* A text being read. Lines and columns of errors count from its beginning. */
struct encoding {
    tnauthlist_sink sink;
    void *sink_context;
    char *window;
    size_t length;
    size_t lines;  /* line ends in what was parsed and left the window */
    size_t column; /* octets of the line that the window begins in, which left it */
    struct tnauthlist_totals *totals;
};

/* How many octets of the window are whole entries: up to the last line end, or the last comma of a
 * line that has no comment. */
static size_t whole_entries(const struct encoding *encoding)
{
    size_t line = encoding->length;
    while (line > 0 && encoding->window[line - 1] != '\n')
        line--;
    if (line > 0)
        return line;
    if (memchr(encoding->window, ';', encoding->length) != NULL)
        return 0;
    size_t comma = encoding->length;
    while (comma > 0 && encoding->window[comma - 1] != ',')
        comma--;
    return comma;
}

/* Notes where the text goes on behind the octets that leave the window. */
static void count_lines(struct encoding *encoding, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        encoding->column++;
        if (encoding->window[i] == '\n') {
            encoding->lines++;
            encoding->column = 0;
        }
    }
}

static bool add_totals(struct encoding *encoding, const struct tnauthlist_builder *builder,
                       struct sti_error *err)
{
    encoding->totals->entries += builder->count;
    encoding->totals->octets += builder->length;
    bool fits = encoding->totals->octets <= TNAUTHLIST_STREAM_MAX_OCTETS;
    return fits || sti_refuse(err, NULL, "the list would have 4 GiB or more in DER");
}

/* Parses the first `length` octets of the window, hands on the entries and drops the octets. */
static bool parse_block(struct encoding *encoding, size_t length, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    bool ok = tnauthlist_parse(&builder, encoding->window, length, err);
    if (!ok && err != NULL && err->line != 0) {
        if (err->line == 1)
            err->column += encoding->column;
        err->line += encoding->lines;
    }
    ok = ok && add_totals(encoding, &builder, err);
    if (ok && builder.length > 0 && encoding->sink != NULL)
        ok = encoding->sink(encoding->sink_context, builder.octets, builder.length, err);
    tnauthlist_builder_free(&builder);
    count_lines(encoding, length);
    encoding->length -= length;
    memmove(encoding->window, encoding->window + length, encoding->length);
    return ok;
}

static bool encode(struct encoding *encoding, tnauthlist_source source, void *context,
                   struct sti_error *err)
{
    for (;;) {
        size_t got = 0;
        size_t room = TNAUTHLIST_STREAM_WINDOW - encoding->length;
        if (!source(context, (uint8_t *)encoding->window + encoding->length, room, &got, err))
            return false;
        if (got == 0)
            return parse_block(encoding, encoding->length, err);
        encoding->length += got;
        size_t whole = whole_entries(encoding);
        if (whole == 0 && encoding->length == TNAUTHLIST_STREAM_WINDOW)
            return sti_refuse(err, NULL, "an entry or comment is longer than %zu octets",
                              TNAUTHLIST_STREAM_WINDOW);
        if (whole > 0 && !parse_block(encoding, whole, err))
            return false;
    }
}

bool tnauthlist_stream_encode(tnauthlist_source source, void *source_context, tnauthlist_sink sink,
                              void *sink_context, struct tnauthlist_totals *totals,
                              struct sti_error *err)
{
    struct encoding encoding = {.sink = sink, .sink_context = sink_context, .totals = totals};
    memset(totals, 0, sizeof(*totals));
    encoding.window = malloc(TNAUTHLIST_STREAM_WINDOW);
    if (encoding.window == NULL)
        return sti_fail(err, "no memory for a window");
    bool ok = encode(&encoding, source, source_context, err);
    free(encoding.window);
    if (ok && totals->entries == 0)
        return sti_refuse(err, TN_CLAUSE, "the list is empty, at least one entry is needed");
    return ok;
}

size_t tnauthlist_stream_header(uint64_t octets, uint8_t header[TNAUTHLIST_STREAM_HEADER])
{
    size_t length = 1;
    header[0] = DER_SEQUENCE;
    if (octets < 0x80) {
        header[1] = (uint8_t)octets;
        return 2;
    }
    while (length < 4 && octets >> 8 * length != 0)
        length++;
    header[1] = (uint8_t)(0x80 | length);
    for (size_t i = 0; i < length; i++)
        header[2 + i] = (uint8_t)(octets >> 8 * (length - 1 - i));
    return 2 + length;
}
