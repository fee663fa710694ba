/* SPDX-License-Identifier: Apache-2.0 */
/* What the tnset files share; not installed. */
#ifndef TNSET_INTERNAL_H
#define TNSET_INTERNAL_H

#include "tn_pack.h"
#include "tnauthlist_internal.h"
#include "tnset.h"

/*
 * The key of a number of digits: its length in the top four bits, its decimal value below, so that
 * key + 1 is the successor inside one length. Values are below 10^15 < 2^50, so the successor of
 * 9...9 is a key that no number has, and intervals of different lengths never touch.
 *
 * The key of a number with * or #: the same length, TNSET_SPECIAL, and twice the value of its
 * symbols to the base 12, below 2 * 12^15 < 2^55. Twice, so that two of them never touch: such a
 * number stays an interval of its own in every operation.
 */
#define TNSET_LENGTH_SHIFT 60
#define TNSET_SPECIAL ((uint64_t)1 << 59)

/* Above every key; it ends arrays of edges and fills up nodes of the index. */
#define TNSET_NO_KEY UINT64_MAX

/* Intervals or keys under one key of the index. */
#define TNSET_FANOUT ((size_t)16)

/* The key of a number with * or # in its `length` lowest groups of four bits; 0: no number. */
uint64_t tnset_key_special(uint64_t symbols, unsigned length);

/* The number of a key. */
tn_word tnset_word(uint64_t key);

/* The key of a number, or 0 for a word that is none. */
static inline uint64_t tnset_key(tn_word word)
{
    unsigned length = (unsigned)(word >> TNSET_LENGTH_SHIFT);
    uint64_t symbols = word & (((uint64_t)1 << TNSET_LENGTH_SHIFT) - 1);
    if (length == 0 || symbols >> 4 * length != 0)
        return 0;
    if ((symbols >> 3 & (symbols >> 2 | symbols >> 1) & 0x0111111111111111) != 0)
        return tnset_key_special(symbols, length); /* a group of 10 or more */
    return (uint64_t)length << TNSET_LENGTH_SHIFT | nibbles_value(symbols);
}

/* The keys of an interval of numbers: the first, and the one behind the last. */
struct tnset_span {
    uint64_t first;
    uint64_t end;
};

/*
 * The interval of `count` numbers from `first`; false when there is none. What a range means is
 * clear up to 9...9, one number more than start + count < 10^D allows: whether that is lawful is
 * for the decoder to say, a set only must not leave the length.
 */
static inline bool tnset_span_of(tn_word first, uint64_t count, struct tnset_span *span)
{
    uint64_t key = tnset_key(first);
    uint64_t most = 1;
    if ((key & TNSET_SPECIAL) == 0)
        most = power_of_ten((size_t)(key >> TNSET_LENGTH_SHIFT)) - (key & (TNSET_SPECIAL - 1));
    span->first = key;
    span->end = key + count;
    return key != 0 && count - 1 < most; /* a count of 0 becomes the greatest of all */
}

/* Entry `index` of a list, which is no SPC; false for what tnauthlist_decode() does not make. */
static inline bool tnset_entry_span(const struct tnauthlist *list, size_t index,
                                    struct tnset_span *span)
{
    const struct tnauthlist_kept *kept = &list->kept[index];
    if (kept_kind(kept) == TNAUTHLIST_ONE)
        return tnset_span_of(kept_number(kept), 1, span);
    if (kept_kind(kept) != TNAUTHLIST_RANGE)
        return false;
    uint64_t count = kept_count(list->der, kept);
    return count != 1 && tnset_span_of(kept_number(kept), count, span);
}

/* Refuses entry `index` of a list as one that tnauthlist_decode() does not make. */
bool tnset_bad_entry(size_t index, struct sti_error *err);

/* ---- memory and search (tnset_search.c) ---- */

/* Memory like malloc()'s, in huge pages where it is large and the system has them. */
void *tnset_memory(size_t octets);

/* Room for the edges of `intervals`, one more and a full last node; on failure NULL and err. */
uint64_t *tnset_edges_new(size_t intervals, struct sti_error *err);

/*
 * Makes set->edges, with set->intervals of the `room` used, ready for searching: gives unused
 * room back, fills up the last node, builds the index.
 */
bool tnset_seal(struct tnset *set, size_t room, struct sti_error *err);

/* The last interval that begins at or before key, or SIZE_MAX. */
size_t tnset_find(const struct tnset *set, uint64_t key);

/* ---- sorting (tnset_sort.c) ---- */

/* Sorts by key; pairs of the same key keep their order. scratch has room for as many. */
void tnset_sort(struct tnset_pair *pairs, struct tnset_pair *scratch, size_t count);

/* ---- SPCs (tnset_spc.c) ---- */

/* An SPC of a list: its first eight octets as key, where it stands as value. */
bool tnset_spc_pair(const struct tnauthlist *lists, size_t list, size_t index,
                    struct tnset_pair *pair);

/* The SPC that a pair stands for. */
struct tnset_spc tnset_spc_of(const struct tnauthlist *lists, const struct tnset_pair *pair);

/* Less than, equal to or greater than 0, as a stands before, at or behind b. */
int tnset_spc_compare(const struct tnset_spc *a, const struct tnset_spc *b);

/* The first eight octets, zeros behind a shorter one: sorts as the octets do, but for ties. */
uint64_t tnset_spc_prefix(const uint8_t *octets, size_t length);

/* Sorts SPCs and keeps each once, the first in the lists; *count becomes how many are left. */
bool tnset_spc_sort(const struct tnauthlist *lists, struct tnset_pair *pairs, size_t *count,
                    struct sti_error *err);

/* Copies `count` sorted SPCs into the set, which has none. */
bool tnset_spc_copy(struct tnset *set, const struct tnset_spc *spcs, size_t count,
                    struct sti_error *err);

#endif
