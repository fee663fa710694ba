/* SPDX-License-Identifier: Apache-2.0 */
#include "list_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tnset.h"

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

/* The same of a set, which must not be empty. */
static bool set_words(const struct tnset *set, char *words, size_t size, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    struct tnauthlist list = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    bool ok = tnset_canonical(set, &builder, err) &&
              tnauthlist_builder_finish(&builder, &der, &length, err) &&
              tnauthlist_decode(&list, der, length, NULL, err);
    if (ok)
        list_words(&list, words, size);
    tnauthlist_free(&list);
    free(der);
    tnauthlist_builder_free(&builder);
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
    const struct tnauthlist *allowed;
    struct tnset wanted_set;
    struct tnset allowed_set;
};

/* The first entry of the CSR that the token does not cover; the count of entries if all are. */
static bool first_uncovered(const struct comparison *lists, size_t *index, struct sti_error *err)
{
    struct tnset_cover cover = {0};
    bool ok = tnset_cover_build(&cover, lists->allowed, err);
    for (*index = 0; ok && *index < lists->wanted->count; ++*index) {
        struct tnset_explanation why;
        ok = tnset_cover_entry(&cover, lists->wanted, *index, &why, err);
        if (ok && why.answer != TNSET_YES)
            break;
    }
    tnset_cover_free(&cover);
    return ok;
}

static bool has_spc(const struct tnset *set)
{
    return set->spc_count > 0;
}

/* The CSR asks for more than the token says. */
static bool refuse_more(const struct comparison *lists, const struct tnset *more,
                        struct sti_error *err)
{
    char missing[WORDS];
    char should[WORDS];
    char entry[100];
    size_t index = 0;
    if (!first_uncovered(lists, &index, err) || !set_words(more, missing, sizeof(missing), err))
        return false;
    list_words(lists->wanted, should, sizeof(should));
    tnauthlist_entry_text(lists->wanted, index, entry, sizeof(entry));
    sti_refuse(err, CLAUSE, "%s is asked for, and the token lacks %s; it should have said %s%s",
               entry, missing, should,
               has_spc(&lists->allowed_set) && more->intervals > 0
                   ? " (its SPC does not stand for numbers)"
                   : "");
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
    if (!set_words(less, unasked, sizeof(unasked), err))
        return false;
    sti_refuse(err, CLAUSE,
               "the token also has %s, which is not asked for; both must mean the same: ask "
               "for all of it, or for a token that has no more (lists = subset would allow less)",
               unasked);
    return sti_error_part(err, "TNAuthList");
}

static bool compare(enum list_policy policy, const struct comparison *lists, struct sti_error *err)
{
    struct tnset more = {0};
    struct tnset less = {0};
    bool ok = tnset_difference(&more, &lists->wanted_set, &lists->allowed_set, err);
    if (ok && !tnset_is_empty(&more))
        ok = refuse_more(lists, &more, err);
    if (ok && policy == LIST_EQUAL) {
        ok = tnset_difference(&less, &lists->allowed_set, &lists->wanted_set, err);
        if (ok && !tnset_is_empty(&less))
            ok = refuse_less(&less, err);
    }
    tnset_free(&more);
    tnset_free(&less);
    return ok;
}

bool list_allowed(enum list_policy policy, const struct tnauthlist *wanted,
                  const struct tnauthlist *allowed, struct sti_error *err)
{
    if (equal_octets(wanted, allowed))
        return true;
    if (policy == LIST_EQUAL_DER)
        return refuse_octets(wanted, allowed, err);
    struct comparison lists = {.wanted = wanted, .allowed = allowed};
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
