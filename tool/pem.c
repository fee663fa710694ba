/* SPDX-License-Identifier: Apache-2.0 */
#include "pem.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

static char *pem(const char *label, const uint8_t *der, size_t der_length, size_t *length)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *copy = NULL;
    if (bio != NULL && PEM_write_bio(bio, label, "", der, (long)der_length) > 0) {
        char *text;
        long text_length = BIO_get_mem_data(bio, &text);
        copy = text_length <= 0 ? NULL : malloc((size_t)text_length);
        if (copy != NULL) {
            memcpy(copy, text, (size_t)text_length);
            *length = (size_t)text_length;
        }
    }
    BIO_free(bio);
    return copy;
}

char *certificate_pem(const uint8_t *der, size_t der_length, size_t *length)
{
    return pem(PEM_STRING_X509, der, der_length, length);
}

char *crl_pem(const uint8_t *der, size_t der_length, size_t *length)
{
    return pem(PEM_STRING_X509_CRL, der, der_length, length);
}
