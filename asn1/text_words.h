/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a text form, the same for all extensions: entries separated by commas or line ends,
 * blanks around them do not count, `;` starts a comment up to the line's end. Functions are inline:
 * lists have millions of words.
 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include <string.h>

#include "sti_error.h"

/* A text being read. `line` (from 1) and `line_start` place an error. */
struct text {
    const char *octets;
    size_t at;
    size_t end;
    size_t line;
    size_t line_start;
};

/* Octets [start, end) of a text. */
struct word {
    size_t start;
    size_t end;
};

/* Says where in the text the error is, and returns false. */
static inline bool text_at(const struct text *text, size_t offset, struct sti_error *err)
{
    if (err != NULL) {
        err->line = text->line;
        err->column = offset - text->line_start + 1;
        err->offset = STI_NOWHERE;
    }
    return false;
}

static inline bool text_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static inline bool text_is_separator(char c)
{
    return c == ',' || c == ';' || c == '\n';
}

/* Finds the next entry's word; it is empty between two separators. False at the end of the text. */
static inline bool text_next_word(struct text *text, struct word *word)
{
    if (text->at > text->end)
        return false;
    while (text->at < text->end && text_is_blank(text->octets[text->at]))
        text->at++;
    word->start = text->at;
    while (text->at < text->end && !text_is_separator(text->octets[text->at]))
        text->at++;
    word->end = text->at;
    while (word->end > word->start && text_is_blank(text->octets[word->end - 1]))
        word->end--;
    return true;
}

/* Steps over the separator, or the comment and the line end, behind a word. */
static inline void text_end_word(struct text *text)
{
    if (text->at < text->end && text->octets[text->at] == ';')
        while (text->at < text->end && text->octets[text->at] != '\n')
            text->at++;
    if (text->at < text->end && text->octets[text->at] == '\n') {
        text->line++;
        text->line_start = text->at + 1;
    }
    text->at++;
}

static inline bool text_starts_with(const struct text *text, struct word word, const char *prefix)
{
    size_t length = strlen(prefix);
    return word.end - word.start >= length &&
           memcmp(text->octets + word.start, prefix, length) == 0;
}

static inline int text_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* The octet that `\xHH` at offset i means, or -1 if that does not stand there before `end`. */
static inline int text_escape(const struct text *text, size_t i, size_t end)
{
    const char *here = text->octets + i;
    int high = end - i < 4 || here[0] != '\\' || here[1] != 'x' ? -1 : text_hex_value(here[2]);
    int low = high < 0 ? -1 : text_hex_value(here[3]);
    return low < 0 ? -1 : high << 4 | low;
}

/* A text being written as snprintf does: `length` counts on beyond `size`. */
struct text_out {
    char *buf;
    size_t size;
    size_t length;
};

static inline void text_put(struct text_out *out, char c)
{
    if (out->length + 1 < out->size)
        out->buf[out->length] = c;
    out->length++;
}

static inline void text_put_word(struct text_out *out, const char *word)
{
    for (; *word != '\0'; word++)
        text_put(out, *word);
}

/* Writes an octet plainly if it is visible ASCII and none of `special`, else as \xHH. */
static inline void text_put_octet(struct text_out *out, unsigned char c, const char *special)
{
    static const char hex[] = "0123456789ABCDEF";
    if (c > 0x20 && c < 0x7f && c != '\\' && strchr(special, c) == NULL) {
        text_put(out, (char)c);
        return;
    }
    text_put_word(out, "\\x");
    text_put(out, hex[c >> 4]);
    text_put(out, hex[c & 15]);
}

/* Ends the text with a NUL; returns the length it has, or would have. */
static inline size_t text_finish(struct text_out *out)
{
    if (out->size > 0)
        out->buf[out->length < out->size ? out->length : out->size - 1] = '\0';
    return out->length;
}

#endif
