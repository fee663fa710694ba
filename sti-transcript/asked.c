/* SPDX-License-Identifier: Apache-2.0 */
#include "asked.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "proof.h"

#define TNAUTHLIST "1.3.6.1.5.5.7.1.26"

/* ---- the bundle ---- */

/* The two parts of a bundle that are asked. */
struct parts {
    struct item csr;
    struct item list;
};

/* part = [ sha-256, octets ] */
static bool read_part(struct reader *reader, struct item *octets)
{
    struct item array, digest;
    return item_read_kind(reader, ITEM_ARRAY, &array) && array.length == 2 &&
           item_read_kind(reader, ITEM_BYTES, &digest) &&
           item_read_kind(reader, ITEM_BYTES, octets) &&
           digest_is(octets->octets, octets->length, &digest);
}

/* bundle = [ "sti-ca bundle", 1, { name => part } ] */
static bool read_parts(struct reader *reader, struct parts *parts)
{
    struct item array, word, version, map;
    if (!item_read_kind(reader, ITEM_ARRAY, &array) || array.length != 3 ||
        !item_read_kind(reader, ITEM_TEXT, &word) || !item_is(&word, "sti-ca bundle") ||
        !item_read_kind(reader, ITEM_INT, &version) || version.number != 1 ||
        !item_read_kind(reader, ITEM_MAP, &map))
        return false;
    for (size_t left = map.length; left > 0; left--) {
        struct item name, octets;
        if (!item_read_kind(reader, ITEM_TEXT, &name) || !read_part(reader, &octets))
            return false;
        if (item_is(&name, "csr"))
            parts->csr = octets;
        else if (item_is(&name, "list"))
            parts->list = octets;
    }
    return reader->at == reader->length && parts->csr.kind != ITEM_NONE;
}

/* ---- the CSR ---- */

/* Takes over octets of libcrypto's, of which there are `length`, or none. */
static bool take(struct item *item, unsigned char *der, int length)
{
    if (length <= 0)
        return false;
    *item = (struct item){.kind = ITEM_BYTES, .octets = der, .length = (size_t)length};
    return true;
}

static bool copy(struct item *item, const uint8_t *octets, size_t length)
{
    unsigned char *own = length > INT32_MAX ? NULL : OPENSSL_malloc(length + 1);
    if (own == NULL)
        return false;
    if (length > 0)
        memcpy(own, octets, length);
    *item = (struct item){.kind = ITEM_BYTES, .octets = own, .length = length};
    return true;
}

/* The value of the CSR's extension TNAuthList; without one it stays ITEM_NONE. */
static bool take_list(X509_REQ *csr, struct asked *asked)
{
    bool ok = true;
    ASN1_OBJECT *oid = OBJ_txt2obj(TNAUTHLIST, 1);
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(csr);
    int place = oid == NULL ? -1 : X509v3_get_ext_by_OBJ(extensions, oid, -1);
    if (place >= 0) {
        const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(X509v3_get_ext(extensions, place));
        ok = copy(&asked->list, ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
    }
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    ASN1_OBJECT_free(oid);
    return ok;
}

static bool take_csr(X509_REQ *csr, struct asked *asked)
{
    unsigned char *subject = NULL;
    unsigned char *spki = NULL;
    int subject_length = i2d_X509_NAME(X509_REQ_get_subject_name(csr), &subject);
    int spki_length = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(csr), &spki);
    bool ok = take(&asked->subject, subject, subject_length);
    return take(&asked->spki, spki, spki_length) && ok && take_list(csr, asked);
}

/* In DER, or in PEM: the first block of that name; the "" keeps libcrypto from asking for more. */
static X509_REQ *read_csr(const struct item *octets)
{
    const unsigned char *at = octets->octets;
    if (octets->length == 0 || octets->length > INT32_MAX)
        return NULL;
    if (*at == 0x30)
        return d2i_X509_REQ(NULL, &at, (long)octets->length);
    BIO *bio = BIO_new_mem_buf(at, (int)octets->length);
    X509_REQ *csr = bio == NULL ? NULL : PEM_read_bio_X509_REQ(bio, NULL, NULL, (void *)"");
    BIO_free(bio);
    return csr;
}

/* ---- both ---- */

const char *asked_read(const uint8_t *octets, size_t length, struct asked *asked)
{
    struct reader reader = {.octets = octets, .length = length};
    struct parts parts = {.csr = {.kind = ITEM_NONE}};
    memset(asked, 0, sizeof(*asked));
    if (!read_parts(&reader, &parts))
        return "it is no bundle of version 1";
    X509_REQ *csr = read_csr(&parts.csr);
    bool ok = csr != NULL && take_csr(csr, asked);
    X509_REQ_free(csr);
    ERR_clear_error();
    if (!ok)
        return "its CSR cannot be read";
    if (parts.list.kind == ITEM_NONE)
        return NULL;
    OPENSSL_free((void *)(uintptr_t)asked->list.octets);
    asked->list = (struct item){.kind = ITEM_NONE};
    asked->beside = true;
    return copy(&asked->list, parts.list.octets, parts.list.length) ? NULL : "there is no memory";
}

void asked_free(struct asked *asked)
{
    OPENSSL_free((void *)(uintptr_t)asked->subject.octets);
    OPENSSL_free((void *)(uintptr_t)asked->spki.octets);
    OPENSSL_free((void *)(uintptr_t)asked->list.octets);
    memset(asked, 0, sizeof(*asked));
}
