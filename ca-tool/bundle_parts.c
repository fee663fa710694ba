/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle_parts.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "csr.h"
#include "p256_key.h"
#include "subject.h"
#include "tnauthlist.h"

/* For encrypted PEM blocks: without a passphrase libcrypto would ask for one on the terminal. */
static char no_passphrase[] = "";

static bool is_der(const uint8_t *octets, size_t length)
{
    return length > 0 && octets[0] == 0x30;
}

/* ---- certificates, CRL, key ---- */

static void push_or_free(STACK_OF(X509) * certificates, X509 *certificate)
{
    if (sk_X509_push(certificates, certificate) <= 0)
        X509_free(certificate);
}

/* Reads PEM blocks to the end; false if something is left that is no certificate. */
static bool read_pem_certificates(STACK_OF(X509) * certificates, const uint8_t *octets,
                                  size_t length)
{
    BIO *bio = BIO_new_mem_buf(octets, (int)length);
    X509 *certificate;
    if (bio == NULL)
        return false;
    while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, no_passphrase)) != NULL)
        push_or_free(certificates, certificate);
    unsigned long end = ERR_peek_last_error();
    BIO_free(bio);
    return ERR_GET_LIB(end) == ERR_LIB_PEM && ERR_GET_REASON(end) == PEM_R_NO_START_LINE;
}

STACK_OF(X509) * bundle_certificates(const uint8_t *octets, size_t length, struct sti_error *err)
{
    STACK_OF(X509) *certificates = sk_X509_new_null();
    const unsigned char *at = octets;
    bool whole = false;
    ERR_clear_error();
    if (certificates != NULL && is_der(octets, length)) {
        X509 *certificate = d2i_X509(NULL, &at, (long)length);
        whole = at == octets + length;
        if (certificate != NULL)
            push_or_free(certificates, certificate);
    } else if (certificates != NULL) {
        whole = read_pem_certificates(certificates, octets, length);
    }
    ERR_clear_error();
    if (certificates != NULL && whole && sk_X509_num(certificates) > 0)
        return certificates;
    sti_refuse(err, "RFC 7468 section 5",
               "is not one certificate or more in PEM, or one in DER, and nothing else");
    sk_X509_pop_free(certificates, X509_free);
    return NULL;
}

X509_CRL *bundle_crl(const uint8_t *octets, size_t length, struct sti_error *err)
{
    const unsigned char *at = octets;
    X509_CRL *crl = NULL;
    BIO *bio = NULL;
    if (is_der(octets, length)) {
        crl = d2i_X509_CRL(NULL, &at, (long)length);
        if (crl != NULL && at != octets + length) {
            X509_CRL_free(crl);
            crl = NULL;
        }
    } else if ((bio = BIO_new_mem_buf(octets, (int)length)) != NULL) {
        crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, no_passphrase);
    }
    BIO_free(bio);
    ERR_clear_error();
    if (crl == NULL)
        sti_refuse(err, "RFC 5280 section 5.1",
                   "is not a certificate revocation list in PEM or "
                   "DER");
    return crl;
}

EVP_PKEY *bundle_public_key(const uint8_t *octets, size_t length, struct sti_error *err)
{
    const unsigned char *at = octets;
    EVP_PKEY *key = NULL;
    BIO *bio = NULL;
    if (is_der(octets, length)) {
        key = d2i_PUBKEY(NULL, &at, (long)length);
        if (key != NULL && at != octets + length) {
            EVP_PKEY_free(key);
            key = NULL;
        }
    } else if ((key = p256_key_pem(octets, length)) == NULL &&
               (bio = BIO_new_mem_buf(octets, (int)length)) != NULL) {
        key = PEM_read_bio_PUBKEY(bio, NULL, NULL, no_passphrase);
    }
    BIO_free(bio);
    ERR_clear_error();
    if (key == NULL)
        sti_refuse(err, "RFC 7468 section 13",
                   "is not a public key in PEM (BEGIN PUBLIC KEY) or DER (SubjectPublicKeyInfo)");
    return key;
}

/* ---- descriptions ---- */

static char *words(const char *format, ...) STI_PRINTF(1, 2);

static char *words(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return text;
}

static char *words_with_name(const char *before, const X509_NAME *name)
{
    char *subject = subject_text(name);
    char *text = words("%s %s", before, subject == NULL ? "?" : subject);
    free(subject);
    return text;
}

static char *describe_csr(const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct csr *csr = csr_read(octets, length, err);
    char *text = csr == NULL ? NULL : words_with_name("CSR of", csr->subject);
    csr_free(csr);
    return text;
}

