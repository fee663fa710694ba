/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <string.h>

#include <openssl/crypto.h>

/* Lines are gathered up to this size before they are written. */
#define PAGE_ROOM ((size_t)64 * 1024)

bool page_open(struct page *page, BIO *out, int indent)
{
    *page = (struct page){.out = out, .indent = indent, .text = OPENSSL_malloc(PAGE_ROOM)};
    return page->text != NULL;
}

/* Writes all of it, however little the BIO takes at a time. */
static void write_all(struct page *page, const char *text, size_t length)
{
    size_t written = 0;
    for (size_t at = 0; at < length && !page->failed; at += written)
        if (!BIO_write_ex(page->out, text + at, length - at, &written) || written == 0)
            page->failed = true;
}

static void flush(struct page *page)
{
    write_all(page, page->text, page->length);
    page->length = 0;
}

void page_put(struct page *page, const char *text, size_t length)
{
    if (length > PAGE_ROOM - page->length)
        flush(page);
    if (length > PAGE_ROOM) { /* one entry of enormous length */
        write_all(page, text, length);
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
