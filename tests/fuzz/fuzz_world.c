/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "../unit/hex.h"
#include "base64url.h"

#define DAY 86400

/* Keys made for this purpose; they protect nothing. */
static const char *const keys[] = {
    "30770201010420a6275d74db615e77749505358ea105c9492ca849be1cf0f381aa3bf8bdf55bd9a00a06082a8648ce"
    "3d030107a14403420004e0e4fa7a23cca642cc2e2c84d0f1fb8a9762dcde9e3923fe2458881b6d04566c7009965ba0"
    "6221cea99c5a2dd8f9d0b86471f349c2241fb771cbb3792abb51c4",
    "3077020101042010d99ede86b57312cdc775bbe4f1addd97e54b5030a4cfc71e18cb591168726ea00a06082a8648ce"
    "3d030107a14403420004f87c6ff7e6f721f56021126a021d6225e1aa53769f96b29024226b735a346caee4c29771c1"
    "6d3a6eb17e01efc5fd883bfc2cdbe7a4d505bc823b558ba4d97e48",
    "30770201010420aeade9afe2b1d2e7883596fbb1eeeb368d332e8b325ed2dc917ef3a1065d5b61a00a06082a8648ce"
    "3d030107a144034200042eb8a9f0cc7ac4e29bb50de390cc49e79c286f86376a10a9e5f9658ee86a2910d0e57eddba"
    "418d0e0390006f32b5ec080df1c4422a171d3c232132f0f912fd2e",
    "307702010104204c7f63d79fcedbbc0be39c039f7d3a0e69be5670f321bbf222cb9ed70fa9e403a00a06082a8648ce"
    "3d030107a144034200048f2b70366066ee75e2e0843c3f614eb6ab9368202882492489e4e61e5c77ec295577dc72dd"
    "9d021e793ef82de3e8ecaadef9820f349f2f8a0bb96b6268c04270",
};

static EVP_PKEY *key_at(size_t index)
{
    uint8_t der[128];
    const unsigned char *at = der;
    size_t length = from_hex(keys[index], der, sizeof(der));
    EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, (long)length);
    FUZZ_HOLDS(key != NULL);
    return key;
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    FUZZ_HOLDS(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static X509 *certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    X509 *made = X509_new();
    FUZZ_HOLDS(made != NULL && X509_set_version(made, X509_VERSION_3) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(made), issuer == NULL ? 1 : 2);
    ASN1_TIME_set(X509_getm_notBefore(made), FUZZ_NOW - DAY);
    ASN1_TIME_set(X509_getm_notAfter(made), FUZZ_NOW + DAY);
    X509_NAME *subject = X509_NAME_new();
    FUZZ_HOLDS(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name,
                                          -1, -1, 0) == 1);
    X509_set_subject_name(made, subject);
    X509_NAME_free(subject);
    X509_set_issuer_name(made, X509_get_subject_name(issuer == NULL ? made : issuer));
    X509_set_pubkey(made, key);
    add_extension(made, NID_basic_constraints,
                  issuer == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(made, NID_key_usage,
                  issuer == NULL ? "critical,keyCertSign" : "critical,digitalSignature");
    FUZZ_HOLDS(X509_sign(made, issuer_key, EVP_sha256()) > 0);
    return made;
}

static STACK_OF(X509) * find_url(void *context, const char *url, struct sti_error *err)
{
    if (strcmp(url, FUZZ_URL) == 0)
        return context;
    sti_refuse(err, NULL, "x5u is not known");
    return NULL;
}

static void make_world(struct fuzz_world *world)
{
    STACK_OF(X509) *anchors = sk_X509_new_null();
    STACK_OF(X509) *behind_url = sk_X509_new_null();
    world->root_key = key_at(0);
    world->signer_key = key_at(1);
    world->account_key = key_at(2);
    world->csr_key = key_at(3);
    world->root = certificate("PA Root", world->root_key, NULL, world->root_key);
    world->signer = certificate("PA Signer", world->signer_key, world->root, world->root_key);
    FUZZ_HOLDS(sk_X509_push(anchors, world->root) > 0);
    FUZZ_HOLDS(sk_X509_push(behind_url, world->signer) > 0);
    world->trust = (struct token_trust){
        .anchors = anchors, .find_x5u = find_url, .context = behind_url, .now = FUZZ_NOW};
}

