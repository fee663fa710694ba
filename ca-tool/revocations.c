/* SPDX-License-Identifier: Apache-2.0 */
#include "revocations.h"

#include <stdlib.h>

void revocation_clear(struct revocation *one)
{
    X509_NAME_free(one->issuer);
    ASN1_INTEGER_free(one->serial);
    *one = (struct revocation){0};
}

void revocations_free(struct revocations *all)
{
    for (size_t i = 0; i < all->count; i++)
        revocation_clear(&all->items[i]);
    free(all->items);
    *all = (struct revocations){0};
}

bool revocations_add(struct revocations *all, struct revocation *one, struct sti_error *err)
{
    bool ok = one->issuer != NULL && one->serial != NULL;
    if (ok && all->count == all->room) {
        size_t room = all->room == 0 ? 64 : 2 * all->room;
        struct revocation *items = reallocarray(all->items, room, sizeof(*items));
        ok = items != NULL;
        if (ok) {
            all->items = items;
            all->room = room;
        }
    }
    if (ok) {
        all->items[all->count++] = *one;
        *one = (struct revocation){0};
        return true;
    }
    revocation_clear(one);
    return sti_fail(err, "no memory for the revocations");
}

static int compare(const void *a, const void *b)
{
    const struct revocation *one = a;
    const struct revocation *other = b;
    int order = X509_NAME_cmp(one->issuer, other->issuer);
    return order != 0 ? order : ASN1_INTEGER_cmp(one->serial, other->serial);
}

static bool is_same(const struct revocation *one, const struct revocation *other)
{
    return compare(one, other) == 0 && one->date == other->date && one->reason == other->reason &&
           one->not_after == other->not_after;
}

void revocations_sort(struct revocations *all)
{
    size_t kept = 0;
    if (all->count == 0)
        return;
    qsort(all->items, all->count, sizeof(*all->items), compare);
    for (size_t i = 1; i < all->count; i++) {
        if (is_same(&all->items[kept], &all->items[i]))
            revocation_clear(&all->items[i]);
        else
            all->items[++kept] = all->items[i];
    }
    all->count = kept + 1;
}
