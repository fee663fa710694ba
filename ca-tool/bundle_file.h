/* SPDX-License-Identifier: Apache-2.0 */
/* What the bundle commands share; one file each beside. */
#ifndef CA_TOOL_BUNDLE_FILE_H
#define CA_TOOL_BUNDLE_FILE_H

#include "bundle.h"
#include "commands.h"

#define BUNDLE_DIGEST_TEXT (2 * BUNDLE_DIGEST_OCTETS + 1)

struct bundle_file {
    uint8_t *octets; /* the whole file; the parts borrow from it */
    size_t length;
    struct bundle bundle;
    char *words[BUNDLE_KINDS]; /* what each part is; NULL: it is not in the bundle */
};

/*
 * Reads a bundle from a file ("-" is standard input) and every part of it as what its name says.
 * Refused whole when one part is off. bundle_file_free() in both cases.
 */
bool bundle_file_read(const char *path, struct bundle_file *file, struct sti_error *err);
void bundle_file_free(struct bundle_file *file);

/* How many parts the bundle has. */
size_t bundle_file_parts(const struct bundle_file *file);

/* Prints the bundle for a person: a line for each part, the digest last. */
void bundle_file_print(const char *path, const struct bundle_file *file);

/* The same facts as a JSON object; NULL without memory. */
json_t *bundle_file_json(const char *path, const struct bundle_file *file);

#endif
