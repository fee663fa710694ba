/* SPDX-License-Identifier: Apache-2.0 */
/* A set as pieces in a fixed order, and as the shortest list (RFC 8226 section 9). */
#include "tnset_internal.h"

size_t tnset_piece_count(const struct tnset *set)
{
    return set->spc_count + set->intervals;
}

void tnset_piece(const struct tnset *set, size_t index, struct tnset_piece *piece)
{
    if (index < set->spc_count) {
        const struct tnset_spc *spc = &set->spcs[index];
        *piece = (struct tnset_piece){
            .kind = TNAUTHLIST_SPC, .spc = spc->octets, .spc_length = spc->length};
        return;
    }
    const uint64_t *edges = set->edges + 2 * (index - set->spc_count);
    uint64_t count = edges[1] - edges[0];
    *piece = (struct tnset_piece){.kind = count == 1 ? TNAUTHLIST_ONE : TNAUTHLIST_RANGE,
                                  .first = tnset_word(edges[0]),
                                  .last = tnset_word(edges[1] - 1),
                                  .count = count};
}

/*
 * One entry, or two where an interval ends in 9...9. That is the least: intervals do not touch, so
 * no entry serves two of them, and the last number of a length can only stand in a `one`.
 */
static bool add_numbers(const struct tnset_piece *piece, struct tnauthlist_builder *builder,
                        struct sti_error *err)
{
    if (piece->count == 1)
        return tnauthlist_builder_one(builder, piece->first, err);
    if (tn_value(piece->last) < tn_space(piece->last) - 1)
        return tnauthlist_builder_range(builder, piece->first, piece->count, err);
    bool first = piece->count == 2
                     ? tnauthlist_builder_one(builder, piece->first, err)
                     : tnauthlist_builder_range(builder, piece->first, piece->count - 1, err);
    return first && tnauthlist_builder_one(builder, piece->last, err);
}

bool tnset_canonical(const struct tnset *set, struct tnauthlist_builder *builder,
                     struct sti_error *err)
{
    for (size_t i = 0; i < tnset_piece_count(set); i++) {
        struct tnset_piece piece;
        tnset_piece(set, i, &piece);
        bool done =
            piece.kind == TNAUTHLIST_SPC
                ? tnauthlist_builder_spc(builder, (const char *)piece.spc, piece.spc_length, err)
                : add_numbers(&piece, builder, err);
        if (!done)
            return false;
    }
    return true;
}