const struct fuzz_world *fuzz_world(void)
{
    static struct fuzz_world world;
    if (world.root == NULL)
        make_world(&world);
    return &world;
}

/* The base64url of r and s; allocated with malloc. */
static char *sign(const char *input, size_t length, EVP_PKEY *key)
{
    unsigned char der[80];
    size_t der_length = sizeof(der);
    const unsigned char *at = der;
    uint8_t pair[64];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    FUZZ_HOLDS(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1);
    FUZZ_HOLDS(EVP_DigestSign(context, der, &der_length, (const unsigned char *)input, length) ==
               1);
    EVP_MD_CTX_free(context);
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)der_length);
    FUZZ_HOLDS(BN_bn2binpad(ECDSA_SIG_get0_r(signature), pair, 32) == 32);
    FUZZ_HOLDS(BN_bn2binpad(ECDSA_SIG_get0_s(signature), pair + 32, 32) == 32);
    ECDSA_SIG_free(signature);
    return base64url_encode(pair, sizeof(pair), NULL);
}

char *fuzz_jws(const char *header, size_t header_length, const char *payload, size_t payload_length,
               EVP_PKEY *key)
{
    char *first = base64url_encode((const uint8_t *)header, header_length, NULL);
    char *second = base64url_encode((const uint8_t *)payload, payload_length, NULL);
    size_t room = strlen(first) + strlen(second) + 100;
    char *jws = malloc(room);
    FUZZ_HOLDS(jws != NULL);
    size_t used = (size_t)snprintf(jws, room, "%s.%s", first, second);
    char *third = sign(jws, used, key);
    snprintf(jws + used, room - used, ".%s", third);
    free(first);
    free(second);
    free(third);
    return jws;
}

/* UTF-8 without control characters; jansson refuses what is not UTF-8. */
static void check_words(const char *words, size_t size)
{
    size_t length = strnlen(words, size);
    json_t *string = json_stringn(words, length);
    FUZZ_HOLDS(length < size && string != NULL);
    json_decref(string);
    for (size_t i = 0; i < length; i++)
        FUZZ_HOLDS((unsigned char)words[i] >= 0x20 && words[i] != 0x7f);
}

void fuzz_check_request_error(const struct sti_error *err)
{
    char text[2048];
    FUZZ_HOLDS(err->code == STI_REFUSED);
    FUZZ_HOLDS(err->sentence[0] != '\0');
    size_t length = sti_error_text(err, text, sizeof(text));
    FUZZ_HOLDS(length < sizeof(text) && length == strlen(text));
    check_words(text, sizeof(text));
}

static void check_one(const struct check *check)
{
    check_words(check->found, sizeof(check->found));
    check_words(check->wanted, sizeof(check->wanted));
    switch (check->state) {
    case CHECK_FAILED:
        fuzz_check_request_error(&check->reason);
        break;
    case CHECK_NOT_APPLICABLE:
        FUZZ_HOLDS(check->reason.code == STI_OK && check->reason.sentence[0] != '\0');
        check_words(check->reason.sentence, sizeof(check->reason.sentence));
        break;
    case CHECK_PASSED:
        FUZZ_HOLDS(check->reason.code == STI_OK);
        break;
    }
}

void fuzz_check_checks(const struct checks *checks)
{
    size_t failed = 0;
    FUZZ_HOLDS(checks->count > 0 && checks->count <= CHECKS_MAX);
    for (size_t i = 0; i < checks->count; i++) {
        check_one(&checks->list[i]);
        failed += checks->list[i].state == CHECK_FAILED;
    }
    FUZZ_HOLDS(failed == checks->failed);
    FUZZ_HOLDS((failed == 0) == (checks_first_failure(checks) == NULL));
}
