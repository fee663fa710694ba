/* SPDX-License-Identifier: Apache-2.0 */
/* Whose extension method is it? Asked when it is not ours and stands where ours should. */
#ifndef PROVIDER_METHOD_ORIGIN_H
#define PROVIDER_METHOD_ORIGIN_H

#include <stddef.h>

#include <openssl/x509v3.h>

/*
 * Writes where a method comes from: the file that holds its code, or what it is an alias of. Only
 * the addresses of its functions are looked at; nothing that it points to is read.
 */
void method_origin(const X509V3_EXT_METHOD *method, char *origin, size_t size);

#endif
