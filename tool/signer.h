/* SPDX-License-Identifier: Apache-2.0 */
/* A signing key in its HSM, opened for one run: how every command that signs gets its key. */
#ifndef TOOL_SIGNER_H
#define TOOL_SIGNER_H

#include <openssl/x509.h>

#include "hsm.h"

struct signer {
    struct hsm *hsm;
    EVP_PKEY *key;    /* signs in the HSM */
    EVP_PKEY *public; /* its public half, as the token has it */
};

/*
 * Logs in, asking for the PIN on the terminal if the URI names no source of it, and opens the key.
 * A key that is not EC P-256 is refused (ATIS-1000080 section 6.4.1). Relative paths in the URI
 * count from `directory` (NULL: the current one). On failure nothing is open.
 */
bool signer_open(struct signer *signer, const char *uri, const char *directory,
                 struct sti_error *err);
void signer_close(struct signer *signer);

/* Which token that is, for the record: its label and serial number as text. */
#define SIGNER_TOKEN_TEXT 64
void signer_token(const struct signer *signer, char text[SIGNER_TOKEN_TEXT]);

/* True if the certificate read from `path` holds the signer's public key. */
bool signer_fits(const struct signer *signer, X509 *certificate, const char *path,
                 struct sti_error *err);

#endif
