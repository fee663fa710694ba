/* SPDX-License-Identifier: Apache-2.0 */
/* A digest as words, and words as a digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "digest_words.h"
#include "test_token_kit.h"

/* The example that the word list is usually shown with: a fingerprint of a PGP key. */
static const uint8_t example[20] = {0xE5, 0x82, 0x94, 0xF2, 0xE9, 0xA2, 0x27, 0x48, 0x6E, 0x8B,
                                    0x06, 0x1B, 0x31, 0xCC, 0x52, 0x8F, 0xD7, 0xFA, 0x3F, 0x19};
#define EXAMPLE                                                                                    \
    "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa "         \
    "afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless"

/* The words with a blank between them. */
static void words_of(const uint8_t *digest, size_t length, char *text)
{
    *text = '\0';
    for (size_t i = 0; i < length; i++) {
        const char *word = digest_word(digest[i], i);
        size_t letters = strlen(word);
        memcpy(text, word, letters);
        text += letters;
        *text = i + 1 < length ? ' ' : '\0';
        text++;
    }
}

static void writes_the_known_example(void **state)
{
    (void)state;
    char text[20 * (DIGEST_WORDS_LONGEST + 1)];
    words_of(example, sizeof(example), text);
    assert_string_equal(text, EXAMPLE);
}

/* The lists are sorted by octet, and no word stands in both, or twice. */
static void has_512_words(void **state)
{
    (void)state;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++)
            for (size_t place = 0; place < 2; place++) {
                const char *word = digest_word((uint8_t)a, place);
                assert_true(strlen(word) <= DIGEST_WORDS_LONGEST);
                assert_int_equal(
                    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                    strlen(word));
                assert_true(strcasecmp(word, digest_word((uint8_t)b, 1 - place)) != 0);
                if (a != b)
                    assert_true(strcasecmp(word, digest_word((uint8_t)b, place)) != 0);
            }
    /* 08 and 09, "applicant" and "Apollo", are the one pair of the list that is out of order. */
    for (int a = 0; a < 255; a++) {
        assert_true(strcasecmp(digest_word((uint8_t)a, 0), digest_word((uint8_t)(a + 1), 0)) < 0);
        assert_true(a == 9 ||
                    strcasecmp(digest_word((uint8_t)a, 1), digest_word((uint8_t)(a + 1), 1)) < 0);
    }
    assert_string_equal(digest_word(0, 0), "aardvark");
    assert_string_equal(digest_word(0, 1), "adroitness");
    assert_string_equal(digest_word(255, 4), "Zulu");
    assert_string_equal(digest_word(255, 3), "Yucatan");
}

static void reads_what_a_person_types(void **state)
{
    (void)state;
    uint8_t digest[20];
    struct sti_error err;
    assert_true(digest_words_read(EXAMPLE, digest, sizeof(digest), &err));
    assert_memory_equal(digest, example, sizeof(example));
    assert_true(digest_words_read("  TOPMOST istanbul,\n pLUTO-vagabond ", digest, 4, &err));
    assert_memory_equal(digest, example, 4);
}

static void reads_every_octet_at_both_places(void **state)
{
    (void)state;
    char text[2 * (DIGEST_WORDS_LONGEST + 1)];
    for (int i = 0; i < 65536; i++) {
        uint8_t digest[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        uint8_t again[2];
        words_of(digest, 2, text);
        assert_true(digest_words_read(text, again, 2, NULL));
        assert_memory_equal(digest, again, 2);
    }
}

static void refuses(const char *text, const char *sentence)
{
    uint8_t digest[4];
    struct sti_error err;
    assert_false(digest_words_read(text, digest, sizeof(digest), &err));
    kit_check_error(&err, STI_REFUSED, "", sentence, NULL);
}

static void refuses_other_words(void **state)
{
    (void)state;
    refuses("topmost Istanbul Pluto", "there are 3 words, and the digest has 4");
    refuses("", "there are 0 words");
    refuses("topmost Istanbul Pluto vagabond treadmill", "there are more than 4 words");
    refuses("topmost Pluto vagabond", "word 2, 'Pluto', cannot stand there: a word was left out");
    refuses("topmost topmost Istanbul Pluto", "word 2, 'topmost', cannot stand there");
    refuses("Istanbul topmost Pluto vagabond", "word 1, 'Istanbul', cannot stand there");
    refuses("topmost Istanbull Pluto vagabond", "word 2, 'Istanbull', is not in the word list");
    refuses("topmos Istanbul Pluto vagabond", "word 1, 'topmos', is not in the word list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_known_example),
        cmocka_unit_test(has_512_words),
        cmocka_unit_test(reads_what_a_person_types),
        cmocka_unit_test(reads_every_octet_at_both_places),
        cmocka_unit_test(refuses_other_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
