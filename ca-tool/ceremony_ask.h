/* SPDX-License-Identifier: Apache-2.0 */
/* The person at a ceremony: asked on the terminal, or, in a rehearsal, read from a file. */
#ifndef CA_TOOL_CEREMONY_ASK_H
#define CA_TOOL_CEREMONY_ASK_H

#include "sti_error.h"
#include "terminal.h"

#define CEREMONY_ANSWER_MAX 200

struct ceremony_person {
    bool has_terminal;
    struct terminal terminal;
    char *answers; /* the file of --answers; NULL: the terminal */
    char *rest;    /* of it, what was not used yet */
};

/*
 * With a path, answers are the lines of that file, those left out that are empty or begin with #.
 * Without one a terminal is needed: STI_USAGE if there is none. ceremony_person_end() in any case.
 */
bool ceremony_person_begin(struct ceremony_person *person, const char *answers,
                           struct sti_error *err);
void ceremony_person_end(struct ceremony_person *person);

/*
 * Asks once: prints the question and reads a line. False: a signal was noted, the input has ended,
 * or the person has typed `abort`: then *aborted is true.
 */
bool ceremony_ask(struct ceremony_person *person, const char *question,
                  char answer[CEREMONY_ANSWER_MAX], bool *aborted, struct sti_error *err);

/* Asks until this word is typed, three times at most; of a file, once. */
bool ceremony_ask_word(struct ceremony_person *person, const char *question, const char *word,
                       bool *aborted, struct sti_error *err);

/* The same for a word in which capital letters count. */
bool ceremony_ask_exactly(struct ceremony_person *person, const char *question, const char *word,
                          bool *aborted, struct sti_error *err);

/* The same for the first words of a digest; `typed` is what was. */
bool ceremony_ask_digest(struct ceremony_person *person, const uint8_t *digest,
                         char typed[CEREMONY_ANSWER_MAX], bool *aborted, struct sti_error *err);

#endif
