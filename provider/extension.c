/* SPDX-License-Identifier: Apache-2.0 */
#include "extension.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/objects.h>

/*
 * What libcrypto holds as the extension's value: the octets. They may be malformed if they were
 * read from a certificate; then they can only be printed, and written back as they were.
 */
struct value {
    uint8_t *der; /* malloc'd */
    size_t length;
};

/*
 * By these bits of ext_flags, which libcrypto gives no meaning, another copy of this module in the
 * process knows a method: usr_data of a foreign method can be anything, even no pointer at all.
 */
#define MARK_BITS 0x7fffff00
#define MARK 0x54e41a00

static void raise_error(const struct sti_error *err)
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
    free(value->der);
    OPENSSL_free(value);
}

/* Makes a value of octets that malloc() gave; they belong to it then, or are freed. */
static struct value *value_of(uint8_t *der, size_t length)
{
    struct value *value = value_new();
    if (value == NULL) {
        free(der);
        return NULL;
    }
    value->der = der;
    value->length = length;
    return value;
}

/*
 * Octets from a certificate or CSR: all are taken. Without a value, libcrypto would dump the octets
 * raw, in which line ends can fake a good list on a terminal; with one, they are printed with their
 * flaws.
 */
static void *value_d2i(void *ext, const unsigned char **in, long length)
{
    (void)ext; /* libcrypto always passes NULL for an extension method */
    uint8_t *der = length < 0 ? NULL : malloc((size_t)length + 1); /* + 1: never of no octets */
    if (der == NULL)
        return NULL;
    memcpy(der, *in, (size_t)length);
    struct value *value = value_of(der, (size_t)length);
    if (value != NULL)
        *in += length;
    return value;
}

static int value_i2d(const void *ext, unsigned char **out)
{
    const struct value *value = ext;
    if (value == NULL || value->length == 0)
        return 0; /* nothing, or new and empty: libcrypto makes no extension of it */
    if (value->length > INT_MAX)
        return -1;
    if (out == NULL)
        return (int)value->length;
    if (*out == NULL) {
        *out = OPENSSL_memdup(value->der, value->length);
        return *out == NULL ? -1 : (int)value->length;
    }
    memcpy(*out, value->der, value->length);
    *out += value->length;
    return (int)value->length;
}

static int nid_of(const struct extension_kind *kind)
{
    return OBJ_txt2nid(kind->oid);
}

/* Refuses an extension beside another one that the certificate in the making already has. */
static bool check_beside(const struct extension_kind *kind, const X509V3_CTX *ctx,
                         struct sti_error *err)
{
    if (kind->excludes == NULL || ctx == NULL || ctx->subject_cert == NULL ||
        X509_get_ext_by_NID(ctx->subject_cert, nid_of(kind->excludes), -1) < 0)
        return true;
    return sti_refuse(err, kind->excludes_clause,
                      "%s must not stand in a certificate that has %s; keep one of them",
                      kind->short_name, kind->excludes->short_name);
}

/* `NAME = ...` in a configuration or -addext: strict. */
static void *value_s2i(const X509V3_EXT_METHOD *method, X509V3_CTX *ctx, const char *text)
{
    const struct extension_kind *kind = method->usr_data;
    uint8_t *der = NULL;
    size_t length = 0;
    struct sti_error err;
    if (!check_beside(kind, ctx, &err) ||
        !value_from_text(kind->grammar, ctx, text, &der, &length, &err)) {
        raise_error(&err);
        return NULL;
    }
    return value_of(der, length);
}

static int value_i2r(const X509V3_EXT_METHOD *method, void *ext, BIO *out, int indent)
{
    const struct extension_kind *kind = method->usr_data;
    const struct value *value = ext;
    struct page page;
    if (!page_open(&page, out, indent))
        return 0;
    bool ok = kind->print(value->der, value->length, &page);
    return page_close(&page) && ok;
}

void extension_method(X509V3_EXT_METHOD *method, const struct extension_kind *kind, int nid)
{
    /* `it` is NULL: the readers of asn1/ do the work. i2s is NULL so that i2r prints. */
    *method = (X509V3_EXT_METHOD){.ext_nid = nid, .ext_flags = MARK};
    method->ext_new = value_new;
    method->ext_free = value_free;
    method->d2i = value_d2i;
    method->i2d = value_i2d;
    method->s2i = value_s2i;
    method->i2r = value_i2r;
    method->usr_data = (void *)kind;
}

bool extension_is_ours(const X509V3_EXT_METHOD *method, const struct extension_kind *kind)
{
    if (method->i2r == value_i2r)
        return method->usr_data == kind;
    if ((method->ext_flags & MARK_BITS) != MARK || method->usr_data == NULL)
        return false;
    const struct extension_kind *other = method->usr_data; /* a copy's: it begins as ours do */
    return memcmp(other->mark, kind->mark, sizeof(kind->mark)) == 0;
}
