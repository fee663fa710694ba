/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of its own for every test, removed after it. */
#ifndef TEST_TOOL_KIT_H
#define TEST_TOOL_KIT_H

#include <stddef.h>

#include "test_folder.h"

/* Set-up and tear-down of a test: an empty folder, and the end of it with all that is in it. */
int folder_make(void **state);
int folder_remove(void **state);
#define IN_FOLDER(function) cmocka_unit_test_setup_teardown(function, folder_make, folder_remove)

/* The folder's path, and that of a name in it; the latter is good until the eighth call after. */
extern char folder[TEST_FOLDER_SIZE];
const char *in_folder(const char *name);

/* Writes a file into the folder; returns its path, as in_folder() does. */
const char *file_with(const char *name, const void *octets, size_t length);
const char *file_with_text(const char *name, const char *text);

/* How many names there are in the folder. */
size_t names_in_folder(void);

/* The file must hold exactly this text. */
void file_holds(const char *path, const char *text);

#endif