/*
 * Three parts with dots between them, of either base64 alphabet, for STI-PAs differ; the verdict
 * reads it to the letter. The third part may be empty: an unsigned token is refused as one.
 */
static char *describe_token(const uint8_t *octets, size_t length, struct sti_error *err)
{
    size_t parts[3] = {0};
    size_t dots = 0;
    while (length > 0 && strchr(" \t\r\n", octets[length - 1]) != NULL && octets[length - 1] != 0)
        length--;
    for (size_t i = 0; i < length && dots < 3; i++) {
        if (octets[i] == '.')
            dots++;
        else if (isalnum(octets[i]) || (octets[i] != 0 && strchr("-_+/=", octets[i]) != NULL))
            parts[dots]++;
        else
            break;
    }
    if (dots == 2 && parts[0] > 0 && parts[1] > 0 && parts[0] + parts[1] + parts[2] + 2 == length)
        return words("compact JWS, not yet verified");
    sti_refuse(err, "RFC 7515 section 7.1",
               "is not a token: a compact JWS is three parts in base64url with dots between them");
    return NULL;
}

static char *describe_account_key(const uint8_t *octets, size_t length, struct sti_error *err)
{
    EVP_PKEY *key = bundle_public_key(octets, length, err);
    char group[80] = "";
    size_t group_length = 0;
    if (key == NULL)
        return NULL;
    if (EVP_PKEY_get_group_name(key, group, sizeof(group), &group_length) != 1)
        group[0] = '\0';
    ERR_clear_error();
    const char *type = EVP_PKEY_get0_type_name(key);
    char *text = words("public key, %s%s%s", type == NULL ? "of an unknown type" : type,
                       group[0] == '\0' ? "" : " ", group);
    EVP_PKEY_free(key);
    return text;
}

static char *describe_chain(const uint8_t *octets, size_t length, struct sti_error *err)
{
    char before[64];
    STACK_OF(X509) *certificates = bundle_certificates(octets, length, err);
    if (certificates == NULL)
        return NULL;
    int count = sk_X509_num(certificates);
    snprintf(before, sizeof(before), "%d certificate%s, the first of", count,
             count == 1 ? "" : "s");
    char *text = words_with_name(count == 1 ? "certificate of" : before,
                                 X509_get_subject_name(sk_X509_value(certificates, 0)));
    sk_X509_pop_free(certificates, X509_free);
    return text;
}

static char *describe_crl(const uint8_t *octets, size_t length, struct sti_error *err)
{
    X509_CRL *crl = bundle_crl(octets, length, err);
    char *text =
        crl == NULL ? NULL : words_with_name("revocation list of", X509_CRL_get_issuer(crl));
    X509_CRL_free(crl);
    return text;
}

static char *describe_list(const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct tnauthlist list;
    if (!is_der(octets, length)) {
        sti_refuse(err, NULL,
                   "is not a list in DER, the form in which it is published; make it "
                   "with `sti-ca tnlist encode FILE --out FILE`");
        return NULL;
    }
    if (!tnauthlist_decode(&list, octets, length, NULL, err))
        return NULL;
    char *text = words("TNAuthList of %zu entr%s", list.count, list.count == 1 ? "y" : "ies");
    tnauthlist_free(&list);
    return text;
}

static char *(*const readers[BUNDLE_KINDS])(const uint8_t *octets, size_t length,
                                            struct sti_error *err) = {
    [BUNDLE_CRL] = describe_crl,     [BUNDLE_CSR] = describe_csr,
    [BUNDLE_LIST] = describe_list,   [BUNDLE_CHAIN] = describe_chain,
    [BUNDLE_TOKEN] = describe_token, [BUNDLE_ACCOUNT_KEY] = describe_account_key,
};

bool bundle_no_private_key(const uint8_t *octets, size_t length, struct sti_error *err)
{
    static const char private_key[] = "PRIVATE KEY-----";
    return memmem(octets, length, private_key, sizeof(private_key) - 1) == NULL ||
           sti_refuse(err, NULL,
                      "holds a private key, which must not travel; give the public part "
                      "alone: openssl pkey -in KEY -pubout");
}

char *bundle_part_describe(enum bundle_kind kind, const uint8_t *octets, size_t length,
                           struct sti_error *err)
{
    if (length == 0 || length > INT_MAX) {
        sti_refuse(err, NULL, length == 0 ? "is empty" : "is too large");
        return NULL;
    }
    if (!bundle_no_private_key(octets, length, err))
        return NULL;
    sti_error_clear(err);
    char *text = readers[kind](octets, length, err);
    if (text == NULL && err != NULL && err->code == STI_OK)
        sti_fail(err, "no memory to read the part");
    return text;
}
