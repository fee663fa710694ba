/* SPDX-License-Identifier: Apache-2.0 */
/* The TNAuthList that a file of any kind holds. */
#ifndef TOOL_LIST_FILE_H
#define TOOL_LIST_FILE_H

#include "tnauthlist.h"

struct list_file {
    /* "list", "list as text", "list in PEM", "list in base64", "certificate", "CSR", "token" */
    const char *kind;
    uint8_t *der; /* the list's own octets; owned */
    size_t der_length;
    struct tnauthlist list;
    bool lenient; /* set by list_file_read_octets() */
};

/* The label of a list in PEM: -----BEGIN TNAUTHLIST-----. No standard has one; this is ours. */
#define LIST_PEM_LABEL "TNAUTHLIST"

/*
 * Reads a bare list (DER, PEM, base64 or text), a certificate or CSR (PEM, DER or base64) or an SPC
 * token, and the list in it, strictly. base64 is of either alphabet, with or without padding and
 * line ends. "-" is standard input. Nothing is verified: neither signatures nor dates. Refused:
 * anything else, no list, two lists, a malformed one. Free with list_file_free().
 */
bool list_file_read(const char *path, struct list_file *file, struct sti_error *err);

/*
 * The same, for looking: the list's octets as they stand in the file, well-formed or not, for
 * tnauthlist_walk(); file->list stays empty. A file that is recognised as nothing else counts as a
 * bare list. Text and tokens are still read strictly.
 */
bool list_file_read_octets(const char *path, struct list_file *file, struct sti_error *err);
void list_file_free(struct list_file *file);

/* Prints the entries, one a line, each behind `indent`. */
bool list_print(const struct tnauthlist *list, const char *indent, struct sti_error *err);

#endif
