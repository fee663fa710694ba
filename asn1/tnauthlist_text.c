/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of a TNAuthList: one grammar for openssl.cnf, -addext, files and all that is
 * printed.
 *
 *   list   = [entry] *( ("," / line end) [entry] )        ";" starts a comment up to the line's end
 *   entry  = "SPC:" spc / "TN:" tn / "TN:" tn "-" tn / "TN:" tn "+" count
 *   spc    = 1*( visible ASCII but , ; \  /  "\x" two hex digits )
 */
#include <stdlib.h>
#include <string.h>

#include "text_words.h"
#include "tn_pack.h"
#include "tnauthlist_internal.h"

/* Reads the octet at *i, which may be written as \xHH, and moves *i behind it. */
static bool read_spc_octet(const struct text *text, size_t *i, size_t end, char *octet,
                           struct sti_error *err)
{
    const char *here = text->octets + *i;
    unsigned char c = (unsigned char)*here;
    if (c == '\\') {
        int escaped = text_escape(text, *i, end);
        if (escaped < 0)
            return sti_refuse(err, NULL, "a \\ in an SPC starts \\xHH with two hex digits") ||
                   text_at(text, *i, err);
        *octet = (char)escaped;
        *i += 4;
        return true;
    }
    if (c <= 0x20 || c >= 0x7f)
        return sti_refuse(err, NULL,
                          "octet 0x%02X cannot stand plainly in an SPC; \\x%02X would mean it", c,
                          c) ||
               text_at(text, *i, err);
    *octet = *here;
    *i += 1;
    return true;
}

static bool read_spc(const struct text *text, struct word word, struct tnauthlist_builder *builder,
                     struct sti_error *err)
{
    char *spc = malloc(word.end - word.start + 1);
    if (spc == NULL)
        return sti_fail(err, "no memory for an SPC");
    size_t length = 0;
    bool ok = true;
    for (size_t i = word.start; ok && i < word.end;)
        ok = read_spc_octet(text, &i, word.end, &spc[length++], err);
    if (ok && !tnauthlist_builder_spc(builder, spc, length, err))
        ok = text_at(text, word.start, err);
    free(spc);
    return ok;
}

static bool read_tn(const struct text *text, struct word word, tn_word *number,
                    struct sti_error *err)
{
    struct tn_digits digits;
    size_t length = word.end - word.start;
    if (length - 1 < TN_MAX_SYMBOLS && word.end >= TN_PACK_WINDOW &&
        tn_digits_load((const uint8_t *)text->octets + word.end, length, &digits)) {
        *number = tn_digits_word(&digits, length);
        return true;
    }
    if (tn_pack(text->octets + word.start, length, number, err))
        return true;
    size_t inside = err == NULL || err->offset == STI_NOWHERE ? 0 : err->offset;
    return text_at(text, word.start + inside, err);
}

/* START-END, both ends included: the count is END - START + 1. */
static bool read_range_end(const struct text *text, tn_word start, struct word word,
                           uint64_t *count, struct sti_error *err)
{
    tn_word end;
    if (!read_tn(text, word, &end, err))
        return false;
    if (!tn_is_digits(start) || !tn_is_digits(end))
        return sti_refuse(err, TN_CLAUSE, "both ends of a range have digits only") ||
               text_at(text, word.start, err);
    if (tn_space(start) != tn_space(end))
        return sti_refuse(err, TN_CLAUSE,
                          "both ends of a range have the same number of digits: write the second "
                          "one in full") ||
               text_at(text, word.start, err);
    if (end <= start)
        return sti_refuse(err, TN_CLAUSE,
                          "a range ends above its start; one number is TN:NUMBER") ||
               text_at(text, word.start, err);
    *count = tn_value(end) - tn_value(start) + 1;
    return true;
}

