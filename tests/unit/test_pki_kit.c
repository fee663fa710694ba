/* SPDX-License-Identifier: Apache-2.0 */
#include "test_pki_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "hex.h"

void kit_name_add(X509_NAME *name, int nid, int type, const void *octets, int length)
{
    X509_NAME_ENTRY *entry = X509_NAME_ENTRY_new();
    assert_non_null(entry);
    assert_int_equal(X509_NAME_ENTRY_set_object(entry, OBJ_nid2obj(nid)), 1);
    assert_int_equal(X509_NAME_ENTRY_set_data(entry, type, octets, length), 1);
    assert_int_equal(X509_NAME_add_entry(name, entry, -1, 0), 1);
    X509_NAME_ENTRY_free(entry);
}

X509_NAME *kit_name(const char *text)
{
    X509_NAME *name = X509_NAME_new();
    assert_non_null(name);
    while (*text != '\0') {
        size_t field = strcspn(text, "=");
        size_t length = strcspn(text, "/");
        char short_name[32];
        assert_true(field < length && field < sizeof(short_name));
        memcpy(short_name, text, field);
        short_name[field] = '\0';
        assert_int_equal(X509_NAME_add_entry_by_txt(name, short_name, MBSTRING_UTF8,
                                                    (const unsigned char *)text + field + 1,
                                                    (int)(length - field - 1), -1, 0),
                         1);
        text += length + (text[length] == '/');
    }
    return name;
}

void kit_list(const char *text, struct tnauthlist *list)
{
    struct tnauthlist_builder builder = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    assert_true(tnauthlist_parse(&builder, text, strlen(text), NULL));
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    assert_true(tnauthlist_decode(list, der, length, NULL, NULL));
}

void kit_list_free(struct tnauthlist *list)
{
    free((void *)(uintptr_t)list->der);
    tnauthlist_free(list);
    list->der = NULL;
}

void kit_octets_free(struct kit_octets *octets)
{
    OPENSSL_free(octets->octets);
    *octets = (struct kit_octets){NULL, 0};
}

static X509_EXTENSION *extension(const char *oid, const uint8_t *octets, size_t length)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    assert_non_null(object);
    assert_non_null(value);
    assert_int_equal(ASN1_OCTET_STRING_set(value, octets, (int)length), 1);
    X509_EXTENSION *made = X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);
    assert_non_null(made);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
    return made;
}

X509_EXTENSION *kit_extension(const char *oid, const char *hex)
{
    uint8_t octets[512];
    return extension(oid, octets, from_hex(hex, octets, sizeof(octets)));
}

/* The list first, then the others, as extensionRequest (RFC 2985 section 5.4.2). */
static void ask(X509_REQ *made, const struct kit_request *request)
{
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    assert_non_null(extensions);
    if (request->list != NULL) {
        struct tnauthlist list;
        kit_list(request->list, &list);
        sk_X509_EXTENSION_push(extensions, extension(TNAUTHLIST_OID, list.der, list.der_length));
        kit_list_free(&list);
    }
    for (const struct kit_asked *asked = request->extensions; asked->oid != NULL; asked++)
        sk_X509_EXTENSION_push(extensions, kit_extension(asked->oid, asked->hex));
    if (sk_X509_EXTENSION_num(extensions) > 0)
        assert_int_equal(X509_REQ_add_extensions(made, extensions), 1);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

X509_REQ *kit_request(const struct kit_request *request, EVP_PKEY *key)
{
    X509_REQ *made = X509_REQ_new();
    X509_NAME *subject = kit_name(request->subject);
    assert_non_null(made);
    assert_int_equal(X509_REQ_set_version(made, X509_REQ_VERSION_1), 1);
    assert_int_equal(X509_REQ_set_subject_name(made, subject), 1);
    assert_int_equal(X509_REQ_set_pubkey(made, key), 1);
    ask(made, request);
    assert_true(X509_REQ_sign(made, key, EVP_sha256()) > 0);
    X509_NAME_free(subject);
    return made;
}

void kit_request_der(X509_REQ *request, struct kit_octets *der)
{
    *der = (struct kit_octets){NULL, 0};
    int length = i2d_X509_REQ(request, &der->octets);
    assert_true(length > 0);
    der->length = (size_t)length;
}

void kit_pem(const char *label, const struct kit_octets *der, struct kit_octets *pem)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    assert_non_null(bio);
    assert_true(PEM_write_bio(bio, label, "", der->octets, (long)der->length) > 0);
    long length = BIO_get_mem_data(bio, &text);
    pem->octets = OPENSSL_memdup(text, (size_t)length);
    pem->length = (size_t)length;
    assert_non_null(pem->octets);
    BIO_free(bio);
}

void kit_request_pem(X509_REQ *request, struct kit_octets *pem)
{
    struct kit_octets der;
    kit_request_der(request, &der);
    kit_pem(PEM_STRING_X509_REQ, &der, pem);
    kit_octets_free(&der);
}

struct csr *kit_csr(const struct kit_request *request, EVP_PKEY *key)
{
    struct kit_octets der;
    X509_REQ *made = kit_request(request, key);
    kit_request_der(made, &der);
    struct csr *csr = csr_read(der.octets, der.length, NULL);
    assert_non_null(csr);
    kit_octets_free(&der);
    X509_REQ_free(made);
    return csr;
}
