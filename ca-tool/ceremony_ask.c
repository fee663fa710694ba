/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ceremony.h"
#include "digest_words.h"
#include "file.h"
#include "interrupt.h"

#define TRIES 3
#define ANSWERS_LIMIT ((size_t)64 * 1024)
#define BLANKS " \t\r"

bool ceremony_person_begin(struct ceremony_person *person, const char *answers,
                           struct sti_error *err)
{
    size_t length = 0;
    memset(person, 0, sizeof(*person));
    if (answers != NULL) {
        if (!file_read(answers, ANSWERS_LIMIT, (uint8_t **)&person->answers, &length, err))
            return false;
        person->rest = person->answers;
        return true;
    }
    person->has_terminal = terminal_open(&person->terminal);
    return person->has_terminal ||
           sti_error_set(err, STI_USAGE, NULL,
                         "there is no terminal, and a person has to be asked; run it on one");
}

void ceremony_person_end(struct ceremony_person *person)
{
    if (person->has_terminal)
        terminal_close(&person->terminal);
    free(person->answers);
    memset(person, 0, sizeof(*person));
}

/* The next line of the file that is neither empty nor a comment. */
static bool next_answer(struct ceremony_person *person, char *answer)
{
    while (*person->rest != '\0') {
        char *line = person->rest;
        size_t length = strcspn(line, "\n");
        person->rest += length + (line[length] == '\n' ? 1 : 0);
        size_t blanks = strspn(line, BLANKS);
        if (blanks >= length || line[blanks] == '#' || length >= CEREMONY_ANSWER_MAX)
            continue;
        memcpy(answer, line, length);
        answer[length] = '\0';
        return true;
    }
    return false;
}

/* Blanks before and behind do not count. */
static void trim(char *answer)
{
    size_t blanks = strspn(answer, BLANKS);
    memmove(answer, answer + blanks, strlen(answer + blanks) + 1);
    size_t length = strlen(answer);
    while (length > 0 && strchr(BLANKS, answer[length - 1]) != NULL)
        answer[--length] = '\0';
}

bool ceremony_ask(struct ceremony_person *person, const char *question,
                  char answer[CEREMONY_ANSWER_MAX], bool *aborted, struct sti_error *err)
{
    *aborted = false;
    fflush(stdout);
    if (person->has_terminal) {
        fprintf(person->terminal.out, "%s: ", question);
        if (!terminal_line(&person->terminal, answer, CEREMONY_ANSWER_MAX))
            return interrupt_check(err) && sti_refuse(err, NULL, "no answer was given");
    } else {
        if (!next_answer(person, answer))
            return sti_refuse(err, NULL,
                              "the file of answers has no line left for \"%s\"; add what people "
                              "would type",
                              question);
        printf("%s: %s\n", question, answer);
    }
    trim(answer);
    *aborted = strcasecmp(answer, "abort") == 0;
    return !*aborted || sti_refuse(err, NULL, "the ceremony was aborted by the people in the room");
}

static bool ask_word(struct ceremony_person *person, const char *question, const char *word,
                     int (*compare)(const char *, const char *), bool *aborted,
                     struct sti_error *err)
{
    char answer[CEREMONY_ANSWER_MAX];
    int tries = person->has_terminal ? TRIES : 1;
    for (int i = 0; i < tries; i++) {
        if (!ceremony_ask(person, question, answer, aborted, err))
            return false;
        if (compare(answer, word) == 0)
            return true;
        printf("that was not the word %s; nothing was done\n", word);
    }
    return sti_refuse(err, NULL, "the word %s was not typed, and so nothing is done", word);
}

bool ceremony_ask_word(struct ceremony_person *person, const char *question, const char *word,
                       bool *aborted, struct sti_error *err)
{
    return ask_word(person, question, word, strcasecmp, aborted, err);
}

bool ceremony_ask_exactly(struct ceremony_person *person, const char *question, const char *word,
                          bool *aborted, struct sti_error *err)
{
    return ask_word(person, question, word, strcmp, aborted, err);
}

bool ceremony_ask_digest(struct ceremony_person *person, const uint8_t *digest,
                         char typed[CEREMONY_ANSWER_MAX], bool *aborted, struct sti_error *err)
{
    char question[40];
    uint8_t octets[CEREMONY_TYPED_WORDS];
    struct sti_error why;
    int tries = person->has_terminal ? TRIES : 1;
    snprintf(question, sizeof(question), "first %d words, from the paper", CEREMONY_TYPED_WORDS);
    for (int i = 0; i < tries; i++) {
        if (!ceremony_ask(person, question, typed, aborted, err))
            return false;
        bool read = digest_words_read(typed, octets, sizeof(octets), &why);
        if (read && memcmp(octets, digest, sizeof(octets)) == 0)
            return true;
        printf("%s\n", read ? "these are the words of another plan" : why.sentence);
    }
    return sti_refuse(err, NULL,
                      "the words on the paper are not those of this plan: the paper and the plan "
                      "are not of one ceremony, or were not read well");
}
