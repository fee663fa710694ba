/* SPDX-License-Identifier: Apache-2.0 */
#include "csr_form.h"

#include <openssl/asn1t.h>

/* The names with capital letters are what the macros of libcrypto make functions of. */
typedef struct csr_information {
    ASN1_INTEGER *version;
    X509_NAME *subject;
    ASN1_STRING *spki;
    STACK_OF(X509_ATTRIBUTE) * attributes;
    ASN1_ENCODING encoding; /* as it was read: that is what was signed */
} CSR_INFORMATION;

typedef struct csr_form {
    CSR_INFORMATION *information;
    X509_ALGOR *algorithm;
    ASN1_BIT_STRING *signature;
} CSR_FORM;

/* clang-format off */
/* CertificationRequestInfo; the subject's key is a SEQUENCE whose content is not looked at. */
ASN1_SEQUENCE_enc(CSR_INFORMATION, encoding, NULL) = {
    ASN1_SIMPLE(CSR_INFORMATION, version, ASN1_INTEGER),
    ASN1_SIMPLE(CSR_INFORMATION, subject, X509_NAME),
    ASN1_SIMPLE(CSR_INFORMATION, spki, ASN1_SEQUENCE),
    ASN1_IMP_SET_OF_OPT(CSR_INFORMATION, attributes, X509_ATTRIBUTE, 0),
} static_ASN1_SEQUENCE_END_ref(CSR_INFORMATION, CSR_INFORMATION)

/* CertificationRequest */
ASN1_SEQUENCE(CSR_FORM) = {
    ASN1_SIMPLE(CSR_FORM, information, CSR_INFORMATION),
    ASN1_SIMPLE(CSR_FORM, algorithm, X509_ALGOR),
    ASN1_SIMPLE(CSR_FORM, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CSR_FORM)
        /* clang-format on */

        struct csr_form
        * csr_form_read(const unsigned char **at, size_t length)
{
    return (struct csr_form *)ASN1_item_d2i(NULL, at, (long)length, ASN1_ITEM_rptr(CSR_FORM));
}

void csr_form_free(struct csr_form *form)
{
    ASN1_item_free((ASN1_VALUE *)form, ASN1_ITEM_rptr(CSR_FORM));
}

const X509_NAME *csr_form_subject(const struct csr_form *form)
{
    return form->information->subject;
}

const STACK_OF(X509_ATTRIBUTE) * csr_form_attributes(const struct csr_form *form)
{
    return form->information->attributes;
}

const ASN1_STRING *csr_form_spki(const struct csr_form *form)
{
    return form->information->spki;
}

bool csr_form_verify(const struct csr_form *form, EVP_PKEY *key)
{
    return ASN1_item_verify(ASN1_ITEM_rptr(CSR_INFORMATION), form->algorithm, form->signature,
                            form->information, key) == 1;
}
