/* SPDX-License-Identifier: Apache-2.0 */
/* The set algebra against the naive model: every answer for every number, in random lists. */
#include "test_tnset_world.h"

#define ROUNDS 3000

static bool has_spc(const struct model *model)
{
    for (size_t i = 0; i < SPCS; i++)
        if (model->spcs[i] != 0)
            return true;
    return false;
}

static bool in_line(const struct model *model, size_t number, size_t next)
{
    return next < DIGIT_NUMBERS && number < DIGIT_NUMBERS && length_of(number) == length_of(next) &&
           model->numbers[next] != 0;
}

/* The arm that the result of an operation must report: a range when a neighbour is there. */
static enum tnset_arm arm_in_result(const struct model *model, size_t number)
{
    bool neighbours =
        in_line(model, number, number + 1) || (number > 0 && in_line(model, number, number - 1));
    return neighbours ? TNSET_RANGE : TNSET_ONE;
}

/* How many entries the shortest list has. */
static size_t fewest_entries(const struct model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < SPCS; i++)
        count += model->spcs[i];
    for (size_t i = 0; i < NUMBERS; i++) {
        if (model->numbers[i] == 0)
            continue;
        bool begins = i == 0 || !in_line(model, i, i - 1);
        bool at_end = i < DIGIT_NUMBERS && i + 1 == length_begin(length_of(i) + 1);
        count += begins || at_end;
    }
    return count;
}

static void check_numbers(const struct tnset *set, const struct model *model, bool built)
{
    uint64_t count = 0;
    enum tnset_arm otherwise = has_spc(model) ? TNSET_SPC : TNSET_NOT;
    for (size_t i = 0; i < NUMBERS; i++) {
        enum tnset_arm arm = otherwise;
        if (model->numbers[i] != 0)
            arm = built ? (enum tnset_arm)model->numbers[i] : arm_in_result(model, i);
        if (tnset_contains(set, words[i]) != arm)
            assert_int_equal(tnset_contains(set, words[i]), arm);
        count += model->numbers[i] != 0;
    }
    assert_int_equal(tnset_count(set), count);
    for (size_t i = 0; i < SPCS; i++)
        assert_int_equal(tnset_contains_spc(set, spcs[i].octets, spcs[i].length), model->spcs[i]);
    assert_int_equal(tnset_is_empty(set), count == 0 && !has_spc(model));
}

/* Reading the canonical form back means the same and yields the same; nothing shorter does. */
static void check_canonical(const struct tnset *set, const struct model *model)
{
    struct kit_list form = kit_canonical(set);
    assert_int_equal(form.list.count, fewest_entries(model));
    struct tnset again;
    assert_true(tnset_build(&again, &form.list, 1, NULL));
    assert_true(tnset_equal(set, &again));
    struct kit_list twice = kit_canonical(&again);
    assert_int_equal(form.list.der_length, twice.list.der_length);
    if (form.list.der_length > 0)
        assert_memory_equal(form.der, twice.der, form.list.der_length);
    kit_list_free(&twice);
    kit_list_free(&form);
    tnset_free(&again);
}

typedef bool operation(struct tnset *, const struct tnset *, const struct tnset *,
                       struct sti_error *);

/* keep: bit 1 for a alone, bit 2 for b alone, bit 3 for both. */
static void check_operation(operation *operate, unsigned keep, const struct world *a,
                            const struct world *b)
{
    static struct model model;
    for (size_t i = 0; i < NUMBERS; i++)
        model.numbers[i] =
            keep >> ((a->model.numbers[i] != 0) | (b->model.numbers[i] != 0) << 1) & 1;
    for (size_t i = 0; i < SPCS; i++)
        model.spcs[i] = keep >> (a->model.spcs[i] | b->model.spcs[i] << 1) & 1;
    struct tnset result;
    assert_true(operate(&result, &a->set, &b->set, NULL));
    check_numbers(&result, &model, false);
    check_canonical(&result, &model);
    tnset_free(&result);
}

static bool same_model(const struct model *a, const struct model *b)
{
    for (size_t i = 0; i < NUMBERS; i++)
        if ((a->numbers[i] != 0) != (b->numbers[i] != 0))
            return false;
    return memcmp(a->spcs, b->spcs, sizeof(a->spcs)) == 0;
}

static enum tnset_answer model_encompasses(const struct model *parent, const struct model *child)
{
    enum tnset_answer answer = TNSET_YES;
    for (size_t i = 0; i < NUMBERS; i++)
        if (child->numbers[i] != 0 && parent->numbers[i] == 0)
            answer = has_spc(parent) ? TNSET_UNDECIDABLE : TNSET_NO;
    for (size_t i = 0; i < SPCS; i++)
        if (child->spcs[i] > parent->spcs[i])
            return TNSET_NO;
    return answer;
}

static bool entry_has(const struct model_entry *entry, size_t number)
{
    return !entry->is_spc && entry->first <= number && number < entry->first + entry->count;
}

