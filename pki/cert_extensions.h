/* SPDX-License-Identifier: Apache-2.0 */
/* The extensions of a certificate, as its profile has them. */
#ifndef PKI_CERT_EXTENSIONS_H
#define PKI_CERT_EXTENSIONS_H

#include "cert.h"

/* The content's profile, or that of its kind. */
const struct profile *cert_profile(const struct cert_content *content);

/* Adds them to a certificate whose key and issuer are set. False with libcrypto's error queue. */
bool cert_extensions_add(X509 *cert, const struct cert_content *content);

#endif