/* START+COUNT with COUNT in decimal. */
static bool read_range_count(const struct text *text, struct word word, uint64_t *count,
                             struct sti_error *err)
{
    uint64_t value = 0;
    if (word.start == word.end || word.end - word.start > TN_MAX_SYMBOLS + 1)
        return sti_refuse(err, TN_CLAUSE, "a count has 1 to %d digits", TN_MAX_SYMBOLS + 1) ||
               text_at(text, word.start, err);
    for (size_t i = word.start; i < word.end; i++) {
        char c = text->octets[i];
        if (c < '0' || c > '9')
            return sti_refuse(err, TN_CLAUSE, "a count has digits only") || text_at(text, i, err);
        value = value * 10 + (uint64_t)(c - '0');
    }
    *count = value;
    return true;
}

static bool read_tn_or_range(const struct text *text, struct word word,
                             struct tnauthlist_builder *builder, struct sti_error *err)
{
    size_t middle = word.start + 1; /* a + in front is not a count: tn_pack() explains it */
    while (middle < word.end && text->octets[middle] != '-' && text->octets[middle] != '+')
        middle++;
    tn_word number;
    if (middle >= word.end)
        return read_tn(text, word, &number, err) && tnauthlist_builder_one(builder, number, err);
    struct word behind = {middle + 1, word.end};
    uint64_t count = 0;
    if (!read_tn(text, (struct word){word.start, middle}, &number, err))
        return false;
    bool ok = text->octets[middle] == '-' ? read_range_end(text, number, behind, &count, err)
                                          : read_range_count(text, behind, &count, err);
    if (!ok)
        return false;
    return tnauthlist_builder_range(builder, number, count, err) || text_at(text, word.start, err);
}

/* A word that is no entry: names the likely mistake. */
static bool bad_word(const struct text *text, struct word word, struct sti_error *err)
{
    if (text_starts_with(text, word, "https:") || text_starts_with(text, word, "http:"))
        sti_refuse(err, "RFC 8226 section 10.1",
                   "a URL is no entry; a list by reference is written as "
                   "authorityInfoAccess = stirTNList;URI:https://...");
    else
        sti_refuse(err, NULL, "an entry begins with SPC: or TN:, as in SPC:709J or TN:12155551212");
    return text_at(text, word.start, err);
}

/*
 * `SPC:709J;TN:12155551212` was meant as two entries: as a comment, the second would be lost
 * without a word. An entry that is commented out stands on a line of its own, or behind a blank.
 */
static bool check_comment(const struct text *text, struct word word, struct sti_error *err)
{
    if (word.start == word.end || text->at == text->end || text->octets[text->at] != ';')
        return true;
    struct word behind = {text->at + 1, text->end};
    if (!text_starts_with(text, behind, "SPC:") && !text_starts_with(text, behind, "TN:"))
        return true;
    return sti_refuse(err, NULL, "; starts a comment; entries are separated by commas") ||
           text_at(text, text->at, err);
}

/* ---- the usual entries, read in one go ---- */

/* How many digits stand from `at` on, 16 at most; 0 if the text ends before 16 octets. */
static size_t count_digits(const struct text *text, size_t at)
{
    const uint8_t *octets = (const uint8_t *)text->octets + at;
    if (text->end - at < 16)
        return 0;
    size_t digits = tn_digits_ahead(octets);
    return digits < 8 ? digits : 8 + tn_digits_ahead(octets + 8);
}

static bool ends_entry(const struct text *text, size_t at)
{
    return at == text->end || text->octets[at] == '\n' || text->octets[at] == ',';
}

/* START-END, `length` digits each, START at text->octets + at. */
static bool usual_range(const struct text *text, size_t at, size_t length,
                        struct tnauthlist_builder *builder)
{
    struct tn_digits start;
    struct tn_digits end;
    const uint8_t *octets = (const uint8_t *)text->octets;
    if (at + length < TN_PACK_WINDOW || !tn_digits_load(octets + at + length, length, &start) ||
        !tn_digits_load(octets + at + 2 * length + 1, length, &end))
        return false;
    uint64_t first = tn_digits_value(&start);
    uint64_t last = tn_digits_value(&end);
    return last > first && tnauthlist_builder_range(builder, tn_digits_word(&start, length),
                                                    last - first + 1, NULL);
}

