/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as keys of the register's tables, and the classes of ranges. */
#include "register_internal.h"

#define SYMBOL_BITS 4
#define LENGTH_SHIFT 60
#define SPECIAL_BASE 12

int64_t register_power(int exponent)
{
    int64_t power = 1;
    for (; exponent > 0; exponent--)
        power *= 10;
    return power;
}

int register_class(int64_t numbers)
{
    int class = 0;
    for (int64_t width = 1; width < numbers; width *= 10)
        class ++;
    return class;
}

int64_t register_key(tn_word word)
{
    int64_t length = (int64_t)(word >> LENGTH_SHIFT);
    bool digits = tn_is_digits(word);
    int64_t value = 0;
    for (int64_t i = length - 1; i >= 0; i--)
        value = value * (digits ? 10 : SPECIAL_BASE) + (int64_t)(word >> SYMBOL_BITS * i & 15);
    return length * REGISTER_LENGTH + (digits ? 0 : REGISTER_SPECIAL) + value;
}

tn_word register_word(int64_t key)
{
    int64_t length = key / REGISTER_LENGTH;
    int64_t value = key % REGISTER_LENGTH;
    int64_t base = value < REGISTER_SPECIAL ? 10 : SPECIAL_BASE;
    tn_word word = (tn_word)length << LENGTH_SHIFT;
    value -= base == 10 ? 0 : REGISTER_SPECIAL;
    for (int64_t i = 0; i < length; i++) {
        word |= (tn_word)(value % base) << SYMBOL_BITS * i;
        value /= base;
    }
    return word;
}

uint64_t register_piece_count(const struct register_piece *piece)
{
    return piece->spc != NULL
               ? 0
               : (uint64_t)(register_key(piece->last) - register_key(piece->first)) + 1;
}
