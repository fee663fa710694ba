/* SPDX-License-Identifier: Apache-2.0 */
/* Deterministic CBOR, written: libcbor's encoders choose the shortest head by themselves. */
#include "dcbor.h"

#include <stdlib.h>
#include <string.h>

#include <cbor.h>

/* The initial octet and an argument of eight. */
#define LONGEST_HEAD 9

static bool make_room(struct dcbor_writer *writer, size_t more)
{
    if (writer->failed || more > SIZE_MAX / 2 || writer->length > SIZE_MAX / 2 - more) {
        writer->failed = true;
        return false;
    }
    size_t wanted = writer->length + more;
    if (wanted <= writer->room)
        return true;
    size_t room = wanted < 256 ? 256 : wanted > SIZE_MAX / 4 ? wanted : 2 * wanted;
    uint8_t *octets = realloc(writer->octets, room);
    if (octets == NULL) {
        writer->failed = true;
        return false;
    }
    writer->octets = octets;
    writer->room = room;
    return true;
}

static void put_head(struct dcbor_writer *writer, size_t (*encode)(size_t, unsigned char *, size_t),
                     size_t argument)
{
    if (make_room(writer, LONGEST_HEAD))
        writer->length += encode(argument, writer->octets + writer->length, LONGEST_HEAD);
}

static void put_octets(struct dcbor_writer *writer, const void *octets, size_t length)
{
    if (length == 0 || !make_room(writer, length))
        return;
    memcpy(writer->octets + writer->length, octets, length);
    writer->length += length;
}

void dcbor_put_int(struct dcbor_writer *writer, int64_t value)
{
    if (!make_room(writer, LONGEST_HEAD))
        return;
    uint8_t *at = writer->octets + writer->length;
    /* A negative n is written as -1 - n (RFC 8949 section 3.1). */
    writer->length += value >= 0 ? cbor_encode_uint((uint64_t)value, at, LONGEST_HEAD)
                                 : cbor_encode_negint((uint64_t)(-1 - value), at, LONGEST_HEAD);
}

void dcbor_put_bytes(struct dcbor_writer *writer, const void *octets, size_t length)
{
    put_head(writer, cbor_encode_bytestring_start, length);
    put_octets(writer, octets, length);
}

void dcbor_put_text(struct dcbor_writer *writer, const char *text)
{
    size_t length = strlen(text);
    put_head(writer, cbor_encode_string_start, length);
    put_octets(writer, text, length);
}

void dcbor_put_array(struct dcbor_writer *writer, size_t count)
{
    put_head(writer, cbor_encode_array_start, count);
}

void dcbor_put_map(struct dcbor_writer *writer, size_t count)
{
    put_head(writer, cbor_encode_map_start, count);
}

void dcbor_put_null(struct dcbor_writer *writer)
{
    if (make_room(writer, LONGEST_HEAD))
        writer->length += cbor_encode_null(writer->octets + writer->length, LONGEST_HEAD);
}

bool dcbor_finish(struct dcbor_writer *writer, uint8_t **octets, size_t *length,
                  struct sti_error *err)
{
    bool ok = !writer->failed && writer->length > 0;
    if (ok) {
        *octets = writer->octets;
        *length = writer->length;
    } else {
        free(writer->octets);
    }
    memset(writer, 0, sizeof(*writer));
    return ok || sti_fail(err, "no memory to write CBOR");
}

void dcbor_put_int_at(struct dcbor_writer *writer, int64_t key, int64_t value)
{
    dcbor_put_int(writer, key);
    dcbor_put_int(writer, value);
}

void dcbor_put_bytes_at(struct dcbor_writer *writer, int64_t key, const void *octets, size_t length)
{
    dcbor_put_int(writer, key);
    dcbor_put_bytes(writer, octets, length);
}

void dcbor_put_text_at(struct dcbor_writer *writer, int64_t key, const char *text)
{
    dcbor_put_int(writer, key);
    dcbor_put_text(writer, text);
}
