/* SPDX-License-Identifier: Apache-2.0 */
#include "digest_words.h"

#include <string.h>
#include <strings.h>

#include "digest_words_internal.h"

#define BETWEEN " \t\r\n,-"

const char *digest_word(uint8_t octet, size_t place)
{
    return digest_words_table[octet][place % 2];
}

/* The octet of a word at an even (0) or odd (1) place, or -1. */
static int octet_of(const char *word, size_t letters, size_t odd)
{
    for (int octet = 0; octet < 256; octet++) {
        const char *known = digest_words_table[octet][odd];
        if (strlen(known) == letters && strncasecmp(known, word, letters) == 0)
            return octet;
    }
    return -1;
}

static bool refuse_word(const char *word, size_t letters, size_t place, struct sti_error *err)
{
    if (octet_of(word, letters, 1 - place % 2) >= 0)
        return sti_refuse(err, NULL,
                          "word %zu, '%.*s', cannot stand there: a word was left out, doubled or "
                          "swapped; read the words once more",
                          place + 1, (int)letters, word);
    return sti_refuse(err, NULL,
                      "word %zu, '%.*s', is not in the word list; read the words once more",
                      place + 1, (int)(letters > 20 ? 20 : letters), word);
}

bool digest_words_read(const char *text, uint8_t *digest, size_t length, struct sti_error *err)
{
    size_t place = 0;
    for (text += strspn(text, BETWEEN); *text != '\0'; text += strspn(text, BETWEEN)) {
        size_t letters = strcspn(text, BETWEEN);
        if (place == length)
            return sti_refuse(err, NULL, "there are more than %zu words", length);
        int octet = octet_of(text, letters, place % 2);
        if (octet < 0)
            return refuse_word(text, letters, place, err);
        digest[place++] = (uint8_t)octet;
        text += letters;
    }
    return place == length ||
           sti_refuse(err, NULL, "there are %zu words, and the digest has %zu", place, length);
}
