/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A naive model of TNAuthLists, with a place for every number: all numbers of 1 to 4 digits, some
 * with * or #, some SPCs; and random lists of them, the same ones in every run.
 */
#ifndef TEST_TNSET_WORLD_H
#define TEST_TNSET_WORLD_H

#include "test_tnset_kit.h"

#define DIGIT_NUMBERS 11110 /* 10 + 100 + 1000 + 10000 */
#define SPECIALS 10
#define NUMBERS (DIGIT_NUMBERS + SPECIALS)
#define SPCS 8
#define MAX_ENTRIES 40

/* The numbers in the order of the model: by length and value, then those with * or #. */
extern tn_word words[NUMBERS];

struct spc {
    const char *octets;
    size_t length;
};

extern const struct spc spcs[SPCS];

/* How a number is named: 0 not, 1 by ones only, 2 by a range. */
struct model {
    uint8_t numbers[NUMBERS];
    uint8_t spcs[SPCS];
};

/* An entry as the model sees it: numbers first to first + count - 1, or an SPC. */
struct model_entry {
    bool is_spc;
    size_t first;
    size_t count;
};

struct world {
    struct model_entry entries[MAX_ENTRIES];
    size_t count;
    struct model model;
    struct kit_list made;
    struct tnset set;
};

/* Fills in words; comes first. */
void world_start(void);

/* Where the numbers of a length begin in words, and the length of one of digits. */
size_t length_begin(size_t length);
size_t length_of(size_t number);

/* Random entries. */
void world_open(struct world *world);

/* Some entries of another world, cut smaller, and now and then a foreign one: often encompassed. */
void world_open_child(struct world *world, const struct world *parent);

/* Lists the entries, from entry `from` on and then from the first one. */
struct kit_list world_list(const struct world *world, size_t from);

void world_close(struct world *world);

#endif
