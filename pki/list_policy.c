/* SPDX-License-Identifier: Apache-2.0 */
#include "list_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLAUSE "RFC 9448 section 6 step 6"

/* Room for a list in a sentence. */
#define WORDS 160

static const char *const names[] = {
    [LIST_EQUAL] = "equal", [LIST_EQUAL_DER] = "equal-der", [LIST_SUBSET] = "subset"};

const char *list_policy_name(enum list_policy policy)
{
    return names[policy];
}

bool list_policy_of_name(const char *name, enum list_policy *policy)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(name, names[i]) != 0)
            continue;
        *policy = (enum list_policy)i;
        return true;
    }
    return false;
}

void list_words(const struct tnauthlist *list, char *words, size_t size)
{
    static const char most[] = " and 18446744073709551615 more";
    size_t used = 0;
    size_t shown = 0;
    words[0] = '\0';
    for (; shown < list->count; shown++) {
        char entry[TNAUTHLIST_ENTRY_TEXT];
        size_t length = tnauthlist_entry_text(list, shown, entry, sizeof(entry));
        size_t room = used + length + 2 + (shown + 1 < list->count ? sizeof(most) : 1);
        if (length >= sizeof(entry) || room > size)
            break;
        used += (size_t)snprintf(words + used, size - used, "%s%s", shown == 0 ? "" : ", ", entry);
    }
    if (shown == 0)
        snprintf(words, size, "%zu entries", list->count);
    else if (shown < list->count)
        snprintf(words + used, size - used, " and %zu more", list->count - shown);
}

/* A set that is not empty, written as a list. Start with all zero; free with written_free(). */
struct written {
    uint8_t *der;
    struct tnauthlist list;
};

static bool write_set(struct written *written, const struct tnset *set, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    size_t length = 0;
    bool ok = tnset_canonical(set, &builder, err) &&
              tnauthlist_builder_finish(&builder, &written->der, &length, err) &&
              tnauthlist_decode(&written->list, written->der, length, NULL, err);
    tnauthlist_builder_free(&builder);
    return ok;
}

static void written_free(struct written *written)
{
    tnauthlist_free(&written->list);
    free(written->der);
}

bool list_set_words(const struct tnset *set, char *words, size_t size, struct sti_error *err)
{
    struct written written = {0};
    bool ok = write_set(&written, set, err);
    if (ok)
        list_words(&written.list, words, size);
    written_free(&written);
    return ok;
}

/* ---- octet by octet ---- */

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

static bool equal_octets(const struct tnauthlist *a, const struct tnauthlist *b)
{
    return a->der_length == b->der_length && memcmp(a->der, b->der, a->der_length) == 0;
}

/* Names the first entry that is written otherwise. */
static bool refuse_octets(const struct tnauthlist *wanted, const struct tnauthlist *allowed,
                          struct sti_error *err)
{
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
               "%zu entries); both must be the same, in the same order (lists = equal-der)",
               in_csr, in_token, wanted->count, allowed->count);
    sti_error_part(err, "TNAuthList");
    if (err != NULL && i < wanted->count) {
        err->entry = i + 1;
        err->offset = tnauthlist_get(wanted, i).offset;
    }
    return false;
}

/* ---- by meaning ---- */

struct comparison {
    const struct tnauthlist *wanted;
    const struct tnset *spc_numbers; /* NULL: not known */
    struct tnset wanted_set;
    struct tnset allowed_set;
};

bool list_first_outside(const struct tnauthlist *list, const struct tnset *set, size_t *index,
                        struct sti_error *err)
{
    struct written written = {0};
    struct tnset_cover cover = {0};
    bool ok = write_set(&written, set, err) && tnset_cover_build(&cover, &written.list, err);
    for (*index = 0; ok && *index < list->count; ++*index) {
        struct tnset_explanation why;
        ok = tnset_cover_entry(&cover, list, *index, &why, err);
        if (ok && why.answer != TNSET_YES)
            break;
    }
    tnset_cover_free(&cover);
    written_free(&written);
    return ok;
}

