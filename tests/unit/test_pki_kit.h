/* SPDX-License-Identifier: Apache-2.0 */
/* Names, lists and CSRs made on the spot, for the tests of pki/ and tool/. */
#ifndef TEST_PKI_KIT_H
#define TEST_PKI_KIT_H

#include <openssl/x509.h>

#include "csr.h"

#define KIT_OID_BASIC_CONSTRAINTS "2.5.29.19"
#define KIT_OID_AIA "1.3.6.1.5.5.7.1.1"

/* An authorityInfoAccess with id-ad-stirTNList, made by another implementation, and its URL. */
#define KIT_AIA "3024302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31"
#define KIT_AIA_URL "https://tn.example/l/1"

/* A name from `C=US/O=Example/CN=SHAKEN 709J`; the values are UTF-8. The caller's. */
X509_NAME *kit_name(const char *text);

/* Adds an attribute whose string type and octets are as given, without any check. */
void kit_name_add(X509_NAME *name, int nid, int type, const void *octets, int length);

/* The list that a text stands for. */
void kit_list(const char *text, struct tnauthlist *list);
void kit_list_free(struct tnauthlist *list);

/* Octets of libcrypto's; end with kit_octets_free(). */
struct kit_octets {
    unsigned char *octets;
    size_t length;
};
void kit_octets_free(struct kit_octets *octets);

/* An extension's value from lower-case hex; the caller's. */
X509_EXTENSION *kit_extension(const char *oid, const char *hex);

struct kit_asked {
    const char *oid;
    const char *hex; /* the value's DER */
};

/* What a CSR shall ask for. Without list and extensions it has no extensionRequest. */
struct kit_request {
    const char *subject;            /* for kit_name() */
    const char *list;               /* the text of its TNAuthList; NULL: none */
    struct kit_asked extensions[4]; /* more extensions; ends with a NULL oid */
};

/* The CSR, signed with key. The caller's. */
X509_REQ *kit_request(const struct kit_request *request, EVP_PKEY *key);
void kit_request_der(X509_REQ *request, struct kit_octets *der);
void kit_request_pem(X509_REQ *request, struct kit_octets *pem);

/* The same CSR, read by csr_read(). Free with csr_free(). */
struct csr *kit_csr(const struct kit_request *request, EVP_PKEY *key);

/* Octets in PEM under any label. */
void kit_pem(const char *label, const struct kit_octets *der, struct kit_octets *pem);

#endif
