/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TNAuthList (TN Authorization List): what RFC 8226 section 9 writes into a STIR certificate.
 *
 * A list in memory is a flat array of 12 octets an entry over the caller's DER. The entries keep
 * the order of the DER; nothing is merged, sorted or dropped. This library uses libc only and never
 * prints, never reads a file, never exits.
 *
 * Functions that can fail return false and fill `err` (see sti_error.h); `err` may be NULL.
 */
#ifndef TNAUTHLIST_H
#define TNAUTHLIST_H

#include "sti_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The object identifiers of RFC 8226 sections 9 and 10.1, in dotted form. */
#define TNAUTHLIST_OID "1.3.6.1.5.5.7.1.26"
#define TNAUTHLIST_AD_STIR_TN_LIST_OID "1.3.6.1.5.5.7.48.14"

/* A TelephoneNumber is 1 to 15 symbols of 0-9, # and * (RFC 8226 section 9). */
#define TN_MAX_SYMBOLS 15

/*
 * A telephone number in one word: the number of symbols in the top four bits, the symbols below,
 * four bits each, the last symbol in the lowest bits (0-9 as themselves, * is 10, # is 11). Numbers
 * of the same length compare, hash and sort as their words do. 0 is no number.
 */
typedef uint64_t tn_word;

/*
 * Packs `length` octets at `text` into *word. Refused: a length outside 1..15, and a symbol outside
 * 0-9 # *, with its place in err->offset.
 */
bool tn_pack(const char *text, size_t length, tn_word *word, struct sti_error *err);

/* Writes the symbols of word and a NUL into text; returns how many symbols there are. */
size_t tn_unpack(tn_word word, char text[TN_MAX_SYMBOLS + 1]);

/*
 * True when word is a number of digits only: only such a one can start a range (RFC 8226 section
 * 9).
 */
bool tn_is_digits(tn_word word);

/* The arms of TNEntry (RFC 8226 section 9); the values are the context tag numbers. */
enum tnauthlist_kind {
    TNAUTHLIST_SPC = 0,
    TNAUTHLIST_RANGE = 1,
    TNAUTHLIST_ONE = 2,
};

/* An entry as a value. */
struct tnauthlist_entry {
    uint64_t
        number;     /* range: start as tn_word; one: the number; spc: offset of its octets in der */
    uint64_t count; /* range: how many numbers (2 or more); one: 1; spc: how many octets it has */
    uint32_t offset; /* where the TNEntry begins in der */
    uint32_t kind;   /* enum tnauthlist_kind */
};

/* An entry as a list keeps it; the members are for this library. Read it with tnauthlist_get(). */
struct tnauthlist_kept {
    uint32_t high; /* number: its upper half; spc: how many octets */
    uint32_t low;  /* number: its lower half; spc: offset of its octets in der */
    uint32_t place;
};

/* `kept` is owned by the list; `der` is borrowed from the caller and must outlive the list. */
struct tnauthlist {
    const uint8_t *der;
    size_t der_length;
    struct tnauthlist_kept *kept;
    size_t count;
};

/*
 * Entry `index` of a list that tnauthlist_decode() has made; 0 is the first, index is below
 * list->count. Cost 1: the count of a range is read from der.
 */
struct tnauthlist_entry tnauthlist_get(const struct tnauthlist *list, size_t index);

/* Upper limits, tested before anything is allocated. A caller may lower them. */
#define TNAUTHLIST_MAX_OCTETS ((size_t)256 * 1024 * 1024)
#define TNAUTHLIST_MAX_ENTRIES ((size_t)16 * 1024 * 1024)

struct tnauthlist_limits {
    size_t octets;
    size_t entries;
};

/*
 * Strict DER reading (RFC 8226 section 9; X.690 section 10.1): explicit tags, minimal lengths,
 * at least one entry, 1 to 15 symbols, count at least 2 and start + count < 10^D, nothing behind
 * the list. Elements behind `count` in a range are well-formed unknown extensions and are skipped
 * (the extension marker of TelephoneNumberRange). `limits` may be NULL for the maxima above. On
 * failure *list is empty, and err names the entry and the byte offset in der.
 */
bool tnauthlist_decode(struct tnauthlist *list, const uint8_t *der, size_t length,
                       const struct tnauthlist_limits *limits, struct sti_error *err);

/* Frees what the list keeps and empties the list; der stays the caller's. */
void tnauthlist_free(struct tnauthlist *list);

/* The most entries of a portion. */
#define TNAUTHLIST_PORTION 256

