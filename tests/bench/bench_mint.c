/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `sti-ca issue` asks of every certificate besides making it: the lints, twice, and the path
 * to the anchor; against one ES256 signature and one verification in software, which no CA can do
 * without. An HSM takes longer to sign.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/x509.h>

#include "issuer.h"
#include "mint_lint.h"

#define DAY 86400

struct world {
    EVP_PKEY *key; /* of all three */
    struct issuer issuer;
    struct cert_content content;
    X509 *certificate;
    unsigned char *der;
    size_t length;
    time_t now;
};

static X509_NAME *name_of(const char *common_name)
{
    static const char *const attributes[][2] = {{"C", "US"}, {"O", "Example"}};
    X509_NAME *name = X509_NAME_new();
    for (size_t i = 0; i < 2; i++)
        X509_NAME_add_entry_by_txt(name, attributes[i][0], MBSTRING_UTF8,
                                   (const unsigned char *)attributes[i][1], -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1,
                               -1, 0);
    return name;
}

static X509 *make(struct world *world, unsigned char **der, size_t *length)
{
    X509 *draft = cert_build(&world->content, NULL);
    unsigned char *tbs = NULL;
    size_t tbs_length = 0;
    bench_require(draft != NULL && cert_tbs(draft, &tbs, &tbs_length, NULL) &&
                      cert_sign(draft, world->key, der, length, NULL),
                  "a certificate cannot be made");
    X509 *made = cert_reread(*der, *length, tbs, tbs_length, world->key, NULL);
    bench_require(made != NULL, "a certificate is not what it was");
    OPENSSL_free(tbs);
    X509_free(draft);
    return made;
}

/* Root, intermediate and an end entity of base SHAKEN, which passes all lints. */
static void make_world(struct world *world)
{
    static const uint8_t list[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '7', '0', '9', 'J'};
    unsigned char *der = NULL;
    size_t length;
    memset(world, 0, sizeof(*world));
    world->now = time(NULL);
    world->key = EVP_EC_gen("P-256");
    world->content = (struct cert_content){.kind = CERT_ROOT,
                                           .subject = name_of("SHAKEN ROOT"),
                                           .key = world->key,
                                           .serial = {[0] = 0x7f, [15] = 1},
                                           .not_before = world->now - DAY,
                                           .not_after = world->now + 3 * DAY,
                                           .path_length = -1};
    world->issuer.anchor = make(world, &der, &length);
    world->content.kind = CERT_INTERMEDIATE;
    world->content.subject = name_of("SHAKEN Intermediate");
    world->content.issuer = world->issuer.anchor;
    world->content.not_after = world->now + 2 * DAY;
    world->content.policy = "2.16.840.1.114569.1.1.4";
    world->content.crl_url = "https://sti-pa.example/crl";
    world->content.crl_issuer = name_of("CRL");
    world->issuer.certificate = make(world, &der, &length);
    world->issuer.name = "intermediate.pem";
    world->content.kind = CERT_END_ENTITY;
    world->content.subject = name_of("SHAKEN 709J");
    world->content.issuer = world->issuer.certificate;
    world->content.not_after = world->now + DAY;
    world->content.list = list;
    world->content.list_length = sizeof(list);
    world->certificate = make(world, &world->der, &world->length);
}

static void lint_twice(void *argument)
{
    struct world *world = argument;
    struct mint_lints lints = {0};
    for (int i = 0; i < 2; i++)
        bench_require(mint_lint(&world->content, world->der, world->length, "now", &lints, NULL),
                      "a lint fails");
    bench_sink = lints.count;
    mint_lints_free(&lints);
}

static void validate(void *argument)
{
    struct world *world = argument;
    const struct path_policy policy = {0};
    bench_require(issuer_path(&world->issuer, world->certificate, NULL, &policy, world->now, NULL),
                  "the path is refused");
}

static void sign_and_verify(void *argument)
{
    struct world *world = argument;
    unsigned char signature[80];
    size_t length = sizeof(signature);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bench_require(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, world->key) == 1 &&
                      EVP_DigestSign(context, signature, &length, world->der, world->length) == 1,
                  "no signature");
    EVP_MD_CTX_reset(context);
    bench_require(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, world->key) == 1 &&
                      EVP_DigestVerify(context, signature, length, world->der, world->length) == 1,
                  "the signature does not verify");
    EVP_MD_CTX_free(context);
}

int main(void)
{
    static struct world world;
    make_world(&world);
    bench_compare("lints of issue, before and after", 1, "ES256 signed and verified",
                  (struct bench_work){lint_twice, &world},
                  (struct bench_work){sign_and_verify, &world});
    bench_compare("path of issue", 1, "ES256 signed and verified",
                  (struct bench_work){validate, &world},
                  (struct bench_work){sign_and_verify, &world});
    return 0;
}
