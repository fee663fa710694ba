/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set algebra of TNAuthLists: what a list means, apart from how it is written.
 *
 * A list is the union of its entries (RFC 8226 section 9, RFC 9060 section 4.1), so order, overlap
 * and repetition mean nothing. A set holds that union in two parts that never mix:
 *
 *   numbers   every number named by a `one` or a `range`. The numbers of digits of one length stand
 *             in line; 0099 and 99 differ, and 99 has no successor of two digits. A number with *
 *             or # stands for itself alone.
 *   SPCs      octet strings, compared octet by octet (709J and 709j differ). Which numbers a
 *             provider has is not in the list, so an SPC never covers a number here; it makes the
 *             answer for a number that is not covered otherwise undecidable.
 *
 * A set owns all its memory: the lists it was built from, and their DER, may be freed at once. A
 * set is constant after it was made: any number of threads may ask it. All zero is the empty set.
 * Costs are given with n for the entries or intervals of all arguments together.
 *
 * Functions that can fail return false and fill `err` (see sti_error.h); `err` may be NULL. They
 * fail for want of memory (STI_ENVIRONMENT), above TNSET_MAX_INTERVALS (STI_REFUSED), and where
 * said. The others cannot fail.
 */
#ifndef TNSET_H
#define TNSET_H

#include "tnauthlist.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The most entries a set is built from, and the most intervals, or SPCs, of the two sets that an
 * operation combines: 1 GiB of each.
 */
#define TNSET_MAX_INTERVALS ((size_t)64 * 1024 * 1024)

/* Levels of the search index: 16 ways each, for TNSET_MAX_INTERVALS. */
#define TNSET_MAX_LEVELS 6

/* An SPC in a set: `length` octets, 1 or more, of the set's memory. */
struct tnset_spc {
    const uint8_t *octets;
    size_t length;
};

/*
 * The members are for this library; read a set through the functions below.
 *
 * `edges` says where numbers begin and end: 2 keys an interval, the first number's key and the key
 * behind the last one, strictly ascending, so that intervals are sorted, apart and never touch.
 * A key is the length in the top four bits and the decimal value below (tnset_internal.h).
 */
struct tnset {
    uint64_t *edges;
    size_t intervals;
    uint64_t *lone; /* edges of the numbers in longer intervals that no range entry names */
    size_t lone_intervals;
    uint64_t *index; /* levels of every 16th key, the top level first */
    size_t level_at[TNSET_MAX_LEVELS];
    size_t levels;
    struct tnset_spc *spcs; /* sorted by octets, each once */
    size_t spc_count;
    uint8_t *spc_octets;
};

/* ---- making sets ---- */

/*
 * The union of `list_count` lists; none at all make the empty set. The lists come from
 * tnauthlist_decode(); an entry that cannot is refused and named in err->entry. On failure *set is
 * empty. Lists in ascending order cost n, others n times a small constant (radix sort); the memory
 * is 16 octets an interval, 32 while it sorts.
 */
bool tnset_build(struct tnset *set, const struct tnauthlist *lists, size_t list_count,
                 struct sti_error *err);

/* Frees what the set holds and makes it empty. */
void tnset_free(struct tnset *set);

/*
 * *result becomes what is in a or b, in both, or in a and not in b: numbers and SPCs each for
 * themselves, an SPC counts as a name and not as the numbers it stands for. *result must be neither
 * a nor b, what it held is not freed; a and b may be the same set. On failure *result is empty.
 * Cost n.
 */
bool tnset_union(struct tnset *result, const struct tnset *a, const struct tnset *b,
                 struct sti_error *err);
bool tnset_intersection(struct tnset *result, const struct tnset *a, const struct tnset *b,
                        struct sti_error *err);
bool tnset_difference(struct tnset *result, const struct tnset *a, const struct tnset *b,
                      struct sti_error *err);

/* ---- asking sets ---- */

/*
 * How a set has a number (RFC 8226 section 9). When several arms match, RANGE goes before ONE, and
 * both before SPC. In a set from tnset_build() ONE and RANGE are the arms of entries of the lists;
 * in the result of an operation, ONE is a number without neighbours in the set, RANGE any other.
 */
enum tnset_arm {
    TNSET_NOT = 0,   /* not in the set, and there is no SPC that could stand for it */
    TNSET_ONE = 1,   /* named by a `one`, and by no range */
    TNSET_RANGE = 2, /* inside a range */
    TNSET_SPC = 3,   /* not named; an SPC may stand for it: undecidable without a number database */
};

/*
 * How the set has the number. A word that no tn_pack() made is no number: TNSET_NOT whatever the
 * set holds. Cost log n.
 */
enum tnset_arm tnset_contains(const struct tnset *set, tn_word number);

/* True when the set has this SPC, octet for octet. Cost log n. */
bool tnset_contains_spc(const struct tnset *set, const char *spc, size_t length);

/* True when there is neither a number nor an SPC. Such a set has no DER (SIZE (1..MAX)). */
bool tnset_is_empty(const struct tnset *set);

/* True when both have the same numbers and the same SPCs. Cost n. */
bool tnset_equal(const struct tnset *a, const struct tnset *b);

enum tnset_answer {
    TNSET_NO = 0,
    TNSET_YES = 1,
    TNSET_UNDECIDABLE = 2, /* depends on which numbers the parent's SPCs stand for */
};

