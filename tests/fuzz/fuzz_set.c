/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two lists as text, a line `--` between them, as sets: the laws of sets hold between the results
 * of all operations, and the canonical form is a list of the same meaning.
 */
#include "tnset.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* A list that is parsed from text; count 0 when the text holds none. */
struct made {
    uint8_t *der;
    struct tnauthlist list;
    struct tnset set;
};

static bool make(struct made *made, const uint8_t *text, size_t length)
{
    memset(made, 0, sizeof(*made));
    struct tnauthlist_builder builder = {0};
    size_t der_length;
    if (!tnauthlist_parse(&builder, (const char *)text, length, NULL)) {
        tnauthlist_builder_free(&builder);
        return false;
    }
    if (!tnauthlist_builder_finish(&builder, &made->der, &der_length, NULL))
        return false;
    FUZZ_HOLDS(tnauthlist_decode(&made->list, made->der, der_length, NULL, NULL));
    FUZZ_HOLDS(tnset_build(&made->set, &made->list, 1, NULL));
    return true;
}

static void unmake(struct made *made)
{
    tnset_free(&made->set);
    tnauthlist_free(&made->list);
    free(made->der);
}

/* The pieces add up to the set, and its canonical form means the same. */
static void check_set(const struct tnset *set)
{
    uint64_t count = 0;
    size_t pieces = tnset_piece_count(set);
    for (size_t i = 0; i < pieces; i++) {
        struct tnset_piece piece;
        tnset_piece(set, i, &piece);
        count += piece.count;
        if (piece.kind == TNAUTHLIST_SPC) {
            FUZZ_HOLDS(tnset_contains_spc(set, (const char *)piece.spc, piece.spc_length));
            continue;
        }
        FUZZ_HOLDS((piece.count == 1) == (piece.first == piece.last));
        FUZZ_HOLDS(tnset_contains(set, piece.first) == TNSET_ONE ||
                   tnset_contains(set, piece.first) == TNSET_RANGE);
        FUZZ_HOLDS(tnset_contains(set, piece.last) == TNSET_ONE ||
                   tnset_contains(set, piece.last) == TNSET_RANGE);
    }
    FUZZ_HOLDS(count == tnset_count(set));
    FUZZ_HOLDS(tnset_is_empty(set) == (pieces == 0));
    struct tnauthlist_builder builder = {0};
    FUZZ_HOLDS(tnset_canonical(set, &builder, NULL));
    uint8_t *der = NULL;
    size_t length = 0;
    if (!tnauthlist_builder_finish(&builder, &der, &length, NULL)) {
        FUZZ_HOLDS(pieces == 0);
        return;
    }
    struct tnauthlist list;
    struct tnset again;
    FUZZ_HOLDS(tnauthlist_decode(&list, der, length, NULL, NULL));
    FUZZ_HOLDS(tnset_build(&again, &list, 1, NULL));
    FUZZ_HOLDS(tnset_equal(set, &again));
    tnset_free(&again);
    tnauthlist_free(&list);
    free(der);
}

/* What is said of each entry adds up to the answer for the whole. */
static void check_cover(const struct made *parent, const struct made *child)
{
    struct tnset_cover cover;
    FUZZ_HOLDS(tnset_cover_build(&cover, &parent->list, NULL));
    enum tnset_answer answer = TNSET_YES;
    for (size_t i = 0; i < child->list.count; i++) {
        struct tnset_explanation explanation;
        FUZZ_HOLDS(tnset_cover_entry(&cover, &child->list, i, &explanation, NULL));
        if (explanation.answer == TNSET_NO ||
            (explanation.answer == TNSET_UNDECIDABLE && answer == TNSET_YES))
            answer = explanation.answer;
        FUZZ_HOLDS(explanation.entry == TNSET_NO_ENTRY || explanation.entry < parent->list.count);
        FUZZ_HOLDS(explanation.answer != TNSET_YES || explanation.entry != TNSET_NO_ENTRY);
        if (explanation.answer != TNSET_YES && explanation.missing_first != 0) {
            enum tnset_arm arm = tnset_contains(&parent->set, explanation.missing_first);
            FUZZ_HOLDS(arm == TNSET_NOT || arm == TNSET_SPC);
            arm = tnset_contains(&child->set, explanation.missing_last);
            FUZZ_HOLDS(arm == TNSET_ONE || arm == TNSET_RANGE);
        }
    }
    FUZZ_HOLDS(answer == tnset_encompasses(&parent->set, &child->set));
    tnset_cover_free(&cover);
}

static void check_pair(const struct tnset *a, const struct tnset *b)
{
    struct tnset both;
    struct tnset common;
    struct tnset only_a;
    struct tnset only_b;
    struct tnset put_together;
    FUZZ_HOLDS(tnset_union(&both, a, b, NULL));
    FUZZ_HOLDS(tnset_intersection(&common, a, b, NULL));
    FUZZ_HOLDS(tnset_difference(&only_a, a, b, NULL));
    FUZZ_HOLDS(tnset_difference(&only_b, b, a, NULL));
    FUZZ_HOLDS(tnset_union(&put_together, &only_a, &common, NULL));
    FUZZ_HOLDS(tnset_equal(&put_together, a));
    FUZZ_HOLDS(tnset_count(&both) == tnset_count(a) + tnset_count(&only_b));
    FUZZ_HOLDS(tnset_count(&both) + tnset_count(&common) == tnset_count(a) + tnset_count(b));
    FUZZ_HOLDS(tnset_encompasses(&both, a) == TNSET_YES);
    FUZZ_HOLDS(tnset_encompasses(b, &common) == TNSET_YES);
    FUZZ_HOLDS((tnset_encompasses(a, b) == TNSET_YES) == tnset_is_empty(&only_b));
    FUZZ_HOLDS(tnset_equal(a, b) == (tnset_is_empty(&only_a) && tnset_is_empty(&only_b)));
    check_set(&both);
    check_set(&common);
    check_set(&only_a);
    tnset_free(&put_together);
    tnset_free(&only_b);
    tnset_free(&only_a);
    tnset_free(&common);
    tnset_free(&both);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    static const char line[] = "\n--\n";
    const uint8_t *middle = length == 0 ? NULL : memmem(octets, length, line, strlen(line));
    if (middle == NULL)
        return 0;
    const uint8_t *second = middle + strlen(line);
    struct made a;
    struct made b;
    if (!make(&a, octets, (size_t)(middle - octets)))
        return 0;
    if (make(&b, second, (size_t)(octets + length - second))) {
        struct tnauthlist lists[] = {a.list, b.list};
        struct tnset both;
        FUZZ_HOLDS(tnset_build(&both, lists, 2, NULL));
        FUZZ_HOLDS(tnset_encompasses(&both, &a.set) == TNSET_YES);
        tnset_free(&both);
        check_set(&a.set);
        check_pair(&a.set, &b.set);
        check_cover(&a, &b);
    }
    unmake(&b);
    unmake(&a);
    return 0;
}
