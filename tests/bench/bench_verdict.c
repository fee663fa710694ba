/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on a request, token and CSR as octets in memory, against what nobody who judges both
 * can go below: the verification of their two ES256 signatures, with keys that are ready.
 */
#include "bench.h"
#include "bench_certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "base64url.h"
#include "token.h"
#include "verdict.h"

#define URL "https://pa.example.org/signer.pem"

/* ---- the STI-PA ---- */

struct authority {
    EVP_PKEY *root_key;
    EVP_PKEY *signer_key;
    X509 *signer;
    STACK_OF(X509) * chain; /* behind URL, and in x5c */
    struct token_trust trust;
};

static STACK_OF(X509) * find_url(void *context, const char *url, struct sti_error *err)
{
    if (strcmp(url, URL) == 0)
        return context;
    sti_refuse(err, NULL, "x5u is not known");
    return NULL;
}

static void make_authority(struct authority *pa)
{
    pa->root_key = EVP_EC_gen("P-256");
    pa->signer_key = EVP_EC_gen("P-256");
    X509 *root = bench_certificate("Root", pa->root_key, NULL, pa->root_key, 1);
    pa->signer = bench_certificate("Signer", pa->signer_key, root, pa->root_key, 1);
    pa->chain = sk_X509_new_null();
    STACK_OF(X509) *anchors = sk_X509_new_null();
    bench_require(sk_X509_push(pa->chain, pa->signer) > 0 && sk_X509_push(anchors, root) > 0,
                  "no memory");
    pa->trust = (struct token_trust){.anchors = anchors,
                                     .find_x5u = find_url,
                                     .context = pa->chain,
                                     .now = time(NULL),
                                     .max_octets = TOKEN_MAX_OCTETS};
}

/* ---- a request ---- */

struct request {
    const struct authority *pa;
    EVP_PKEY *account_key;
    EVP_PKEY *csr_key;
    struct bench_list list;
    char *token;
    size_t token_length;
    unsigned char *csr;
    size_t csr_length;
};

/* One SPC, a range and a number: what most requests have. */
static struct bench_list usual_list(void)
{
    static const char text[] = "SPC:709J,TN:12155550100+100,TN:12155551212";
    struct tnauthlist_builder builder = {0};
    struct bench_list list = {NULL, 0};
    bench_require(tnauthlist_parse(&builder, text, sizeof(text) - 1, NULL) &&
                      tnauthlist_builder_finish(&builder, &list.der, &list.length, NULL),
                  "the list is refused");
    tnauthlist_builder_free(&builder);
    return list;
}

/* Single numbers without order. */
static struct bench_list number_list(size_t numbers)
{
    struct tnauthlist_builder builder = {0};
    struct bench_list list = {NULL, 0};
    uint64_t state = 1;
    for (size_t i = 0; i < numbers; i++)
        bench_require(
            tnauthlist_builder_one(
                &builder,
                bench_number(UINT64_C(2000000000) + bench_random(&state) % UINT64_C(8000000000)),
                NULL),
            "a number is refused");
    bench_require(tnauthlist_builder_finish(&builder, &list.der, &list.length, NULL),
                  "the list is refused");
    tnauthlist_builder_free(&builder);
    return list;
}

static void make_token(struct request *request, bool by_value)
{
    struct token_request wanted = {.jti = "2be9dcaf2e2aebc285606f52e96d45e2",
                                   .exp = request->pa->trust.now + 3600,
                                   .list = request->list.der,
                                   .list_length = request->list.length};
    wanted.x5u = by_value ? NULL : URL;
    wanted.x5c = by_value ? request->pa->chain : NULL;
    bench_require(token_fingerprint_of(request->account_key, wanted.fingerprint, NULL),
                  "no fingerprint");
    request->token = token_sign(&wanted, request->pa->signer_key, NULL);
    bench_require(request->token != NULL, "the token is not signed");
    request->token_length = strlen(request->token);
}