/* The entry named must cover the beginning, and none must reach farther. */
static void check_covering_entry(const struct world *parent, const struct model_entry *entry,
                                 const struct tnset_explanation *explanation)
{
    size_t best = 0;
    for (size_t i = 0; i < parent->count; i++) {
        const struct model_entry *other = &parent->entries[i];
        if (entry_has(other, entry->first) && other->first + other->count > best)
            best = other->first + other->count;
    }
    if (best == 0) {
        assert_true(explanation->entry == TNSET_NO_ENTRY);
        return;
    }
    assert_true(explanation->entry < parent->count);
    const struct model_entry *found = &parent->entries[explanation->entry];
    assert_true(entry_has(found, entry->first));
    assert_int_equal(found->first + found->count, best);
    bool alone = best >= entry->first + entry->count;
    assert_int_equal(explanation->several, explanation->answer == TNSET_YES && !alone);
}

/* The piece said to be missing is the first one, and all of it. */
static void check_missing(const struct world *parent, const struct model_entry *entry,
                          const struct tnset_explanation *explanation)
{
    size_t end = entry->first + entry->count;
    size_t first = entry->first;
    while (first < end && parent->model.numbers[first] != 0)
        first++;
    assert_int_equal(explanation->answer == TNSET_YES, first == end);
    if (first == end) {
        assert_true(explanation->missing_first == 0 && explanation->missing_last == 0);
        return;
    }
    size_t last = first;
    while (last + 1 < end && parent->model.numbers[last + 1] == 0)
        last++;
    assert_true(explanation->missing_first == words[first]);
    assert_true(explanation->missing_last == words[last]);
}

static void check_spc(const struct world *parent, const struct model_entry *entry,
                      const struct tnset_explanation *explanation)
{
    size_t found = 0;
    while (found < parent->count &&
           !(parent->entries[found].is_spc && parent->entries[found].first == entry->first))
        found++;
    assert_int_equal(explanation->answer, found < parent->count ? TNSET_YES : TNSET_NO);
    assert_int_equal(explanation->entry, found < parent->count ? found : TNSET_NO_ENTRY);
    assert_true(explanation->missing_first == 0 && explanation->missing_last == 0);
    assert_true(explanation->spc_entry == TNSET_NO_ENTRY && !explanation->several);
}

static void check_explanations(const struct world *parent, const struct world *child)
{
    struct tnset_cover cover;
    assert_true(tnset_cover_build(&cover, &parent->made.list, NULL));
    size_t first_spc = 0;
    while (first_spc < parent->count && !parent->entries[first_spc].is_spc)
        first_spc++;
    enum tnset_answer whole = TNSET_YES;
    for (size_t i = 0; i < child->count; i++) {
        struct tnset_explanation explanation;
        assert_true(tnset_cover_entry(&cover, &child->made.list, i, &explanation, NULL));
        if (whole != TNSET_NO && explanation.answer != TNSET_YES)
            whole = explanation.answer;
        if (child->entries[i].is_spc) {
            check_spc(parent, &child->entries[i], &explanation);
            continue;
        }
        check_covering_entry(parent, &child->entries[i], &explanation);
        check_missing(parent, &child->entries[i], &explanation);
        bool undecidable = explanation.answer == TNSET_UNDECIDABLE;
        assert_int_equal(explanation.spc_entry, undecidable ? first_spc : TNSET_NO_ENTRY);
        if (explanation.answer != TNSET_YES)
            assert_int_equal(undecidable, first_spc < parent->count);
        struct tnset_explanation same;
        assert_true(tnset_cover_numbers(&cover, words[child->entries[i].first],
                                        child->entries[i].count, &same, NULL));
        assert_true(same.answer == explanation.answer && same.entry == explanation.entry);
    }
    assert_int_equal(whole, tnset_encompasses(&parent->set, &child->set));
    tnset_cover_free(&cover);
}

/* The same entries in another order make the same set, and the same canonical octets. */
static void check_order(const struct world *world)
{
    struct kit_list turned = world_list(world, world->count / 2);
    struct tnset set;
    assert_true(tnset_build(&set, &turned.list, 1, NULL));
    assert_true(tnset_equal(&set, &world->set));
    struct kit_list a = kit_canonical(&set);
    struct kit_list b = kit_canonical(&world->set);
    assert_int_equal(a.list.der_length, b.list.der_length);
    if (a.list.der_length > 0)
        assert_memory_equal(a.der, b.der, a.list.der_length);
    kit_list_free(&a);
    kit_list_free(&b);
    kit_list_free(&turned);
    tnset_free(&set);
}

static void agrees_with_one_place_for_every_number(void **state)
{
    (void)state;
    static struct world a;
    static struct world b;
    world_start();
    for (size_t round = 0; round < ROUNDS; round++) {
        world_open(&a);
        if (round % 2 == 0)
            world_open_child(&b, &a);
        else
            world_open(&b);
        check_numbers(&a.set, &a.model, true);
        check_canonical(&a.set, &a.model);
        check_order(&a);
        check_operation(tnset_union, 14, &a, &b);
        check_operation(tnset_intersection, 8, &a, &b);
        check_operation(tnset_difference, 2, &a, &b);
        assert_int_equal(tnset_equal(&a.set, &b.set), same_model(&a.model, &b.model));
        assert_int_equal(tnset_encompasses(&a.set, &b.set), model_encompasses(&a.model, &b.model));
        assert_int_equal(tnset_encompasses(&b.set, &a.set), model_encompasses(&b.model, &a.model));
        check_explanations(&a, &b);
        check_explanations(&b, &a);
        world_close(&a);
        world_close(&b);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(agrees_with_one_place_for_every_number),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
