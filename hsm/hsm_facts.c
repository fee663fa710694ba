/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token tells of its keys. Whether a key is good is asked of hsm_key_open() itself, with a
 * URI of the key's own label and id, so that no second opinion can differ from the first.
 */
#include "hsm_internal.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH HSM_ATTRIBUTE_LENGTH

static bool out_of_memory(struct sti_error *err)
{
    return sti_fail(err, "out of memory");
}

/*
 * The octets of an attribute; none if it is absent or empty. What cannot be read is not the same:
 * a key must not be shown without the name that it has.
 */
static bool octets_of(struct hsm *hsm, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
                      unsigned char value[LENGTH], size_t *length, struct sti_error *err)
{
    *length = LENGTH;
    CK_RV rv = hsm_attribute(hsm, object, type, value, length);
    if (rv == CKR_OK)
        return true;
    *length = 0;
    return rv == CKR_ATTRIBUTE_TYPE_INVALID ||
           sti_fail(err, "the %s of a key on token '%s' cannot be read: %s; check the device",
                    type == CKA_LABEL ? "label"
                    : type == CKA_ID  ? "id"
                                      : "curve",
                    hsm->token, hsm_ckr(rv).text);
}

static bool read_names(struct hsm *hsm, CK_OBJECT_HANDLE object, struct hsm_key_facts *facts,
                       struct sti_error *err)
{
    unsigned char value[LENGTH];
    size_t length = 0;
    if (!octets_of(hsm, object, CKA_LABEL, value, &length, err))
        return false;
    if (length > 0 && (facts->label = strndup((const char *)value, length)) == NULL)
        return out_of_memory(err);
    if (!octets_of(hsm, object, CKA_ID, value, &length, err))
        return false;
    if (length == 0)
        return true;
    facts->id = malloc(length);
    if (facts->id == NULL)
        return out_of_memory(err);
    memcpy(facts->id, value, length);
    facts->id_length = length;
    return true;
}

/* The name of a curve that is not one of ours, or its OID. */
static bool name_curve(struct hsm *hsm, CK_OBJECT_HANDLE object, char *name, size_t size,
                       struct sti_error *err)
{
    unsigned char value[LENGTH];
    size_t length = 0;
    if (!octets_of(hsm, object, CKA_EC_PARAMS, value, &length, err))
        return false;
    const unsigned char *at = value;
    ERR_set_mark();
    ASN1_OBJECT *oid = length == 0 ? NULL : d2i_ASN1_OBJECT(NULL, &at, (long)length);
    int nid = oid == NULL ? NID_undef : OBJ_obj2nid(oid);
    if (nid != NID_undef)
        snprintf(name, size, "%s", OBJ_nid2sn(nid));
    else if (oid == NULL || OBJ_obj2txt(name, (int)size, oid, 1) <= 0)
        snprintf(name, size, "without a named curve");
    ASN1_OBJECT_free(oid);
    ERR_pop_to_mark();
    return true;
}

static bool read_type(struct hsm *hsm, CK_OBJECT_HANDLE object, struct hsm_key_facts *facts,
                      struct sti_error *err)
{
    CK_KEY_TYPE type = 0;
    size_t length = sizeof(type);
    enum hsm_curve curve;
    char name[60];
    unsigned char modulus[4096];
    size_t modulus_length = sizeof(modulus);
    CK_RV rv = hsm_attribute(hsm, object, CKA_KEY_TYPE, &type, &length);
    if (rv != CKR_OK && rv != CKR_ATTRIBUTE_TYPE_INVALID)
        return sti_fail(err, "the type of a key on token '%s' cannot be read: %s; check the device",
                        hsm->token, hsm_ckr(rv).text);
    if (rv != CKR_OK || length != sizeof(type)) {
        snprintf(facts->type, sizeof(facts->type), "unknown");
    } else if (type == CKK_EC && (rv = hsm_curve_of(hsm, object, &curve)) == CKR_OK) {
        snprintf(facts->type, sizeof(facts->type), "EC %s", hsm_curve_name(curve));
    } else if (type == CKK_EC && rv != CKR_CURVE_NOT_SUPPORTED &&
               rv != CKR_ATTRIBUTE_TYPE_INVALID) {
        return sti_fail(err,
                        "the curve of a key on token '%s' cannot be read: %s; check the device",
                        hsm->token, hsm_ckr(rv).text);
    } else if (type == CKK_EC) {
        if (!name_curve(hsm, object, name, sizeof(name), err))
            return false;
        snprintf(facts->type, sizeof(facts->type), "EC %s", name);
    } else if (type == CKK_RSA &&
               hsm_attribute(hsm, object, CKA_MODULUS, modulus, &modulus_length) == CKR_OK) {
        snprintf(facts->type, sizeof(facts->type), "RSA %zu", 8 * modulus_length);
    } else if (type == CKK_AES) {
        snprintf(facts->type, sizeof(facts->type), "AES");
    } else {
        snprintf(facts->type, sizeof(facts->type), "key type 0x%lx", type);
    }
    return true;
}

