/* SPDX-License-Identifier: Apache-2.0 */
#include "batch_requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base64url.h"
#include "bench.h"
#include "bench_certificate.h"
#include "token.h"

#define DAY 86400

/* ---- the STI-PA ---- */

static void write_certificate(const char *path, X509 *made)
{
    FILE *file = fopen(path, "w");
    bench_require(file != NULL && PEM_write_X509(file, made) == 1 && fclose(file) == 0,
                  "a certificate cannot be written");
}

/* Returns the signer's key. */
static EVP_PKEY *make_authority(void)
{
    EVP_PKEY *root_key = EVP_EC_gen("P-256");
    EVP_PKEY *signer_key = EVP_EC_gen("P-256");
    bench_require(root_key != NULL && signer_key != NULL, "no key");
    X509 *root = bench_certificate("Root", root_key, NULL, root_key, 365);
    X509 *signer = bench_certificate("Signer", signer_key, root, root_key, 365);
    write_certificate("anchors.pem", root);
    write_certificate("signer.pem", signer);
    X509_free(root);
    X509_free(signer);
    EVP_PKEY_free(root_key);
    return signer_key;
}

/* ---- requests ---- */

static FILE *open_file(size_t number, const char *end)
{
    char path[64];
    snprintf(path, sizeof(path), "requests/r%05zu.%s", number, end);
    FILE *file = fopen(path, "w");
    bench_require(file != NULL, "a file of a request cannot be made");
    return file;
}

static void close_file(FILE *file)
{
    bench_require(fclose(file) == 0, "a file of a request cannot be written");
}

/* An SPC, a range of its own and a number of its own: what most requests have. */
static struct bench_list make_list(size_t number)
{
    char text[100];
    struct tnauthlist_builder builder = {0};
    struct bench_list list = {NULL, 0};
    snprintf(text, sizeof(text), "SPC:709J,TN:1215%07zu+100,TN:1216%07zu",
             (size_t)2000000 + 100 * number, (size_t)2000000 + number);
    bench_require(tnauthlist_parse(&builder, text, strlen(text), NULL) &&
                      tnauthlist_builder_finish(&builder, &list.der, &list.length, NULL),
                  "the list is refused");
    tnauthlist_builder_free(&builder);
    return list;
}

static char *make_token(size_t number, const struct bench_list *list, EVP_PKEY *account_key,
                        EVP_PKEY *signer_key)
{
    char jti[64];
    snprintf(jti, sizeof(jti), "2be9dcaf2e2aebc285606f52%08zu", number);
    struct token_request wanted = {.jti = jti,
                                   .exp = time(NULL) + 30L * DAY,
                                   .list = list->der,
                                   .list_length = list->length,
                                   .x5u = BATCH_X5U};
    bench_require(token_fingerprint_of(account_key, wanted.fingerprint, NULL), "no fingerprint");
    char *token = token_sign(&wanted, signer_key, NULL);
    bench_require(token != NULL, "a token is not signed");
    return token;
}

static X509_REQ *make_csr(size_t number, const struct bench_list *list, EVP_PKEY *key)
{
    char name[64];
    snprintf(name, sizeof(name), "Example %05zu", number);
    const char *const names[][2] = {{"C", "US"}, {"O", name}, {"CN", "SHAKEN 709J"}};
    X509_REQ *csr = X509_REQ_new();
    X509_NAME *subject = X509_NAME_new();
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    ASN1_OBJECT *oid = OBJ_txt2obj(TNAUTHLIST_OID, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        X509_NAME_add_entry_by_txt(subject, names[i][0], MBSTRING_UTF8,
                                   (const unsigned char *)names[i][1], -1, -1, 0);
    ASN1_OCTET_STRING_set(value, list->der, (int)list->length);
    sk_X509_EXTENSION_push(extensions, X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value));
    bench_require(X509_REQ_set_subject_name(csr, subject) == 1 &&
                      X509_REQ_set_pubkey(csr, key) == 1 &&
                      X509_REQ_add_extensions(csr, extensions) == 1 &&
                      X509_REQ_sign(csr, key, EVP_sha256()) > 0,
                  "a CSR is not made");
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    X509_NAME_free(subject);
    return csr;
}

/* Signs the same octets anew: what counts is how long verifying takes. */
static struct batch_signature sign(EVP_PKEY *key, unsigned char *text, size_t length)
{
    struct batch_signature signature = {.key = key, .text = text, .length = length};
    signature.der_length = sizeof(signature.der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bench_require(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                      EVP_DigestSign(context, signature.der, &signature.der_length, text, length) ==
                          1,
                  "nothing is signed");
    EVP_MD_CTX_free(context);
    return signature;
}

static void make_request(struct batch_request *request, size_t number, EVP_PKEY *signer_key)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    EVP_PKEY *account_key = EVP_EC_gen("P-256");
    bench_require(key != NULL && account_key != NULL, "no key");
    struct bench_list list = make_list(number);
    char *token = make_token(number, &list, account_key, signer_key);
    X509_REQ *csr = make_csr(number, &list, key);
    FILE *file = open_file(number, "csr");
    bench_require(PEM_write_X509_REQ(file, csr) == 1, "a CSR cannot be written");
    close_file(file);
    file = open_file(number, "jwt");
    bench_require(fputs(token, file) >= 0, "a token cannot be written");
    close_file(file);
    file = open_file(number, "pub");
    bench_require(PEM_write_PUBKEY(file, account_key) == 1, "an account key cannot be written");
    close_file(file);
    unsigned char *tbs = NULL;
    int tbs_length = i2d_re_X509_REQ_tbs(csr, &tbs);
    bench_require(tbs_length > 0, "a CSR is not encoded");
    request->csr = sign(key, tbs, (size_t)tbs_length);
    request->token =
        sign(signer_key, (unsigned char *)token, (size_t)(strrchr(token, '.') - token));
    X509_REQ_free(csr);
    EVP_PKEY_free(account_key);
    free(list.der);
}

void batch_requests_make(struct batch_request *requests, size_t count)
{
    EVP_PKEY *signer_key = make_authority();
    bench_require(mkdir("requests", 0700) == 0, "no folder for the requests");
    for (size_t i = 0; i < count; i++)
        make_request(&requests[i], i, signer_key);
}

void batch_signature_verify(const struct batch_signature *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bench_require(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, signature->key) == 1 &&
                      EVP_DigestVerify(context, signature->der, signature->der_length,
                                       signature->text, signature->length) == 1,
                  "a signature does not verify");
    EVP_MD_CTX_free(context);
}
