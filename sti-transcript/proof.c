/* SPDX-License-Identifier: Apache-2.0 */
#include "proof.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* ---- digests and keys ---- */

bool digest_of(const uint8_t *octets, size_t length, uint8_t digest[32])
{
    /* Fetched once: a fetch takes longer than the digest of a small entry. */
    static EVP_MD *sha256;
    if (sha256 == NULL)
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    return sha256 != NULL && EVP_Digest(octets, length, digest, NULL, sha256, NULL) == 1;
}

bool digest_is(const uint8_t *octets, size_t length, const struct item *digest)
{
    uint8_t own[32];
    return digest->kind == ITEM_BYTES && digest->length == 32 && digest_of(octets, length, own) &&
           memcmp(own, digest->octets, 32) == 0;
}

EVP_PKEY *key_of_spki(const struct item *spki)
{
    char group[32] = "";
    const unsigned char *at = spki->octets;
    if (spki->length == 0 || spki->length > 4096)
        return NULL;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)spki->length);
    if (key != NULL && at == spki->octets + spki->length && EVP_PKEY_is_a(key, "EC") &&
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group),
                                       NULL) == 1 &&
        strcmp(group, "prime256v1") == 0)
        return key;
    EVP_PKEY_free(key);
    ERR_clear_error();
    return NULL;
}

