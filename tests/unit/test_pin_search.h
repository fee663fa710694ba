/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for a PIN in the memory of this very process, from end to end. The PIN is random, and the
 * search itself holds it only veiled.
 */
#ifndef TEST_PIN_SEARCH_H
#define TEST_PIN_SEARCH_H

#include <stdbool.h>

#define PIN_LENGTH 24

/* Another PIN; copies of it in the clear are not made. */
void draw_pin(void);

/* The PIN and a NUL; to be wiped by the caller. */
void unveil(char pin[PIN_LENGTH + 1]);

/* In how many places of the memory that can be written the PIN stands. */
unsigned copies_in_memory(void);

/* The address sanitizer maps too much memory to search. gcc's name, then clang's. */
#if defined(__SANITIZE_ADDRESS__)
#define PIN_SEARCH_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PIN_SEARCH_SANITIZED true
#endif
#endif
#ifndef PIN_SEARCH_SANITIZED
#define PIN_SEARCH_SANITIZED false
#endif

#endif
