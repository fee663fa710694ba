/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR in its one deterministic encoding (RFC 8949 section 4.2.1), written and, on reading,
 * demanded: every length is definite, every head is as short as it can be, the keys of a map are in
 * the order of their octets, and none stands twice. So there is one octet string for every value,
 * and what is read and written again is the same.
 *
 * Of CBOR's kinds of item there are those that this project uses: integers, byte strings, texts of
 * printable ASCII, arrays, maps and null. Everything else is refused. Reading is item by item, over
 * the caller's octets: nothing is copied or allocated, and nesting costs nothing.
 */
#ifndef COSE_DCBOR_H
#define COSE_DCBOR_H

#include "sti_error.h"

/* ---- writing ---- */

/* Start with all zero. A failure (no memory) is kept until dcbor_finish() tells it. */
struct dcbor_writer {
    uint8_t *octets;
    size_t length;
    size_t room;
    bool failed;
};

/* From -2^63 to 2^63-1. */
void dcbor_put_int(struct dcbor_writer *writer, int64_t value);
void dcbor_put_bytes(struct dcbor_writer *writer, const void *octets, size_t length);
/* Printable ASCII, which is the caller's to see to. */
void dcbor_put_text(struct dcbor_writer *writer, const char *text);
/* The head of an array; its `count` items are to follow. */
void dcbor_put_array(struct dcbor_writer *writer, size_t count);
/*
 * The head of a map; its `count` pairs are to follow, key before value. The keys must come in the
 * order of their octets: shorter ones first, as far as integers from 0 and texts go.
 */
void dcbor_put_map(struct dcbor_writer *writer, size_t count);
void dcbor_put_null(struct dcbor_writer *writer);

/* A key of a map, and its value. */
void dcbor_put_int_at(struct dcbor_writer *writer, int64_t key, int64_t value);
void dcbor_put_bytes_at(struct dcbor_writer *writer, int64_t key, const void *octets,
                        size_t length);
void dcbor_put_text_at(struct dcbor_writer *writer, int64_t key, const char *text);

/* Hands over what was written, allocated with malloc. False without memory; then nothing is left.
 */
bool dcbor_finish(struct dcbor_writer *writer, uint8_t **octets, size_t *length,
                  struct sti_error *err);

/* ---- reading ---- */

/*
 * Where reading stands; begin with {octets, length, 0, base}. Errors give base + at as the octet:
 * base is where these octets begin within what the caller reads (0: they are the whole).
 */
struct dcbor_reader {
    const uint8_t *octets;
    size_t length;
    size_t at;
    size_t base;
};

enum dcbor_kind {
    DCBOR_INT,
    DCBOR_BYTES,
    DCBOR_TEXT,
    DCBOR_ARRAY,
    DCBOR_MAP,
    DCBOR_NULL,
};

struct dcbor_item {
    enum dcbor_kind kind;
    int64_t value;         /* of an integer */
    const uint8_t *octets; /* of a byte string or text; within the reader's octets */
    size_t length;         /* of these; of an array the items, of a map the pairs */
    size_t offset;         /* where the item begins, base included */
};

/*
 * Reads one item: of an array or map the head alone. Refused: octets that end within the item, what
 * is not well-formed or not the shortest form, indefinite lengths, kinds that are not used here.
 */
bool dcbor_next(struct dcbor_reader *reader, struct dcbor_item *item, struct sti_error *err);

/* True if err says that the octets ended within an item: what is there may be well as it is. */
bool dcbor_is_cut(const struct sti_error *err);

/*
 * Read one item of the kind that is wanted; `what` names it in a refusal ("the signature"). Numbers
 * are least..most, strings have least..most octets, arrays and maps as many items or pairs.
 */
bool dcbor_int(struct dcbor_reader *reader, const char *what, int64_t least, int64_t most,
               int64_t *value, struct sti_error *err);
bool dcbor_bytes(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
                 struct dcbor_item *item, struct sti_error *err);
bool dcbor_text(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
                struct dcbor_item *item, struct sti_error *err);
bool dcbor_array(struct dcbor_reader *reader, const char *what, size_t count,
                 struct sti_error *err);

/* A map that is being read. */
struct dcbor_map {
    const char *what;        /* names the map in a refusal */
    size_t left;             /* pairs that are still to come */
    const uint8_t *previous; /* the key before, as it is encoded; NULL: none yet */
    size_t previous_length;
};

bool dcbor_map(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
               struct dcbor_map *map, struct sti_error *err);

/*
 * Reads the next key, an integer or a text; the caller reads the value behind it. Refused: a key
 * that stands twice, or before one that it belongs behind.
 */
bool dcbor_map_key(struct dcbor_reader *reader, struct dcbor_map *map, struct dcbor_item *key,
                   struct sti_error *err);

/* True if the item is this text. */
bool dcbor_is(const struct dcbor_item *item, const char *text);

/* Refuses anything behind what was read. */
bool dcbor_end(const struct dcbor_reader *reader, const char *what, struct sti_error *err);

#endif
