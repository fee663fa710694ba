/* SPDX-License-Identifier: Apache-2.0 */
#include "list_difference.h"

#include <string.h>

#define CLAUSE "RFC 9448 section 6 step 6"

/* The octets of one entry, up to the next one or the end of the list. */
static size_t entry_length(const struct tnauthlist *list, size_t index)
{
    size_t end =
        index + 1 < list->count ? tnauthlist_get(list, index + 1).offset : list->der_length;
    return end - tnauthlist_get(list, index).offset;
}

static bool entry_equal(const struct tnauthlist *a, const struct tnauthlist *b, size_t index)
{
    size_t length = entry_length(a, index);
    return length == entry_length(b, index) &&
           memcmp(a->der + tnauthlist_get(a, index).offset,
                  b->der + tnauthlist_get(b, index).offset, length) == 0;
}

bool list_equal(const struct tnauthlist *wanted, const struct tnauthlist *allowed,
                struct sti_error *err)
{
    if (wanted->der_length == allowed->der_length &&
        memcmp(wanted->der, allowed->der, wanted->der_length) == 0)
        return true;
    size_t i = 0;
    while (i < wanted->count && i < allowed->count && entry_equal(wanted, allowed, i))
        i++;
    char in_csr[100] = "no entry";
    char in_token[100] = "no entry";
    if (i < wanted->count)
        tnauthlist_entry_text(wanted, i, in_csr, sizeof(in_csr));
    if (i < allowed->count)
        tnauthlist_entry_text(allowed, i, in_token, sizeof(in_token));
    sti_refuse(err, CLAUSE,
               "the CSR's list is not the token's: the CSR has %s where the token has %s (%zu and "
               "%zu entries); both must be the same, in the same order",
               in_csr, in_token, wanted->count, allowed->count);
    sti_error_part(err, "TNAuthList");
    if (err != NULL && i < wanted->count) {
        err->entry = i + 1;
        err->offset = tnauthlist_get(wanted, i).offset;
    }
    return false;
}

/* How many octets a range has when nothing stands behind its count. */
static bool plain_length(const struct tnauthlist_entry *range, size_t *length,
                         struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    bool ok = tnauthlist_builder_range(&builder, range->number, range->count, err);
    *length = builder.length;
    tnauthlist_builder_free(&builder);
    return ok;
}

bool list_plain(const struct tnauthlist *list, struct sti_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t length = 0;
        const struct tnauthlist_entry entry = tnauthlist_get(list, i);
        if (entry.kind != TNAUTHLIST_RANGE)
            continue;
        if (!plain_length(&entry, &length, err))
            return false;
        if (length == entry_length(list, i))
            continue;
        sti_refuse(err, "RFC 8226 section 9",
                   "the range has unknown elements behind its count; nothing is signed that is not "
                   "understood");
        sti_error_part(err, "TNAuthList");
        if (err != NULL) {
            err->entry = i + 1;
            err->offset = entry.offset;
        }
        return false;
    }
    return true;
}
