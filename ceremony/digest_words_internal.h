/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CEREMONY_DIGEST_WORDS_INTERNAL_H
#define CEREMONY_DIGEST_WORDS_INTERNAL_H

/* [octet][0] is the word of an even place (the first is 0), [octet][1] that of an odd one. */
extern const char *const digest_words_table[256][2];

#endif