/*
 * Whether the scope of child is equal to or a subset of the parent's (RFC 9060 section 4):
 *   NO           an SPC of the child is not in the parent, or a number is not and the parent has no
 *                SPC at all
 *   UNDECIDABLE  a number is not in the parent, but the parent has an SPC (an SPC-only parent may
 *                delegate numbers, RFC 9060 section 4.1)
 *   YES          otherwise; always for an empty child
 * Cost: the intervals of the child times the logarithm of their distance in the parent, n at most.
 */
enum tnset_answer tnset_encompasses(const struct tnset *parent, const struct tnset *child);

/* How many numbers the set has, the numbers of its SPCs not counted. Below 2^54. Cost n. */
uint64_t tnset_count(const struct tnset *set);

/*
 * A piece of a set: an SPC, borrowed from the set, or all numbers from first to last (both in the
 * set, of one length, equal for a single number). A number with * or # is a piece of its own.
 */
struct tnset_piece {
    enum tnauthlist_kind kind; /* TNAUTHLIST_ONE when first equals last */
    tn_word first;             /* 0 for an SPC, like last and count */
    tn_word last;
    uint64_t count;     /* how many numbers */
    const uint8_t *spc; /* NULL for numbers */
    size_t spc_length;  /* octets; 0 for numbers */
};

/* How many pieces the set has: no two of them can be written as one. */
size_t tnset_piece_count(const struct tnset *set);

/* Piece `index`, below tnset_piece_count(), in the order of tnset_canonical(). Cost 1. */
void tnset_piece(const struct tnset *set, size_t index, struct tnset_piece *piece);

/*
 * Adds the set in canonical form to a builder: equal sets yield the same octets, the list that is
 * read from them means the same, and no list of fewer entries does.
 *
 * Order: SPCs by octets, a prefix before what it begins; then numbers, shorter before longer, for
 * each length the numbers of digits by value, then those with * or # (* before #). Every number
 * without neighbours is a `one`, every longer interval a `range`. But a range must obey start +
 * count < 10^D (RFC 8226 section 9), so it cannot hold the last number of a length: an interval
 * that ends in 9...9 becomes the range without it, or a `one` when a single number is left,
 * and a `one` for the last.
 *
 * Fails for want of memory and at the limits of the builder. The empty set adds nothing, so
 * tnauthlist_builder_finish() refuses when there is nothing else. Cost n.
 */
bool tnset_canonical(const struct tnset *set, struct tnauthlist_builder *builder,
                     struct sti_error *err);

/* ---- explaining ---- */

/* "No such entry". */
#define TNSET_NO_ENTRY SIZE_MAX

/* A parent list made ready to say which of its entries cover what. Members as in struct tnset. */
struct tnset_pair {
    uint64_t key;
    uint64_t value;
};

struct tnset_cover {
    const struct tnauthlist *list; /* borrowed */
    struct tnset scope;
    struct tnset_pair *starts; /* first key of an entry; the entry so far that reaches farthest */
    size_t start_count;
    struct tnset_pair *spcs; /* the first eight octets; the first entry with that SPC */
    size_t spc_count;
    size_t first_spc; /* entry, or TNSET_NO_ENTRY */
};

/*
 * Why numbers, or an SPC, are encompassed by a parent list or not. Entries are indexes into the
 * parent list, 0 the first.
 */
struct tnset_explanation {
    enum tnset_answer answer;
    size_t entry;     /* the parent entry that covers the beginning, of several the one that reaches
                         farthest, of these the one that begins first, of these the first listed;
                         TNSET_NO_ENTRY when the beginning is missing */
    bool several;     /* YES, but only together with further parent entries */
    size_t spc_entry; /* UNDECIDABLE: the parent's first SPC; otherwise TNSET_NO_ENTRY */
    tn_word missing_first; /* NO, UNDECIDABLE: the first piece that no parent number covers, as */
    tn_word missing_last;  /* long as it goes, both ends included; 0 when an SPC is missing */
};

/*
 * Prepares a parent list, which must outlive the cover and not move. Fails like tnset_build(); then
 * the cover is empty. Cost n log n at most, n for numbers.
 */
bool tnset_cover_build(struct tnset_cover *cover, const struct tnauthlist *parent,
                       struct sti_error *err);

/* Frees what the cover holds. */
void tnset_cover_free(struct tnset_cover *cover);

/*
 * Explains entry `index` of a child list. Asked for every entry, the answers add up to that of
 * tnset_encompasses(): NO when one is NO, otherwise UNDECIDABLE when one is. Returns false, with
 * err->entry, for an entry that tnauthlist_decode() does not make. Cost log n.
 */
bool tnset_cover_entry(const struct tnset_cover *cover, const struct tnauthlist *child,
                       size_t index, struct tnset_explanation *explanation, struct sti_error *err);

/*
 * Explains one number (count 1) or a range of `count` numbers from `first`. Returns false for a
 * word that is no number and for a range that does not fit into its length. Cost log n.
 */
bool tnset_cover_numbers(const struct tnset_cover *cover, tn_word first, uint64_t count,
                         struct tnset_explanation *explanation, struct sti_error *err);

#ifdef __cplusplus
}
#endif

#endif
