/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>

/* Lines are gathered up to this size before they are written. */
#define PAGE_ROOM ((size_t)64 * 1024)

bool page_open(struct page *page, BIO *out, int indent)
{
    *page = (struct page){.out = out, .indent = indent, .text = OPENSSL_malloc(PAGE_ROOM)};
    return page->text != NULL;
}

static void flush(struct page *page)
{
    if (page->length > 0 && BIO_write(page->out, page->text, (int)page->length) <= 0)
        page->failed = true;
    page->length = 0;
}

void page_put(struct page *page, const char *text, size_t length)
{
    if (page->length + length > PAGE_ROOM)
        flush(page);
    if (length > PAGE_ROOM) { /* one entry of enormous length */
        if (length > INT_MAX || BIO_write(page->out, text, (int)length) <= 0)
            page->failed = true;
        return;
    }
    memcpy(page->text + page->length, text, length);
    page->length += length;
}

void page_put_text(struct page *page, const char *text)
{
    page_put(page, text, strlen(text));
}

void page_line(struct page *page)
{
    if (page->lines++ > 0)
        page_put(page, "\n", 1);
    for (int blanks = 0; blanks < page->indent; blanks++)
        page_put(page, " ", 1);
}

void page_put_malformed(struct page *page, const struct sti_error *err)
{
    char why[1024];
    sti_error_text(err, why, sizeof(why));
    page_line(page);
    page_put_text(page, "; MALFORMED: ");
    page_put_text(page, why);
}

bool page_close(struct page *page)
{
    flush(page);
    OPENSSL_free(page->text);
    return !page->failed;
}
