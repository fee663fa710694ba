/* SPDX-License-Identifier: Apache-2.0 */
/* Where tests put their files. */
#ifndef STI_TEST_FOLDER_H
#define STI_TEST_FOLDER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST_FOLDER_SIZE 64

/*
 * Makes an empty folder of that name and six more characters: in TMPDIR, which scripts/check sets;
 * in /tmp where it is not set, or is too long. Returns false if it cannot be made.
 */
static inline bool test_folder_make(char path[TEST_FOLDER_SIZE], const char *name)
{
    const char *in = getenv("TMPDIR");
    if (in == NULL || in[0] != '/' ||
        strlen(in) + strlen(name) + sizeof("/.XXXXXX") > TEST_FOLDER_SIZE)
        in = "/tmp";
    snprintf(path, TEST_FOLDER_SIZE, "%s/%s.XXXXXX", in, name);
    return mkdtemp(path) != NULL;
}

#endif
