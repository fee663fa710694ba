/* SPDX-License-Identifier: Apache-2.0 */
#include "extension.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "extension_text.h"
#include "print_list.h"
#include "tnauthlist.h"

/*
 * What libcrypto holds as the extension's value: the octets, and the flat list over them. A value
 * that was read from a certificate may be malformed; then the list is empty, and only printing uses
 * it.
 */
struct value {
    uint8_t *der;
    size_t der_length;
    struct tnauthlist list;
};

static void raise(const struct sti_error *err)
{
    char line[1024];
    sti_error_text(err, line, sizeof(line));
    ERR_raise_data(ERR_LIB_X509V3, X509V3_R_EXTENSION_VALUE_ERROR, "%s", line);
}

static void *value_new(void)
{
    return OPENSSL_zalloc(sizeof(struct value));
}

static void value_free(void *ext)
{
    struct value *value = ext;
    if (value == NULL)
        return;
    tnauthlist_free(&value->list);
    OPENSSL_free(value->der);
    OPENSSL_free(value);
}

/* Makes a value over a copy of the octets; the list is empty yet. */
static struct value *value_over(const uint8_t *der, size_t length)
{
    struct value *value = value_new();
    if (value == NULL)
        return NULL;
    value->der_length = length;
    if (length > 0 && (value->der = OPENSSL_memdup(der, length)) == NULL) {
        value_free(value);
        return NULL;
    }
    return value;
}

/*
 * Octets from a certificate or CSR: lenient. Without a value, libcrypto would dump the octets raw,
 * in which line ends can fake a good list on a terminal; with one, they are printed with their
 * flaws.
 */
static void *value_d2i(void *ext, const unsigned char **in, long length)
{
    (void)ext; /* libcrypto always passes NULL for an extension method */
    struct value *value = length < 0 ? NULL : value_over(*in, (size_t)length);
    if (value == NULL)
        return NULL;
    tnauthlist_decode(&value->list, value->der, value->der_length, NULL, NULL);
    *in += length;
    return value;
}

static int value_i2d(const void *ext, unsigned char **out)
{
    const struct value *value = ext;
    if (value == NULL || value->der_length == 0)
        return 0; /* nothing, or new and without a list: libcrypto makes no extension of it */
    size_t length = value->der_length;
    if (length > INT_MAX)
        return -1;
    if (out == NULL)
        return (int)length;
    if (*out == NULL) {
        *out = OPENSSL_memdup(value->der, length);
        return *out == NULL ? -1 : (int)length;
    }
    memcpy(*out, value->der, length);
    *out += length;
    return (int)length;
}

/* `TNAuthList = ...` in a configuration or -addext: strict. */
static void *value_s2i(const X509V3_EXT_METHOD *method, X509V3_CTX *ctx, const char *text)
{
    (void)method;
    uint8_t *der = NULL;
    size_t length = 0;
    struct sti_error err;
    if (!extension_from_text(ctx, text, &der, &length, &err)) {
        raise(&err);
        return NULL;
    }
    struct value *value = value_over(der, length);
    free(der);
    if (value != NULL && !tnauthlist_decode(&value->list, value->der, length, NULL, &err)) {
        raise(&err);
        value_free(value);
        return NULL;
    }
    return value;
}

static int value_i2r(const X509V3_EXT_METHOD *method, void *ext, BIO *out, int indent)
{
    (void)method;
    const struct value *value = ext;
    const struct print_list print = {&value->list, value->der, value->der_length};
    return print_list(&print, out, indent);
}

static const char mark[] = "sti-pki TNAuthList extension method";

X509V3_EXT_METHOD *extension_method(int nid)
{
    /* `it` is NULL: the flat reader of asn1/ does the work. i2s is NULL so that i2r prints. */
    static X509V3_EXT_METHOD method;
    method.ext_nid = nid;
    method.ext_new = value_new;
    method.ext_free = value_free;
    method.d2i = value_d2i;
    method.i2d = value_i2d;
    method.s2i = value_s2i;
    method.i2r = value_i2r;
    method.usr_data = (void *)mark;
    return &method;
}

bool extension_is_ours(const X509V3_EXT_METHOD *method)
{
    return method->i2r == value_i2r ||
           (method->it == NULL && method->i2r != NULL && method->usr_data != NULL &&
            strcmp(method->usr_data, mark) == 0);
}
