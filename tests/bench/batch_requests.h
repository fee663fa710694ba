/* SPDX-License-Identifier: Apache-2.0 */
/* Good requests by the thousand, and the STI-PA that vouches for them, as files. */
#ifndef BATCH_REQUESTS_H
#define BATCH_REQUESTS_H

#include <stddef.h>

#include <openssl/evp.h>

/* Octets that were signed with a key, and the signature: what a verifier has to do. */
struct batch_signature {
    EVP_PKEY *key; /* public, ready for use */
    unsigned char *text;
    size_t length;
    unsigned char der[80];
    size_t der_length;
};

/* The two signatures of a request: the token's and the CSR's. */
struct batch_request {
    struct batch_signature token;
    struct batch_signature csr;
};

/*
 * Writes into the current folder anchors.pem and signer.pem, of the STI-PA, and requests/rNNNN.csr,
 * .jwt and .pub: each request has a key, an account key, a token and a list of three entries of its
 * own. requests has room for `count`. The token names the signer by x5u, BATCH_X5U.
 */
#define BATCH_X5U "https://pa.example.org/signer.pem"
void batch_requests_make(struct batch_request *requests, size_t count);

/* Ends the benchmark if it does not verify. */
void batch_signature_verify(const struct batch_signature *signature);

#endif
