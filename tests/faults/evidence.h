/* SPDX-License-Identifier: Apache-2.0 */
/* What there is after a run, looked at without a line of the program under test. */
#ifndef TESTS_FAULTS_EVIDENCE_H
#define TESTS_FAULTS_EVIDENCE_H

#include <stdbool.h>

#include "play.h"

#define FILES_MAX 4096

/* The names of the files of a folder, sorted, one a line, without `but` (NULL: none). */
void list_files(const char *folder, const char *but, char text[FILES_MAX]);

/* Counts the keys of a label on the token, logged in, with the real module. */
void count_keys(const struct stage *stage, const char *label, unsigned *privates,
                unsigned *publics);

/* What the ledger has more than the world's. */
struct record {
    int rows;
    int issued;
    int open_intents;
    int token_uses;
    char reason[1024]; /* of the one that was abandoned; empty: none */
    unsigned char certificate[8192];
    int certificate_length;
};
void read_ledger(const struct stage *stage, struct record *record);

/* Is the story's file the ledger's certificate, and does the issuer's key verify it? */
bool verify_issued(const struct stage *stage, const struct story *story,
                   const struct record *record);

#endif
