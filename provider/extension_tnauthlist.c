/* SPDX-License-Identifier: Apache-2.0 */
/* TNAuthList (RFC 8226 section 9): its text in a configuration, its lines on a terminal. */
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "extension.h"
#include "tnauthlist.h"

/* ---- text in ---- */

static bool list_parse(union value_making *making, const char *text, size_t length,
                       struct sti_error *err)
{
    return tnauthlist_parse(&making->list, text, length, err);
}

static bool list_finish(union value_making *making, uint8_t **der, size_t *length,
                        struct sti_error *err)
{
    return tnauthlist_builder_finish(&making->list, der, length, err);
}

static void list_free(union value_making *making)
{
    tnauthlist_builder_free(&making->list);
}

static bool list_check(const uint8_t *der, size_t length, struct sti_error *err)
{
    return tnauthlist_portions(der, length, NULL, NULL, NULL, err);
}

static const char *const kinds[] = {"SPC", "TN", NULL};

static const struct value_grammar grammar = {
    .max_octets = TNAUTHLIST_MAX_OCTETS,
    .kinds = kinds,
    .keys = "SPC.1, SPC.2, ... and TN.1, TN.2, ...",
    .parse = list_parse,
    .parse_entry = list_parse,
    .finish = list_finish,
    .free = list_free,
    .check = list_check,
};

/* ---- lines out ---- */

static bool put_entry(struct page *page, const struct tnauthlist *list, size_t index)
{
    page_line(page);
    char *room = page_room(page, TNAUTHLIST_ENTRY_TEXT);
    size_t length = tnauthlist_entry_text(list, index, room, TNAUTHLIST_ENTRY_TEXT);
    if (length < TNAUTHLIST_ENTRY_TEXT) {
        page_add(page, length);
        return true;
    }
    char *longer = OPENSSL_malloc(length + 1); /* an SPC */
    if (longer == NULL)
        return false;
    tnauthlist_entry_text(list, index, longer, length + 1);
    page_put(page, longer, length);
    OPENSSL_free(longer);
    return true;
}

/* A tnauthlist_visit: `TEXT ; byte N: flaw`. */
static bool put_found(void *context, const struct tnauthlist_found *found)
{
    struct page *page = context;
    char place[40];
    page_line(page);
    if (found->text != NULL)
        page_put_text(page, found->text);
    if (found->flaw == NULL)
        return true;
    snprintf(place, sizeof(place), "%s; byte %zu: ", found->text == NULL ? "" : " ", found->offset);
    page_put_text(page, place);
    page_put_text(page, found->flaw);
    return true;
}

/* A tnauthlist_portion_visit. */
static bool put_portion(void *context, const struct tnauthlist *portion)
{
    bool ok = true;
    for (size_t i = 0; ok && i < portion->count; i++)
        ok = put_entry(context, portion, i);
    return ok;
}

/*
 * Reads the list twice, first to know whether it is good as a whole: that takes less time, and no
 * memory, compared with an array of its entries.
 */
static bool print(const uint8_t *der, size_t length, struct page *page)
{
    struct sti_error err;
    if (tnauthlist_portions(der, length, NULL, NULL, NULL, &err))
        return tnauthlist_portions(der, length, NULL, put_portion, page, &err);
    page_put_malformed(page, &err);
    /* A value that is too large for a list is not walked: the line above says it all. */
    return length > TNAUTHLIST_MAX_OCTETS || tnauthlist_walk(der, length, put_found, page);
}

/*
 * The long name TNAuthorizationList is the one other STIR software looks for before it makes its
 * own; with any other, its registration fails in the same process.
 */
const struct extension_kind extension_tnauthlist = {
    .mark = "sti-pki TNAuthList extension method",
    .oid = TNAUTHLIST_OID,
    .short_name = "TNAuthList",
    .long_name = "TNAuthorizationList",
    .grammar = &grammar,
    .print = print,
};
