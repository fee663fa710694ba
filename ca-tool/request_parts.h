/* SPDX-License-Identifier: Apache-2.0 */
/* Where the parts of a request come from: a file each, or all of them in one bundle. */
#ifndef CA_TOOL_REQUEST_PARTS_H
#define CA_TOOL_REQUEST_PARTS_H

#include <openssl/x509.h>

#include "bundle_file.h"

/* One part as it arrived. */
struct request_part {
    const uint8_t *octets; /* NULL: not there, only the list may be missing */
    size_t length;
    char name[256]; /* for messages: `request.csr`, or `request.bundle, csr` */
    uint8_t *owned; /* what octets point to, if it was a file of its own */
};

struct request_parts {
    struct bundle_file bundle; /* empty without --bundle */
    struct request_part csr;
    struct request_part token;
    struct request_part list; /* the TNAuthList in DER that goes by reference */
    EVP_PKEY *account_key;
    STACK_OF(X509) * chain; /* of the token's signer, from a bundle; or NULL */
    X509_CRL *crl;          /* of the token's signer, from a bundle; or NULL */
};

/*
 * --bundle, or --csr, --token and --account-key: STI_USAGE for a mixture of both, and for less than
 * is needed. To be asked first, before any file is opened.
 */
bool request_parts_named(const struct tool_arguments *arguments, struct sti_error *err);

/* Reads what they name. request_parts_free() in any case. */
bool request_parts_read(struct request_parts *parts, const struct tool_arguments *arguments,
                        struct sti_error *err);

/* The same from a file each, or from a bundle; request_parts_free() in any case, too. */
struct request_files {
    const char *csr;
    const char *token;
    const char *account_key;
    const char *list; /* NULL: none */
};
bool request_parts_files(struct request_parts *parts, const struct request_files *files,
                         struct sti_error *err);
bool request_parts_bundle(struct request_parts *parts, const char *path, struct sti_error *err);
void request_parts_free(struct request_parts *parts);

#endif
