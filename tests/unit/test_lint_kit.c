/* SPDX-License-Identifier: Apache-2.0 */
#include "test_lint_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/x509.h>

#include "hex.h"
#include "tnauthlist.h"

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "test_lint_kit: %s\n", what);
    exit(1);
}

/* ---- keys ---- */

static EVP_PKEY *keys[KEY_COUNT];

void kit_keys_make(void)
{
    for (int i = 0; i < KEY_COUNT; i++)
        require((keys[i] = EVP_EC_gen("P-256")) != NULL, "no key");
}

void kit_keys_free(void)
{
    for (int i = 0; i < KEY_COUNT; i++)
        EVP_PKEY_free(keys[i]);
}

EVP_PKEY *kit_key(int which)
{
    return keys[which];
}

void kit_key_identifier(int which, char hex[41])
{
    unsigned char point[65];
    unsigned char digest[20];
    size_t length = 0;
    require(EVP_PKEY_get_octet_string_param(keys[which], "encoded-pub-key", point, sizeof(point),
                                            &length) == 1 &&
                EVP_Digest(point, length, digest, NULL, EVP_sha1(), NULL) == 1,
            "no key identifier");
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* ---- plans ---- */

static struct plan_extension *find(struct plan *plan, const char *oid)
{
    for (size_t i = 0; i < plan->extension_count; i++)
        if (strcmp(plan->extensions[i].oid, oid) == 0)
            return &plan->extensions[i];
    require(false, "the plan has no such extension");
    return NULL;
}

void plan_add(struct plan *plan, const char *oid, int critical, const char *hex)
{
    require(plan->extension_count < PLAN_MAX_EXTENSIONS, "too many extensions");
    struct plan_extension *extension = &plan->extensions[plan->extension_count++];
    extension->oid = oid;
    extension->critical = critical;
    snprintf(extension->hex, sizeof(extension->hex), "%s", hex);
}

void plan_value(struct plan *plan, const char *oid, const char *hex)
{
    struct plan_extension *extension = find(plan, oid);
    snprintf(extension->hex, sizeof(extension->hex), "%s", hex);
}

void plan_critical(struct plan *plan, const char *oid, int critical)
{
    find(plan, oid)->critical = critical;
}

void plan_set(struct plan *plan, const char *oid, int critical, const char *hex)
{
    plan_critical(plan, oid, critical);
    plan_value(plan, oid, hex);
}

void plan_drop(struct plan *plan, const char *oid)
{
    struct plan_extension *extension = find(plan, oid);
    size_t behind = (size_t)(plan->extensions + plan->extension_count - (extension + 1));
    memmove(extension, extension + 1, behind * sizeof(*extension));
    plan->extension_count--;
}

void plan_list(struct plan *plan, const char *text)
{
    struct tnauthlist_builder builder = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    char hex[1024] = "";
    require(tnauthlist_parse(&builder, text, strlen(text), NULL) &&
                tnauthlist_builder_finish(&builder, &der, &length, NULL) && 2 * length < 1024,
            "no list");
    for (size_t i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", der[i]);
    free(der);
    for (size_t i = 0; i < plan->extension_count; i++)
        if (strcmp(plan->extensions[i].oid, OID_TNAUTHLIST) == 0) {
            plan_value(plan, OID_TNAUTHLIST, hex);
            return;
        }
    plan_add(plan, OID_TNAUTHLIST, 0, hex);
}

void plan_name_add(struct plan_attribute *name, const char *oid, const char *value)
{
    size_t i = 0;
    while (name[i].oid != NULL)
        i++;
    require(i + 1 < PLAN_MAX_NAMES, "too many attributes");
    name[i] = (struct plan_attribute){oid, value};
    name[i + 1].oid = NULL;
}

void plan_name(struct plan_attribute *name, const char *oid, const char *value)
{
    size_t i = 0;
    while (name[i].oid != NULL && strcmp(name[i].oid, oid) != 0)
        i++;
    require(name[i].oid != NULL, "the name has no such attribute");
    name[i].value = value;
    for (; value == NULL && name[i].oid != NULL; i++)
        name[i] = name[i + 1];
}

static void name_of(struct plan_attribute *name, const char *cn)
{
    const struct plan_attribute attributes[] = {
        {OID_C, "US"}, {OID_O, "Example"}, {OID_CN, cn}, {NULL, NULL}};
    memcpy(name, attributes, sizeof(attributes));
}

/* What all three kinds have in common. */
static void plan_begin(struct plan *plan, int holder, int signer)
{
    static const char *const names[] = {"SHAKEN ROOT", "SHAKEN intermediate", "SHAKEN 709J"};
    char hex[128] = "0414";
    memset(plan, 0, sizeof(*plan));
    plan->version = 3;
    plan->serial = "4b2233b9c29da21f35331abd8fd943de";
    plan->tbs_algorithm = plan->algorithm = SHA256_ALGORITHM;
    name_of(plan->issuer, names[signer]);
    name_of(plan->subject, names[holder]);
    plan->not_before = "260101000000Z";
    plan->not_after = "270101000000Z";
    plan->holder = holder;
    plan->signer = signer;
    kit_key_identifier(holder, hex + 4);
    plan_add(plan, OID_SKI, 0, hex);
    memcpy(hex, "30168014", 8);
    kit_key_identifier(signer, hex + 8);
    plan_add(plan, OID_AKI, 0, hex);
}

/* The STI-PA's CRL, as in the certificates of CP v1.4. */
static void add_policy_and_crl(struct plan *plan)
{
    plan_add(plan, OID_POLICIES, 0, CP_1_4);
    plan_add(plan, OID_CRL_POINTS, 0,
             "305f305da01aa018861668747470733a2f2f70612e6578616d706c652f63726ca23fa43d303b310b3009"
             "06035504061302555331173015060355040a0c0e4578616d706c65205354492d50413113301106035504"
             "030c0a5354492d50412043524c");
}

void plan_root(struct plan *plan)
{
    plan_begin(plan, KEY_ROOT, KEY_ROOT);
    plan_add(plan, OID_BASIC_CONSTRAINTS, 1, "30030101ff");
    plan_add(plan, OID_KEY_USAGE, 1, "03020204");
}

void plan_intermediate(struct plan *plan)
{
    plan_begin(plan, KEY_INTERMEDIATE, KEY_ROOT);
    plan_add(plan, OID_BASIC_CONSTRAINTS, 1, "30060101ff020100");
    plan_add(plan, OID_KEY_USAGE, 1, "03020204");
    add_policy_and_crl(plan);
}

void plan_leaf(struct plan *plan)
{
    plan_begin(plan, KEY_LEAF, KEY_INTERMEDIATE);
    plan_add(plan, OID_BASIC_CONSTRAINTS, 1, "3000");
    plan_add(plan, OID_KEY_USAGE, 1, "03020780");
    add_policy_and_crl(plan);
    plan_add(plan, OID_TNAUTHLIST, 0, "3008a00616043730394a");
}

/* ---- DER ---- */

struct octets {
    uint8_t at[PLAN_MAX_OCTETS];
    size_t length;
};

static void put(struct octets *out, const void *octets, size_t length)
{
    require(out->length + length <= sizeof(out->at), "a certificate is too large");
    memcpy(out->at + out->length, octets, length);
    out->length += length;
}

static void put_hex(struct octets *out, const char *hex)
{
    out->length += from_hex(hex, out->at + out->length, sizeof(out->at) - out->length);
}

static void put_element(struct octets *out, uint8_t tag, const void *content, size_t length)
{
    const uint8_t header[] = {tag, 0x82, (uint8_t)(length >> 8), (uint8_t)length};
    const uint8_t short_header[] = {tag, (uint8_t)length};
    const uint8_t middle_header[] = {tag, 0x81, (uint8_t)length};
    if (length < 0x80)
        put(out, short_header, sizeof(short_header));
    else if (length < 0x100)
        put(out, middle_header, sizeof(middle_header));
    else
        put(out, header, sizeof(header));
    put(out, content, length);
}

/* Wraps what `in` holds, and empties it. */
static void put_wrapped(struct octets *out, uint8_t tag, struct octets *in)
{
    put_element(out, tag, in->at, in->length);
    in->length = 0;
}

static void put_name(struct octets *out, const struct plan_attribute *name)
{
    static struct octets rdns, pair, set;
    rdns.length = pair.length = set.length = 0;
    for (; name->oid != NULL; name++) {
        uint8_t oid[16];
        put_element(&pair, 0x06, oid, from_hex(name->oid, oid, sizeof(oid)));
        put_element(&pair, 0x0c, name->value, strlen(name->value));
        put_wrapped(&set, 0x30, &pair);
        put_wrapped(&rdns, 0x31, &set);
    }
    put_wrapped(out, 0x30, &rdns);
}

static void put_time(struct octets *out, const char *time)
{
    put_element(out, strlen(time) == 13 ? 0x17 : 0x18, time, strlen(time));
}

static void put_key(struct octets *out, const struct plan *plan)
{
    unsigned char *spki = NULL;
    if (plan->spki != NULL) {
        put_hex(out, plan->spki);
        return;
    }
    int length = i2d_PUBKEY(keys[plan->holder], &spki);
    require(length > 0, "no public key");
    put(out, spki, (size_t)length);
    OPENSSL_free(spki);
}

static void put_extensions(struct octets *out, const struct plan *plan)
{
    static const uint8_t critical[][3] = {{0x01, 0x01, 0xff}, {0x01, 0x01, 0x00}};
    static struct octets list, extension;
    list.length = extension.length = 0;
    for (size_t i = 0; i < plan->extension_count; i++) {
        const struct plan_extension *planned = &plan->extensions[i];
        uint8_t octets[512];
        put_element(&extension, 0x06, octets, from_hex(planned->oid, octets, sizeof(octets)));
        if (planned->critical != 0)
            put(&extension, critical[planned->critical - 1], 3);
        put_element(&extension, 0x04, octets, from_hex(planned->hex, octets, sizeof(octets)));
        put_wrapped(&list, 0x30, &extension);
    }
    if (plan->extension_count == 0)
        return;
    put_wrapped(&extension, 0x30, &list);
    put_wrapped(out, 0xa3, &extension);
}

static void put_tbs(struct octets *out, const struct plan *plan)
{
    static struct octets tbs, part;
    uint8_t serial[64];
    tbs.length = part.length = 0;
    if (plan->version != 1) {
        const uint8_t version[] = {0xa0, 3, 0x02, 1, (uint8_t)(plan->version - 1)};
        put(&tbs, version, sizeof(version));
    }
    put_element(&tbs, 0x02, serial, from_hex(plan->serial, serial, sizeof(serial)));
    put_hex(&tbs, plan->tbs_algorithm);
    put_name(&tbs, plan->issuer);
    put_time(&part, plan->not_before);
    put_time(&part, plan->not_after);
    put_wrapped(&tbs, 0x30, &part);
    put_name(&tbs, plan->subject);
    put_key(&tbs, plan);
    if (plan->unique_id)
        put_element(&tbs, 0x81, "\0id", 3);
    put_extensions(&tbs, plan);
    put_wrapped(out, 0x30, &tbs);
}

static void put_signature(struct octets *out, const struct octets *tbs, EVP_PKEY *key)
{
    uint8_t signature[128] = {0}; /* the first octet: no unused bits */
    size_t length = sizeof(signature) - 1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    require(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestSign(context, signature + 1, &length, tbs->at, tbs->length) == 1,
            "no signature");
    EVP_MD_CTX_free(context);
    put_element(out, 0x03, signature, length + 1);
}

size_t plan_build(const struct plan *plan, uint8_t der[PLAN_MAX_OCTETS])
{
    static struct octets content, certificate;
    content.length = certificate.length = 0;
    put_tbs(&content, plan);
    static struct octets tbs;
    tbs = content;
    put_hex(&content, plan->algorithm);
    put_signature(&content, &tbs, keys[plan->signer]);
    put_wrapped(&certificate, 0x30, &content);
    memcpy(der, certificate.at, certificate.length);
    return certificate.length;
}