/*
 * Called with the next entries of a list: a list itself, over the same DER, that lives as long as
 * the call. Returns false to stop.
 */
typedef bool (*tnauthlist_portion_visit)(void *context, const struct tnauthlist *portion);

/*
 * Reads what tnauthlist_decode() reads and refuses what it refuses, in the same words, without
 * memory for the entries: they are handed to visit in portions and forgotten. visit may be NULL, to
 * check alone. The entries before a fault have been handed out when it is found, so check first
 * what must be good as a whole. False with *err clear if visit has stopped.
 */
bool tnauthlist_portions(const uint8_t *der, size_t length, const struct tnauthlist_limits *limits,
                         tnauthlist_portion_visit visit, void *context, struct sti_error *err);

/* ---- lenient reading ---- */

/* A piece of a list found in the field: an entry, or octets that are none. */
struct tnauthlist_found {
    size_t entry;     /* 1 is the first element of the list; 0: about the list as a whole */
    size_t offset;    /* where the piece begins in der */
    const char *text; /* what it says or was meant to say, in the text form; NULL: not known */
    const char *flaw; /* what is wrong with it, the likely mistake named; NULL: nothing */
};

/* Called once for every piece, in the order of the octets; strings live as long as the call.
 * Returns false to stop. */
typedef bool (*tnauthlist_visit)(void *context, const struct tnauthlist_found *found);

/*
 * Walks what can be walked of octets that may be a TNAuthList, for people to look at: never for
 * deciding anything. A list that tnauthlist_decode() reads is walked without a flaw, but for
 * unknown elements behind a range's count. Known mistakes are named: implicit tags, other string
 * types, a string without a tag, a missing length octet, bare text, a URL in the list, two pairs in
 * a range, wrong lengths, octets behind the list. Returns false if visit did, without memory, and
 * above TNAUTHLIST_MAX_OCTETS.
 */
bool tnauthlist_walk(const uint8_t *der, size_t length, tnauthlist_visit visit, void *context);

/* ---- encoding ---- */

/* A list being written. Start with all zero; end with _finish or _free. */
struct tnauthlist_builder {
    uint8_t *octets; /* the encoded entries so far, without the outer SEQUENCE */
    size_t length;
    size_t room;
    size_t count;
};

/* Adds an SPC of `length` octets, each below 0x80 (IA5String), at least one. */
bool tnauthlist_builder_spc(struct tnauthlist_builder *builder, const char *spc, size_t length,
                            struct sti_error *err);

/* Adds one number; a word that tn_pack() does not make is refused. */
bool tnauthlist_builder_one(struct tnauthlist_builder *builder, tn_word number,
                            struct sti_error *err);

/* Adds a range of `count` numbers from `start`; refuses what tnauthlist_decode() would refuse. */
bool tnauthlist_builder_range(struct tnauthlist_builder *builder, tn_word start, uint64_t count,
                              struct sti_error *err);

/*
 * Wraps the entries into the outer SEQUENCE. *der is allocated with malloc and becomes the
 * caller's. The builder is empty afterwards, also on failure. An empty list is refused.
 */
bool tnauthlist_builder_finish(struct tnauthlist_builder *builder, uint8_t **der, size_t *length,
                               struct sti_error *err);

/* Frees what a builder holds. */
void tnauthlist_builder_free(struct tnauthlist_builder *builder);

/* ---- text ---- */

/*
 * The text form, the same everywhere (docs/architecture.md):
 *   SPC:709J   TN:12155551212   TN:12155550100-12155550199   TN:12155550100+100
 * Entries are separated by commas or line ends, blanks around them do not count, `;` starts a
 * comment up to the line's end. In an SPC, \xHH stands for an octet that could not be written
 * plainly. Entries are added to the builder in the order of the text; a text without an entry adds
 * none. On failure err names line and column, and the builder keeps the entries before the fault.
 */
bool tnauthlist_parse(struct tnauthlist_builder *builder, const char *text, size_t length,
                      struct sti_error *err);

/*
 * Writes entry `index` in the text form, both ends of a range, and a NUL. Behaves like snprintf:
 * returns the length the text has. tnauthlist_parse() of the text yields the same octets, but for
 * unknown elements behind a range's count.
 */
size_t tnauthlist_entry_text(const struct tnauthlist *list, size_t index, char *buf, size_t size);

/* A room that is enough for the text of any range or number, the NUL included. */
#define TNAUTHLIST_ENTRY_TEXT 40

#ifdef __cplusplus
}
#endif

#endif
