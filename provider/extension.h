/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An X.509v3 extension that libcrypto is taught. What is the same for all of them is in
 * extension.c; what they differ in is a struct extension_kind.
 */
#ifndef PROVIDER_EXTENSION_H
#define PROVIDER_EXTENSION_H

#include <stdbool.h>

#include <openssl/x509v3.h>

#include "page.h"
#include "value_text.h"

struct extension_kind {
    char mark[48]; /* first: by it another copy of this module in the process knows the kind */
    const char *oid;
    const char *short_name; /* the name in a configuration */
    const char *long_name;  /* the name that openssl prints */
    const struct value_grammar *grammar;
    /*
     * Prints the octets, one line an entry. Malformed ones are printed as far as they can be, below
     * a line that says why they were refused. No octet may reach the page as a control character.
     * False without memory.
     */
    bool (*print)(const uint8_t *der, size_t length, struct page *page);
    /* Another extension that MUST NOT stand in the same certificate, and the clause; or NULL. */
    const struct extension_kind *excludes;
    const char *excludes_clause;
};

extern const struct extension_kind extension_tnauthlist;
extern const struct extension_kind extension_jwt_claim_constraints;
extern const struct extension_kind extension_enhanced_jwt_claim_constraints;

/* Fills a method, which must live as long as the process: libcrypto keeps pointers to it. */
void extension_method(X509V3_EXT_METHOD *method, const struct extension_kind *kind, int nid);

/* True for a method of this kind, also of another copy of this module in the same process. */
bool extension_is_ours(const X509V3_EXT_METHOD *method, const struct extension_kind *kind);

#endif
