/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A digest as words to be read aloud, one an octet, of the PGP word list: the words of even places
 * have two syllables and those of odd places three, so that a word left out, said twice or swapped
 * with its neighbour is heard.
 */
#ifndef CEREMONY_DIGEST_WORDS_H
#define CEREMONY_DIGEST_WORDS_H

#include "sti_error.h"

#define DIGEST_WORDS_LONGEST 11 /* letters */

/* The word of one octet at that place; 0 is the first. */
const char *digest_word(uint8_t octet, size_t place);

/*
 * Reads words back, as a person types them: in either case, with blanks, commas, hyphens or line
 * ends between. Refused, with the place of the word: a word that is none, one that belongs to the
 * other kind of place (a word was left out, doubled or swapped), too few or too many.
 */
bool digest_words_read(const char *text, uint8_t *digest, size_t length, struct sti_error *err);

#endif
