/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates of an STI-PA, for benchmarks that verify tokens. */
#ifndef BENCH_CERTIFICATE_H
#define BENCH_CERTIFICATE_H

#include <openssl/x509.h>

/*
 * A root (issuer NULL) or a token signer below it, valid from yesterday on for so many days from
 * today. The caller's. Ends the run if it cannot be made.
 */
X509 *bench_certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key,
                        long days);

#endif
