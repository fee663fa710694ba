/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The STI-PA and the applicant of the fuzz targets about requests. Their keys are fixed, so that a
 * seed that is made by one program is signed rightly for another.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "csr.h"
#include "fuzz.h"
#include "token.h"

/* "Now": 2026-09-21T14:13:20Z. */
#define FUZZ_NOW 1790000000

/* Where the signer's certificate is, for x5u. */
#define FUZZ_URL "https://pa.example.org/signer.pem"

/* SPC:709J,TN:12155550100-12155550199,TN:12155551212 */
#define FUZZ_LIST                                                                                  \
    "302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132"

/* Made once, never freed. */
struct fuzz_world {
    EVP_PKEY *root_key;
    EVP_PKEY *signer_key;
    EVP_PKEY *account_key;
    EVP_PKEY *csr_key;
    X509 *root;
    X509 *signer;
    struct token_trust trust;
};
const struct fuzz_world *fuzz_world(void);

/* A compact JWS over both texts, signed with key; allocated with malloc. */
char *fuzz_jws(const char *header, size_t header_length, const char *payload, size_t payload_length,
               EVP_PKEY *key);

/*
 * An error says what is wrong in a line without control characters, in UTF-8: it may quote names,
 * and --json prints it.
 */
void fuzz_check_request_error(const struct sti_error *err);

/* What must be true of every list of checks that was run to its end, whatever was judged. */
void fuzz_check_checks(const struct checks *checks);

#endif
