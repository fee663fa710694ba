/* SPDX-License-Identifier: Apache-2.0 */
/* What the bundle commands share; one file each beside. */
#ifndef CA_TOOL_BUNDLE_FILE_H
#define CA_TOOL_BUNDLE_FILE_H

#include "bundle.h"
#include "bundle_files.h"
#include "commands.h"

#define BUNDLE_DIGEST_TEXT (2 * BUNDLE_DIGEST_OCTETS + 1)

/* A bundle of a request, or, where files.count is not 0, one of files. */
struct bundle_file {
    uint8_t *octets; /* the whole file; the parts borrow from it */
    size_t length;
    struct bundle bundle;
    char *words[BUNDLE_KINDS]; /* what each part is; NULL: it is not in the bundle */
    struct bundle_files files;
};

/*
 * Reads the bundle of a request from a file ("-" is standard input), and every part of it as what
 * its name says. Refused whole when one part is off. bundle_file_free() in both cases.
 */
bool bundle_file_read(const char *path, struct bundle_file *file, struct sti_error *err);
/* The same, of a request or of files. */
bool bundle_file_read_any(const char *path, struct bundle_file *file, struct sti_error *err);
void bundle_file_free(struct bundle_file *file);

/* How many parts, or files, the bundle has; the digest of the whole. */
size_t bundle_file_parts(const struct bundle_file *file);
const unsigned char *bundle_file_digest(const struct bundle_file *file);

/*
 * Compares the digest with the text that a person typed after --digest: 64 hex digits in either
 * case, with blanks and colons where they help. STI_USAGE if it is no digest, refused if it is
 * another; NULL as the text: there is nothing to compare.
 */
bool bundle_file_compare(const struct bundle_file *file, const char *text, struct sti_error *err);

/* Prints the bundle for a person: a line for each part, the digest last. */
void bundle_file_print(const char *path, const struct bundle_file *file);

/* The same facts as a JSON object; NULL without memory. */
json_t *bundle_file_json(const char *path, const struct bundle_file *file);

/* clang-format off */
#define OPTION_DIGEST {"digest", "HEX", \
    "the digest shown where the bundle was made: 64 hex\n" \
    "digits in either case; blanks and colons do not\ncount", false}
/* clang-format on */

#endif
