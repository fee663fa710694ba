/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding a key and judging it. The private key is found and its attributes are read with raw
 * calls, because libp11 neither reports two keys of one name nor reads attributes; libp11 then
 * turns the same key into an EVP_PKEY.
 */
#include "hsm_internal.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#define POINT_LENGTH 65 /* an uncompressed point of P-256: 04, x, y */

/* What the advice of most refusals is. */
#define MAKE_ONE "use a key made with: sti-ca key generate"

/* What makes a key one that only this HSM has, that only signs, and asks nobody. */
static const struct rule {
    CK_ATTRIBUTE_TYPE type;
    const char *name;
    CK_BBOOL wanted;
    bool optional; /* a token that has no such attribute for EC keys cannot do what it allows */
} rules[] = {
    {CKA_TOKEN, "CKA_TOKEN", CK_TRUE, false},
    {CKA_PRIVATE, "CKA_PRIVATE", CK_TRUE, false},
    {CKA_SENSITIVE, "CKA_SENSITIVE", CK_TRUE, false},
    {CKA_ALWAYS_SENSITIVE, "CKA_ALWAYS_SENSITIVE", CK_TRUE, false},
    {CKA_EXTRACTABLE, "CKA_EXTRACTABLE", CK_FALSE, false},
    {CKA_NEVER_EXTRACTABLE, "CKA_NEVER_EXTRACTABLE", CK_TRUE, false},
    {CKA_LOCAL, "CKA_LOCAL", CK_TRUE, false},
    {CKA_SIGN, "CKA_SIGN", CK_TRUE, false},
    {CKA_DERIVE, "CKA_DERIVE", CK_FALSE, true},
    {CKA_DECRYPT, "CKA_DECRYPT", CK_FALSE, true},
    {CKA_UNWRAP, "CKA_UNWRAP", CK_FALSE, true},
    {CKA_SIGN_RECOVER, "CKA_SIGN_RECOVER", CK_FALSE, true},
    /* libp11 would ask for the PIN of every signature on the terminal, behind our back. */
    {CKA_ALWAYS_AUTHENTICATE, "CKA_ALWAYS_AUTHENTICATE", CK_FALSE, true},
};

