/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger with a million certificates, in a minute. */
#ifndef REGISTER_FILL_H
#define REGISTER_FILL_H

#include <stddef.h>

#define REGISTER_FILL_CERTIFICATES ((size_t)1000000)

/* Of each certificate: so many ranges, in a block of numbers of its own, each at the beginning of
 * a step in it. The first block is that of 1 2000000000. */
#define REGISTER_FILL_RANGES 10
#define REGISTER_FILL_BLOCK 8000
#define REGISTER_FILL_STEP 800
#define REGISTER_FILL_FIRST 2000000000

/*
 * Puts rows straight into the tables of an empty ledger, in their order. The entries of its log
 * have the usual length and no content, but for the hash of the last; `certificate_length` is how
 * long the usual certificate is.
 */
void register_fill(const char *path, size_t certificate_length);

#endif
