/* SPDX-License-Identifier: Apache-2.0 */
/* The extensions of each kind of certificate, in a fixed order (ATIS-1000080 section 6.4.1). */
#ifndef PKI_CERT_EXTENSIONS_H
#define PKI_CERT_EXTENSIONS_H

#include "cert.h"

/* Adds them to a certificate whose key and issuer are set. False with libcrypto's error queue. */
bool cert_extensions_add(X509 *cert, const struct cert_content *content);

#endif
