/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca tnlist diff`: what one list names and another does not. */
#include <stdio.h>
#include <string.h>

#include "tnlist.h"

/* What is in one list and not in the other. */
struct side {
    struct list_file entries; /* in canonical form; without entries if there is nothing */
    uint64_t numbers;
    uint64_t spcs;
};

struct difference {
    struct side lost;
    struct side gained;
    bool same_octets;
};

static bool is_same(const struct difference *difference)
{
    return difference->lost.entries.list.count == 0 && difference->gained.entries.list.count == 0;
}

/* *side becomes what is in `whole` and not in `part`. */
static bool subtract(const struct tnset *whole, const struct tnset *part, struct side *side,
                     struct sti_error *err)
{
    struct tnset rest;
    memset(side, 0, sizeof(*side));
    if (!tnset_difference(&rest, whole, part, err))
        return false;
    side->numbers = tnset_count(&rest);
    bool ok = tnset_is_empty(&rest) || tnlist_of_set(&rest, &side->entries, err);
    tnset_free(&rest);
    for (size_t i = 0; i < side->entries.list.count; i++)
        side->spcs += tnauthlist_get(&side->entries.list, i).kind == TNAUTHLIST_SPC;
    return ok;
}

static void difference_free(struct difference *difference)
{
    list_file_free(&difference->lost.entries);
    list_file_free(&difference->gained.entries);
}

static bool compare(const struct list_file files[2], struct difference *difference,
                    struct sti_error *err)
{
    struct tnset sets[2] = {{0}, {0}};
    const struct tnauthlist *a = &files[0].list;
    const struct tnauthlist *b = &files[1].list;
    difference->same_octets =
        a->der_length == b->der_length && memcmp(a->der, b->der, a->der_length) == 0;
    bool ok = tnset_build(&sets[0], a, 1, err) && tnset_build(&sets[1], b, 1, err) &&
              subtract(&sets[0], &sets[1], &difference->lost, err) &&
              subtract(&sets[1], &sets[0], &difference->gained, err);
    tnset_free(&sets[0]);
    tnset_free(&sets[1]);
    return ok;
}

static bool print(const struct difference *difference, struct sti_error *err)
{
    if (difference->same_octets)
        printf("same meaning, same octets\n");
    else if (is_same(difference))
        printf("same meaning, other spelling\n");
    return list_print(&difference->lost.entries.list, "- ", err) &&
           list_print(&difference->gained.entries.list, "+ ", err) && tnlist_printed(err);
}

static bool print_side_json(const char *name, const struct side *side)
{
    printf(",\n  \"%s_numbers\": %llu,\n  \"%s\": ", name, (unsigned long long)side->numbers, name);
    if (side->entries.list.count > 0)
        return list_json_write(&side->entries.list, "  ", stdout);
    printf("[]");
    return true;
}

static bool print_json(const struct difference *difference, struct sti_error *err)
{
    tool_json_begins();
    printf("{\n  \"same_meaning\": %s,\n  \"same_octets\": %s",
           is_same(difference) ? "true" : "false", difference->same_octets ? "true" : "false");
    if (!print_side_json("lost", &difference->lost) ||
        !print_side_json("gained", &difference->gained))
        return sti_fail(err, "no memory for the JSON output");
    printf("\n}\n");
    return tnlist_printed(err);
}

/* The answer is the exit status too. */
static bool conclude(const struct difference *difference, const char *const *paths,
                     struct sti_error *err)
{
    if (is_same(difference))
        return true;
    const struct side *lost = &difference->lost;
    const struct side *gained = &difference->gained;
    sti_refuse(err, NULL, "means something else than %.200s: %s and %s lost, %s and %s gained",
               tnlist_source(paths[0]), tnlist_counted(lost->numbers, "number", "numbers").text,
               tnlist_counted(lost->spcs, "SPC", "SPCs").text,
               tnlist_counted(gained->numbers, "number", "numbers").text,
               tnlist_counted(gained->spcs, "SPC", "SPCs").text);
    return sti_error_in(err, tnlist_source(paths[1]));
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct list_file files[2];
    struct difference difference = {0};
    if (!tnlist_read_two(arguments, files, err))
        return false;
    bool ok =
        compare(files, &difference, err) &&
        (tool_flag(arguments, "json") ? print_json(&difference, err) : print(&difference, err)) &&
        conclude(&difference, arguments->positionals, err);
    difference_free(&difference);
    list_file_free(&files[0]);
    list_file_free(&files[1]);
    return ok;
}

const struct tool_command command_tnlist_diff = {
    .name = "tnlist diff",
    .summary = "print the numbers and SPCs gained and lost",
    .positional = "A B",
    .about =
        "Compares what two lists mean, not how they are written. Prints a line with - for what A "
        "has and B does not, SPCs, numbers and ranges in canonical form, then a line with + for "
        "what B has and A does not. Lists of the same meaning are said to have the same octets or "
        "another spelling. Exit status 0 if they mean the same, 1 if not. Each of A and "
        "B " TNLIST_FILE,
    .options = {OPTION_JSON},
    .run = run,
};
