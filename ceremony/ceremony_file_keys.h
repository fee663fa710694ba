/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a ceremony file: one table, of which the reader and its refusals are made. */
#ifndef CEREMONY_FILE_KEYS_H
#define CEREMONY_FILE_KEYS_H

#include "ceremony_file.h"

enum ceremony_type {
    CEREMONY_TYPE_KIND,
    CEREMONY_TYPE_TEXT, /* printable ASCII, not too long */
    CEREMONY_TYPE_FILE, /* the name of a file beside the ceremony file */
    CEREMONY_TYPE_OID,
    CEREMONY_TYPE_URL,
    CEREMONY_TYPE_PREVIOUS, /* a file, or `none` */
    CEREMONY_TYPE_TIME,
    CEREMONY_TYPE_COUNT,  /* 1 to CEREMONY_MAX_APPROVERS */
    CEREMONY_TYPE_LENGTH, /* of a path of certificates, 0 to 9 */
    CEREMONY_TYPE_NAME,   /* a section with the attributes of a name */
    CEREMONY_TYPE_KEY,    /* root, intermediate or crl */
};

struct ceremony_field {
    const char *section;
    const char *name;
    enum ceremony_type type;
    unsigned needed;  /* bits 1 << enum ceremony_kind: it must be there */
    unsigned allowed; /* it may be there, besides */
    size_t offset;    /* in struct ceremony_file */
};

extern const struct ceremony_field ceremony_fields[];
extern const size_t ceremony_field_count;

/* NULL: there is none of that name in that section. */
const struct ceremony_field *ceremony_field_find(const char *section, const char *name);

/*
 * Sections whose keys are the writer's: [approvers], [requests], [revocations], [reports],
 * [variables].
 */
struct ceremony_list {
    const char *section;
    unsigned needed;
    unsigned allowed;
    size_t offset; /* of its lines in struct ceremony_file; 0: they are kept otherwise, or not */
};
extern const struct ceremony_list ceremony_lists[];
extern const size_t ceremony_list_count;

#endif
