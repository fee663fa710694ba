/* SPDX-License-Identifier: Apache-2.0 */
#include "path_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_extension.h"
#include "list_policy.h"
#include "list_reference.h"
#include "list_url.h"
#include "spc_numbers.h"
#include "words.h"

/* Room for a list in a sentence. */
#define WORDS 160

/* ---- reading ---- */

/* The list given for a URL: the one that came from there, or the one with the digest in it. */
static const struct path_list *find_list(const char *url, const struct path_list *lists,
                                         size_t count, struct sti_error *err)
{
    for (size_t i = 0; i < count; i++) {
        char name[LIST_NAME_LENGTH + 1];
        if (lists[i].url != NULL) {
            if (strcmp(lists[i].url, url) == 0)
                return &lists[i];
            continue;
        }
        if (!list_name(lists[i].der, lists[i].der_length, name, err))
            return NULL;
        if (strcmp(name, list_reference_name(url)) == 0)
            return &lists[i];
    }
    sti_refuse(err, "RFC 8226 section 10.1",
               "its list is by reference at %.300s, and no list that was given is that one; fetch "
               "it",
               url);
    return NULL;
}

/* A URL that ends with a digest promises the list with that digest, wherever it came from. */
static bool check_digest(const char *url, const struct path_list *given, struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    if (!list_reference_is_digest(list_reference_name(url)))
        return true;
    if (!list_name(given->der, given->der_length, name, err))
        return false;
    if (strcmp(name, list_reference_name(url)) == 0)
        return true;
    sti_refuse(err, NULL,
               "the URL of the list ends with the digest %.16s..., but the list given for it has "
               "%.16s...; it is another list than the one the certificate names",
               list_reference_name(url), name);
    return sti_error_in(err, given->name);
}

static bool read_reference(struct path_scope *scope, const struct path_list *lists, size_t count,
                           struct sti_error *err)
{
    const struct path_list *given = find_list(scope->url, lists, count, err);
    if (given == NULL || !check_digest(scope->url, given, err))
        return false;
    scope->file = given->name;
    return tnauthlist_decode(&scope->list, given->der, given->der_length, NULL, err) ||
           sti_error_in(err, given->name);
}

bool path_scope_read(struct path_scope *scope, X509 *certificate, const struct path_list *lists,
                     size_t count, struct sti_error *err)
{
    const struct list_place place = {X509_get0_extensions(certificate), "certificate"};
    *scope = (struct path_scope){.certificate = certificate};
    bool by_value = list_extension_present(&place);
    if (!list_reference_read(&place, &scope->url, err))
        return false;
    if (by_value && scope->url != NULL)
        return sti_refuse(
            err, "RFC 8226 section 10.1",
            "it has a TNAuthList by value and one by reference at %.300s; no standard "
            "says which of them counts",
            scope->url);
    scope->has_list = by_value || scope->url != NULL;
    if (!scope->has_list)
        return true;
    return (by_value ? list_extension_read(&place, &scope->list, err)
                     : read_reference(scope, lists, count, err)) &&
           tnset_build(&scope->set, &scope->list, 1, err);
}

void path_scope_free(struct path_scope *scope)
{
    free(scope->url);
    tnauthlist_free(&scope->list);
    tnset_free(&scope->set);
    *scope = (struct path_scope){0};
}

/* ---- within ---- */

/* The numbers of the scope's SPCs; the empty set without a table. */
static bool table_numbers(const struct path_scope *scope, const struct path_table *table,
                          struct tnset *numbers, struct sti_error *err)
{
    *numbers = (struct tnset){0};
    return table->text == NULL ||
           spc_numbers_read(table->text, table->length, &scope->list, numbers, err) ||
           sti_error_in(err, table->name);
}

/* Names what the child has and the parent is not known to have, and the child's first such entry.
 */
static bool find_missing(const struct path_scope *child, const struct tnset *known, size_t *entry,
                         char words[WORDS], struct sti_error *err)
{
    struct tnset missing = {0};
    bool ok = tnset_difference(&missing, &child->set, known, err) &&
              list_set_words(&missing, words, WORDS, err) &&
              list_first_outside(&child->list, known, entry, err);
    tnset_free(&missing);
    return ok;
}