static void make_csr(struct request *request)
{
    static const char *const names[][2] = {{"C", "US"}, {"O", "Example"}, {"CN", "SHAKEN 709J"}};
    X509_REQ *csr = X509_REQ_new();
    X509_NAME *subject = X509_NAME_new();
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    ASN1_OBJECT *oid = OBJ_txt2obj(TNAUTHLIST_OID, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        X509_NAME_add_entry_by_txt(subject, names[i][0], MBSTRING_UTF8,
                                   (const unsigned char *)names[i][1], -1, -1, 0);
    ASN1_OCTET_STRING_set(value, request->list.der, (int)request->list.length);
    sk_X509_EXTENSION_push(extensions, X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value));
    bench_require(X509_REQ_set_subject_name(csr, subject) == 1 &&
                      X509_REQ_set_pubkey(csr, request->csr_key) == 1 &&
                      X509_REQ_add_extensions(csr, extensions) == 1 &&
                      X509_REQ_sign(csr, request->csr_key, EVP_sha256()) > 0,
                  "the CSR is not made");
    int length = i2d_X509_REQ(csr, &request->csr);
    bench_require(length > 0, "the CSR is not encoded");
    request->csr_length = (size_t)length;
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    X509_NAME_free(subject);
    X509_REQ_free(csr);
}

/* ---- ours ---- */

static void judge(void *argument)
{
    const struct request *request = argument;
    struct checks checks;
    memset(&checks, 0, sizeof(checks));
    struct token_claim *claim =
        token_examine(request->token, request->token_length, &request->pa->trust, &checks);
    struct csr *csr = csr_read(request->csr, request->csr_length, NULL);
    bench_require(claim != NULL && csr != NULL, "the request cannot be read");
    verdict_run(&(struct verdict_input){.csr = csr,
                                        .csr_name = "request.csr",
                                        .claim = claim,
                                        .token_name = "token.jwt",
                                        .account_key = request->account_key,
                                        .end_entity = true},
                &checks);
    bench_require(checks.failed == 0, "the request is refused");
    csr_free(csr);
    token_claim_free(claim);
}

/* ---- theirs ---- */

/* What is signed, the signature as EVP wants it, and a key that is ready. */
struct signature {
    EVP_PKEY *key;
    const unsigned char *text;
    size_t length;
    unsigned char der[80];
    size_t der_length;
};

struct floor {
    struct signature token;
    struct signature csr;
};

static void verify(const struct signature *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bench_require(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, signature->key) == 1 &&
                      EVP_DigestVerify(context, signature->der, signature->der_length,
                                       signature->text, signature->length) == 1,
                  "a signature does not verify");
    EVP_MD_CTX_free(context);
}

static void verify_both(void *argument)
{
    const struct floor *floor = argument;
    verify(&floor->token);
    verify(&floor->csr);
}

/* Signs the same octets anew: what is timed is how long verifying takes. */
static struct signature sign(EVP_PKEY *key, const void *text, size_t length)
{
    struct signature signature = {.key = key, .text = text, .length = length};
    signature.der_length = sizeof(signature.der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bench_require(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                      EVP_DigestSign(context, signature.der, &signature.der_length, text, length) ==
                          1,
                  "nothing is signed");
    EVP_MD_CTX_free(context);
    return signature;
}

/* ---- rows ---- */

static void row(const struct authority *pa, const char *work, size_t entries,
                struct bench_list list, bool by_value)
{
    struct request request = {.pa = pa, .list = list};
    request.account_key = EVP_EC_gen("P-256");
    request.csr_key = EVP_EC_gen("P-256");
    make_token(&request, by_value);
    make_csr(&request);
    size_t signed_length = (size_t)(strrchr(request.token, '.') - request.token);
    struct floor floor = {sign(pa->signer_key, request.token, signed_length),
                          sign(request.csr_key, request.csr, request.csr_length)};
    bench_compare(work, entries, "two ES256 verifications", (struct bench_work){judge, &request},
                  (struct bench_work){verify_both, &floor});
    free(request.token);
    OPENSSL_free(request.csr);
    EVP_PKEY_free(request.account_key);
    EVP_PKEY_free(request.csr_key);
    bench_list_free(&request.list);
}

int main(void)
{
    struct authority pa;
    make_authority(&pa);
    row(&pa, "verdict, chain verified each time", 3, usual_list(), false);
    pa.trust.chains = token_chains_new();
    bench_require(pa.trust.chains != NULL, "no memory");
    row(&pa, "verdict, signer by x5u", 3, usual_list(), false);
    row(&pa, "verdict, signer by x5c", 3, usual_list(), true);
    row(&pa, "verdict, signer by x5u", 10000, number_list(10000), false);
    row(&pa, "verdict, signer by x5c", 10000, number_list(10000), true);
    token_chains_free(pa.trust.chains);
    return 0;
}
