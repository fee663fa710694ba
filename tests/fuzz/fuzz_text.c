/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as text: what can be parsed is a list that strict reading takes, and its own text yields
 * the same octets.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static size_t lines_of(const uint8_t *octets, size_t length)
{
    size_t lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += octets[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    struct tnauthlist_builder builder = {0};
    struct sti_error err;
    sti_error_clear(&err);
    if (!tnauthlist_parse(&builder, (const char *)octets, length, &err)) {
        fuzz_check_error(&err);
        FUZZ_HOLDS(err.line >= 1 && err.line <= lines_of(octets, length));
        FUZZ_HOLDS(err.column >= 1 && err.column <= length + 1);
        tnauthlist_builder_free(&builder);
        return 0;
    }
    uint8_t *der = NULL;
    size_t der_length = 0;
    bool empty = builder.count == 0;
    FUZZ_HOLDS(tnauthlist_builder_finish(&builder, &der, &der_length, &err) == !empty);
    if (empty)
        return 0;
    struct tnauthlist list;
    FUZZ_HOLDS(tnauthlist_decode(&list, der, der_length, NULL, &err));
    size_t again_length;
    uint8_t *again = fuzz_encode_again(&list, &again_length);
    FUZZ_HOLDS(again_length == der_length && memcmp(again, der, der_length) == 0);
    free(again);
    tnauthlist_free(&list);
    free(der);
    return 0;
}
