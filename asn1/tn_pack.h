/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing the digits of a number eight at a time. Private to asn1/: the decoder and the text parser
 * spend most of their time here.
 */
#ifndef TN_PACK_H
#define TN_PACK_H

#include <endian.h>
#include <string.h>

#include "tnauthlist.h"

/* How many octets before the end of the digits are loaded, whatever their number. */
#define TN_PACK_WINDOW 16

/* Eight octets, the first one highest: so digits stand as they are read. */
static inline uint64_t load_big_endian(const uint8_t *octets)
{
    return (uint64_t)octets[0] << 56 | (uint64_t)octets[1] << 48 | (uint64_t)octets[2] << 40 |
           (uint64_t)octets[3] << 32 | (uint64_t)octets[4] << 24 | (uint64_t)octets[5] << 16 |
           (uint64_t)octets[6] << 8 | (uint64_t)octets[7];
}

/* The reverse. */
static inline void store_big_endian(uint64_t value, char octets[8])
{
    value = htobe64(value);
    memcpy(octets, &value, sizeof(value));
}

/* A mask for the lowest `count` octets, all eight for 8 and more. */
static inline uint64_t low_octets(size_t count)
{
    return count >= 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * count) - 1;
}

/* The digits of a number, one an octet, right-aligned: those before the number are 0. */
struct tn_digits {
    uint64_t high;
    uint64_t low;
};

/*
 * Takes the `length` (1..15) octets that end at `end` as digits. The TN_PACK_WINDOW octets before
 * `end` must be readable. False if one of them is not a digit (it may be # or *, or wrong).
 */
static inline bool tn_digits_load(const uint8_t *end, size_t length, struct tn_digits *digits)
{
    static const uint64_t zeros = 0x3030303030303030;
    static const uint64_t above_nine = 0x7676767676767676; /* 10 + 0x76 sets the highest bit */
    static const uint64_t highest = 0x8080808080808080;
    digits->high = (load_big_endian(end - 16) ^ zeros) & low_octets(length > 8 ? length - 8 : 0);
    digits->low = (load_big_endian(end - 8) ^ zeros) & low_octets(length);
    uint64_t bad =
        (digits->high + above_nine) | digits->high | (digits->low + above_nine) | digits->low;
    return (bad & highest) == 0;
}

/* How many of the eight octets at `octets` are digits before the first that is none. */
static inline size_t tn_digits_ahead(const uint8_t *octets)
{
    uint64_t digits = load_big_endian(octets) ^ 0x3030303030303030;
    uint64_t bad = ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
    return bad == 0 ? 8 : (size_t)__builtin_clzll(bad) / 8;
}

/* Eight digits, one an octet, into eight nibbles. */
static inline uint64_t nibbles(uint64_t digits)
{
    digits = (digits | digits >> 4) & 0x00ff00ff00ff00ff;
    digits = (digits | digits >> 8) & 0x0000ffff0000ffff;
    return (digits | digits >> 16) & 0x00000000ffffffff;
}

/* The number as a tn_word. */
static inline tn_word tn_digits_word(const struct tn_digits *digits, size_t length)
{
    return (uint64_t)length << 60 | nibbles(digits->high) << 32 | nibbles(digits->low);
}

/* Eight digits, one an octet, as a number: pairs, then fours, then all. */
static inline uint64_t eight_digits_value(uint64_t digits)
{
    digits = (digits >> 8 & 0x00ff00ff00ff00ff) * 10 + (digits & 0x00ff00ff00ff00ff);
    digits = (digits >> 16 & 0x0000ffff0000ffff) * 100 + (digits & 0x0000ffff0000ffff);
    return (digits >> 32) * 10000 + (digits & 0x00000000ffffffff);
}

/* The number's value, below 10^15. */
static inline uint64_t tn_digits_value(const struct tn_digits *digits)
{
    return eight_digits_value(digits->high) * 100000000 + eight_digits_value(digits->low);
}

/* The value of up to 16 digits of four bits each: pairs are joined, then pairs of pairs. */
static inline uint64_t nibbles_value(uint64_t digits)
{
    digits = (digits & 0x0f0f0f0f0f0f0f0f) + 10 * (digits >> 4 & 0x0f0f0f0f0f0f0f0f);
    digits = (digits & 0x00ff00ff00ff00ff) + 100 * (digits >> 8 & 0x00ff00ff00ff00ff);
    digits = (digits & 0x0000ffff0000ffff) + 10000 * (digits >> 16 & 0x0000ffff0000ffff);
    return (digits & 0xffffffff) + 100000000 * (digits >> 32);
}

/* Eight nibbles, one an octet each. */
static inline uint64_t spread_nibbles(uint64_t digits)
{
    digits = (digits | digits << 16) & 0x0000ffff0000ffff;
    digits = (digits | digits << 8) & 0x00ff00ff00ff00ff;
    return (digits | digits << 4) & 0x0f0f0f0f0f0f0f0f;
}

/* A number below 10^8 as eight digits, one an octet: fours, then pairs, then single digits. */
static inline uint64_t eight_digits_of(uint64_t value)
{
    uint64_t fours = value / 10000 << 32 | value % 10000;
    uint64_t hundreds = fours * 10486 >> 20 & 0x0000007f0000007f; /* fours / 100, below 10^4 */
    uint64_t pairs = hundreds << 16 | (fours - hundreds * 100);
    uint64_t tens = pairs * 103 >> 10 & 0x000f000f000f000f; /* pairs / 10, below 100 */
    return tens << 8 | (pairs - tens * 10);
}

/* 10^length for length 0..15. */
static inline uint64_t power_of_ten(size_t length)
{
    static const uint64_t powers[TN_MAX_SYMBOLS + 1] = {
        1,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
    };
    return powers[length];
}

#endif
