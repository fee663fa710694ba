/* SPDX-License-Identifier: Apache-2.0 */
/* The X.509v3 extension method of TNAuthList: DER and openssl.cnf text in, DER and text out. */
#ifndef PROVIDER_EXTENSION_H
#define PROVIDER_EXTENSION_H

#include <stdbool.h>

#include <openssl/x509v3.h>

/* The one method, made for this NID. Call it once per process; libcrypto keeps the pointer. */
X509V3_EXT_METHOD *extension_method(int nid);

/* True for the method of this module, also of another copy of it in the same process. */
bool extension_is_ours(const X509V3_EXT_METHOD *method);

#endif
