/* SPDX-License-Identifier: Apache-2.0 */
/* Before a key is destroyed: which certificates are made for it, and what a person types. */
#ifndef CA_TOOL_KEY_CERTIFICATES_H
#define CA_TOOL_KEY_CERTIFICATES_H

#include "hsm.h"
#include "ledger.h"

/* Its end is a time that no calendar has. */
#define KEY_CERTIFICATE_END_UNKNOWN INT64_MIN

/* One of them, and the end of its validity in seconds since 1970. */
typedef void (*key_certificate_visit)(void *context, const struct ledger_record *record,
                                      int64_t end);

/* Visits the CA's own certificates in the ledger that hold this key: no others hold one of its HSM.
 */
bool key_certificates(struct ledger *ledger, EVP_PKEY *key, key_certificate_visit visit,
                      void *context, struct sti_error *err);

/*
 * What has to be typed to destroy a key: `label`, as it is shown, or `id` of a key that has none a
 * keyboard can give. One of the two.
 */
const char *key_destroy_word(const struct hsm_key_facts *facts, const char *label, const char *id);

#endif
