/* SPDX-License-Identifier: Apache-2.0 */
#include "csr.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "csr_form.h"
#include "list_extension.h"
#include "openssl_error.h"

#define CSR_CLAUSE "RFC 2986 section 4"

/* Reads DER, to its last octet. */
static struct csr_form *read_der(const uint8_t *octets, size_t length, struct sti_error *err)
{
    const unsigned char *at = octets;
    struct csr_form *form = csr_form_read(&at, length);
    if (form == NULL) {
        sti_refuse(err, CSR_CLAUSE, "is not a CSR in DER: %s", openssl_reason());
    } else if (at != octets + length) {
        sti_refuse(err, CSR_CLAUSE, "has %zu octets too many behind the CSR",
                   (size_t)(octets + length - at));
        csr_form_free(form);
        form = NULL;
    }
    return form;
}

/*
 * Finds the first PEM block and reads its DER with the same strictness. The "" is the passphrase of
 * an encrypted block: without it, libcrypto would ask for one on the terminal.
 */
static struct csr_form *read_pem(const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct csr_form *form = NULL;
    unsigned char *der = NULL;
    long der_length = 0;
    BIO *bio = BIO_new_mem_buf(octets, (int)length);
    if (bio == NULL)
        sti_fail(err, "no memory for the CSR");
    else if (!PEM_bytes_read_bio(&der, &der_length, NULL, PEM_STRING_X509_REQ, bio, NULL, ""))
        sti_refuse(err, CSR_CLAUSE, "is not a CSR in PEM: %s", openssl_reason());
    else
        form = read_der(der, (size_t)der_length, err);
    OPENSSL_free(der);
    BIO_free(bio);
    return form;
}

/* RFC 2985 section 5.4.2: the attribute is single-valued, so two of them contradict each other. */
static bool one_extension_request(const STACK_OF(X509_ATTRIBUTE) * attributes,
                                  struct sti_error *err)
{
    int first = X509at_get_attr_by_NID(attributes, NID_ext_req, -1);
    if (first >= 0 && (X509at_get_attr_by_NID(attributes, NID_ext_req, first) >= 0 ||
                       X509_ATTRIBUTE_count(sk_X509_ATTRIBUTE_value(attributes, first)) != 1))
        return sti_refuse(err, "RFC 2985 section 5.4.2",
                          "the CSR has more than one extensionRequest, one is wanted");
    if (X509at_get_attr_by_NID(attributes, NID_ms_ext_req, -1) >= 0)
        return sti_refuse(err, "RFC 2985 section 5.4.2",
                          "the CSR has a Microsoft extension request, which is not read here");
    return true;
}

/* The extensions of the one extensionRequest, if there is one. */
static bool read_extensions(struct csr *csr, struct sti_error *err)
{
    const STACK_OF(X509_ATTRIBUTE) *attributes = csr_form_attributes(csr->form);
    if (!one_extension_request(attributes, err))
        return false;
    int at = X509at_get_attr_by_NID(attributes, NID_ext_req, -1);
    if (at < 0)
        return true;
    const ASN1_STRING *value =
        X509_ATTRIBUTE_get0_data(sk_X509_ATTRIBUTE_value(attributes, at), 0, V_ASN1_SEQUENCE, NULL);
    if (value != NULL) {
        const unsigned char *octets = ASN1_STRING_get0_data(value);
        csr->extensions = d2i_X509_EXTENSIONS(NULL, &octets, ASN1_STRING_length(value));
    }
    return csr->extensions != NULL ||
           sti_refuse(err, "RFC 2985 section 5.4.2", "the extensionRequest cannot be read: %s",
                      openssl_reason());
}

struct csr *csr_read(const uint8_t *octets, size_t length, struct sti_error *err)
{
    if (length > CSR_MAX_OCTETS || length > INT_MAX) {
        sti_refuse(err, NULL, "has %zu octets, a CSR may have %zu", length, CSR_MAX_OCTETS);
        return NULL;
    }
    ERR_clear_error();
    struct csr_form *form = length > 0 && octets[0] == 0x30 ? read_der(octets, length, err)
                                                            : read_pem(octets, length, err);
    if (form == NULL)
        return NULL;
    struct csr *csr = calloc(1, sizeof(*csr));
    if (csr == NULL) {
        sti_fail(err, "no memory for the CSR");
        csr_form_free(form);
        return NULL;
    }
    csr->form = form;
    csr->subject = csr_form_subject(form);
    if (!read_extensions(csr, err)) {
        csr_free(csr);
        return NULL;
    }
    csr_read_key(csr);
    return csr;
}

void csr_free(struct csr *csr)
{
    if (csr == NULL)
        return;
    sk_X509_EXTENSION_pop_free(csr->extensions, X509_EXTENSION_free);
    EVP_PKEY_free(csr->key);
    X509_PUBKEY_free(csr->spki);
    csr_form_free(csr->form);
    free(csr);
}

bool csr_list(const struct csr *csr, struct tnauthlist *list, struct sti_error *err)
{
    return list_extension_read(&(struct list_place){csr->extensions, "CSR"}, list, err);
}

bool csr_verify(const struct csr *csr, struct sti_error *err)
{
    if (csr->key == NULL)
        return sti_refuse(err, CSR_CLAUSE, "the CSR's public key cannot be read: %s",
                          csr->key_fault);
    if (csr_form_verify(csr->form, csr->key))
        return true;
    ERR_clear_error();
    return sti_refuse(err, "RFC 2986 section 4.2",
                      "the CSR's signature does not verify with the CSR's own public key: it was "
                      "changed, or the sender does not hold the private key");
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
