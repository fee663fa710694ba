/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deterministic CBOR, read. libcbor's stateless decoder takes one item apart and calls the function
 * for its kind; whether the item had its shortest form is seen by writing its head again, for
 * libcbor does not tell.
 */
#include "dcbor.h"

#include <string.h>

#include <cbor.h>

static const char form_clause[] = "RFC 8949 section 4.2.1";
/* Of one refusal alone, so that it can be told from the others. */
static const char cut_clause[] = "RFC 8949 section 5.1";

/* Lengths are size_t up to libcbor 0.8, and uint64_t later: one type, but for 32-bit machines. */
typedef __typeof__(_Generic((cbor_collection_callback)0, void (*)(void *, size_t)
                            : (size_t)0, default
                            : (uint64_t)0)) cbor_count;

/* What a call of libcbor's has found. */
struct found {
    struct dcbor_item item;
    size_t head;        /* how long the head is in its shortest form */
    const char *unused; /* a kind of item that is not used here; NULL: it is one that is */
};

#define LONGEST_HEAD 9

/* ---- libcbor's callbacks ---- */

static void found_uint(void *context, uint64_t value)
{
    struct found *found = context;
    unsigned char head[LONGEST_HEAD];
    found->item.kind = DCBOR_INT;
    found->item.value = (int64_t)value;
    found->head = cbor_encode_uint(value, head, sizeof(head));
    if (value > INT64_MAX)
        found->unused = "an integer beyond 63 bits";
}

static void found_uint8(void *context, uint8_t value)
{
    found_uint(context, value);
}

static void found_uint16(void *context, uint16_t value)
{
    found_uint(context, value);
}

static void found_uint32(void *context, uint32_t value)
{
    found_uint(context, value);
}

/* libcbor hands over -1 - n of a negative n, as it is encoded. */
static void found_negint(void *context, uint64_t value)
{
    found_uint(context, value);
    struct found *found = context;
    if (value <= INT64_MAX)
        found->item.value = -1 - (int64_t)value;
}

static void found_negint8(void *context, uint8_t value)
{
    found_negint(context, value);
}

static void found_negint16(void *context, uint16_t value)
{
    found_negint(context, value);
}

static void found_negint32(void *context, uint32_t value)
{
    found_negint(context, value);
}

static void found_counted(struct found *found, enum dcbor_kind kind, size_t count)
{
    unsigned char head[LONGEST_HEAD];
    found->item.kind = kind;
    found->item.length = count;
    found->head = cbor_encode_uint(count, head, sizeof(head));
}

static void found_bytes(void *context, cbor_data octets, cbor_count length)
{
    struct found *found = context;
    found->item.octets = octets;
    found_counted(found, DCBOR_BYTES, (size_t)length);
}

static void found_text(void *context, cbor_data octets, cbor_count length)
{
    struct found *found = context;
    found->item.octets = octets;
    found_counted(found, DCBOR_TEXT, (size_t)length);
    for (size_t i = 0; i < length; i++)
        if (octets[i] < 0x20 || octets[i] > 0x7e)
            found->unused = "a text with other than printable ASCII";
}

static void found_array(void *context, cbor_count count)
{
    found_counted(context, DCBOR_ARRAY, (size_t)count);
}

static void found_map(void *context, cbor_count count)
{
    found_counted(context, DCBOR_MAP, (size_t)count);
}

static void found_null(void *context)
{
    struct found *found = context;
    found->item.kind = DCBOR_NULL;
    found->head = 1;
}

static void found_indefinite(void *context)
{
    ((struct found *)context)->unused = "an indefinite length";
}

static void found_break(void *context)
{
    ((struct found *)context)->unused = "the end of an indefinite length";
}

static void found_tag(void *context, uint64_t tag)
{
    (void)tag;
    ((struct found *)context)->unused = "a tag";
}

static void found_float(void *context, float value)
{
    (void)value;
    ((struct found *)context)->unused = "a floating-point number";
}

static void found_double(void *context, double value)
{
    (void)value;
    ((struct found *)context)->unused = "a floating-point number";
}

static void found_undefined(void *context)
{
    ((struct found *)context)->unused = "undefined";
}

static void found_boolean(void *context, bool value)
{
    (void)value;
    ((struct found *)context)->unused = "true or false";
}

static const struct cbor_callbacks callbacks = {
    .uint8 = found_uint8,
    .uint16 = found_uint16,
    .uint32 = found_uint32,
    .uint64 = found_uint,
    .negint8 = found_negint8,
    .negint16 = found_negint16,
    .negint32 = found_negint32,
    .negint64 = found_negint,
    .byte_string = found_bytes,
    .byte_string_start = found_indefinite,
    .string = found_text,
    .string_start = found_indefinite,
    .array_start = found_array,
    .indef_array_start = found_indefinite,
    .map_start = found_map,
    .indef_map_start = found_indefinite,
    .tag = found_tag,
    .float2 = found_float,
    .float4 = found_float,
    .float8 = found_double,
    .undefined = found_undefined,
    .null = found_null,
    .boolean = found_boolean,
    .indef_break = found_break,
};

/* ---- one item ---- */

/* Sets the place of an error, and returns false. */
static bool at(struct sti_error *err, size_t offset)
{
    if (err != NULL)
        err->offset = offset;
    return false;
}

