/* SPDX-License-Identifier: Apache-2.0 */
#include "test_tnset_world.h"

tn_word words[NUMBERS];

static const char *const specials[SPECIALS] = {"*",  "#",  "1*",   "*1",   "*2",
                                               "##", "#*", "*67#", "123#", "***************"};

/* One a prefix of another, equal in the first eight octets, a zero octet. */
const struct spc spcs[SPCS] = {{"709J", 4},      {"709j", 4},      {"A", 1},  {"A\0", 2},
                               {"ABCDEFGHI", 9}, {"ABCDEFGHJ", 9}, {"AB", 2}, {"ABCDEFGH", 8}};

static uint64_t seed = 0x9e3779b97f4a7c15;

size_t length_begin(size_t length)
{
    static const size_t begins[] = {0, 0, 10, 110, 1110, DIGIT_NUMBERS};
    return begins[length];
}

size_t length_of(size_t number)
{
    size_t length = 1;
    while (number >= length_begin(length + 1))
        length++;
    return length;
}

static tn_word word_of(size_t number)
{
    if (number >= DIGIT_NUMBERS)
        return kit_tn(specials[number - DIGIT_NUMBERS]);
    char text[8];
    size_t length = length_of(number);
    size_t value = number - length_begin(length);
    for (size_t i = length; i > 0; i--, value /= 10)
        text[i - 1] = (char)('0' + value % 10);
    text[length] = '\0';
    return kit_tn(text);
}

void world_start(void)
{
    for (size_t i = 0; i < NUMBERS; i++)
        words[i] = word_of(i);
}

/* Random entries, near each other and near the ends of a length often enough. */
static struct model_entry random_entry(const struct model_entry *before)
{
    uint64_t what = kit_below(&seed, 20);
    if (what < 2)
        return (struct model_entry){true, kit_below(&seed, SPCS), 1};
    if (what < 4)
        return (struct model_entry){false, DIGIT_NUMBERS + kit_below(&seed, SPECIALS), 1};
    size_t length = 1 + kit_below(&seed, 4);
    size_t begin = length_begin(length);
    size_t end = length_begin(length + 1);
    size_t first = begin + kit_below(&seed, end - begin);
    if (what < 8 && before != NULL && !before->is_spc && before->first < DIGIT_NUMBERS) {
        begin = length_begin(length_of(before->first));
        end = length_begin(length_of(before->first) + 1);
        first = before->first + before->count - kit_below(&seed, 2);
        first = first >= end ? begin : first;
    } else if (what < 10) {
        first = end - 1 - kit_below(&seed, 3);
    }
    size_t most = end - 1 - first; /* start + count < 10^D */
    if (what % 2 == 0 || most < 2)
        return (struct model_entry){false, first, 1};
    most = kit_below(&seed, 4) == 0 || most < 12 ? most : 12;
    return (struct model_entry){false, first, 2 + kit_below(&seed, most - 1)};
}

static void model_add(struct model *model, const struct model_entry *entry)
{
    if (entry->is_spc) {
        model->spcs[entry->first] = 1;
        return;
    }
    for (size_t i = 0; i < entry->count; i++) {
        uint8_t *how = &model->numbers[entry->first + i];
        if (*how < 2)
            *how = entry->count > 1 ? 2 : 1;
    }
}

static void builder_add(struct tnauthlist_builder *builder, const struct model_entry *entry)
{
    if (entry->is_spc)
        assert_true(tnauthlist_builder_spc(builder, spcs[entry->first].octets,
                                           spcs[entry->first].length, NULL));
    else if (entry->count == 1)
        assert_true(tnauthlist_builder_one(builder, words[entry->first], NULL));
    else
        assert_true(tnauthlist_builder_range(builder, words[entry->first], entry->count, NULL));
}

struct kit_list world_list(const struct world *world, size_t from)
{
    struct tnauthlist_builder builder = {NULL, 0, 0, 0};
    for (size_t i = 0; i < world->count; i++)
        builder_add(&builder, &world->entries[(from + i) % world->count]);
    return kit_list_finish(&builder);
}

static void world_finish(struct world *world)
{
    memset(&world->model, 0, sizeof(world->model));
    for (size_t i = 0; i < world->count; i++)
        model_add(&world->model, &world->entries[i]);
    world->made = world_list(world, 0);
    struct sti_error err;
    assert_true(tnset_build(&world->set, &world->made.list, 1, &err));
}

void world_open(struct world *world)
{
    world->count = kit_below(&seed, 3) == 0 ? kit_below(&seed, 4) : kit_below(&seed, MAX_ENTRIES);
    for (size_t i = 0; i < world->count; i++)
        world->entries[i] = random_entry(i == 0 ? NULL : &world->entries[i - 1]);
    world_finish(world);
}

void world_open_child(struct world *world, const struct world *parent)
{
    world->count = 0;
    for (size_t i = 0; i < parent->count; i++) {
        struct model_entry entry = parent->entries[i];
        size_t cut = kit_below(&seed, entry.count);
        if (kit_below(&seed, 2) == 0) {
            entry.first += cut;
            entry.count -= cut;
        }
        if (kit_below(&seed, 40) == 0)
            entry = random_entry(NULL);
        if (kit_below(&seed, 3) != 0)
            world->entries[world->count++] = entry;
    }
    world_finish(world);
}

void world_close(struct world *world)
{
    tnset_free(&world->set);
    kit_list_free(&world->made);
}
