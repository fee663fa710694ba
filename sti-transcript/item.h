/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR (RFC 8949) read item by item, in its deterministic encoding (section 4.2.1) alone. Nothing
 * is copied: an item's octets are those of the file.
 */
#ifndef ITEM_H
#define ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum item_kind { ITEM_NONE, ITEM_INT, ITEM_BYTES, ITEM_TEXT, ITEM_ARRAY, ITEM_MAP, ITEM_NULL };

struct item {
    enum item_kind kind;
    int64_t number;        /* of an integer */
    const uint8_t *octets; /* of a byte string or text */
    size_t length;         /* of these; of an array or map its items or pairs */
};

struct reader {
    const uint8_t *octets;
    size_t length;
    size_t at;
    const char *fault; /* why the last reading failed; at is where */
    bool cut;          /* because the octets end within the item */
};

/* Reads one item: of an array or map the head alone. False: reader->fault says why. */
bool item_read(struct reader *reader, struct item *item);

/* The same, and it must be of this kind. */
bool item_read_kind(struct reader *reader, enum item_kind kind, struct item *item);

/* Fails the reader with a fault, and returns false. */
bool reader_fail(struct reader *reader, const char *fault);

/* True if the item is this text. */
bool item_is(const struct item *item, const char *text);

/* True if both are of one kind and have the same octets: two texts, two byte strings. */
bool item_same(const struct item *one, const struct item *other);

#endif
