/* SPDX-License-Identifier: Apache-2.0 */
/* DER to text through a window: every entry goes through the strict reader. */
#include <stdlib.h>
#include <string.h>

#include "tnauthlist_internal.h"
#include "tnauthlist_stream.h"

/* The longest tag and length that an entry or the list can have. */
#define MAX_HEADER 6

/* A list being read: octets [at, length) of the window are still to be read. */
struct decoding {
    tnauthlist_source source;
    void *source_context;
    tnauthlist_sink sink;
    void *sink_context;
    uint8_t *window;
    size_t at;
    size_t length;
    bool at_end;   /* the source has no more */
    uint64_t gone; /* octets that have left the window */
    uint64_t left; /* octets of the list that are not read yet */
    char *text;    /* what is to be written */
    size_t text_length;
    struct tnauthlist_totals *totals;
};

/* Puts the place in the whole list into an error that has the place in the window. */
static bool at(const struct decoding *decoding, struct sti_error *err)
{
    if (err == NULL)
        return false;
    sti_error_part(err, "TNAuthList");
    if (err->offset == STI_NOWHERE)
        err->offset = decoding->at;
    err->offset += (size_t)decoding->gone;
    return false;
}

/* Moves what is unread to the front of the window and fills the rest, as far as there is more. */
static bool refill(struct decoding *decoding, struct sti_error *err)
{
    decoding->gone += decoding->at;
    decoding->length -= decoding->at;
    memmove(decoding->window, decoding->window + decoding->at, decoding->length);
    decoding->at = 0;
    while (!decoding->at_end && decoding->length < TNAUTHLIST_STREAM_WINDOW) {
        size_t got = 0;
        if (!decoding->source(decoding->source_context, decoding->window + decoding->length,
                              TNAUTHLIST_STREAM_WINDOW - decoding->length, &got, err))
            return false;
        decoding->length += got;
        decoding->at_end = got == 0;
    }
    return true;
}

static bool flush(struct decoding *decoding, struct sti_error *err)
{
    size_t length = decoding->text_length;
    decoding->text_length = 0;
    return length == 0 || decoding->sink == NULL ||
           decoding->sink(decoding->sink_context, (const uint8_t *)decoding->text, length, err);
}

/* An octet of an SPC becomes four in text at most. */
#define TEXT_ROOM (4 * TNAUTHLIST_STREAM_WINDOW + 16)

static bool put_entry(struct decoding *decoding, const struct tnauthlist_entry *entry,
                      struct sti_error *err)
{
    size_t needed =
        entry->kind == TNAUTHLIST_SPC ? 4 * (size_t)entry->count + 6 : TNAUTHLIST_ENTRY_TEXT + 1;
    if (decoding->text_length + needed > TEXT_ROOM && !flush(decoding, err))
        return false;
    char *text = decoding->text + decoding->text_length;
    size_t length =
        tnauthlist_value_text(decoding->window, entry, text, TEXT_ROOM - decoding->text_length);
    text[length] = '\n';
    decoding->text_length += length + 1;
    return true;
}

/* How long the element at decoding->at is, header included; 0 if its header is not plain. */
static uint64_t element_length(const struct decoding *decoding, uint64_t *header)
{
    const uint8_t *octets = decoding->window + decoding->at;
    size_t there = decoding->length - decoding->at;
    if (there < 2)
        return 0;
    size_t octets_of_length = octets[1] < 0x80 ? 0 : octets[1] & 0x7fu;
    uint64_t length = octets[1];
    if (octets[1] == 0x80 || octets_of_length > 4 || there < 2 + octets_of_length)
        return 0;
    if (octets_of_length > 0)
        length = 0;
    for (size_t i = 0; i < octets_of_length; i++)
        length = length << 8 | octets[2 + i];
    *header = 2 + octets_of_length;
    return *header + length;
}

