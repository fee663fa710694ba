/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams against the functions that have the whole list in memory: the same answer and the same
 * octets, whatever portions the input comes in; for text, the same place of a fault. The place in
 * DER may differ: a stream cannot know how many octets follow. The first octet says what the others
 * are (text if odd) and how long the portions are.
 */
#include "tnauthlist_stream.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

struct source {
    const uint8_t *octets;
    size_t left;
    size_t portion;
};

static bool read_portion(void *context, uint8_t *buf, size_t room, size_t *got,
                         struct sti_error *err)
{
    (void)err;
    struct source *source = context;
    *got = source->portion < source->left ? source->portion : source->left;
    *got = *got < room ? *got : room;
    if (*got > 0)
        memcpy(buf, source->octets, *got);
    source->octets += *got;
    source->left -= *got;
    return true;
}

/* What a stream must write. */
struct expected {
    const uint8_t *octets;
    size_t length;
    size_t at;
};

static bool compare(void *context, const uint8_t *octets, size_t length, struct sti_error *err)
{
    (void)err;
    struct expected *expected = context;
    FUZZ_HOLDS(length <= expected->length - expected->at);
    FUZZ_HOLDS(length == 0 || memcmp(octets, expected->octets + expected->at, length) == 0);
    expected->at += length;
    return true;
}

static void der(struct source source)
{
    struct tnauthlist list;
    struct tnauthlist_totals totals;
    struct sti_error stream_err;
    struct source checked = source;
    size_t length = source.left;
    sti_error_clear(&stream_err);
    bool good = tnauthlist_decode(&list, source.octets, source.left, NULL, NULL);
    FUZZ_HOLDS(good ==
               tnauthlist_stream_decode(read_portion, &checked, NULL, NULL, &totals, &stream_err));
    if (!good) {
        fuzz_check_error(&stream_err);
        FUZZ_HOLDS(stream_err.code == STI_REFUSED);
        FUZZ_HOLDS(stream_err.offset == STI_NOWHERE || stream_err.offset <= length);
        return;
    }
    struct expected text = {0};
    char *printed = fuzz_print(&list, &text.length);
    text.octets = (const uint8_t *)printed;
    FUZZ_HOLDS(tnauthlist_stream_decode(read_portion, &source, compare, &text, &totals, NULL));
    FUZZ_HOLDS(text.at == text.length && totals.entries == list.count);
    FUZZ_HOLDS(totals.octets == list.der_length - tnauthlist_get(&list, 0).offset);
    free(printed);
    tnauthlist_free(&list);
}

static void text(struct source source)
{
    struct tnauthlist_builder builder = {0};
    struct tnauthlist_totals totals;
    struct sti_error err;
    struct sti_error stream_err;
    struct source counted = source;
    sti_error_clear(&err);
    sti_error_clear(&stream_err);
    bool good = tnauthlist_parse(&builder, (const char *)source.octets, source.left, &err);
    bool stream_good =
        tnauthlist_stream_encode(read_portion, &counted, NULL, NULL, &totals, &stream_err);
    FUZZ_HOLDS(stream_good == (good && builder.count > 0));
    if (!stream_good)
        fuzz_check_error(&stream_err);
    if (!good)
        FUZZ_HOLDS(err.line == stream_err.line && err.column == stream_err.column);
    if (stream_good) {
        struct expected entries = {builder.octets, builder.length, 0};
        FUZZ_HOLDS(totals.octets == builder.length && totals.entries == builder.count);
        FUZZ_HOLDS(
            tnauthlist_stream_encode(read_portion, &source, compare, &entries, &totals, NULL));
        FUZZ_HOLDS(entries.at == entries.length);
    }
    tnauthlist_builder_free(&builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    if (length == 0)
        return 0;
    struct source source = {octets + 1, length - 1, (size_t)octets[0] / 2 + 1};
    if (octets[0] % 2 == 1)
        text(source);
    else
        der(source);
    return 0;
}
