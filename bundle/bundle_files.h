/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle of files: what goes into a ceremony, or comes out of it, in one file that travels over
 * the air gap. What the files are is nothing to it; a request has a bundle of its own (bundle.h),
 * which may be one of them.
 *
 *     files = [ "sti-ca files", 1, { + name => [ sha-256: bytes .size 32, octets: bytes ] } ]
 *
 * in deterministic CBOR (dcbor.h): the names in the order of their octets, shorter ones first. The
 * same files always make the same bundle, and its digest is the SHA-256 of the whole.
 */
#ifndef BUNDLE_FILES_H
#define BUNDLE_FILES_H

#include "bundle.h"

/* The most that a bundle holds: files, octets of a name, of a file, and of the whole. */
#define BUNDLE_FILES_MOST ((size_t)8192)
#define BUNDLE_FILES_NAME ((size_t)128)
#define BUNDLE_FILES_ONE ((size_t)256 * 1024 * 1024)
#define BUNDLE_FILES_ALL ((size_t)1024 * 1024 * 1024)

struct bundle_named {
    char name[BUNDLE_FILES_NAME + 1];
    struct bundle_part part; /* its octets are borrowed, and never NULL */
};

/* Start with all zero, free with bundle_files_free(). */
struct bundle_files {
    struct bundle_named
        *files; /* in the order they have in the bundle, once it is written or read */
    size_t count;
    unsigned char digest[BUNDLE_DIGEST_OCTETS]; /* SHA-256 of the whole */
};

/* True if octets begin as a bundle of files does. */
bool bundle_files_begin(const uint8_t *octets, size_t length);

/*
 * Adds a file, whose octets are borrowed, and takes its digest. Refused: a name that is not
 * printable ASCII, begins with a dot or has a slash, which could lead out of the folder where it is
 * unpacked; a name that is there already; more than a bundle holds.
 */
bool bundle_files_add(struct bundle_files *files, const char *name, const uint8_t *octets,
                      size_t length, struct sti_error *err);

/* Writes the bundle and fills in files->digest; *octets is malloc'd, the caller's. Refused: no
 * file. */
bool bundle_files_write(struct bundle_files *files, uint8_t **octets, size_t *length,
                        struct sti_error *err);

/*
 * Reads a bundle, whole or not at all; the files borrow from octets. Every file has been compared
 * with its digest, and every name is one that bundle_files_add() takes.
 */
bool bundle_files_read(struct bundle_files *files, const uint8_t *octets, size_t length,
                       struct sti_error *err);

void bundle_files_free(struct bundle_files *files);

#endif
