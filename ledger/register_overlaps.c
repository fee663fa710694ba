/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has numbers that another one has too: a sweep over the register in the order of its numbers,
 * with the ranges that the sweep is inside of.
 */
#include "register_internal.h"

#include <stdlib.h>

struct sweep {
    struct ledger *ledger;
    struct register_row *inside;
    size_t count;
    size_t room;
    struct register_cache earlier; /* two, so that both of a pair can be at hand */
    struct register_cache later;
    register_overlap_visit visit;
    void *context;
};

/* Leaves behind what ends before `first`. */
static void move_on(struct sweep *sweep, int64_t first)
{
    size_t kept = 0;
    for (size_t i = 0; i < sweep->count; i++)
        if (sweep->inside[i].last >= first)
            sweep->inside[kept++] = sweep->inside[i];
    sweep->count = kept;
}

static bool enter(struct sweep *sweep, const struct register_row *row, struct sti_error *err)
{
    if (sweep->count == sweep->room) {
        size_t room = sweep->room == 0 ? 64 : 2 * sweep->room;
        struct register_row *inside = reallocarray(sweep->inside, room, sizeof(*inside));
        if (inside == NULL)
            return sti_fail(err, "no memory for the certificates of one number");
        sweep->inside = inside;
        sweep->room = room;
    }
    sweep->inside[sweep->count++] = *row;
    return true;
}

static bool meet(struct sweep *sweep, const struct register_row *earlier,
                 const struct register_row *later, struct sti_error *err)
{
    const struct register_certificate *a, *b;
    bool below, above;
    a = register_cache_get(&sweep->earlier, earlier->certificate);
    b = a == NULL ? NULL : register_cache_get(&sweep->later, later->certificate);
    if (b == NULL)
        return false;
    if (!register_other_holder(a, b))
        return true;
    if (!register_is_below(sweep->ledger, &a->authority, &b->key_id, &below, err) ||
        !register_is_below(sweep->ledger, &b->authority, &a->key_id, &above, err))
        return false;
    if (below || above)
        return true;
    struct register_piece common = {
        .first = register_word(later->first),
        .last = register_word(earlier->last < later->last ? earlier->last : later->last)};
    return a->number < b->number ? sweep->visit(sweep->context, a, b, &common, err)
                                 : sweep->visit(sweep->context, b, a, &common, err);
}

static bool step(void *context, const struct register_row *row, struct sti_error *err)
{
    struct sweep *sweep = context;
    bool ok = true;
    move_on(sweep, row->first);
    for (size_t i = 0; ok && i < sweep->count; i++)
        ok = meet(sweep, &sweep->inside[i], row, err);
    return ok && enter(sweep, row, err);
}

bool register_overlaps(struct ledger *ledger, int64_t at, register_overlap_visit visit,
                       void *context, struct sti_error *err)
{
    struct sweep sweep = {.ledger = ledger, .visit = visit, .context = context};
    bool ok = register_cache_start(&sweep.earlier, ledger, err);
    ok = register_cache_start(&sweep.later, ledger, ok ? err : NULL) && ok;
    ok = ok && register_walk(ledger, at, step, &sweep, err);
    ok = register_cache_end(&sweep.earlier) && ok;
    ok = register_cache_end(&sweep.later) && ok;
    free(sweep.inside);
    return ok;
}
