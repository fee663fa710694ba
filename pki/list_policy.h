/* SPDX-License-Identifier: Apache-2.0 */
/* What a CA asks of a list: does the token allow it, and is all of it understood? */
#ifndef PKI_LIST_POLICY_H
#define PKI_LIST_POLICY_H

#include "tnset.h"

/*
 * How a CSR's list must fit the token's. RFC 9448 section 6 step 6 wants "equivalent" lists and
 * does not say whether order and splitting count. An SPC and a number never stand for each other.
 */
enum list_policy {
    LIST_EQUAL,     /* the same numbers and SPCs, however they are written */
    LIST_EQUAL_DER, /* the same octets */
    LIST_SUBSET,    /* nothing that the token has not */
};

/* "equal", "equal-der", "subset"; and back: false if there is no such policy. */
const char *list_policy_name(enum list_policy policy);
bool list_policy_of_name(const char *name, enum list_policy *policy);

/*
 * True if the token's list allows the CSR's. `spc_numbers` are the numbers that the token's SPCs
 * stand for, if that is known (spc_numbers.h): they count for LIST_SUBSET. NULL: an SPC stands for
 * no number. Otherwise err names the first entry of the CSR that is
 * not covered, the fewest numbers that the token lacks, and what the token should have said; or
 * what the token has and the CSR does not ask for.
 */
bool list_allowed(enum list_policy policy, const struct tnauthlist *wanted,
                  const struct tnauthlist *allowed, const struct tnset *spc_numbers,
                  struct sti_error *err);

/*
 * True if the list holds only what this version of RFC 8226 knows. A reader steps over unknown
 * elements behind a range's count (its extension marker), but a CA signs nothing it does not
 * understand.
 */
bool list_plain(const struct tnauthlist *list, struct sti_error *err);

/*
 * The first entry of the list that is not wholly in the set, which is not empty; list->count if all
 * are. False without memory, with err filled.
 */
bool list_first_outside(const struct tnauthlist *list, const struct tnset *set, size_t *index,
                        struct sti_error *err);

/* list_words() of a set that is not empty. False without memory, with err filled. */
bool list_set_words(const struct tnset *set, char *words, size_t size, struct sti_error *err);

/*
 * The list in words: its entries as text, cut behind the last whole one that fits, and then how
 * many more there are. Always ends with a NUL; size is at least 64.
 */
void list_words(const struct tnauthlist *list, char *words, size_t size);

#endif
