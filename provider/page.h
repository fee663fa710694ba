/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on their way to a BIO, gathered: a BIO_write for every line is slow. */
#ifndef PROVIDER_PAGE_H
#define PROVIDER_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/bio.h>

#include "sti_error.h"

/* Start with page_open(), end with page_close(). */
struct page {
    BIO *out;
    size_t indent;
    char *text;
    size_t length;
    size_t lines;
    bool failed; /* a write has failed; kept until the end */
};

/* The octets that page_room() can make room for. */
#define PAGE_ROOM ((size_t)64 * 1024)

/* Each line stands behind `indent` blanks, 0 to 1024. False without memory. */
bool page_open(struct page *page, BIO *out, int indent);

/* Ends the line before, if there is one, and begins the next. */
void page_line(struct page *page);

/* Adds octets to the line. */
void page_put(struct page *page, const char *text, size_t length);

/*
 * Room for up to PAGE_ROOM octets more of the line, to be written in place; page_add() says how
 * many they have become. Nothing else may be called between the two.
 */
char *page_room(struct page *page, size_t octets);
void page_add(struct page *page, size_t octets);

/* Adds a text that ends with a NUL. */
void page_put_text(struct page *page, const char *text);

/* A line that says why octets were refused: `; MALFORMED: ...`. */
void page_put_malformed(struct page *page, const struct sti_error *err);

/* Writes what is left, without a line end behind the last line. False if any write failed. */
bool page_close(struct page *page);

#endif