bool dcbor_next(struct dcbor_reader *reader, struct dcbor_item *item, struct sti_error *err)
{
    struct found found = {.item = {.offset = reader->base + reader->at}};
    size_t left = reader->length - reader->at;
    struct cbor_decoder_result result = {0, CBOR_DECODER_NEDATA, 0};
    if (left > 0)
        result = cbor_stream_decode(reader->octets + reader->at, left, &callbacks, &found);
    if (result.status == CBOR_DECODER_NEDATA)
        sti_refuse(err, cut_clause, "the octets end within an item; some are missing");
    else if (result.status != CBOR_DECODER_FINISHED)
        sti_refuse(err, "RFC 8949 section 3",
                   "there is an item that is not well-formed CBOR or has a kind not used here");
    else if (found.unused != NULL)
        sti_refuse(err, form_clause, "there is %s, which is not used here", found.unused);
    else if (result.read != found.head + (found.item.octets == NULL ? 0 : found.item.length))
        sti_refuse(err, form_clause, "there is an item that is not written in its shortest form");
    else {
        reader->at += result.read;
        *item = found.item;
        return true;
    }
    return at(err, found.item.offset);
}

bool dcbor_is_cut(const struct sti_error *err)
{
    return err->clause == cut_clause;
}

/* ---- the item that is wanted ---- */

static const char *const kinds[] = {
    [DCBOR_INT] = "an integer", [DCBOR_BYTES] = "a byte string", [DCBOR_TEXT] = "a text",
    [DCBOR_ARRAY] = "an array", [DCBOR_MAP] = "a map",           [DCBOR_NULL] = "null",
};

static bool next_of_kind(struct dcbor_reader *reader, const char *what, enum dcbor_kind kind,
                         struct dcbor_item *item, struct sti_error *err)
{
    if (!dcbor_next(reader, item, err))
        return false;
    if (item->kind == kind)
        return true;
    sti_refuse(err, NULL, "%s is %s; %s is wanted", what, kinds[item->kind], kinds[kind]);
    return at(err, item->offset);
}

static bool next_counted(struct dcbor_reader *reader, const char *what, enum dcbor_kind kind,
                         const size_t limits[2], struct dcbor_item *item, struct sti_error *err)
{
    if (!next_of_kind(reader, what, kind, item, err))
        return false;
    if (item->length >= limits[0] && item->length <= limits[1])
        return true;
    const char *units = kind == DCBOR_MAP ? "pairs" : kind == DCBOR_ARRAY ? "items" : "octets";
    if (limits[0] == limits[1])
        sti_refuse(err, NULL, "%s has %zu %s, not %zu", what, item->length, units, limits[0]);
    else
        sti_refuse(err, NULL, "%s has %zu %s; %zu to %zu are wanted", what, item->length, units,
                   limits[0], limits[1]);
    return at(err, item->offset);
}

bool dcbor_int(struct dcbor_reader *reader, const char *what, int64_t least, int64_t most,
               int64_t *value, struct sti_error *err)
{
    struct dcbor_item item;
    if (!next_of_kind(reader, what, DCBOR_INT, &item, err))
        return false;
    *value = item.value;
    if (item.value >= least && item.value <= most)
        return true;
    if (least == most)
        sti_refuse(err, NULL, "%s is %lld, not %lld", what, (long long)item.value,
                   (long long)least);
    else
        sti_refuse(err, NULL, "%s is %lld; %lld to %lld are wanted", what, (long long)item.value,
                   (long long)least, (long long)most);
    return at(err, item.offset);
}

bool dcbor_bytes(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
                 struct dcbor_item *item, struct sti_error *err)
{
    return next_counted(reader, what, DCBOR_BYTES, (size_t[]){least, most}, item, err);
}

bool dcbor_text(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
                struct dcbor_item *item, struct sti_error *err)
{
    return next_counted(reader, what, DCBOR_TEXT, (size_t[]){least, most}, item, err);
}

bool dcbor_array(struct dcbor_reader *reader, const char *what, size_t count, struct sti_error *err)
{
    struct dcbor_item item;
    return next_counted(reader, what, DCBOR_ARRAY, (size_t[]){count, count}, &item, err);
}

/* ---- maps ---- */

bool dcbor_map(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
               struct dcbor_map *map, struct sti_error *err)
{
    struct dcbor_item item;
    *map = (struct dcbor_map){.what = what};
    if (!next_counted(reader, what, DCBOR_MAP, (size_t[]){least, most}, &item, err))
        return false;
    map->left = item.length;
    return true;
}

/* The bytewise lexicographic order of the encoded keys: below 0, 0 or above. */
static int compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

bool dcbor_map_key(struct dcbor_reader *reader, struct dcbor_map *map, struct dcbor_item *key,
                   struct sti_error *err)
{
    const uint8_t *encoded = reader->octets + reader->at;
    if (!dcbor_next(reader, key, err))
        return false;
    size_t length = (size_t)(reader->octets + reader->at - encoded);
    int order =
        map->previous == NULL ? 1 : compare(encoded, length, map->previous, map->previous_length);
    if (key->kind != DCBOR_INT && key->kind != DCBOR_TEXT) {
        sti_refuse(err, NULL, "a key of %s is %s; an integer or a text is wanted", map->what,
                   kinds[key->kind]);
        return at(err, key->offset);
    }
    if (order <= 0) {
        sti_refuse(err, form_clause,
                   order == 0 ? "a key of %s stands twice" : "a key of %s is out of order",
                   map->what);
        return at(err, key->offset);
    }
    map->previous = encoded;
    map->previous_length = length;
    map->left--;
    return true;
}

bool dcbor_is(const struct dcbor_item *item, const char *text)
{
    return item->kind == DCBOR_TEXT && item->length == strlen(text) &&
           memcmp(item->octets, text, item->length) == 0;
}

bool dcbor_end(const struct dcbor_reader *reader, const char *what, struct sti_error *err)
{
    if (reader->at == reader->length)
        return true;
    sti_refuse(err, NULL, "has %zu octets too many behind %s", reader->length - reader->at, what);
    return at(err, reader->base + reader->at);
}