struct hsm_key_name hsm_key_name_of(const char *label, const unsigned char *id, size_t id_length)
{
    struct hsm_key_name name;
    char hex[2 * 20 + 4] = "";
    for (size_t i = 0; i < id_length && i < 20; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    if (id_length > 20)
        strcat(hex, "...");
    if (label == NULL)
        snprintf(name.text, sizeof(name.text), "with id %s", hex);
    else if (id == NULL)
        snprintf(name.text, sizeof(name.text), "'%.80s'", label);
    else
        snprintf(name.text, sizeof(name.text), "'%.80s' (id %s)", label, hex);
    return name;
}

struct hsm_key_name hsm_key_name(const struct hsm_uri *uri)
{
    return hsm_key_name_of(uri->object, uri->id, uri->id_length);
}

/* The value of a rule's attribute. CKR_ATTRIBUTE_TYPE_INVALID: the token has no such attribute. */
static CK_RV read_rule(struct hsm *hsm, CK_OBJECT_HANDLE key, const struct rule *rule,
                       CK_BBOOL *value)
{
    size_t length = sizeof(*value);
    CK_RV rv = hsm_attribute(hsm, key, rule->type, value, &length);
    return rv == CKR_OK && length != sizeof(*value) ? CKR_ATTRIBUTE_VALUE_INVALID : rv;
}

/* A module that says of none of its keys where it was made can be used, if its user says so. */
static bool is_accepted(const struct rule *rule, const struct hsm_uri *uri)
{
    return rule->type == CKA_LOCAL && uri->accept_not_local;
}

static const char *advice(const struct rule *rule)
{
    if (rule->type == CKA_LOCAL)
        return MAKE_ONE ", or, if the module shows none of its keys as local, add "
                        "x-accept=not-local to the URI's query";
    return MAKE_ONE;
}

static bool check_rule(struct hsm *hsm, CK_OBJECT_HANDLE key, const struct rule *rule,
                       const struct hsm_uri *uri, struct sti_error *err)
{
    CK_BBOOL value = CK_FALSE;
    CK_RV rv = read_rule(hsm, key, rule, &value);
    if (rv == CKR_ATTRIBUTE_TYPE_INVALID && (rule->optional || is_accepted(rule, uri)))
        return true;
    if (rv != CKR_OK)
        return sti_fail(err, "the key %s on token '%s' is refused: its %s cannot be read: %s; %s",
                        hsm_key_name(uri).text, hsm->token, rule->name, hsm_ckr(rv).text,
                        advice(rule));
    if ((value != CK_FALSE) == (rule->wanted != CK_FALSE) || is_accepted(rule, uri))
        return true;
    return sti_fail(err, "the key %s on token '%s' is refused: its %s is %s and must be %s; %s",
                    hsm_key_name(uri).text, hsm->token, rule->name, value ? "true" : "false",
                    rule->wanted ? "true" : "false", advice(rule));
}

bool hsm_key_fact(struct hsm *hsm, CK_OBJECT_HANDLE key, size_t index, struct hsm_fact *fact)
{
    if (index >= sizeof(rules) / sizeof(rules[0]))
        return false;
    CK_BBOOL value = CK_FALSE;
    CK_RV rv = read_rule(hsm, key, &rules[index], &value);
    fact->name = rules[index].name;
    fact->wanted = rules[index].wanted != CK_FALSE;
    if (rv == CKR_ATTRIBUTE_TYPE_INVALID)
        strcpy(fact->value, "absent");
    else if (rv != CKR_OK)
        snprintf(fact->value, sizeof(fact->value), "%s", hsm_ckr(rv).text);
    else
        strcpy(fact->value, value ? "true" : "false");
    fact->good = rv == CKR_OK ? (value != CK_FALSE) == fact->wanted
                              : rv == CKR_ATTRIBUTE_TYPE_INVALID && rules[index].optional;
    return true;
}

/* Both parts of a pair carry the key type and the curve. */
static bool check_curve(struct hsm *hsm, CK_OBJECT_HANDLE key, const struct hsm_uri *uri,
                        enum hsm_curve *curve, struct sti_error *err)
{
    CK_RV rv = hsm_curve_of(hsm, key, curve);
    if (rv == CKR_OK)
        return true;
    if (rv != CKR_CURVE_NOT_SUPPORTED)
        return sti_fail(err,
                        "the key %s on token '%s' is refused: its type and curve cannot be read: "
                        "%s; check the device",
                        hsm_key_name(uri).text, hsm->token, hsm_ckr(rv).text);
    return sti_fail(err,
                    "the key %s on token '%s' is not an EC key on P-256 or P-384; use a key made "
                    "with: sti-ca key generate",
                    hsm_key_name(uri).text, hsm->token);
}

bool hsm_key_check(struct hsm *hsm, CK_OBJECT_HANDLE key, const struct hsm_uri *uri,
                   struct sti_error *err)
{
    enum hsm_curve curve;
    if (!check_curve(hsm, key, uri, &curve, err))
        return false;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (!check_rule(hsm, key, &rules[i], uri, err))
            return false;
    }
    return true;
}

bool hsm_find_one(struct hsm *hsm, CK_OBJECT_CLASS class, const struct hsm_uri *uri,
                  CK_OBJECT_HANDLE *object, struct sti_error *err)
{
    const struct hsm_query query = {
        .class = class, .label = uri->object, .id = uri->id, .id_length = uri->id_length};
    const char *kind = class == CKO_PRIVATE_KEY ? "private" : "public";
    unsigned count = 0;
    if (uri->object == NULL && uri->id == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "no key is named; name one with object= or id= in the URI");
    if (!hsm_uri_check(hsm, uri, err) || !hsm_find(hsm, &query, object, &count, err))
        return false;
    if (count == 0)
        return sti_fail(err,
                        "token '%s' has no %s key %s; correct the URI, or make a key with: sti-ca "
                        "key generate",
                        hsm->token, kind, hsm_key_name(uri).text);
    return count == 1 || hsm_refuse_candidates(hsm, &query, uri, err);
}

