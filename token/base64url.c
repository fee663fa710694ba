/* SPDX-License-Identifier: Apache-2.0 */
#include "base64url.h"

#include <stdio.h>
#include <stdlib.h>

/* What tells the two alphabets apart (RFC 4648 sections 4 and 5; RFC 7515 section 2). */
struct alphabet {
    const char *symbols; /* 64 of them */
    const char *name;
    bool padded;
    uint8_t values[256]; /* one more than the value of each symbol; 0: not in the alphabet */
};

#define COMMON_SYMBOLS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

#define COMMON_VALUES                                                                              \
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8,        \
    ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, \
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23,            \
    ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,            \
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37,            \
    ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44,            \
    ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51,            \
    ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58,            \
    ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62

static const struct alphabet base64url = {
    COMMON_SYMBOLS "-_", "base64url", false, {COMMON_VALUES, ['-'] = 63, ['_'] = 64}};
static const struct alphabet base64 = {
    COMMON_SYMBOLS "+/", "base64", true, {COMMON_VALUES, ['+'] = 63, ['/'] = 64}};

/* 0..63, or -1. */
static int value_of(const struct alphabet *alphabet, char symbol)
{
    return alphabet->values[(unsigned char)symbol] - 1;
}

int base64url_value(char symbol)
{
    return value_of(&base64url, symbol);
}

static bool refuse_at(struct sti_error *err, size_t offset)
{
    if (err != NULL)
        err->offset = offset;
    return false;
}

/* Says what the foreign symbol tells about the text: mostly it is the other base64. */
static bool refuse_symbol(const struct alphabet *alphabet, char symbol, size_t offset,
                          struct sti_error *err)
{
    char shown[16];
    if (symbol > 0x20 && symbol < 0x7f)
        snprintf(shown, sizeof(shown), "\"%c\"", symbol);
    else
        snprintf(shown, sizeof(shown), "octet 0x%02X", (unsigned)(unsigned char)symbol);

    if (!alphabet->padded && symbol == '=')
        sti_refuse(err, "RFC 7515 section 2",
                   "padding \"=\" found; write base64url without padding");
    else if (!alphabet->padded && (symbol == '+' || symbol == '/'))
        sti_refuse(err, "RFC 7515 section 2",
                   "%s is standard base64; write base64url (- for + and _ for /) without padding",
                   shown);
    else if (alphabet->padded && (symbol == '-' || symbol == '_'))
        sti_refuse(err, "RFC 7515 section 4.1.6",
                   "%s is base64url; write standard base64 (+ for - and / for _) here", shown);
    else
        sti_refuse(err, "RFC 4648 section 3.3", "%s is not in the %s alphabet", shown,
                   alphabet->name);
    return refuse_at(err, offset);
}

/* Takes the padding off: *length becomes the number of symbols that carry bits. */
static bool unpad(const char *text, size_t *length, struct sti_error *err)
{
    size_t whole = *length;
    if (whole % 4 != 0) {
        sti_refuse(err, "RFC 4648 section 4",
                   "base64 text has %zu symbols; with its padding \"=\" it must be a multiple of 4",
                   whole);
        return refuse_at(err, whole);
    }
    for (int pads = 0; pads < 2 && *length > 0 && text[*length - 1] == '='; pads++)
        (*length)--;
    return true;
}

/* Decodes four symbols at a time, up to one that is foreign or to the end; returns how many. */
static size_t decode_groups(const struct alphabet *alphabet, const char *text, size_t length,
                            uint8_t *octets)
{
    const unsigned char *from = (const unsigned char *)text;
    size_t at = 0;
    for (; length - at >= 4; at += 4, octets += 3) {
        uint32_t a = alphabet->values[from[at]];
        uint32_t b = alphabet->values[from[at + 1]];
        uint32_t c = alphabet->values[from[at + 2]];
        uint32_t d = alphabet->values[from[at + 3]];
        if (a == 0 || b == 0 || c == 0 || d == 0)
            break;
        uint32_t bits = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
        octets[0] = (uint8_t)(bits >> 16);
        octets[1] = (uint8_t)(bits >> 8);
        octets[2] = (uint8_t)bits;
    }
    return at;
}