static bool explain(const struct path_scope *parent, const struct path_scope *child,
                    const struct tnset *known, enum tnset_answer answer, struct sti_error *why)
{
    char lacking[WORDS];
    size_t entry = 0;
    if (!find_missing(child, known, &entry, lacking, why))
        return false;
    const struct quoted issuer = subject_of(parent->certificate);
    if (answer == TNSET_NO)
        sti_refuse(why, "RFC 9060 section 4",
                   "its issuer \"%s\" lacks %s; a delegate's list must be equal to its issuer's or "
                   "a part of it",
                   issuer.text, lacking);
    else
        sti_refuse(
            why, "RFC 9060 section 4.1",
            "it is undecidable whether its issuer \"%s\" may pass on %s: an SPC in the "
            "issuer's list may stand for that, and which numbers it has is in no certificate; "
            "bring a table (spc-numbers), or trust the issuer (undecidable = accept)",
            issuer.text, lacking);
    if (why != NULL) {
        why->entry = entry + 1;
        why->offset = tnauthlist_get(&child->list, entry).offset;
    }
    return true;
}

bool path_scope_encompasses(const struct path_scope *parent, const struct path_scope *child,
                            const struct path_table *table, enum tnset_answer *answer,
                            struct sti_error *why)
{
    struct tnset numbers;
    struct tnset known = {0};
    bool ok = table_numbers(parent, table, &numbers, why) &&
              tnset_union(&known, &parent->set, &numbers, why);
    if (ok) {
        *answer = tnset_encompasses(&known, &child->set);
        if (*answer == TNSET_UNDECIDABLE && table->text != NULL)
            *answer = TNSET_NO;
        ok = *answer == TNSET_YES || explain(parent, child, &known, *answer, why);
    }
    tnset_free(&known);
    tnset_free(&numbers);
    return ok;
}

/* ---- one number ---- */

static void entry_words(const struct tnauthlist *list, size_t index, char words[PATH_SCOPE_WORDS])
{
    static const char *const arms[] = {
        [TNAUTHLIST_SPC] = "spc", [TNAUTHLIST_RANGE] = "range", [TNAUTHLIST_ONE] = "one"};
    char text[PATH_SCOPE_WORDS - 32];
    if (index == TNSET_NO_ENTRY) {
        snprintf(words, PATH_SCOPE_WORDS, "no entry has it");
        return;
    }
    tnauthlist_entry_text(list, index, text, sizeof(text));
    snprintf(words, PATH_SCOPE_WORDS, "%s, entry %zu %.80s", arms[tnauthlist_get(list, index).kind],
             index + 1, text);
}

/* What the list alone says; *index becomes the entry that has the number, or may have it. */
static bool ask_list(const struct tnauthlist *list, tn_word number, enum tnset_answer *answer,
                     size_t *index, struct sti_error *err)
{
    struct tnset_cover cover;
    struct tnset_explanation said;
    if (!tnset_cover_build(&cover, list, err))
        return false;
    bool ok = tnset_cover_numbers(&cover, number, 1, &said, err);
    tnset_cover_free(&cover);
    if (!ok)
        return false;
    *answer = said.answer;
    *index = said.answer == TNSET_YES ? said.entry : said.spc_entry;
    return true;
}

/* Settles what the list leaves open. */
static bool ask_table(const struct path_scope *scope, tn_word number,
                      const struct path_table *table, enum tnset_answer *answer,
                      struct sti_error *err)
{
    struct tnset numbers;
    if (*answer != TNSET_UNDECIDABLE || table->text == NULL)
        return true;
    if (!table_numbers(scope, table, &numbers, err))
        return false;
    *answer = tnset_contains(&numbers, number) == TNSET_NOT ? TNSET_NO : TNSET_YES;
    tnset_free(&numbers);
    return true;
}

bool path_scope_number(const struct path_scope *scope, tn_word number,
                       const struct path_table *table, enum tnset_answer *answer,
                       char words[PATH_SCOPE_WORDS], struct sti_error *why)
{
    char digits[TN_MAX_SYMBOLS + 1];
    size_t index = TNSET_NO_ENTRY;
    if (!ask_list(&scope->list, number, answer, &index, why) ||
        !ask_table(scope, number, table, answer, why))
        return false;
    entry_words(&scope->list, index, words);
    tn_unpack(number, digits);
    if (*answer == TNSET_NO)
        sti_refuse(why, "RFC 8226 section 9", "TN %s is not in its list%s", digits,
                   index == TNSET_NO_ENTRY ? "" : ", and not its SPC's in the table");
    else if (*answer == TNSET_UNDECIDABLE)
        sti_refuse(why, "RFC 8226 section 9",
                   "TN %s is undecidable: no TN and no range of its list has it, but the SPC of "
                   "entry %zu may stand for it; settle it by a table (spc-numbers), or trust the "
                   "SPC's holder (undecidable = accept)",
                   digits, index + 1);
    return true;
}
