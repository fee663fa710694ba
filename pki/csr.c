/* SPDX-License-Identifier: Apache-2.0 */
#include "csr.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "list_extension.h"
#include "openssl_error.h"

#define CSR_CLAUSE "RFC 2986 section 4"

/* A point of P-256: 0x04, x, y (SEC 1 section 2.3.3). */
#define P256_POINT_OCTETS 65
#define UNCOMPRESSED_POINT 0x04

/* Reads DER, to its last octet. */
static X509_REQ *read_der(const uint8_t *octets, size_t length, struct sti_error *err)
{
    const unsigned char *at = octets;
    X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)length);
    if (request == NULL) {
        sti_refuse(err, CSR_CLAUSE, "is not a CSR in DER: %s", openssl_reason());
    } else if (at != octets + length) {
        sti_refuse(err, CSR_CLAUSE, "has %zu octets too many behind the CSR",
                   (size_t)(octets + length - at));
        X509_REQ_free(request);
        request = NULL;
    }
    return request;
}

/*
 * Finds the first PEM block and reads its DER with the same strictness. The "" is the passphrase of
 * an encrypted block: without it, libcrypto would ask for one on the terminal.
 */
static X509_REQ *read_pem(const uint8_t *octets, size_t length, struct sti_error *err)
{
    X509_REQ *request = NULL;
    unsigned char *der = NULL;
    long der_length = 0;
    BIO *bio = BIO_new_mem_buf(octets, (int)length);
    if (bio == NULL)
        sti_fail(err, "no memory for the CSR");
    else if (!PEM_bytes_read_bio(&der, &der_length, NULL, PEM_STRING_X509_REQ, bio, NULL, ""))
        sti_refuse(err, CSR_CLAUSE, "is not a CSR in PEM: %s", openssl_reason());
    else
        request = read_der(der, (size_t)der_length, err);
    OPENSSL_free(der);
    BIO_free(bio);
    return request;
}

/* RFC 2985 section 5.4.2: the attribute is single-valued, so two of them contradict each other. */
static bool one_extension_request(X509_REQ *request, struct sti_error *err)
{
    int first = X509_REQ_get_attr_by_NID(request, NID_ext_req, -1);
    if (first >= 0 && (X509_REQ_get_attr_by_NID(request, NID_ext_req, first) >= 0 ||
                       X509_ATTRIBUTE_count(X509_REQ_get_attr(request, first)) != 1))
        return sti_refuse(err, "RFC 2985 section 5.4.2",
                          "the CSR has more than one extensionRequest, one is wanted");
    if (X509_REQ_get_attr_by_NID(request, NID_ms_ext_req, -1) >= 0)
        return sti_refuse(err, "RFC 2985 section 5.4.2",
                          "the CSR has a Microsoft extension request, which is not read here");
    return true;
}

struct csr *csr_read(const uint8_t *octets, size_t length, struct sti_error *err)
{
    if (length > CSR_MAX_OCTETS || length > INT_MAX) {
        sti_refuse(err, NULL, "has %zu octets, a CSR may have %zu", length, CSR_MAX_OCTETS);
        return NULL;
    }
    ERR_clear_error();
    X509_REQ *request = length > 0 && octets[0] == 0x30 ? read_der(octets, length, err)
                                                        : read_pem(octets, length, err);
    if (request == NULL)
        return NULL;
    struct csr *csr = calloc(1, sizeof(*csr));
    if (csr == NULL || !one_extension_request(request, err)) {
        if (csr == NULL)
            sti_fail(err, "no memory for the CSR");
        X509_REQ_free(request);
        free(csr);
        return NULL;
    }
    csr->request = request;
    csr->extensions = X509_REQ_get_extensions(request);
    if (csr->extensions == NULL && X509_REQ_get_attr_by_NID(request, NID_ext_req, -1) >= 0) {
        sti_refuse(err, "RFC 2985 section 5.4.2", "the extensionRequest cannot be read: %s",
                   openssl_reason());
        csr_free(csr);
        return NULL;
    }
    return csr;
}

void csr_free(struct csr *csr)
{
    if (csr == NULL)
        return;
    sk_X509_EXTENSION_pop_free(csr->extensions, X509_EXTENSION_free);
    X509_REQ_free(csr->request);
    free(csr);
}

bool csr_list(const struct csr *csr, struct tnauthlist *list, struct sti_error *err)
{
    return list_extension_read(&(struct list_place){csr->extensions, "CSR"}, list, err);
}

bool csr_verify(const struct csr *csr, struct sti_error *err)
{
    EVP_PKEY *key = X509_REQ_get0_pubkey(csr->request);
    if (key == NULL)
        return sti_refuse(err, CSR_CLAUSE, "the CSR's public key cannot be read: %s",
                          openssl_reason());
    if (X509_REQ_verify(csr->request, key) == 1)
        return true;
    ERR_clear_error();
    return sti_refuse(err, "RFC 2986 section 4.2",
                      "the CSR's signature does not verify with the CSR's own public key: it was "
                      "changed, or the sender does not hold the private key");
}

bool csr_key_check(const struct csr *csr, struct sti_error *err)
{
    EVP_PKEY *key = X509_REQ_get0_pubkey(csr->request);
    if (key == NULL)
        return sti_refuse(err, "RFC 8226 section 4", "the CSR's public key cannot be read: %s",
                          openssl_reason());
    if (!cert_key_is_p256(key))
        return sti_refuse(err, "RFC 8226 section 4",
                          "the CSR's key is not EC on the named curve P-256, which ES256 needs");
    const unsigned char *point = NULL;
    int length = 0;
    int type = 0;
    X509_ALGOR *algorithm = NULL;
    X509_PUBKEY_get0_param(NULL, &point, &length, &algorithm,
                           X509_REQ_get_X509_PUBKEY(csr->request));
    X509_ALGOR_get0(NULL, &type, NULL, algorithm);
    if (type != V_ASN1_OBJECT)
        return sti_refuse(err, "RFC 5480 section 2.1.1",
                          "the CSR's key spells its curve out instead of naming P-256");
    if (length != P256_POINT_OCTETS || point[0] != UNCOMPRESSED_POINT)
        return sti_refuse(err, "RFC 5480 section 2.2",
                          "the CSR's key is a compressed point; write it uncompressed, which every "
                          "verifier reads");
    return true;
}

bool csr_key_digest(const struct csr *csr, unsigned char digest[32], struct sti_error *err)
{
    return cert_key_digest(X509_REQ_get_X509_PUBKEY(csr->request), digest, err);
}

bool csr_wants_ca(const struct csr *csr, bool *ca, struct sti_error *err)
{
    int critical;
    BASIC_CONSTRAINTS *constraints =
        X509V3_get_d2i(csr->extensions, NID_basic_constraints, &critical, NULL);
    *ca = constraints != NULL && constraints->ca != 0;
    BASIC_CONSTRAINTS_free(constraints);
    if (constraints != NULL || critical == -1)
        return true;
    ERR_clear_error();
    return sti_refuse(err, "RFC 5280 section 4.2.1.9",
                      critical == -2 ? "the CSR has two Basic Constraints extensions"
                                     : "the CSR's Basic Constraints cannot be read");
}
