/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First everything is looked at, and only then is anything made: a registration that fails leaves
 * nothing behind. libcrypto cannot forget a name or a method.
 */
#include "register.h"

#include <pthread.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "extension.h"
#include "method_origin.h"
#include "tnauthlist.h"

struct object {
    const char *oid;
    const char *short_name;
    const char *long_name;
};

static const struct object access_method = {TNAUTHLIST_AD_STIR_TN_LIST_OID, "stirTNList",
                                            "STIR TN List"};

/*
 * The versions of the SHAKEN Certificate Policy, for certificatePolicies. They are a convenience:
 * where such a name stands for something else already, it is left alone, and the rest is
 * registered. `sti-ca doctor` tells.
 */
static const struct object policies[] = {
    {"2.16.840.1.114569.1.1.1", "shakenPolicy1-1", "SHAKEN Certificate Policy v1.1"},
    {"2.16.840.1.114569.1.1.3", "shakenPolicy1-3", "SHAKEN Certificate Policy v1.3"},
    {"2.16.840.1.114569.1.1.4", "shakenPolicy1-4", "SHAKEN Certificate Policy v1.4"},
};

/* libcrypto keeps pointers to the methods for the life of the process. */
static struct extension {
    const struct extension_kind *kind;
    X509V3_EXT_METHOD method;
} extensions[] = {
    {.kind = &extension_tnauthlist},
    {.kind = &extension_jwt_claim_constraints},
    {.kind = &extension_enhanced_jwt_claim_constraints},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct object object_of(const struct extension_kind *kind)
{
    return (struct object){kind->oid, kind->short_name, kind->long_name};
}

/* ---- looking ---- */

/* Some libcrypto releases raise an error when a name is unknown; asking is no failure of ours. */
static int nid_of(const char *name)
{
    ERR_set_mark();
    int nid = OBJ_txt2nid(name);
    ERR_pop_to_mark();
    return nid;
}

/* The name is unknown, or stands for this object already; else says for which. */
static bool check_name(const char *name, const struct object *object, struct sti_error *err)
{
    int nid = nid_of(name);
    if (nid == NID_undef || nid == nid_of(object->oid))
        return true;
    char other[80];
    OBJ_obj2txt(other, sizeof(other), OBJ_nid2obj(nid), 1);
    return sti_refuse(
        err, NULL,
        "the name %s, meant for %s, already stands for %s in this process; remove the "
        "oid_section line or the application code that says so",
        name, object->oid, other);
}

static bool check_names(const struct object *object, struct sti_error *err)
{
    return check_name(object->short_name, object, err) &&
           check_name(object->long_name, object, err);
}

/* A method of somebody else would shadow ours without a word, so that is an error. */
static bool check_method(const struct extension_kind *kind, struct sti_error *err)
{
    const X509V3_EXT_METHOD *there = X509V3_EXT_get_nid(nid_of(kind->oid));
    if (there == NULL || extension_is_ours(there, kind))
        return true;
    char origin[256];
    method_origin(there, origin, sizeof(origin));
    return sti_refuse(err, NULL,
                      "%s (%s) has an extension method of somebody else in this process: %s; load "
                      "this provider first, by openssl.cnf",
                      kind->short_name, kind->oid, origin);
}

static bool check_all(struct sti_error *err)
{
    bool ok = check_names(&access_method, err);
    for (size_t i = 0; ok && i < COUNT(extensions); i++) {
        const struct object object = object_of(extensions[i].kind);
        ok = check_names(&object, err) && check_method(extensions[i].kind, err);
    }
    return ok;
}

/* ---- making ---- */

/*
 * Makes the object unless it is there. Under another name, which an oid_section line or the
 * application gave it, it is adopted as it is: OpenSSL 4.0 lets nobody add a name to an object. So
 * in a configuration it has that name and no other; `sti-ca doctor` tells.
 */
static bool make_object(const struct object *object, struct sti_error *err)
{
    return nid_of(object->oid) != NID_undef ||
           OBJ_create(object->oid, object->short_name, object->long_name) != NID_undef ||
           sti_fail(err, "libcrypto could not make the object %s (%s)", object->short_name,
                    object->oid);
}

/* libcrypto does not look for duplicates itself. */
static bool add_method(struct extension *extension, struct sti_error *err)
{
    int nid = nid_of(extension->kind->oid);
    if (X509V3_EXT_get_nid(nid) != NULL)
        return true; /* of another copy of this module */
    extension_method(&extension->method, extension->kind, nid);
    return X509V3_EXT_add(&extension->method) ||
           sti_fail(err, "libcrypto could not add the extension %s", extension->kind->short_name);
}

static bool make_all(struct sti_error *err)
{
    bool ok = make_object(&access_method, err);
    for (size_t i = 0; ok && i < COUNT(policies); i++)
        ok = !check_names(&policies[i], NULL) || make_object(&policies[i], err);
    for (size_t i = 0; ok && i < COUNT(extensions); i++) {
        const struct object object = object_of(extensions[i].kind);
        ok = make_object(&object, err) && add_method(&extensions[i], err);
    }
    return ok;
}

/* ---- once ---- */

/*
 * What was registered must be there: an application can take all methods away, or put one of its
 * own beside ours. This is also the first look-up after the last method was added: libcrypto then
 * sorts its table, without a lock, so it must not be left to the threads that come later.
 */
static bool check_registered(struct sti_error *err)
{
    for (size_t i = 0; i < COUNT(extensions); i++) {
        const struct extension_kind *kind = extensions[i].kind;
        if (X509V3_EXT_get_nid(nid_of(kind->oid)) == NULL)
            return sti_refuse(err, NULL,
                              "the extension method of %s (%s) is gone: something in this process "
                              "has called X509V3_EXT_cleanup(); remove that call",
                              kind->short_name, kind->oid);
        if (!check_method(kind, err))
            return false;
    }
    return true;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool registered;
static struct sti_error failure; /* why it is not */

static void register_once(void)
{
    registered = check_all(&failure) && make_all(&failure) && check_registered(&failure);
}

bool register_stir_objects(struct sti_error *err)
{
    if (pthread_once(&once, register_once) != 0)
        return sti_fail(err, "pthread_once failed");
    if (registered)
        return check_registered(err);
    *err = failure;
    return false;
}
