/* SPDX-License-Identifier: Apache-2.0 */
/* Lists to measure with, the same in every run. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

/* Ten digits NXXXXXXXXX, N from 2: how many there are, and the first. */
#define NUMBERS UINT64_C(8000000000)
#define FIRST_NUMBER UINT64_C(2000000000)

uint64_t bench_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

tn_word bench_number(uint64_t value)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "1%010llu", (unsigned long long)value);
    tn_word word = 0;
    bench_require(tn_pack(text, (size_t)length, &word, NULL), "a number cannot be packed");
    return word;
}

static struct bench_entry *new_entries(size_t entries)
{
    struct bench_entry *array = calloc(entries, sizeof(*array));
    bench_require(array != NULL, "no memory");
    return array;
}

static void shuffle(struct bench_entry *array, size_t entries, uint64_t *state)
{
    for (size_t i = entries; i > 1; i--) {
        size_t other = (size_t)(bench_random(state) % i);
        struct bench_entry entry = array[i - 1];
        array[i - 1] = array[other];
        array[other] = entry;
    }
}

static struct bench_list encode(struct bench_entry *array, size_t entries)
{
    struct tnauthlist_builder builder = {0};
    for (size_t i = 0; i < entries; i++) {
        bool ok = array[i].count == 1
                      ? tnauthlist_builder_one(&builder, array[i].number, NULL)
                      : tnauthlist_builder_range(&builder, array[i].number, array[i].count, NULL);
        bench_require(ok, "an entry cannot be encoded");
    }
    free(array);
    struct bench_list list = {0};
    bench_require(tnauthlist_builder_finish(&builder, &list.der, &list.length, NULL),
                  "a list cannot be encoded");
    return list;
}

static struct bench_entry *mixed(size_t entries, uint64_t *state)
{
    struct bench_entry *array = new_entries(entries);
    size_t ranges = entries / 3;
    for (size_t i = 0; i < entries; i++) {
        uint64_t value = FIRST_NUMBER + bench_random(state) % (NUMBERS - 20000);
        uint64_t count = i < ranges ? 2 + bench_random(state) % 9999 : 1;
        array[i] = (struct bench_entry){bench_number(value), count};
    }
    shuffle(array, entries, state);
    return array;
}

struct bench_list bench_list_mixed(size_t entries, uint64_t seed)
{
    return encode(mixed(entries, &seed), entries);
}

struct bench_list bench_list_shuffled(size_t entries, uint64_t seed)
{
    struct bench_entry *array = mixed(entries, &seed);
    shuffle(array, entries, &seed);
    return encode(array, entries);
}

struct bench_list bench_list_ranges(size_t entries, uint64_t seed)
{
    struct bench_entry *array = new_entries(entries);
    uint64_t step = (NUMBERS - 20000) / entries; /* 7999 at least */
    bench_require(step >= 7000, "too many ranges");
    for (size_t i = 0; i < entries; i++) {
        uint64_t value = FIRST_NUMBER + i * step + bench_random(&seed) % 1000;
        array[i] = (struct bench_entry){bench_number(value), 2 + bench_random(&seed) % 5000};
    }
    shuffle(array, entries, &seed);
    return encode(array, entries);
}

void bench_list_free(struct bench_list *list)
{
    free(list->der);
    *list = (struct bench_list){0};
}
