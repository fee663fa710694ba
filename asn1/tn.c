/* SPDX-License-Identifier: Apache-2.0 */
/* TelephoneNumber ::= IA5String (SIZE (1..15)) (FROM ("0123456789#*")), RFC 8226 section 9. */
#include "tn_pack.h"
#include "tnauthlist_internal.h"

#define LENGTH_SHIFT 60
#define STAR 10u
#define HASH 11u

/* The last four stand for nibbles that no packed number has. */
static const char symbols[] = "0123456789*#????";

static bool symbol_value(char c, unsigned *value)
{
    if (c >= '0' && c <= '9')
        *value = (unsigned)(c - '0');
    else if (c == '*')
        *value = STAR;
    else if (c == '#')
        *value = HASH;
    else
        return false;
    return true;
}

static bool bad_symbol(unsigned char c, size_t at, struct sti_error *err)
{
    if (c == '+')
        sti_refuse(err, TN_CLAUSE,
                   "a TN has no +: write the digits alone, country code first, as in 12155551212");
    else if (c > 0x20 && c < 0x7f)
        sti_refuse(err, TN_CLAUSE, "'%c' is not a symbol of a TN; only 0-9, # and * are", c);
    else
        sti_refuse(err, TN_CLAUSE, "octet 0x%02X is not a symbol of a TN; only 0-9, # and * are",
                   c);
    if (err != NULL)
        err->offset = at;
    return false;
}

bool tn_pack(const char *text, size_t length, tn_word *word, struct sti_error *err)
{
    if (length == 0)
        return sti_refuse(err, TN_CLAUSE, "TN is empty, it has 1 to %d symbols", TN_MAX_SYMBOLS);
    if (length > TN_MAX_SYMBOLS)
        return sti_refuse(err, TN_CLAUSE, "TN has %zu digits, at most %d are allowed", length,
                          TN_MAX_SYMBOLS);
    uint64_t packed = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned value;
        if (!symbol_value(text[i], &value))
            return bad_symbol((unsigned char)text[i], i, err);
        packed = packed << 4 | value;
    }
    *word = (uint64_t)length << LENGTH_SHIFT | packed;
    return true;
}

/* Eight nibbles as eight symbols. */
static void put_symbols(uint64_t eight, char text[8])
{
    uint64_t digits = spread_nibbles(eight);
    for (int i = 0; i < 8; i++)
        text[i] = symbols[digits >> (56 - 8 * i) & 15];
}

/* Eight nibbles that are digits as eight symbols. */
static void put_digits(uint64_t eight, char text[8])
{
    store_big_endian(spread_nibbles(eight) | 0x3030303030303030, text);
}

size_t tn_unpack(tn_word word, char text[TN_MAX_SYMBOLS + 1])
{
    size_t length = (size_t)(word >> LENGTH_SHIFT);
    if (length == 0) {
        text[0] = '\0';
        return 0;
    }
    uint64_t left_aligned = word << 4 * (16 - length);
    if (tn_is_digits(word)) {
        put_digits(left_aligned >> 32, text);
        put_digits(left_aligned & 0xffffffff, text + 8);
    } else {
        put_symbols(left_aligned >> 32, text);
        put_symbols(left_aligned & 0xffffffff, text + 8);
    }
    text[length] = '\0';
    return length;
}

bool tn_is_number(tn_word word)
{
    uint64_t length = word >> LENGTH_SHIFT;
    uint64_t symbols_only = word & 0x0fffffffffffffff;
    /* No nibble above 11: an 8 together with a 4 is 12 or more. None beyond the length. */
    return length > 0 && symbols_only >> 4 * length == 0 &&
           (symbols_only & symbols_only << 1 & 0x0888888888888888) == 0;
}

bool tn_is_digits(tn_word word)
{
    /* A nibble is above 9 if its 8 is set together with its 4 or its 2. */
    uint64_t symbols_only = word & 0x0fffffffffffffff;
    return tn_is_number(word) &&
           (symbols_only & (symbols_only << 1 | symbols_only << 2) & 0x0888888888888888) == 0;
}

uint64_t tn_value(tn_word word)
{
    return nibbles_value(word & 0x0fffffffffffffff);
}

uint64_t tn_space(tn_word word)
{
    return power_of_ten((size_t)(word >> LENGTH_SHIFT));
}

tn_word tn_from_value(uint64_t value, size_t length)
{
    const struct tn_digits digits = {
        .high = eight_digits_of(value / 100000000),
        .low = eight_digits_of(value % 100000000),
    };
    return tn_digits_word(&digits, length);
}

bool tn_range_check(tn_word start, uint64_t count, struct sti_error *err)
{
    uint64_t space = tn_space(start);
    if (tn_is_digits(start) && count >= 2 && count < space && tn_value(start) < space - count)
        return true;
    char text[TN_MAX_SYMBOLS + 1];
    if (!tn_is_number(start))
        return sti_refuse(err, TN_CLAUSE, "the word 0x%llx is no packed number",
                          (unsigned long long)start);
    size_t length = tn_unpack(start, text);
    if (!tn_is_digits(start))
        return sti_refuse(err, TN_CLAUSE,
                          "range starts at %s, but only a number of digits can start a range",
                          text);
    if (count < 2)
        return sti_refuse(err, TN_CLAUSE,
                          "range has a count of %llu, at least 2 is needed; one number is TN:%s",
                          (unsigned long long)count, text);
    return sti_refuse(err, TN_CLAUSE,
                      "range from %s with a count of %llu is too long: start + count must be "
                      "less than 10^%zu",
                      text, (unsigned long long)count, length);
}
