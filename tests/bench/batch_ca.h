/* SPDX-License-Identifier: Apache-2.0 */
/* A CA with its key in the token of hsm_token.h, and batches of what batch_requests.h makes. */
#ifndef BATCH_CA_H
#define BATCH_CA_H

#define BATCH_MODULE "/usr/lib/softhsm/libsofthsm2.so"

/* The digest of a review and the NUL behind it. */
#define BATCH_DIGEST 65

/*
 * Makes the CA in the current folder, which is the token's: sti-ca.cnf, ledger.sqlite, the keys and
 * certificates. Whatever fails ends the benchmark.
 */
void batch_ca_make(void);

/* What `sti-ca issue --batch REQUESTS` is to be consented to with. */
void batch_ca_review(const char *config, const char *requests, char digest[BATCH_DIGEST]);

/* Issues them into the folder `out`, which is not there yet. The seconds of the whole process. */
double batch_ca_issue(const char *config, const char *requests, const char *out, const char *digest,
                      const char *jobs);

#endif
