/* SPDX-License-Identifier: Apache-2.0 */
/* What the tnlist commands share; one file each beside. */
#ifndef CA_TOOL_TNLIST_H
#define CA_TOOL_TNLIST_H

#include "commands.h"
#include "file.h"
#include "list_file.h"
#include "list_json.h"
#include "tnset.h"

/* The kinds of file, for the commands' --help. */
#define TNLIST_FILE                                                                                \
    "is a bare list (DER, PEM, base64 or text), a certificate or CSR (PEM or DER) or an SPC "      \
    "token; - is standard input. The list must be well-formed to the last octet, otherwise it is " \
    "refused with its place and nothing is printed. Signatures and dates are not looked at."

/* How a file is called in a sentence: its name, or "standard input" for "-". */
const char *tnlist_source(const char *path);

/*
 * Reads the lists of both positional arguments. Standard input can be one of them, not both. On
 * failure nothing is to be freed.
 */
bool tnlist_read_two(const struct tool_arguments *arguments, struct list_file files[2],
                     struct sti_error *err);

/* The canonical list of a set, which is not empty. Free with list_file_free(). */
bool tnlist_of_set(const struct tnset *set, struct list_file *file, struct sti_error *err);

/* Prints an entry as list_print() does, without the line end. */
bool tnlist_print_entry(const struct tnauthlist *list, size_t index, struct sti_error *err);

/* `1 SPC`, `2 numbers`: a count of things, for a sentence. */
struct tnlist_words {
    char text[64];
};
struct tnlist_words tnlist_counted(uint64_t count, const char *one, const char *many);

/* True if all that was printed could be; to be asked at the end. */
bool tnlist_printed(struct sti_error *err);

/* ---- a list as output ---- */

/* clang-format off */
#define TNLIST_OPTIONS_OUT(by_default) \
    {"out", "FILE", "write to this file, instead of standard output", false}, \
    {"form", "FORM", by_default, false}, \
    OPTION_FORCE
/* clang-format on */

enum tnlist_form {
    TNLIST_TEXT,
    TNLIST_DER,
    TNLIST_BASE64URL,
    TNLIST_PEM,
    TNLIST_HEX,
};

struct tnlist_out {
    enum tnlist_form form;
    struct file_out *file; /* NULL: standard output */
};

/*
 * From --out, --form and --force. What can be refused before there is anything to write is refused
 * here: a form that there is not, a file that cannot be written, DER on a terminal. Ends with
 * _write or _abandon.
 */
bool tnlist_out_begin(struct tnlist_out *out, const struct tool_arguments *arguments,
                      enum tnlist_form by_default, struct sti_error *err);
bool tnlist_out_write(struct tnlist_out *out, const struct tnauthlist *list, struct sti_error *err);
void tnlist_out_abandon(struct tnlist_out *out);

#endif
