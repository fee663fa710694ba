/* SPDX-License-Identifier: Apache-2.0 */
/* Files, read where they lie: a transcript larger than memory is no trouble. */
#ifndef FILES_H
#define FILES_H

#include "item.h"

struct mapped {
    const uint8_t *octets;
    size_t length;
};

/* Maps a regular file. NULL, or why it cannot be read (of errno's making). unmap() it. */
const char *map_file(const char *path, struct mapped *file);

/* The same of a file in a folder, which must not be a symbolic link; *absent: it is not there. */
const char *map_in(int folder, const struct item *name, struct mapped *file, bool *absent);

void unmap(struct mapped *file);

/* Opens a folder for map_in(); -1 with errno set. */
int folder_open(const char *path);

/* Finds the regular file in a folder whose SHA-256 is this; false: there is none. */
bool map_by_digest(int folder, const struct item *digest, struct mapped *file);

#endif
