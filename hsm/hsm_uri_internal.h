/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files that read a URI share: the grammar's, hsm_uri.c, and the values'. */
#ifndef HSM_URI_INTERNAL_H
#define HSM_URI_INTERNAL_H

#include "hsm.h"

#define HSM_URI_CLAUSE "RFC 7512 section 2.3"
#define HSM_URI_SHOWN 60 /* octets of an unknown name or a wrong value that a message repeats */

enum component { PATH, QUERY };

/* The octets of a value, percent-decoded; a NUL that does not count follows. */
struct value {
    unsigned char *octets;
    size_t length;
};

struct reading {
    struct hsm_uri *uri;
    const char *directory;
    unsigned long seen; /* one bit for each row of the table */
    struct sti_error *err;
};

struct attribute;
/* Puts a value, not empty and not too long, into the URI; faults have no place yet. */
typedef bool take(struct reading *in, const struct attribute *attribute, const struct value *value);

/* One of RFC 7512's attributes. */
struct attribute {
    const char *name;
    enum component component;
    take *take;    /* NULL: refused */
    size_t most;   /* octets that the value can have */
    bool any;      /* of these, NUL may be one; elsewhere it would end the string */
    size_t offset; /* of the field in struct hsm_uri, for take_text and take_padded */
    const char *refusal;
};

/* Every attribute there is; ends with a NULL name. */
extern const struct attribute hsm_uri_attributes[];

#endif
