/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "file.h"
#include "p256_key.h"

/* Certificates with a list of a million numbers have 20 MB in PEM. */
#define MAX_FILE ((size_t)64 * 1024 * 1024)

/* For encrypted PEM blocks: without a passphrase libcrypto would ask for one on the terminal. */
static char no_passphrase[] = "";

/* Opens a file's octets as a BIO over *octets, which the caller frees after the BIO. */
static BIO *open_octets(const char *path, uint8_t **octets, size_t *length, struct sti_error *err)
{
    *octets = NULL;
    if (!file_read(path, MAX_FILE, octets, length, err))
        return NULL;
    BIO *bio = BIO_new_mem_buf(*octets, (int)*length);
    if (bio == NULL)
        sti_fail(err, "no memory to read %s", path);
    return bio;
}

X509 *load_certificate(const char *path, struct sti_error *err)
{
    uint8_t *octets;
    size_t length = 0;
    X509 *certificate = NULL;
    BIO *bio = open_octets(path, &octets, &length, err);
    if (bio != NULL) {
        const unsigned char *at = octets;
        certificate = length > 0 && octets[0] == 0x30
                          ? d2i_X509(NULL, &at, (long)length)
                          : PEM_read_bio_X509(bio, NULL, NULL, no_passphrase);
        if (certificate == NULL) {
            sti_refuse(err, "RFC 5280 section 4", "is not a certificate in PEM or DER");
            sti_error_in(err, path);
        }
    }
    ERR_clear_error();
    BIO_free(bio);
    free(octets);
    return certificate;
}

/* One certificate in DER, with nothing behind it. */
static bool read_der_certificate(const uint8_t *octets, size_t length, STACK_OF(X509) * into)
{
    const unsigned char *at = octets;
    X509 *certificate = d2i_X509(NULL, &at, (long)length);
    if (certificate != NULL && at == octets + length && sk_X509_push(into, certificate) > 0)
        return true;
    X509_free(certificate);
    return false;
}

/* All blocks of a PEM file; false: there is something that is no PEM. */
static bool read_pem_certificates(BIO *bio, STACK_OF(X509) * into)
{
    X509 *certificate;
    while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, no_passphrase)) != NULL)
        if (sk_X509_push(into, certificate) <= 0)
            X509_free(certificate);
    unsigned long end = ERR_peek_last_error();
    return ERR_GET_LIB(end) == ERR_LIB_PEM && ERR_GET_REASON(end) == PEM_R_NO_START_LINE;
}

static STACK_OF(X509) * read_certificates(const char *path, bool der, struct sti_error *err)
{
    uint8_t *octets;
    size_t length = 0;
    BIO *bio = open_octets(path, &octets, &length, err);
    STACK_OF(X509) *certificates = bio == NULL ? NULL : sk_X509_new_null();
    bool is_der = der && length > 0 && octets[0] == 0x30;
    bool whole =
        certificates != NULL && (is_der ? read_der_certificate(octets, length, certificates)
                                        : read_pem_certificates(bio, certificates));
    if (certificates != NULL && (sk_X509_num(certificates) == 0 || !whole)) {
        sti_refuse(err, "RFC 7468 section 5",
                   is_der ? "is not one certificate in DER"
                   : sk_X509_num(certificates) == 0
                       ? "holds no certificate in PEM"
                       : "holds something between or behind its certificates that is no PEM");
        sti_error_in(err, path);
        sk_X509_pop_free(certificates, X509_free);
        certificates = NULL;
    }
    ERR_clear_error();
    BIO_free(bio);
    free(octets);
    return certificates;
}

STACK_OF(X509) * load_certificates(const char *path, struct sti_error *err)
{
    return read_certificates(path, false, err);
}

STACK_OF(X509) * load_chain(const char *path, struct sti_error *err)
{
    return read_certificates(path, true, err);
}

/* Sorts the blocks of a PEM file; false: something in it is neither. */
static bool sort_blocks(BIO *bio, STACK_OF(X509_CRL) * crls, STACK_OF(X509) * signers)
{
    STACK_OF(X509_INFO) *blocks = PEM_X509_INFO_read_bio(bio, NULL, NULL, no_passphrase);
    bool ok = blocks != NULL;
    for (int i = 0; ok && i < sk_X509_INFO_num(blocks); i++) {
        X509_INFO *block = sk_X509_INFO_value(blocks, i);
        ok = block->x_pkey == NULL;
        if (ok && block->crl != NULL && (ok = sk_X509_CRL_push(crls, block->crl) > 0))
            block->crl = NULL;
        if (ok && block->x509 != NULL && (ok = sk_X509_push(signers, block->x509) > 0))
            block->x509 = NULL;
    }
    sk_X509_INFO_pop_free(blocks, X509_INFO_free);
    return ok;
}

/* One CRL in DER, with nothing behind it. */
static bool read_der_crl(const uint8_t *octets, size_t length, STACK_OF(X509_CRL) * crls)
{
    const unsigned char *at = octets;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)length);
    if (crl != NULL && at == octets + length && sk_X509_CRL_push(crls, crl) > 0)
        return true;
    X509_CRL_free(crl);
    return false;
}

STACK_OF(X509_CRL) * load_crls(const char *path, STACK_OF(X509) * *signers, struct sti_error *err)
{
    uint8_t *octets;
    size_t length = 0;
    BIO *bio = open_octets(path, &octets, &length, err);
    STACK_OF(X509_CRL) *crls = bio == NULL ? NULL : sk_X509_CRL_new_null();
    *signers = crls == NULL ? NULL : sk_X509_new_null();
    bool ok = *signers != NULL;
    if (ok) {
        ok = length > 0 && octets[0] == 0x30 ? read_der_crl(octets, length, crls)
                                             : sort_blocks(bio, crls, *signers);
        if (!ok || sk_X509_CRL_num(crls) == 0) {
            sti_refuse(err, "RFC 5280 section 5",
                       "holds no CRL in PEM or DER, or something besides CRLs and certificates");
            ok = sti_error_in(err, path);
        }
    } else if (bio != NULL) {
        sti_fail(err, "no memory to read %s", path);
    }
    if (!ok) {
        sk_X509_CRL_pop_free(crls, X509_CRL_free);
        sk_X509_pop_free(*signers, X509_free);
        crls = NULL;
        *signers = NULL;
    }
    ERR_clear_error();
    BIO_free(bio);
    free(octets);
    return crls;
}

EVP_PKEY *load_public_key(const char *path, struct sti_error *err)
{
    uint8_t *octets;
    size_t length = 0;
    BIO *bio = open_octets(path, &octets, &length, err);
    EVP_PKEY *key = NULL;
    if (bio != NULL) {
        key = p256_key_pem(octets, length);
        if (key == NULL)
            key = PEM_read_bio_PUBKEY(bio, NULL, NULL, no_passphrase);
        if (key == NULL && strstr((const char *)octets, "PRIVATE KEY-----") != NULL)
            sti_refuse(err, "RFC 7468 section 13",
                       "holds a private key; give the public one: openssl pkey -in KEY -pubout");
        else if (key == NULL)
            sti_refuse(err, "RFC 7468 section 13", "is not a public key in PEM (BEGIN PUBLIC KEY)");
        if (key == NULL)
            sti_error_in(err, path);
    }
    ERR_clear_error();
    BIO_free(bio);
    if (octets != NULL)
        OPENSSL_cleanse(octets, length); /* it might have been a private key */
    free(octets);
    return key;
}
