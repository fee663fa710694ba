/* SPDX-License-Identifier: Apache-2.0 */
#include "print_list.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

/* Lines are gathered up to this size before they are written: a BIO_write per line is slow. */
#define PRINT_BUFFER ((size_t)64 * 1024)

/* Gathered output; `failed` keeps a failed write until the end. */
struct page {
    BIO *out;
    int indent;
    char *text;
    size_t length;
    size_t lines;
    bool failed;
};

static void flush(struct page *page)
{
    if (page->length > 0 && BIO_write(page->out, page->text, (int)page->length) <= 0)
        page->failed = true;
    page->length = 0;
}

static void put(struct page *page, const char *text, size_t length)
{
    if (page->length + length > PRINT_BUFFER)
        flush(page);
    if (length > PRINT_BUFFER) { /* one SPC of enormous length */
        if (length > INT_MAX || BIO_write(page->out, text, (int)length) <= 0)
            page->failed = true;
        return;
    }
    memcpy(page->text + page->length, text, length);
    page->length += length;
}

/* Ends the line before, if there is one, and begins the next. */
static void begin_line(struct page *page)
{
    if (page->lines++ > 0)
        put(page, "\n", 1);
    for (int blanks = 0; blanks < page->indent; blanks++)
        put(page, " ", 1);
}

static bool put_entry(struct page *page, const struct tnauthlist *list, size_t index)
{
    char text[256];
    size_t length = tnauthlist_entry_text(list, index, text, sizeof(text));
    begin_line(page);
    if (length < sizeof(text)) {
        put(page, text, length);
        return true;
    }
    char *longer = OPENSSL_malloc(length + 1);
    if (longer == NULL)
        return false;
    tnauthlist_entry_text(list, index, longer, length + 1);
    put(page, longer, length);
    OPENSSL_free(longer);
    return true;
}

/* A tnauthlist_visit: `TEXT ; byte N: flaw`. */
static bool put_found(void *context, const struct tnauthlist_found *found)
{
    struct page *page = context;
    char place[40];
    begin_line(page);
    if (found->text != NULL)
        put(page, found->text, strlen(found->text));
    if (found->flaw == NULL)
        return true;
    int length = snprintf(place, sizeof(place), "%s; byte %zu: ", found->text == NULL ? "" : " ",
                          found->offset);
    put(page, place, (size_t)length);
    put(page, found->flaw, strlen(found->flaw));
    return true;
}

static bool put_malformed(struct page *page, const struct print_list *print)
{
    static const char mark[] = "; MALFORMED: ";
    struct tnauthlist list;
    struct sti_error err;
    char why[1024];
    if (tnauthlist_decode(&list, print->der, print->der_length, NULL, &err)) {
        tnauthlist_free(&list); /* there was no memory for it before */
        return false;
    }
    sti_error_text(&err, why, sizeof(why));
    begin_line(page);
    put(page, mark, sizeof(mark) - 1);
    put(page, why, strlen(why));
    return tnauthlist_walk(print->der, print->der_length, put_found, page);
}

int print_list(const struct print_list *print, BIO *out, int indent)
{
    struct page page = {.out = out, .indent = indent, .text = OPENSSL_malloc(PRINT_BUFFER)};
    if (page.text == NULL)
        return 0;
    bool ok = print->list->count > 0 || put_malformed(&page, print);
    for (size_t i = 0; ok && i < print->list->count; i++)
        ok = put_entry(&page, print->list, i);
    flush(&page);
    OPENSSL_free(page.text);
    return ok && !page.failed;
}
