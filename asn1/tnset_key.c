/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: telephone numbers (RFC 8226 section 9) on one line, see tnset_internal.h. */
#include "tnset_internal.h"

/* Symbols of a number with * or #, and the value that * has to this base. */
#define BASE 12

uint64_t tnset_key_special(uint64_t symbols, unsigned length)
{
    uint64_t value = 0;
    for (unsigned i = length; i > 0; i--) {
        uint64_t symbol = symbols >> 4 * (i - 1) & 15;
        if (symbol >= BASE)
            return 0;
        value = value * BASE + symbol;
    }
    return (uint64_t)length << TNSET_LENGTH_SHIFT | TNSET_SPECIAL | value << 1;
}

tn_word tnset_word(uint64_t key)
{
    size_t length = (size_t)(key >> TNSET_LENGTH_SHIFT);
    uint64_t value = key & (TNSET_SPECIAL - 1);
    if ((key & TNSET_SPECIAL) == 0)
        return tn_from_value(value, length);
    value >>= 1;
    uint64_t packed = 0;
    for (size_t i = 0; i < length; i++) {
        packed |= value % BASE << 4 * i;
        value /= BASE;
    }
    return (uint64_t)length << TNSET_LENGTH_SHIFT | packed;
}

bool tnset_bad_entry(size_t index, struct sti_error *err)
{
    sti_refuse(err, TN_CLAUSE, "the entry is none that a TNAuthList can have");
    if (err != NULL)
        err->entry = index + 1;
    return false;
}
