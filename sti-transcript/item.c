/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcbor's stateless decoder takes one item apart and calls the function for its kind. It also
 * takes what is not the shortest form and does not tell; so each head's length is compared with the
 * shortest there is for its value.
 */
#include "item.h"

#include <string.h>

#include <cbor.h>

/* size_t up to libcbor 0.8, uint64_t later. */
typedef __typeof__(_Generic((cbor_collection_callback)0, void (*)(void *, size_t)
                            : (size_t)0, default
                            : (uint64_t)0)) cbor_count;

struct found {
    struct item item;
    uint64_t argument; /* the number in the head */
    bool not_used;     /* a kind of item that a transcript does not have */
};

/* ---- called by libcbor ---- */

static void found_head(struct found *found, enum item_kind kind, uint64_t argument)
{
    found->item.kind = kind;
    found->argument = argument;
    found->item.length = (size_t)argument;
}

static void on_uint64(void *found, uint64_t value)
{
    found_head(found, ITEM_INT, value);
    ((struct found *)found)->item.length = 0;
    ((struct found *)found)->item.number = (int64_t)value;
    ((struct found *)found)->not_used = value > INT64_MAX;
}

static void on_uint8(void *found, uint8_t value)
{
    on_uint64(found, value);
}

static void on_uint16(void *found, uint16_t value)
{
    on_uint64(found, value);
}

static void on_uint32(void *found, uint32_t value)
{
    on_uint64(found, value);
}

/* Of a negative n libcbor hands over -1 - n, as it is encoded. */
static void on_negint64(void *found, uint64_t value)
{
    on_uint64(found, value);
    if (value <= INT64_MAX)
        ((struct found *)found)->item.number = -1 - (int64_t)value;
}

static void on_negint8(void *found, uint8_t value)
{
    on_negint64(found, value);
}

static void on_negint16(void *found, uint16_t value)
{
    on_negint64(found, value);
}

static void on_negint32(void *found, uint32_t value)
{
    on_negint64(found, value);
}

static void on_bytes(void *found, cbor_data octets, cbor_count length)
{
    found_head(found, ITEM_BYTES, length);
    ((struct found *)found)->item.octets = octets;
}

/* Texts are printable ASCII: what is shown on a terminal is what was written. */
static void on_text(void *found, cbor_data octets, cbor_count length)
{
    found_head(found, ITEM_TEXT, length);
    ((struct found *)found)->item.octets = octets;
    for (size_t i = 0; i < length; i++)
        if (octets[i] < 0x20 || octets[i] > 0x7e)
            ((struct found *)found)->not_used = true;
}

static void on_array(void *found, cbor_count items)
{
    found_head(found, ITEM_ARRAY, items);
}

static void on_map(void *found, cbor_count pairs)
{
    found_head(found, ITEM_MAP, pairs);
}

static void on_null(void *found)
{
    found_head(found, ITEM_NULL, 0);
}

static void not_used(void *found)
{
    ((struct found *)found)->not_used = true;
}

static void on_tag(void *found, uint64_t tag)
{
    (void)tag;
    not_used(found);
}

static void on_float(void *found, float value)
{
    (void)value;
    not_used(found);
}

static void on_double(void *found, double value)
{
    (void)value;
    not_used(found);
}

static void on_boolean(void *found, bool value)
{
    (void)value;
    not_used(found);
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string = on_bytes,
    .byte_string_start = not_used,
    .string = on_text,
    .string_start = not_used,
    .array_start = on_array,
    .indef_array_start = not_used,
    .map_start = on_map,
    .indef_map_start = not_used,
    .tag = on_tag,
    .float2 = on_float,
    .float4 = on_float,
    .float8 = on_double,
    .undefined = not_used,
    .null = on_null,
    .boolean = on_boolean,
    .indef_break = not_used,
};

/* ---- reading ---- */

/* How long the shortest head for an argument is (RFC 8949 section 4.2.1). */
static size_t shortest_head(uint64_t argument)
{
    return argument < 24            ? 1
           : argument <= 0xff       ? 2
           : argument <= 0xffff     ? 3
           : argument <= 0xffffffff ? 5
                                    : 9;
}

bool reader_fail(struct reader *reader, const char *fault)
{
    reader->fault = fault;
    return false;
}

bool item_read(struct reader *reader, struct item *item)
{
    struct found found = {.item = {.kind = ITEM_NONE}};
    struct cbor_decoder_result result = {0, CBOR_DECODER_NEDATA, 0};
    size_t left = reader->length - reader->at;
    reader->cut = false;
    if (left > 0)
        result = cbor_stream_decode(reader->octets + reader->at, left, &callbacks, &found);
    if (result.status == CBOR_DECODER_NEDATA) {
        reader->cut = true;
        return reader_fail(reader, "the octets end within an item");
    }
    if (result.status != CBOR_DECODER_FINISHED || found.not_used)
        return reader_fail(reader, "there is no CBOR item, or one of a kind that is not used here");
    if (result.read !=
        shortest_head(found.argument) + (found.item.octets == NULL ? 0 : found.item.length))
        return reader_fail(reader, "an item is not in its shortest form");
    reader->at += result.read;
    *item = found.item;
    return true;
}

bool item_read_kind(struct reader *reader, enum item_kind kind, struct item *item)
{
    size_t start = reader->at;
    if (!item_read(reader, item))
        return false;
    if (item->kind == kind)
        return true;
    reader->at = start;
    return reader_fail(reader, "an item is of another kind than stands there in the format");
}

bool item_is(const struct item *item, const char *text)
{
    return item->kind == ITEM_TEXT && item->length == strlen(text) &&
           memcmp(item->octets, text, item->length) == 0;
}

bool item_same(const struct item *one, const struct item *other)
{
    if (one->kind != other->kind || one->octets == NULL || other->octets == NULL)
        return false;
    return one->length == other->length && memcmp(one->octets, other->octets, one->length) == 0;
}
