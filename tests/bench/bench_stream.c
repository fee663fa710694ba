/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streaming lists that are larger than memory, from text to DER and back. The list is a block of
 * entries again and again, so that neither it nor what becomes of it is ever in memory or on disk;
 * every octet that comes out is compared.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "tnauthlist_stream.h"

#define BLOCK_ENTRIES ((size_t)10000)
#define LIMIT_OCTETS ((size_t)64 * 1024 * 1024)

static const size_t sizes[] = {1000000, 100000000};

/* Octets again and again, behind a header that comes once. */
struct cycle {
    const uint8_t *octets;
    size_t length;
    size_t at;
    uint64_t left;
    uint8_t header[TNAUTHLIST_STREAM_HEADER];
    size_t header_length;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool read_cycle(void *context, uint8_t *buf, size_t room, size_t *got, struct sti_error *err)
{
    (void)err;
    struct cycle *cycle = context;
    *got = 0;
    if (cycle->header_length > 0) {
        bench_require(room >= cycle->header_length, "a window is too small");
        memcpy(buf, cycle->header, cycle->header_length);
        *got = cycle->header_length;
        cycle->header_length = 0;
    }
    while (*got < room && cycle->left > 0) {
        size_t part = smaller(room - *got, cycle->length - cycle->at);
        memcpy(buf + *got, cycle->octets + cycle->at, part);
        *got += part;
        cycle->at = (cycle->at + part) % cycle->length;
        cycle->left -= part;
    }
    return true;
}

static bool compare_cycle(void *context, const uint8_t *octets, size_t length,
                          struct sti_error *err)
{
    (void)err;
    struct cycle *cycle = context;
    while (length > 0) {
        size_t part = smaller(length, cycle->length - cycle->at);
        bench_require(part <= cycle->left && memcmp(octets, cycle->octets + cycle->at, part) == 0,
                      "a stream writes something else");
        octets += part;
        length -= part;
        cycle->at = (cycle->at + part) % cycle->length;
        cycle->left -= part;
    }
    return true;
}

/* The same list as text and as DER. */
struct both_forms {
    struct cycle text;
    struct cycle der;
};

static void to_der(struct both_forms list)
{
    struct cycle first = list.text;
    struct tnauthlist_totals totals;
    bench_require(tnauthlist_stream_encode(read_cycle, &first, NULL, NULL, &totals, NULL) &&
                      totals.octets == list.der.left &&
                      tnauthlist_stream_encode(read_cycle, &list.text, compare_cycle, &list.der,
                                               &totals, NULL) &&
                      list.der.left == 0,
                  "a list cannot be streamed to DER");
}

static void to_text(struct both_forms list)
{
    struct tnauthlist_totals totals;
    list.der.header_length = tnauthlist_stream_header(list.der.left, list.der.header);
    bench_require(
        tnauthlist_stream_decode(read_cycle, &list.der, compare_cycle, &list.text, &totals, NULL) &&
            list.text.left == 0,
        "a list cannot be streamed to text");
}

/* What it costs to have the octets in one window after the other, and to look at each. */
static void pass(struct cycle *cycle)
{
    static uint8_t window[TNAUTHLIST_STREAM_WINDOW];
    struct bench_octets octets = {.octets = window};
    while (read_cycle(cycle, window, sizeof(window), &octets.length, NULL) && octets.length > 0)
        bench_memory_pass(&octets);
}

static void pass_text(struct both_forms list)
{
    pass(&list.text);
}

static void pass_der(struct both_forms list)
{
    pass(&list.der);
}

/* Each in a process of its own. */
struct streaming {
    void (*run)(struct both_forms list);
    struct both_forms list;
};

struct streamed {
    double seconds;
    size_t octets;
};

static void stream_once(int out, void *argument)
{
    const struct streaming *streaming = argument;
    double start = bench_now();
    streaming->run(streaming->list);
    struct streamed streamed = {bench_now() - start, bench_peak_octets()};
    bench_send(out, &streamed, sizeof(streamed));
}

static void rows(const char *work, const char *memory_work, size_t entries, struct streaming ours,
                 struct streaming theirs)
{
    struct streamed mine;
    struct streamed pass_alone;
    bench_in_child(stream_once, &ours, &mine, sizeof(mine));
    bench_in_child(stream_once, &theirs, &pass_alone, sizeof(pass_alone));
    bench_row(work, entries, "memory pass", mine.seconds, pass_alone.seconds);
    bench_memory_row(memory_work, entries, "64 MiB", mine.octets, LIMIT_OCTETS);
}

/* The text of a list, one entry a line. */
static struct cycle print(const struct tnauthlist *list)
{
    char *text = malloc(list->count * TNAUTHLIST_ENTRY_TEXT);
    bench_require(text != NULL, "no memory");
    char *at = text;
    for (size_t i = 0; i < list->count; i++) {
        at += tnauthlist_entry_text(list, i, at, TNAUTHLIST_ENTRY_TEXT);
        *at++ = '\n';
    }
    return (struct cycle){.octets = (uint8_t *)text, .length = (size_t)(at - text)};
}

int main(void)
{
    struct bench_list der = bench_list_mixed(BLOCK_ENTRIES, 1);
    struct tnauthlist list;
    bench_require(tnauthlist_decode(&list, der.der, der.length, NULL, NULL), "a list is refused");
    size_t header = tnauthlist_get(&list, 0).offset;
    struct both_forms block = {.text = print(&list),
                               .der = {.octets = der.der + header, .length = der.length - header}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct both_forms all = block;
        all.text.left = (uint64_t)block.text.length * (sizes[i] / BLOCK_ENTRIES);
        all.der.left = (uint64_t)block.der.length * (sizes[i] / BLOCK_ENTRIES);
        rows("streaming text to DER", "peak memory, text to DER", sizes[i],
             (struct streaming){to_der, all}, (struct streaming){pass_text, all});
        rows("streaming DER to text", "peak memory, DER to text", sizes[i],
             (struct streaming){to_text, all}, (struct streaming){pass_der, all});
    }
    free((void *)(uintptr_t)block.text.octets);
    tnauthlist_free(&list);
    bench_list_free(&der);
    return 0;
}
