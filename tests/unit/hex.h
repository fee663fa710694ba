/* SPDX-License-Identifier: Apache-2.0 */
/* Octets written as hex, for test vectors. */
#ifndef TEST_HEX_H
#define TEST_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Reads lower-case hex; returns how many octets it holds. */
static inline size_t from_hex(const char *hex, uint8_t *octets, size_t room)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = 0;
    for (; hex[0] != '\0' && hex[1] != '\0' && length < room; hex += 2, length++) {
        size_t high = (size_t)(strchr(digits, hex[0]) - digits);
        size_t low = (size_t)(strchr(digits, hex[1]) - digits);
        octets[length] = (uint8_t)(high << 4 | low);
    }
    return length;
}

#endif
