/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a plan has signed: the very octets of the plan, with a signature behind them. Nothing is
 * encoded anew, so nothing can come out other than it was approved.
 */
#ifndef CEREMONY_PLANNED_H
#define CEREMONY_PLANNED_H

#include <openssl/x509.h>

#include "cert.h"
#include "crl_succession.h"
#include "plan.h"

/*
 * Signs the to-be-signed octets with ecdsa-with-SHA256 (RFC 5758 section 3.2) and puts the whole
 * together: *der is malloc'd, the caller's. key is EC P-256 and may sit in an HSM. Refused: octets
 * that name another algorithm.
 */
bool planned_sign(const struct plan_octets *tbs, EVP_PKEY *key, uint8_t **der, size_t *length,
                  struct sti_error *err);

/*
 * Reads what was signed as a stranger would: its to-be-signed octets are the plan's, octet for
 * octet, and the signature verifies with issuer_key.
 */
bool planned_reread(const struct plan_step *step, const uint8_t *der, size_t length,
                    EVP_PKEY *issuer_key, struct sti_error *err);

/* The certificate that these octets will be, with a signature of zeros. NULL; the caller's. */
X509 *planned_certificate(const struct plan_octets *tbs, struct sti_error *err);

/* What the CRL of these octets says, without its signature. crl_listing_free() in any case. */
bool planned_crl(const struct plan_octets *tbs, struct crl_listing *listing, struct sti_error *err);

/* A public key from a SubjectPublicKeyInfo, and back: malloc'd. */
EVP_PKEY *planned_key(const struct plan_octets *spki, struct sti_error *err);
bool planned_spki(EVP_PKEY *key, struct plan_octets *spki, struct sti_error *err);

/* What stands in a certificate, for people. Start with all zero, free with planned_facts_free(). */
struct planned_facts {
    char *subject;
    char *issuer;
    char *list_url; /* of the list by reference; NULL: there is none */
    char serial[2 * 20 + 1];
    int64_t not_before;
    int64_t not_after;
};
bool planned_facts(const struct plan_octets *tbs, struct planned_facts *facts,
                   struct sti_error *err);
void planned_facts_free(struct planned_facts *facts);

#endif
