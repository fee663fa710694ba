/* SPDX-License-Identifier: Apache-2.0 */
/* What X.509 signs: SIGNED{ToBeSigned} (RFC 5280 sections 4.1.1 and 5.1.1). */
#ifndef PKI_SIGNED_OCTETS_H
#define PKI_SIGNED_OCTETS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True if the to-be-signed octets inside a signed certificate or CRL in DER are those of `tbs`,
 * octet for octet.
 */
bool signed_octets_hold(const unsigned char *der, size_t length, const unsigned char *tbs,
                        size_t tbs_length);

/* AlgorithmIdentifier of ecdsa-with-SHA256, without parameters (RFC 5758 section 3.2), in DER. */
#define SIGNED_OCTETS_ALGORITHM 12
extern const unsigned char signed_octets_algorithm[SIGNED_OCTETS_ALGORITHM];

/*
 * The signature behind to-be-signed octets of this length, which signed_octets_hold() has found:
 * *signature points into der. False unless what is between is that algorithm, and nothing follows.
 */
bool signed_octets_signature(const unsigned char *der, size_t length, size_t tbs_length,
                             const unsigned char **signature, size_t *signature_length);

#endif
