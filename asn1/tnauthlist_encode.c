/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a TNAuthList in DER (RFC 8226 section 9): explicit tags, shortest lengths. */
#include <stdlib.h>
#include <string.h>

#include "tnauthlist_internal.h"

/* The most octets a range or a number needs: three headers, 15 symbols, an INTEGER of 10. */
#define MAX_NUMBER_ENTRY 48

/* Octets being put together from the back, so that every length is known when it is written. */
struct backwards {
    uint8_t *octets;
    size_t at; /* the first octet written so far */
};

static void put_octets(struct backwards *out, const void *octets, size_t length)
{
    out->at -= length;
    memcpy(out->octets + out->at, octets, length);
}

/* Wraps what was written since `end` into one more tag and length. */
static void wrap(struct backwards *out, uint8_t tag, size_t end)
{
    uint8_t header[DER_MAX_HEADER];
    size_t length = der_header(header, tag, end - out->at);
    put_octets(out, header, length);
}

static void put_tn(struct backwards *out, tn_word number)
{
    char text[TN_MAX_SYMBOLS + 1];
    size_t end = out->at;
    put_octets(out, text, tn_unpack(number, text));
    wrap(out, DER_IA5STRING, end);
}

static void put_count(struct backwards *out, uint64_t count)
{
    size_t end = out->at;
    uint8_t octet;
    do {
        octet = (uint8_t)count;
        put_octets(out, &octet, 1);
        count >>= 8;
    } while (count != 0);
    if (octet >= 0x80)
        put_octets(out, "", 1); /* a zero octet: the number is positive */
    wrap(out, DER_INTEGER, end);
}

/* Makes room for `more` octets behind those there are. */
static bool reserve(struct tnauthlist_builder *builder, size_t more, struct sti_error *err)
{
    if (builder->count == TNAUTHLIST_MAX_ENTRIES ||
        more > TNAUTHLIST_MAX_OCTETS - DER_MAX_HEADER - builder->length)
        return sti_refuse(err, NULL, "the list is too long: at most %zu entries and %zu octets",
                          TNAUTHLIST_MAX_ENTRIES, TNAUTHLIST_MAX_OCTETS);
    size_t wanted = builder->length + more;
    if (wanted <= builder->room)
        return true;
    size_t room = builder->room < 512 ? 1024 : builder->room * 2;
    if (room < wanted)
        room = wanted;
    uint8_t *octets = realloc(builder->octets, room);
    if (octets == NULL)
        return sti_fail(err, "no memory for a list of %zu octets", room);
    builder->octets = octets;
    builder->room = room;
    return true;
}

static bool append(struct tnauthlist_builder *builder, const uint8_t *octets, size_t length,
                   struct sti_error *err)
{
    if (!reserve(builder, length, err))
        return false;
    memcpy(builder->octets + builder->length, octets, length);
    builder->length += length;
    builder->count++;
    return true;
}

bool tnauthlist_builder_spc(struct tnauthlist_builder *builder, const char *spc, size_t length,
                            struct sti_error *err)
{
    if (length == 0)
        return sti_refuse(err, TN_CLAUSE, "SPC is empty, it names no provider");
    if (length > TNAUTHLIST_MAX_OCTETS)
        return sti_refuse(err, NULL, "SPC has %zu octets, too many for a list", length);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)spc[i] >= 0x80)
            return sti_refuse(err, TN_CLAUSE, "octet 0x%02X cannot stand in an SPC (IA5String)",
                              (unsigned char)spc[i]);
    if (!reserve(builder, length + 2 * (size_t)DER_MAX_HEADER, err))
        return false;
    uint8_t inner[DER_MAX_HEADER];
    uint8_t outer[DER_MAX_HEADER];
    size_t inner_length = der_header(inner, DER_IA5STRING, length);
    size_t outer_length = der_header(outer, DER_CONTEXT | TNAUTHLIST_SPC, inner_length + length);
    memcpy(builder->octets + builder->length, outer, outer_length);
    builder->length += outer_length;
    memcpy(builder->octets + builder->length, inner, inner_length);
    builder->length += inner_length;
    memcpy(builder->octets + builder->length, spc, length);
    builder->length += length;
    builder->count++;
    return true;
}

bool tnauthlist_builder_one(struct tnauthlist_builder *builder, tn_word number,
                            struct sti_error *err)
{
    if (!tn_is_number(number))
        return sti_refuse(err, TN_CLAUSE, "the word 0x%llx is no packed number",
                          (unsigned long long)number);
    uint8_t octets[MAX_NUMBER_ENTRY];
    struct backwards out = {octets, sizeof(octets)};
    put_tn(&out, number);
    wrap(&out, DER_CONTEXT | TNAUTHLIST_ONE, sizeof(octets));
    return append(builder, octets + out.at, sizeof(octets) - out.at, err);
}

bool tnauthlist_builder_digits(struct tnauthlist_builder *builder, const char *digits,
                               size_t length, struct sti_error *err)
{
    if (!reserve(builder, MAX_NUMBER_ENTRY, err))
        return false;
    uint8_t *entry = builder->octets + builder->length;
    entry[0] = DER_CONTEXT | TNAUTHLIST_ONE;
    entry[1] = (uint8_t)(length + 2);
    entry[2] = DER_IA5STRING;
    entry[3] = (uint8_t)length;
    memcpy(entry + 4, digits, length);
    builder->length += length + 4;
    builder->count++;
    return true;
}

bool tnauthlist_builder_range(struct tnauthlist_builder *builder, tn_word start, uint64_t count,
                              struct sti_error *err)
{
    if (!tn_range_check(start, count, err))
        return false;
    uint8_t octets[MAX_NUMBER_ENTRY];
    struct backwards out = {octets, sizeof(octets)};
    put_count(&out, count);
    put_tn(&out, start);
    wrap(&out, DER_SEQUENCE, sizeof(octets));
    wrap(&out, DER_CONTEXT | TNAUTHLIST_RANGE, sizeof(octets));
    return append(builder, octets + out.at, sizeof(octets) - out.at, err);
}

bool tnauthlist_builder_finish(struct tnauthlist_builder *builder, uint8_t **der, size_t *length,
                               struct sti_error *err)
{
    if (builder->count == 0) {
        tnauthlist_builder_free(builder);
        return sti_refuse(err, TN_CLAUSE, "the list is empty, at least one entry is needed");
    }
    uint8_t header[DER_MAX_HEADER];
    size_t header_length = der_header(header, DER_SEQUENCE, builder->length);
    size_t whole = header_length + builder->length;
    /* In place: a second copy of a long list would cost more memory and time than moving this one.
     */
    uint8_t *octets = realloc(builder->octets, whole);
    if (octets == NULL) {
        tnauthlist_builder_free(builder);
        return sti_fail(err, "no memory for the list");
    }
    memmove(octets + header_length, octets, builder->length);
    memcpy(octets, header, header_length);
    *der = octets;
    *length = whole;
    memset(builder, 0, sizeof(*builder));
    return true;
}

void tnauthlist_builder_free(struct tnauthlist_builder *builder)
{
    free(builder->octets);
    memset(builder, 0, sizeof(*builder));
}