EVP_PKEY *hsm_key_public(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    CK_OBJECT_HANDLE object = 0;
    enum hsm_curve curve;
    if (!hsm_find_one(hsm, CKO_PUBLIC_KEY, uri, &object, err) ||
        !check_curve(hsm, object, uri, &curve, err))
        return NULL;
    unsigned char value[HSM_ATTRIBUTE_LENGTH];
    size_t length = sizeof(value);
    CK_RV rv = hsm_attribute(hsm, object, CKA_EC_POINT, value, &length);
    if (rv != CKR_OK) {
        sti_fail(err, "the public key %s on token '%s' cannot be read: %s; check the device",
                 hsm_key_name(uri).text, hsm->token, hsm_ckr(rv).text);
        return NULL;
    }
    ERR_set_mark();
    EVP_PKEY *pkey = hsm_curve_public(curve, value, length);
    ERR_pop_to_mark();
    if (pkey == NULL)
        sti_fail(err,
                 "the public key %s on token '%s' is not a point of %s; use a key made with: "
                 "sti-ca key generate",
                 hsm_key_name(uri).text, hsm->token, hsm_curve_name(curve));
    return pkey;
}

/* Is an attribute of the object exactly these octets? An attribute it has not is an empty one. */
static bool attribute_is(struct hsm *hsm, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
                         const void *wanted, size_t wanted_length)
{
    unsigned char value[HSM_ATTRIBUTE_LENGTH];
    size_t length = sizeof(value);
    CK_RV rv = hsm_attribute(hsm, object, type, value, &length);
    if (rv == CKR_ATTRIBUTE_TYPE_INVALID)
        length = 0;
    else if (rv != CKR_OK)
        return false;
    return length == wanted_length && (length == 0 || memcmp(value, wanted, length) == 0);
}

/*
 * The EVP_PKEY of a private key. libp11 does not tell an object's handle, so its key is known by
 * label and id. libp11 appends what it finds to its list and never drops what has been destroyed
 * since; the token has only one key of these names, so the last in the list is the living one.
 */
static EVP_PKEY *private_pkey(struct hsm *hsm, CK_OBJECT_HANDLE object, const struct hsm_uri *uri,
                              struct sti_error *err)
{
    PKCS11_KEY *keys = NULL;
    unsigned int count = 0;
    PKCS11_KEY *match = NULL;
    hsm_failure_forget();
    if (PKCS11_enumerate_keys(hsm->slot->token, &keys, &count) != 0)
        count = 0;
    for (unsigned int i = 0; i < count; i++) {
        const char *label = keys[i].label == NULL ? "" : keys[i].label;
        if (attribute_is(hsm, object, CKA_LABEL, label, strlen(label)) &&
            attribute_is(hsm, object, CKA_ID, keys[i].id, keys[i].id_len))
            match = &keys[i];
    }
    EVP_PKEY *pkey = match == NULL ? NULL : PKCS11_get_private_key(match);
    if (pkey == NULL)
        sti_fail(err, "libp11 %s the key %s on token '%s': %s; check the device",
                 match == NULL ? "does not show" : "cannot use", hsm_key_name(uri).text, hsm->token,
                 hsm_libp11_reason().text);
    return pkey;
}

/* libp11 passes over failures: what it has then may be half of a key, or another one. */
static bool check_pkey(const struct hsm *hsm, const EVP_PKEY *pkey, const EVP_PKEY *public_key,
                       const struct hsm_uri *uri, struct sti_error *err)
{
    if (hsm_failure_noted())
        return sti_fail(err, "libp11 cannot use the key %s on token '%s': %s; check the device",
                        hsm_key_name(uri).text, hsm->token, hsm_libp11_reason().text);
    if (EVP_PKEY_eq(pkey, public_key) == 1)
        return true;
    return sti_fail(err,
                    "the private and the public key %s on token '%s' are not one pair as libp11 "
                    "sees them; remove the public key that has the id of another key",
                    hsm_key_name(uri).text, hsm->token);
}

EVP_PKEY *hsm_key_open(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    CK_OBJECT_HANDLE object = 0;
    if (!hsm_find_one(hsm, CKO_PRIVATE_KEY, uri, &object, err) ||
        !hsm_key_check(hsm, object, uri, err))
        return NULL;
    /* libp11 takes the public part from any public key of that id: hold it against the URI's. */
    EVP_PKEY *public_key = hsm_key_public(hsm, uri, err);
    if (public_key == NULL)
        return NULL;
    ERR_set_mark();
    EVP_PKEY *pkey = private_pkey(hsm, object, uri, err);
    if (pkey != NULL && !check_pkey(hsm, pkey, public_key, uri, err)) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    ERR_pop_to_mark();
    EVP_PKEY_free(public_key);
    return pkey;
}
