/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as DER: what strict reading takes is printed, parsed and written again, and yields the
 * same octets, but for unknown elements behind the count of a range. What it refuses is walked, and
 * the walk finds a flaw.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Where an entry ends: where the next one begins, or at the end of the list. */
static size_t entry_length(const struct tnauthlist *list, size_t index)
{
    size_t end =
        index + 1 < list->count ? tnauthlist_get(list, index + 1).offset : list->der_length;
    return end - tnauthlist_get(list, index).offset;
}

static void same_entry(const struct tnauthlist *list, const struct tnauthlist *again, size_t index)
{
    const struct tnauthlist_entry entry = tnauthlist_get(list, index);
    const struct tnauthlist_entry other = tnauthlist_get(again, index);
    size_t length = entry_length(list, index);
    size_t other_length = entry_length(again, index);
    FUZZ_HOLDS(entry.kind == other.kind && entry.count == other.count);
    FUZZ_HOLDS(entry.kind == TNAUTHLIST_SPC || entry.number == other.number);
    bool extended = entry.kind == TNAUTHLIST_RANGE && other_length < length;
    FUZZ_HOLDS(extended ||
               (length == other_length &&
                memcmp(list->der + entry.offset, again->der + other.offset, length) == 0));
}

/* What a walk has seen. */
struct seen {
    size_t pieces;
    size_t flaws;
    size_t end; /* of the octets */
};

static bool see(void *context, const struct tnauthlist_found *found)
{
    struct seen *seen = context;
    FUZZ_HOLDS(found->text != NULL || found->flaw != NULL);
    FUZZ_HOLDS(found->offset <= seen->end);
    for (const char *at = found->text; at != NULL && *at != '\0'; at++)
        FUZZ_HOLDS(*at >= 0x20 && *at < 0x7f);
    for (const char *at = found->flaw; at != NULL && *at != '\0'; at++)
        FUZZ_HOLDS(*at >= 0x20 && *at < 0x7f);
    seen->pieces++;
    seen->flaws += found->flaw != NULL;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    struct tnauthlist list;
    struct sti_error err;
    sti_error_clear(&err);
    struct seen seen = {.end = length};
    FUZZ_HOLDS(tnauthlist_walk(octets, length, see, &seen));
    if (!tnauthlist_decode(&list, octets, length, NULL, &err)) {
        fuzz_check_error(&err);
        FUZZ_HOLDS(err.code == STI_REFUSED);
        FUZZ_HOLDS(err.offset == STI_NOWHERE || err.offset <= length);
        FUZZ_HOLDS(list.kept == NULL && list.count == 0);
        FUZZ_HOLDS(seen.flaws > 0);
        return 0;
    }
    FUZZ_HOLDS(seen.pieces == list.count);
    FUZZ_HOLDS(list.count > 0 && list.der == octets && list.der_length == length);
    size_t again_length;
    uint8_t *again_der = fuzz_encode_again(&list, &again_length);
    struct tnauthlist again;
    FUZZ_HOLDS(tnauthlist_decode(&again, again_der, again_length, NULL, &err));
    FUZZ_HOLDS(again.count == list.count && again_length <= length);
    for (size_t i = 0; i < list.count; i++)
        same_entry(&list, &again, i);
    FUZZ_HOLDS((again_length < length) == (seen.flaws > 0));
    FUZZ_HOLDS(again_length < length || memcmp(octets, again_der, length) == 0);
    tnauthlist_free(&again);
    tnauthlist_free(&list);
    free(again_der);
    return 0;
}
