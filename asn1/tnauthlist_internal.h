/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; not installed. */
#ifndef TNAUTHLIST_INTERNAL_H
#define TNAUTHLIST_INTERNAL_H

#include "der.h"
#include "tnauthlist.h"

#define TN_CLAUSE "RFC 8226 section 9"
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
 * Reads the one entry at octets[*at], strictly, and moves *at behind it; on failure *at stays. The
 * element must end at or before `end`.
 */
bool tnauthlist_decode_entry(const uint8_t *octets, size_t *at, size_t end,
                             struct tnauthlist_entry *entry, struct sti_error *err);

#endif
