/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; not installed. */
#ifndef TNAUTHLIST_INTERNAL_H
#define TNAUTHLIST_INTERNAL_H

#include "der.h"
#include "tn_pack.h"

#define TN_CLAUSE "RFC 8226 section 9"

/* ---- how a list keeps its entries ---- */

/* The kind stands in the highest two bits of `place`, the offset below: it fits. */
#define KEPT_KIND_SHIFT 30
#define KEPT_OFFSET (((uint32_t)1 << KEPT_KIND_SHIFT) - 1)
_Static_assert(TNAUTHLIST_MAX_OCTETS <= (size_t)1 << KEPT_KIND_SHIFT, "an offset would not fit");

static inline uint32_t kept_kind(const struct tnauthlist_kept *kept)
{
    return kept->place >> KEPT_KIND_SHIFT;
}

static inline uint32_t kept_offset(const struct tnauthlist_kept *kept)
{
    return kept->place & KEPT_OFFSET;
}

/* The number of a `one`, the start of a range. */
static inline tn_word kept_number(const struct tnauthlist_kept *kept)
{
    return (uint64_t)kept->high << 32 | kept->low;
}

/* What stands behind the tag and length at `at`; the element is known to be well-formed. */
static inline const uint8_t *kept_content(const uint8_t *at)
{
    return at + 2 + (at[1] < 0x80 ? 0 : at[1] & 0x7f);
}

/* The count of a range that was read strictly: it is in der, so it is not kept. */
static inline uint64_t kept_count(const uint8_t *der, const struct tnauthlist_kept *kept)
{
    const uint8_t *start = kept_content(kept_content(der + kept_offset(kept)));
    const uint8_t *count = start + 2 + start[1]; /* 1 to 15 symbols: one octet of length */
    /* At least seven octets of the entry stand before the count's own. */
    return load_big_endian(count + 2 + count[1] - 8) & low_octets(count[1]);
}

static inline void keep(struct tnauthlist_kept *kept, const struct tnauthlist_entry *entry)
{
    bool spc = entry->kind == TNAUTHLIST_SPC;
    kept->high = (uint32_t)(spc ? entry->count : entry->number >> 32);
    kept->low = (uint32_t)entry->number;
    kept->place = entry->kind << KEPT_KIND_SHIFT | entry->offset;
}

/* ---- numbers ---- */

/* True for the words that tn_pack() makes. */
bool tn_is_number(tn_word word);

/* The value of a number of digits; below 10^15. */
uint64_t tn_value(tn_word word);

/* 10^D, D being how many symbols word has. */
uint64_t tn_space(tn_word word);

/* The number of `length` digits (1..15) with that value, leading zeros kept. */
tn_word tn_from_value(uint64_t value, size_t length);

/* The rules for a range: digits only, count 2 or more, start + count < 10^D. */
bool tn_range_check(tn_word start, uint64_t count, struct sti_error *err);

/*
 * tnauthlist_builder_one() for a number that stands there as 1 to 15 digits, which the caller has
 * seen to.
 */
bool tnauthlist_builder_digits(struct tnauthlist_builder *builder, const char *digits,
                               size_t length, struct sti_error *err);

/*
 * Reads the one entry at octets[*at], strictly, and moves *at behind it; on failure *at stays. The
 * element must end at or before `end`.
 */
bool tnauthlist_decode_entry(const uint8_t *octets, size_t *at, size_t end,
                             struct tnauthlist_entry *entry, struct sti_error *err);

/* tnauthlist_entry_text() of an entry over `der`. */
size_t tnauthlist_value_text(const uint8_t *der, const struct tnauthlist_entry *entry, char *buf,
                             size_t size);

#endif