/*
 * Reads `TN:` with a number of digits or START-END, and nothing around it but the separator: that
 * is nearly every entry of a long list. False leaves everything as it was, for the words to be read
 * or to be refused: no rule is decided here alone.
 */
static bool read_usual(struct text *text, struct tnauthlist_builder *builder)
{
    if (text->end - text->at < 4 || memcmp(text->octets + text->at, "TN:", 3) != 0)
        return false;
    size_t at = text->at + 3;
    size_t length = count_digits(text, at);
    if (length == 0 || length > TN_MAX_SYMBOLS)
        return false;
    size_t behind = at + length;
    if (ends_entry(text, behind)) {
        if (!tnauthlist_builder_digits(builder, text->octets + at, length, NULL))
            return false;
    } else {
        if (text->octets[behind] != '-' || count_digits(text, behind + 1) != length)
            return false;
        behind += 1 + length;
        if (!ends_entry(text, behind) || !usual_range(text, at, length, builder))
            return false;
    }
    text->at = behind;
    return true;
}

bool tnauthlist_parse(struct tnauthlist_builder *builder, const char *octets, size_t length,
                      struct sti_error *err)
{
    struct text text = {.octets = octets, .end = length, .line = 1};
    struct word word;
    for (;;) {
        while (text.at < text.end && read_usual(&text, builder))
            text_end_word(&text);
        if (!text_next_word(&text, &word))
            return true;
        bool ok = true;
        if (text_starts_with(&text, word, "SPC:"))
            ok = read_spc(&text, (struct word){word.start + 4, word.end}, builder, err);
        else if (text_starts_with(&text, word, "TN:"))
            ok = read_tn_or_range(&text, (struct word){word.start + 3, word.end}, builder, err);
        else if (word.start < word.end)
            ok = bad_word(&text, word, err);
        if (!ok || !check_comment(&text, word, err))
            return false;
        text_end_word(&text);
    }
}

/* ---- printing ---- */

static size_t spc_text(const uint8_t *der, const struct tnauthlist_entry *entry, char *buf,
                       size_t size)
{
    struct text_out out = {buf, size, 0};
    text_put_word(&out, "SPC:");
    for (uint64_t i = 0; i < entry->count; i++)
        text_put_octet(&out, der[entry->number + i], ",;");
    return text_finish(&out);
}

/* Copies a short text as snprintf would. */
static size_t give(const char *text, size_t length, char *buf, size_t size)
{
    if (size > 0) {
        size_t kept = length < size ? length : size - 1;
        memcpy(buf, text, kept);
        buf[kept] = '\0';
    }
    return length;
}

/* A number or a range; octets behind the NUL are written, too. Returns the length. */
static size_t number_text(const struct tnauthlist_entry *entry, char text[TNAUTHLIST_ENTRY_TEXT])
{
    memcpy(text, "TN:", 3);
    size_t digits = tn_unpack(entry->number, text + 3);
    size_t length = 3 + digits;
    if (entry->kind == TNAUTHLIST_RANGE) {
        text[length++] = '-';
        uint64_t last = tn_value(entry->number) + entry->count - 1;
        length += tn_unpack(tn_from_value(last, digits), text + length);
    }
    return length;
}

size_t tnauthlist_value_text(const uint8_t *der, const struct tnauthlist_entry *entry, char *buf,
                             size_t size)
{
    if (entry->kind == TNAUTHLIST_SPC)
        return spc_text(der, entry, buf, size);
    char text[TNAUTHLIST_ENTRY_TEXT];
    return give(text, number_text(entry, text), buf, size);
}

size_t tnauthlist_entry_text(const struct tnauthlist *list, size_t index, char *buf, size_t size)
{
    const struct tnauthlist_entry entry = tnauthlist_get(list, index);
    return tnauthlist_value_text(list->der, &entry, buf, size);
}
