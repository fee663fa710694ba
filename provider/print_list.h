/* SPDX-License-Identifier: Apache-2.0 */
/* A TNAuthList on a terminal, as `openssl x509 -text` shows it. */
#ifndef PROVIDER_PRINT_LIST_H
#define PROVIDER_PRINT_LIST_H

#include <openssl/bio.h>

#include "tnauthlist.h"

/* What is to be printed. All of it is the caller's. */
struct print_list {
    const struct tnauthlist *list; /* read strictly; empty if the octets are malformed */
    const uint8_t *der;
    size_t der_length;
};

/*
 * One entry a line, each behind `indent` blanks, no line end behind the last. A malformed list is
 * printed as far as it can be walked, each flaw behind a `;` with its byte, below a line that says
 * MALFORMED and why it was refused. No octet of the list reaches the output as a control character.
 * Returns 1, or 0 if it could not be written.
 */
int print_list(const struct print_list *print, BIO *out, int indent);

#endif
