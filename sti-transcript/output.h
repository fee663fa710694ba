/* SPDX-License-Identifier: Apache-2.0 */
/* Values as text for people, as JSON and as HTML. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdio.h>

#include "verify.h"

enum form { FORM_TEXT, FORM_JSON, FORM_HTML };

/* Octets as text: what would disturb the form is escaped. */
void put_text(FILE *to, enum form form, const void *octets, size_t length);
void put_string(FILE *to, enum form form, const char *text);
/* In JSON with quotes. */
void put_hex(FILE *to, const uint8_t *octets, size_t length);
/* 2026-09-21T14:13:20Z */
void put_time(FILE *to, int64_t seconds);

/* An entry: a block of lines, a JSON object, or a row group of a table. */
void put_entry(FILE *to, enum form form, const struct entry *entry);

/* The checks and the verdict of one transcript. */
void put_verification(FILE *to, enum form form, const char *name, const struct verification *v);

/* The page of a transcript, whole. */
void put_report(FILE *to, const char *name, const struct mapped *file,
                const struct verification *v);

#endif