/* Why an SPC of the token does not help. */
static const char *about_spcs(const struct comparison *lists, const struct tnset *more)
{
    if (lists->allowed_set.spc_count == 0 || more->intervals == 0)
        return "";
    return lists->spc_numbers == NULL ? " (its SPC does not stand for numbers)"
                                      : " (they are not its SPC's in the table either)";
}

/* The CSR asks for `more` than what is known to be the token's. */
static bool refuse_more(const struct comparison *lists, const struct tnset *known,
                        const struct tnset *more, struct sti_error *err)
{
    char missing[WORDS];
    char should[WORDS];
    char entry[100];
    size_t index = 0;
    if (!list_first_outside(lists->wanted, known, &index, err) ||
        !list_set_words(more, missing, sizeof(missing), err))
        return false;
    list_words(lists->wanted, should, sizeof(should));
    tnauthlist_entry_text(lists->wanted, index, entry, sizeof(entry));
    sti_refuse(err, CLAUSE, "%s is asked for, and the token lacks %s; it should have said %s%s",
               entry, missing, should, about_spcs(lists, more));
    sti_error_part(err, "TNAuthList");
    if (err != NULL) {
        err->entry = index + 1;
        err->offset = tnauthlist_get(lists->wanted, index).offset;
    }
    return false;
}

/* The token says more than the CSR asks for. */
static bool refuse_less(const struct tnset *less, struct sti_error *err)
{
    char unasked[WORDS];
    if (!list_set_words(less, unasked, sizeof(unasked), err))
        return false;
    sti_refuse(err, CLAUSE,
               "the token also has %s, which is not asked for; both must mean the same: ask "
               "for all of it, or for a token that has no more (lists = subset would allow less)",
               unasked);
    return sti_error_part(err, "TNAuthList");
}

static bool check_more(const struct comparison *lists, const struct tnset *known,
                       struct sti_error *err)
{
    struct tnset more = {0};
    bool ok = tnset_difference(&more, &lists->wanted_set, known, err) &&
              (tnset_is_empty(&more) || refuse_more(lists, known, &more, err));
    tnset_free(&more);
    return ok;
}

static bool check_less(const struct comparison *lists, struct sti_error *err)
{
    struct tnset less = {0};
    bool ok = tnset_difference(&less, &lists->allowed_set, &lists->wanted_set, err) &&
              (tnset_is_empty(&less) || refuse_less(&less, err));
    tnset_free(&less);
    return ok;
}

static bool compare(enum list_policy policy, const struct comparison *lists, struct sti_error *err)
{
    if (policy == LIST_EQUAL)
        return check_more(lists, &lists->allowed_set, err) && check_less(lists, err);
    if (lists->spc_numbers == NULL)
        return check_more(lists, &lists->allowed_set, err);
    struct tnset known = {0};
    bool ok = tnset_union(&known, &lists->allowed_set, lists->spc_numbers, err) &&
              check_more(lists, &known, err);
    tnset_free(&known);
    return ok;
}

bool list_allowed(enum list_policy policy, const struct tnauthlist *wanted,
                  const struct tnauthlist *allowed, const struct tnset *spc_numbers,
                  struct sti_error *err)
{
    if (equal_octets(wanted, allowed))
        return true;
    if (policy == LIST_EQUAL_DER)
        return refuse_octets(wanted, allowed, err);
    struct comparison lists = {.wanted = wanted, .spc_numbers = spc_numbers};
    bool ok = tnset_build(&lists.wanted_set, wanted, 1, err) &&
              tnset_build(&lists.allowed_set, allowed, 1, err) && compare(policy, &lists, err);
    tnset_free(&lists.wanted_set);
    tnset_free(&lists.allowed_set);
    return ok;
}

/* ---- understood ---- */

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
