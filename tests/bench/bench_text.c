/* SPDX-License-Identifier: Apache-2.0 */
/* Printing and parsing the text form. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

static const size_t sizes[] = BENCH_SIZES;

struct printing {
    struct tnauthlist list;
    char *text; /* room for every entry */
    size_t length;
};

/* Every entry on a line of its own. */
static void print(void *argument)
{
    struct printing *printing = argument;
    char *at = printing->text;
    for (size_t i = 0; i < printing->list.count; i++) {
        at += tnauthlist_entry_text(&printing->list, i, at, TNAUTHLIST_ENTRY_TEXT);
        *at++ = '\n';
    }
    printing->length = (size_t)(at - printing->text);
}

/* From text to DER. */
static void parse(void *argument)
{
    const struct printing *printing = argument;
    struct tnauthlist_builder builder = {0};
    uint8_t *der;
    size_t length;
    bench_require(tnauthlist_parse(&builder, printing->text, printing->length, NULL) &&
                      tnauthlist_builder_finish(&builder, &der, &length, NULL),
                  "a text cannot be parsed");
    bench_require(length == printing->list.der_length, "a text has become another list");
    free(der);
}

static void rows(size_t entries)
{
    struct bench_list der = bench_list_mixed(entries, 1);
    struct printing printing = {.text = malloc(entries * (TNAUTHLIST_ENTRY_TEXT + 1))};
    bench_require(printing.text != NULL, "no memory");
    bench_require(tnauthlist_decode(&printing.list, der.der, der.length, NULL, NULL),
                  "a list is refused");
    print(&printing);
    struct bench_octets octets = {.octets = printing.text, .length = printing.length};
    struct bench_work pass = {bench_memory_pass, &octets};
    bench_compare("text print", entries, "memory pass", (struct bench_work){print, &printing},
                  pass);
    bench_compare("text parse", entries, "memory pass", (struct bench_work){parse, &printing},
                  pass);
    tnauthlist_free(&printing.list);
    free(printing.text);
    bench_list_free(&der);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        rows(sizes[i]);
    return 0;
}
