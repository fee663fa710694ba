/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a ceremony file, read one by one. For ceremony_file.c alone. */
#ifndef CEREMONY_FILE_VALUES_H
#define CEREMONY_FILE_VALUES_H

#include <openssl/conf.h>

#include "ceremony_file_keys.h"

#define CEREMONY_MAX_NAMES 4

struct ceremony_reading {
    CONF *conf;
    struct ceremony_file *file;
    struct sti_error *err;
    const char *names[CEREMONY_MAX_NAMES]; /* the sections of names */
    size_t name_count;
};

/* An error about one key; always false. */
bool ceremony_value_bad(struct ceremony_reading *in, const char *section, const char *key,
                        const char *sentence);

/* Reads a value into its place. */
bool ceremony_value_set(struct ceremony_reading *in, const struct ceremony_field *field,
                        const char *value);

/* Notes the section that the value of this field, if it is there, names. */
bool ceremony_value_note_name(struct ceremony_reading *in, const struct ceremony_field *field);

/* Reads the lines of [approvers], [requests], [revocations] or [reports]. */
bool ceremony_list_read(struct ceremony_reading *in, const struct ceremony_list *list,
                        STACK_OF(CONF_VALUE) * lines);

#endif
