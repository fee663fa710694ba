/* SPDX-License-Identifier: Apache-2.0 */
/* Strict decoding against generated decoders: time, peak memory, and one memory pass. */
#include "bench.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decoders.h"

/* The lists all programs measure with. */
#define SEED 1

static const size_t sizes[] = BENCH_SIZES;
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* ---- ours, as the others are ---- */

static void *ours_decode(const uint8_t *der, size_t length)
{
    struct tnauthlist *list = malloc(sizeof(*list));
    if (list != NULL && tnauthlist_decode(list, der, length, NULL, NULL))
        return list;
    free(list);
    return NULL;
}

static void ours_release(void *decoded)
{
    tnauthlist_free(decoded);
    free(decoded);
}

static const struct decoder ours = {"ours", ours_decode, ours_release};
static const struct decoder *const others[] = {&asn1c_decoder, &openssl_decoder};
#define OTHERS (sizeof(others) / sizeof(others[0]))

/* ---- the same answers ---- */

/* Decoders that do not read the same are not worth comparing. */
static void try_out(const struct decoder *decoder)
{
    static const uint8_t good[] = {0x30, 0x1b, 0xa0, 0x06, 0x16, 0x04, '7', '0', '9', 'J',
                                   0xa1, 0x0a, 0x30, 0x08, 0x16, 0x03, '1', '0', '0', 0x02,
                                   0x01, 0x64, 0xa2, 0x05, 0x16, 0x03, '*', '6', '7'};
    static const uint8_t letter[] = {0x30, 0x07, 0xa2, 0x05, 0x16, 0x03, '1', 'x', '2'};
    static const uint8_t count_1[] = {0x30, 0x0c, 0xa1, 0x0a, 0x30, 0x08, 0x16,
                                      0x03, '1',  '0',  '0',  0x02, 0x01, 0x01};
    void *decoded = decoder->decode(good, sizeof(good));
    bench_require(decoded != NULL, "a decoder refuses a good list");
    decoder->release(decoded);
    bench_require(decoder->decode(letter, sizeof(letter)) == NULL &&
                      decoder->decode(count_1, sizeof(count_1)) == NULL &&
                      decoder->decode(good, sizeof(good) - 1) == NULL,
                  "a decoder takes a bad list");
}

/* ---- time ---- */

struct decoding {
    const struct decoder *decoder;
    struct bench_list list;
};

static void decode_and_free(void *argument)
{
    const struct decoding *decoding = argument;
    void *decoded = decoding->decoder->decode(decoding->list.der, decoding->list.length);
    bench_require(decoded != NULL, "a decoder refuses a list");
    decoding->decoder->release(decoded);
}

static void time_rows(size_t entries)
{
    struct decoding mine = {&ours, bench_list_mixed(entries, SEED)};
    for (size_t i = 0; i < OTHERS; i++) {
        struct decoding theirs = {others[i], mine.list};
        bench_compare("strict decode", entries, others[i]->name,
                      (struct bench_work){decode_and_free, &mine},
                      (struct bench_work){decode_and_free, &theirs});
    }
    struct bench_octets octets = {mine.list.der, mine.list.length, malloc(mine.list.length)};
    bench_require(octets.room != NULL, "no memory");
    bench_compare("strict decode", entries, "memory pass",
                  (struct bench_work){decode_and_free, &mine},
                  (struct bench_work){bench_memory_pass, &octets});
    bench_compare("strict decode", entries, "memcpy", (struct bench_work){decode_and_free, &mine},
                  (struct bench_work){bench_memory_copy, &octets});
    free(octets.room);
    bench_list_free(&mine.list);
}

/* ---- once in a new process: time and peak memory ---- */

/* Below this, the pages that malloc() holds anyway weigh more than the list. */
#define LEAST_MEMORY_ENTRIES 100000
/* How many processes; the best time counts, and the peak of the last. */
#define PROCESSES 5

/* A list in a file: the heap that making it needs stays in the process that made it. */
struct file_list {
    int file;
    size_t entries;
    size_t length;
    const struct decoder *decoder;
};

static void write_list(int out, void *argument)
{
    const struct file_list *wanted = argument;
    struct bench_list list = bench_list_mixed(wanted->entries, SEED);
    for (size_t at = 0; at < list.length;) {
        ssize_t written = write(wanted->file, list.der + at, list.length - at);
        bench_require(written > 0, "the list cannot be stored");
        at += (size_t)written;
    }
    bench_send(out, &list.length, sizeof(list.length));
}

struct once {
    double seconds;
    size_t octets; /* at the peak, beyond those with the list alone in memory */
};

static void decode_once(int out, void *argument)
{
    const struct file_list *list = argument;
    void *der = mmap(NULL, list->length, PROT_READ, MAP_PRIVATE, list->file, 0);
    bench_require(der != MAP_FAILED, "the list cannot be mapped");
    struct bench_octets octets = {.octets = der, .length = list->length};
    bench_memory_pass(&octets);
    size_t peak = bench_peak_octets();
    double start = bench_now();
    void *decoded = list->decoder->decode(der, list->length);
    bench_require(decoded != NULL, "a decoder refuses a list");
    list->decoder->release(decoded);
    struct once once = {bench_now() - start, bench_peak_octets() - peak};
    bench_send(out, &once, sizeof(once));
}

static struct once best_once(struct file_list *list, const struct decoder *decoder)
{
    struct once best = {0};
    list->decoder = decoder;
    for (int i = 0; i < PROCESSES; i++) {
        struct once once;
        bench_in_child(decode_once, list, &once, sizeof(once));
        best.seconds = i == 0 || once.seconds < best.seconds ? once.seconds : best.seconds;
        best.octets = once.octets;
    }
    return best;
}

static void once_rows(size_t entries)
{
    struct file_list list = {memfd_create("list", 0), entries, 0, NULL};
    bench_require(list.file >= 0, "no memory file");
    bench_in_child(write_list, &list, &list.length, sizeof(list.length));
    struct once mine = best_once(&list, &ours);
    for (size_t i = 0; i < OTHERS; i++) {
        struct once theirs = best_once(&list, others[i]);
        bench_row("strict decode, once in a process", entries, others[i]->name, mine.seconds,
                  theirs.seconds);
        if (entries >= LEAST_MEMORY_ENTRIES)
            bench_memory_row("peak memory of strict decode", entries, others[i]->name, mine.octets,
                             theirs.octets);
    }
    close(list.file);
}

int main(void)
{
    for (size_t i = 0; i < SIZES; i++) /* first, while this process is still small */
        once_rows(sizes[i]);
    try_out(&ours);
    for (size_t i = 0; i < OTHERS; i++)
        try_out(others[i]);
    for (size_t i = 0; i < SIZES; i++)
        time_rows(sizes[i]);
    return 0;
}
