/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a certificate of a path may do: its TNAuthList, by value or by reference (RFC 8226 sections
 * 9 and 10.1), and whether one scope lies within another (RFC 9060 section 4).
 */
#ifndef PKI_PATH_SCOPE_H
#define PKI_PATH_SCOPE_H

#include <openssl/x509.h>

#include "tnset.h"

/* A list that certificates may name by reference, as it was fetched. All of it is the caller's. */
struct path_list {
    const char
        *url; /* where it came from; NULL: it is known by its digest in a certificate's URL */
    const uint8_t *der;
    size_t der_length;
    const char *name; /* the file, for messages */
};

/*
 * Which numbers an SPC stands for (spc_numbers.h). With a table an SPC that is not in it stands for
 * no number, and every answer is yes or no. All of it is the caller's.
 */
struct path_table {
    const char *text; /* NULL: there is none */
    size_t length;
    const char *name; /* the file, for messages */
};

struct path_scope {
    X509 *certificate; /* borrowed */
    bool has_list;     /* false: it sets no limit; the rest is empty */
    char *url;         /* by reference: where; NULL: by value */
    const char *file;  /* by reference: the name of the list that was used; borrowed */
    struct tnauthlist list;
    struct tnset set;
};

/*
 * Reads the list of a certificate. One by reference is taken from `lists`: the one with its URL, or
 * the one whose SHA-256 is the file name in the URL (docs/by-reference.md). Refused: a list that
 * was not given, another one than the URL's digest says, a malformed one, and one by value and by
 * reference together. Free with path_scope_free(), also after a failure; the certificate and the
 * lists must outlive it.
 */
bool path_scope_read(struct path_scope *scope, X509 *certificate, const struct path_list *lists,
                     size_t count, struct sti_error *err);
void path_scope_free(struct path_scope *scope);

/*
 * Whether the child's list is equal to or a part of the parent's; both have one. False without
 * memory and for a bad table. For NO and UNDECIDABLE `why` says what is missing, with the entry.
 */
bool path_scope_encompasses(const struct path_scope *parent, const struct path_scope *child,
                            const struct path_table *table, enum tnset_answer *answer,
                            struct sti_error *why);

/* Room for the words of path_scope_number(). */
#define PATH_SCOPE_WORDS 128

/*
 * Whether the scope, which has a list, has the number; otherwise as path_scope_encompasses().
 * `words` becomes the entry that has it, or may have it: "range, entry 2 TN:...".
 */
bool path_scope_number(const struct path_scope *scope, tn_word number,
                       const struct path_table *table, enum tnset_answer *answer,
                       char words[PATH_SCOPE_WORDS], struct sti_error *why);

#endif