bool signature_holds(EVP_PKEY *key, const uint8_t *octets, size_t length, const uint8_t *der,
                     size_t der_length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL &&
              EVP_DigestVerifyInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
              EVP_DigestVerify(context, der, der_length, octets, length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return ok;
}

/* ---- COSE_Sign1 ---- */

/* r and s of 32 octets each, as ECDSA-Sig-Value in DER; its length, 0 on failure. */
static int ecdsa_der(const uint8_t *signature, unsigned char **der)
{
    int length = 0;
    ECDSA_SIG *value = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL);
    BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
    if (value != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(value, r, s) == 1) {
        r = s = NULL; /* value's now */
        length = i2d_ECDSA_SIG(value, der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(value);
    return length < 0 ? 0 : length;
}

/* Appends the head of a byte string (RFC 8949 section 3.1) and its octets; where it ends. */
static uint8_t *put_bytes(uint8_t *to, const uint8_t *octets, size_t length)
{
    if (length < 24) {
        *to++ = (uint8_t)(0x40 | length);
    } else if (length <= 0xff) {
        *to++ = 0x58;
        *to++ = (uint8_t)length;
    } else {
        *to++ = 0x59;
        *to++ = (uint8_t)(length >> 8);
        *to++ = (uint8_t)length;
    }
    memcpy(to, octets, length);
    return to + length;
}

#define MOST_PAYLOAD 2048

/* What is signed: ["Signature1", protected, no external data, payload] (section 4.4). */
static size_t sig_structure(const struct item *protected, const struct item *payload,
                            uint8_t to[MOST_PAYLOAD + 512])
{
    static const uint8_t start[] = {0x84, 0x6a, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1'};
    memcpy(to, start, sizeof(start));
    uint8_t *end = put_bytes(to + sizeof(start), protected->octets, protected->length);
    *end++ = 0x40;
    end = put_bytes(end, payload->octets, payload->length);
    return (size_t)(end - to);
}

/* {1: -7, 3: type}: the algorithm ES256, and what the payload is. */
static bool is_header(const struct item *protected, const char *type)
{
    static const uint8_t start[] = {0xa2, 0x01, 0x26, 0x03};
    struct item text;
    struct reader reader = {.octets = protected->octets, .length = protected->length};
    if (protected->length < sizeof(start) || memcmp(protected->octets, start, sizeof(start)) != 0)
        return false;
    reader.at = sizeof(start);
    return item_read(&reader, &text) && item_is(&text, type) && reader.at == reader.length;
}

const char *sign1_check(const struct item *message, const char *type, EVP_PKEY *key,
                        struct item *payload)
{
    struct reader reader = {.octets = message->octets, .length = message->length};
    struct item array;
    struct item protected;
    struct item unprotected;
    struct item signature;
    uint8_t octets[MOST_PAYLOAD + 512];
    unsigned char *der = NULL;
    if (!item_read_kind(&reader, ITEM_ARRAY, &array) || array.length != 4 ||
        !item_read_kind(&reader, ITEM_BYTES, &protected) ||
        !item_read_kind(&reader, ITEM_MAP, &unprotected) || unprotected.length != 0 ||
        !item_read_kind(&reader, ITEM_BYTES, payload) ||
        !item_read_kind(&reader, ITEM_BYTES, &signature) || signature.length != 64 ||
        reader.at != reader.length || protected.length > 256 || payload->length > MOST_PAYLOAD)
        return "is not a COSE_Sign1 of the form that is used here";
    if (!is_header(&protected, type))
        return "is a COSE_Sign1 for something else: its header is not {alg: ES256, content type}";
    int der_length = ecdsa_der(signature.octets, &der);
    bool ok =
        der_length > 0 && signature_holds(key, octets, sig_structure(&protected, payload, octets),
                                          der, (size_t)der_length);
    OPENSSL_free(der);
    return ok ? NULL : "has a signature that is not by this key over these octets";
}

/* ---- certificates and CRLs ---- */

bool der_next(struct reader *reader, uint8_t tag, struct item *whole, struct item *content)
{
    const uint8_t *at = reader->octets + reader->at;
    size_t left = reader->length - reader->at;
    size_t head = 2;
    size_t length;
    if (left < 2 || at[0] != tag)
        return false;
    length = at[1];
    if (length > 0x80) { /* X.690 section 8.1.3.5 */
        size_t octets = length - 0x80;
        if (octets > 4 || left < 2 + octets)
            return false;
        length = 0;
        for (size_t i = 0; i < octets; i++)
            length = length << 8 | at[2 + i];
        head += octets;
    } else if (length == 0x80) {
        return false;
    }
    if (length > left - head)
        return false;
    *whole = (struct item){.kind = ITEM_BYTES, .octets = at, .length = head + length};
    *content = (struct item){.kind = ITEM_BYTES, .octets = at + head, .length = length};
    reader->at += head + length;
    return true;
}

bool signed_der_read(const uint8_t *der, size_t length, struct signed_der *parts)
{
    /* ecdsa-with-SHA256, RFC 5758 section 3.2: without parameters */
    static const uint8_t algorithm[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                        0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
    struct reader outer = {.octets = der, .length = length};
    struct item whole;
    struct item content;
    if (!der_next(&outer, 0x30, &whole, &content) || outer.at != length)
        return false;
    struct reader inner = {.octets = content.octets, .length = content.length};
    if (!der_next(&inner, 0x30, &parts->tbs, &content) ||
        !der_next(&inner, 0x30, &whole, &content) || whole.length != sizeof(algorithm) ||
        memcmp(whole.octets, algorithm, sizeof(algorithm)) != 0 ||
        !der_next(&inner, 0x03, &whole, &content) || inner.at != inner.length ||
        content.length < 2 || content.octets[0] != 0)
        return false;
    parts->signature = (struct item){
        .kind = ITEM_BYTES, .octets = content.octets + 1, .length = content.length - 1};
    return true;
}

bool der_of_file(const uint8_t *octets, size_t length, uint8_t **copy, struct item *der)
{
    *copy = NULL;
    *der = (struct item){.kind = ITEM_BYTES, .octets = octets, .length = length};
    if (length > 0 && octets[0] == 0x30)
        return true;
    char *name = NULL;
    char *header = NULL;
    long decoded = 0;
    BIO *bio = length > INT32_MAX ? NULL : BIO_new_mem_buf(octets, (int)length);
    bool ok = bio != NULL && PEM_read_bio(bio, &name, &header, copy, &decoded) == 1;
    if (ok)
        *der = (struct item){.kind = ITEM_BYTES, .octets = *copy, .length = (size_t)decoded};
    OPENSSL_free(name);
    OPENSSL_free(header);
    BIO_free(bio);
    ERR_clear_error();
    return ok;
}
