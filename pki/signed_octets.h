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

#endif