/* The symbols into octets, which has room for length / 4 * 3 + 2. */
static bool decode_symbols(const struct alphabet *alphabet, const char *text, size_t length,
                           uint8_t *octets, size_t *octets_length, struct sti_error *err)
{
    uint32_t bits = 0; /* what is read and not yet written, in the low `held` bits */
    unsigned held = 0;
    size_t at = decode_groups(alphabet, text, length, octets);
    size_t written = at / 4 * 3;
    for (; at < length; at++) {
        int value = value_of(alphabet, text[at]);
        if (value < 0)
            return refuse_symbol(alphabet, text[at], at, err);
        bits = (bits << 6 | (uint32_t)value) & 0xfff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            octets[written++] = (uint8_t)(bits >> held);
        }
    }
    if (held == 6) {
        sti_refuse(err, "RFC 4648 section 4",
                   "%s text has %zu symbols, a length that no octet string has; it was cut",
                   alphabet->name, length);
        return refuse_at(err, length);
    }
    if ((bits & ((1u << held) - 1)) != 0) {
        sti_refuse(
            err, "RFC 4648 section 3.5",
            "the unused bits of the last %s symbol are not zero; the text was cut or altered",
            alphabet->name);
        return refuse_at(err, length - 1);
    }
    *octets_length = written;
    return true;
}

static bool decode(const struct alphabet *alphabet, const char *text, size_t length,
                   uint8_t **octets, size_t *octets_length, struct sti_error *err)
{
    *octets = NULL;
    *octets_length = 0;
    if (alphabet->padded && !unpad(text, &length, err))
        return false;
    /* Never overflows: a quarter of any size_t times three is smaller than that size_t. */
    uint8_t *room = malloc(length / 4 * 3 + 3);
    if (room == NULL)
        return sti_fail(err, "out of memory");
    if (!decode_symbols(alphabet, text, length, room, octets_length, err)) {
        free(room);
        return false;
    }
    *octets = room;
    return true;
}

bool base64url_decode(const char *text, size_t length, uint8_t **octets, size_t *octets_length,
                      struct sti_error *err)
{
    return decode(&base64url, text, length, octets, octets_length, err);
}

bool base64_decode(const char *text, size_t length, uint8_t **octets, size_t *octets_length,
                   struct sti_error *err)
{
    return decode(&base64, text, length, octets, octets_length, err);
}

static char *encode(const struct alphabet *alphabet, const uint8_t *octets, size_t length,
                    struct sti_error *err)
{
    if (length > (SIZE_MAX - 5) / 4 * 3) {
        sti_fail(err, "%zu octets are too many for %s", length, alphabet->name);
        return NULL;
    }
    char *text = malloc(length / 3 * 4 + 5);
    if (text == NULL) {
        sti_fail(err, "out of memory");
        return NULL;
    }
    char *to = text;
    for (size_t at = 0; at < length; at += 3) {
        size_t left = length - at;
        uint32_t bits = (uint32_t)octets[at] << 16;
        if (left > 1)
            bits |= (uint32_t)octets[at + 1] << 8;
        if (left > 2)
            bits |= octets[at + 2];
        *to++ = alphabet->symbols[bits >> 18];
        *to++ = alphabet->symbols[bits >> 12 & 63];
        if (left > 1)
            *to++ = alphabet->symbols[bits >> 6 & 63];
        else if (alphabet->padded)
            *to++ = '=';
        if (left > 2)
            *to++ = alphabet->symbols[bits & 63];
        else if (alphabet->padded)
            *to++ = '=';
    }
    *to = '\0';
    return text;
}

char *base64url_encode(const uint8_t *octets, size_t length, struct sti_error *err)
{
    return encode(&base64url, octets, length, err);
}

char *base64_encode(const uint8_t *octets, size_t length, struct sti_error *err)
{
    return encode(&base64, octets, length, err);
}