/* The URI that names a key by what it has. Borrows. */
static struct hsm_uri uri_of(struct hsm *hsm, const struct hsm_key_facts *facts)
{
    return (struct hsm_uri){.token = hsm->token,
                            .object = facts->label,
                            .id = facts->id,
                            .id_length = facts->id_length,
                            .pin_fd = HSM_NO_FD};
}

static void judge(struct hsm *hsm, struct hsm_key_facts *facts)
{
    const struct hsm_uri uri = uri_of(hsm, facts);
    sti_error_clear(&facts->reason);
    if (facts->label == NULL && facts->id == NULL) {
        sti_fail(&facts->reason,
                 "a key on token '%s' has neither a label nor an id, so no URI names it; give it "
                 "one with the device's own tool",
                 hsm->token);
        return;
    }
    EVP_PKEY *pkey = hsm_key_open(hsm, &uri, &facts->reason);
    facts->good = pkey != NULL;
    EVP_PKEY_free(pkey);
    facts->public_key = hsm_key_public(hsm, &uri, facts->good ? &facts->reason : NULL);
    facts->good = facts->good && facts->public_key != NULL;
}

/* A device that failed while the key was read may have shown less than there is. */
static void note_unread(const struct hsm *hsm, struct hsm_key_facts *facts)
{
    if (facts->unread || !hsm_failure_noted())
        return;
    facts->unread = true;
    facts->good = false;
    sti_fail(&facts->reason,
             "the key %s on token '%s' could not be read in full: %s; check the device",
             hsm_key_name_of(facts->label, facts->id, facts->id_length).text, hsm->token,
             hsm_libp11_reason().text);
}

/* All that is known of a private key. */
static bool read_private(struct hsm *hsm, CK_OBJECT_HANDLE object, struct hsm_key_facts *facts,
                         struct sti_error *err)
{
    memset(facts, 0, sizeof(*facts));
    facts->class = "private";
    hsm_failure_forget();
    if (!read_names(hsm, object, facts, err) || !read_type(hsm, object, facts, err))
        return false;
    while (facts->fact_count < HSM_FACTS_MAX &&
           hsm_key_fact(hsm, object, facts->fact_count, &facts->facts[facts->fact_count]))
        facts->fact_count++;
    if (hsm_failure_noted()) {
        note_unread(hsm, facts);
        return true;
    }
    judge(hsm, facts);
    note_unread(hsm, facts);
    return true;
}

/* All that is known of a key that cannot sign. */
static bool read_other(struct hsm *hsm, CK_OBJECT_HANDLE object, CK_OBJECT_CLASS class,
                       struct hsm_key_facts *facts, struct sti_error *err)
{
    memset(facts, 0, sizeof(*facts));
    facts->class = class == CKO_PUBLIC_KEY ? "public" : "secret";
    if (!read_names(hsm, object, facts, err) || !read_type(hsm, object, facts, err))
        return false;
    struct hsm_key_name name = hsm_key_name_of(facts->label, facts->id, facts->id_length);
    sti_fail(&facts->reason,
             class == CKO_PUBLIC_KEY
                 ? "the key %s on token '%s' has no private part: it was destroyed, or is "
                   "elsewhere; name another key"
                 : "the key %s on token '%s' is a secret key and signs nothing here; name another "
                   "key",
             name.text, hsm->token);
    return true;
}