/* Makes sure that the next entry is in the window as a whole, as far as it is there at all. */
static bool have_entry(struct decoding *decoding, struct sti_error *err)
{
    uint64_t header = 0;
    size_t there = decoding->length - decoding->at;
    if (there < MAX_HEADER && !decoding->at_end && !refill(decoding, err))
        return false;
    uint64_t length = element_length(decoding, &header);
    there = decoding->length - decoding->at;
    if (length <= there || decoding->at_end)
        return true;
    if (!refill(decoding, err))
        return false;
    if (length > TNAUTHLIST_STREAM_WINDOW)
        return sti_refuse(err, NULL, "the entry is longer than %zu octets",
                          TNAUTHLIST_STREAM_WINDOW) ||
               at(decoding, err);
    return true;
}

/* Reads the outer SEQUENCE's header; the content's length goes into decoding->left. */
static bool open_list(struct decoding *decoding, struct sti_error *err)
{
    uint64_t header = 0;
    if (!refill(decoding, err))
        return false;
    if (decoding->length == 0 || decoding->window[0] != DER_SEQUENCE)
        return sti_refuse(err, TN_CLAUSE, "a TNAuthList begins with a SEQUENCE (0x30)") ||
               at(decoding, err);
    uint64_t length = element_length(decoding, &header);
    uint8_t shortest[TNAUTHLIST_STREAM_HEADER];
    if (length == 0 || tnauthlist_stream_header(length - header, shortest) != header)
        return sti_refuse(err, DER_CLAUSE, "the length of the list is not written as DER wants") ||
               at(decoding, err);
    decoding->left = length - header;
    decoding->at = (size_t)header;
    if (decoding->left == 0)
        return sti_refuse(err, TN_CLAUSE, "the list is empty, at least one entry is needed") ||
               at(decoding, err);
    return true;
}

static bool next_entry(struct decoding *decoding, struct sti_error *err)
{
    struct tnauthlist_entry entry;
    if (!have_entry(decoding, err))
        return false;
    size_t start = decoding->at;
    uint64_t there = decoding->length - start;
    size_t end = start + (size_t)(decoding->left < there ? decoding->left : there);
    if (start == end)
        return sti_refuse(err, DER_CLAUSE, "the list ends %llu octets before its length says",
                          (unsigned long long)decoding->left) ||
               at(decoding, err);
    if (!tnauthlist_decode_entry(decoding->window, &decoding->at, end, &entry, err))
        return at(decoding, err);
    decoding->left -= decoding->at - start;
    decoding->totals->entries++;
    decoding->totals->octets += decoding->at - start;
    return decoding->sink == NULL || put_entry(decoding, &entry, err);
}

static bool decode(struct decoding *decoding, struct sti_error *err)
{
    if (!open_list(decoding, err))
        return false;
    while (decoding->left > 0) {
        if (next_entry(decoding, err))
            continue;
        if (err != NULL && err->code == STI_REFUSED)
            err->entry = (size_t)decoding->totals->entries + 1;
        return false;
    }
    if (decoding->at == decoding->length && !refill(decoding, err))
        return false;
    if (decoding->at < decoding->length)
        return sti_refuse(err, TN_CLAUSE, "there are octets behind the list") || at(decoding, err);
    return flush(decoding, err);
}

bool tnauthlist_stream_decode(tnauthlist_source source, void *source_context, tnauthlist_sink sink,
                              void *sink_context, struct tnauthlist_totals *totals,
                              struct sti_error *err)
{
    struct decoding decoding = {.source = source,
                                .source_context = source_context,
                                .sink = sink,
                                .sink_context = sink_context,
                                .totals = totals};
    memset(totals, 0, sizeof(*totals));
    decoding.window = malloc(TNAUTHLIST_STREAM_WINDOW);
    decoding.text = sink == NULL ? NULL : malloc(TEXT_ROOM);
    bool ok = decoding.window != NULL && (sink == NULL || decoding.text != NULL);
    ok = ok ? decode(&decoding, err) : sti_fail(err, "no memory for a window");
    free(decoding.text);
    free(decoding.window);
    return ok;
}
