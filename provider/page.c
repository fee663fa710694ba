/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <string.h>

#include <openssl/crypto.h>

/* No line stands further in; libcrypto's commands ask for 16 blanks at most. */
#define MAX_INDENT 1024

bool page_open(struct page *page, BIO *out, int indent)
{
    *page = (struct page){.out = out, .text = OPENSSL_malloc(PAGE_ROOM)};
    page->indent = indent < 0 ? 0 : indent > MAX_INDENT ? MAX_INDENT : (size_t)indent;
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

char *page_room(struct page *page, size_t octets)
{
    if (octets > PAGE_ROOM - page->length)
        flush(page);
    return page->text + page->length;
}

void page_add(struct page *page, size_t octets)
{
    page->length += octets;
}

void page_put(struct page *page, const char *text, size_t length)
{
    char *room = page_room(page, length);
    if (length > PAGE_ROOM) { /* one entry of enormous length */
        write_all(page, text, length);
        return;
    }
    memcpy(room, text, length);
    page_add(page, length);
}

void page_put_text(struct page *page, const char *text)
{
    page_put(page, text, strlen(text));
}

void page_line(struct page *page)
{
    char *room = page_room(page, 1 + page->indent);
    size_t ends = page->lines++ > 0 ? 1 : 0;
    room[0] = '\n';
    memset(room + ends, ' ', page->indent);
    page_add(page, ends + page->indent);
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