static int compare_octets(const void *left, size_t left_length, const void *right,
                          size_t right_length)
{
    size_t common = left_length < right_length ? left_length : right_length;
    int order = common == 0 ? 0 : memcmp(left, right, common);
    return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
}

static int compare_names(const struct hsm_key_facts *left, const struct hsm_key_facts *right)
{
    int order =
        strcmp(left->label == NULL ? "" : left->label, right->label == NULL ? "" : right->label);
    return order != 0 ? order
                      : compare_octets(left->id, left->id_length, right->id, right->id_length);
}

/* "private", "public", "secret" come in this order by themselves. */
static int compare(const void *left, const void *right)
{
    const struct hsm_key_facts *one = left;
    const struct hsm_key_facts *other = right;
    int order = strcmp(one->class, other->class);
    if (order == 0)
        order = compare_names(one, other);
    return order != 0 ? order : strcmp(one->type, other->type);
}

static void facts_clear(struct hsm_key_facts *facts)
{
    free(facts->label);
    free(facts->id);
    EVP_PKEY_free(facts->public_key);
}

void hsm_key_facts_free(struct hsm_key_facts *facts)
{
    if (facts == NULL)
        return;
    facts_clear(facts);
    free(facts);
}

struct hsm_key_facts *hsm_key_show(struct hsm *hsm, const struct hsm_uri *uri,
                                   struct sti_error *err)
{
    CK_OBJECT_HANDLE object = 0;
    if (!hsm_find_one(hsm, CKO_PRIVATE_KEY, uri, &object, err))
        return NULL;
    struct hsm_key_facts *facts = calloc(1, sizeof(*facts));
    if (facts == NULL) {
        out_of_memory(err);
        return NULL;
    }
    if (read_private(hsm, object, facts, err))
        return facts;
    hsm_key_facts_free(facts);
    return NULL;
}

/* A list on its way. */
struct keys {
    struct hsm_key_facts *keys;
    size_t count;
    size_t privates; /* the first of them */
};

/* Does a public key belong to a private one of the list? */
static bool has_private(const struct keys *list, const struct hsm_key_facts *facts)
{
    for (size_t i = 0; i < list->privates; i++) {
        if (compare_names(&list->keys[i], facts) == 0)
            return true;
    }
    return false;
}

static bool add_one(struct hsm *hsm, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE object,
                    struct keys *list, struct sti_error *err)
{
    struct hsm_key_facts *facts = &list->keys[list->count++]; /* freed with the list from here on */
    if (class == CKO_PRIVATE_KEY) {
        list->privates++;
        return read_private(hsm, object, facts, err);
    }
    if (!read_other(hsm, object, class, facts, err))
        return false;
    if (class == CKO_PUBLIC_KEY && has_private(list, facts)) {
        facts_clear(facts);
        list->count--;
    }
    return true;
}

static bool add_class(struct hsm *hsm, CK_OBJECT_CLASS class, struct keys *list,
                      struct sti_error *err)
{
    const struct hsm_query query = {.class = class};
    CK_OBJECT_HANDLE *objects = NULL;
    size_t count = 0;
    if (!hsm_find_all(hsm, &query, &objects, &count, err))
        return false;
    struct hsm_key_facts *more =
        realloc(list->keys, (list->count + count + 1) * sizeof(*list->keys));
    bool ok = more != NULL || out_of_memory(err);
    if (ok)
        list->keys = more;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_one(hsm, class, objects[i], list, err);
    free(objects);
    return ok;
}

bool hsm_key_list(struct hsm *hsm, struct hsm_key_facts **keys, size_t *count,
                  struct sti_error *err)
{
    struct keys list = {0};
    *keys = NULL;
    *count = 0;
    /* Private keys first: the public ones are held against them. */
    if (!add_class(hsm, CKO_PRIVATE_KEY, &list, err) ||
        !add_class(hsm, CKO_PUBLIC_KEY, &list, err) ||
        !add_class(hsm, CKO_SECRET_KEY, &list, err)) {
        hsm_key_list_free(list.keys, list.count);
        return false;
    }
    qsort(list.keys, list.count, sizeof(list.keys[0]), compare);
    *keys = list.keys;
    *count = list.count;
    return true;
}

void hsm_key_list_free(struct hsm_key_facts *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        facts_clear(&keys[i]);
    free(keys);
}
