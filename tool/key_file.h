/* SPDX-License-Identifier: Apache-2.0 */
/* A person's private key in a file: for witnesses, who need no HSM. The CA's keys are in one. */
#ifndef TOOL_KEY_FILE_H
#define TOOL_KEY_FILE_H

#include <openssl/evp.h>

#include "sti_error.h"

/*
 * Reads the private key in a PEM file (RFC 7468 sections 10 and 11, or OpenSSL's older form). If it
 * is encrypted, the passphrase is asked for on the terminal, without echo, once; it comes from
 * nowhere else, and no copy of it stays in memory. The key is the caller's; NULL on failure: the
 * file cannot be read, holds no such key, there is no terminal, another passphrase, a signal
 * (interrupt.h).
 */
EVP_PKEY *key_file_read(const char *path, struct sti_error *err);

#endif
