/* SPDX-License-Identifier: Apache-2.0 */
#include "register.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "extension.h"
#include "tnauthlist.h"

/* An object that has a name and nothing more. */
struct named_object {
    const char *oid;
    const char *short_name;
    const char *long_name;
};

static const struct named_object objects[] = {
    {TNAUTHLIST_AD_STIR_TN_LIST_OID, "stirTNList", "STIR TN List"},
    /* the versions of the SHAKEN Certificate Policy, for certificatePolicies */
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

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool registered;
static char failure[512];

/* Some libcrypto releases raise an error when a name is unknown; asking is no failure of ours. */
static int nid_of(const char *name)
{
    ERR_set_mark();
    int nid = OBJ_txt2nid(name);
    ERR_pop_to_mark();
    return nid;
}

/* A name we need is bound to another object: says to which. */
static bool name_is_free(const char *name, const char *oid)
{
    int nid = nid_of(name);
    if (nid == NID_undef)
        return true;
    char other[80];
    OBJ_obj2txt(other, sizeof(other), OBJ_nid2obj(nid), 1);
    snprintf(failure, sizeof(failure),
             "the name %s, meant for %s, already stands for %s in this process; remove the "
             "oid_section line or the application code that says so",
             name, oid, other);
    return false;
}

/* The NID of oid: an existing one, under whatever name, is adopted. */
static int make_object(const char *oid, const char *short_name, const char *long_name)
{
    int nid = nid_of(oid);
    if (nid != NID_undef)
        return nid;
    if (!name_is_free(short_name, oid) || !name_is_free(long_name, oid))
        return NID_undef;
    nid = OBJ_create(oid, short_name, long_name);
    if (nid == NID_undef)
        snprintf(failure, sizeof(failure), "libcrypto could not make the object %s (%s)",
                 short_name, oid);
    return nid;
}

/*
 * Adds our method unless one is there. libcrypto does not look for duplicates itself. A method of
 * somebody else would shadow ours without a word, so that is an error.
 */
static bool add_method(struct extension *extension)
{
    const struct extension_kind *kind = extension->kind;
    int nid = make_object(kind->oid, kind->short_name, kind->long_name);
    if (nid == NID_undef)
        return false;
    const X509V3_EXT_METHOD *there = X509V3_EXT_get_nid(nid);
    if (there == NULL) {
        extension_method(&extension->method, kind, nid);
        if (!X509V3_EXT_add(&extension->method)) {
            snprintf(failure, sizeof(failure), "libcrypto could not add the extension %s",
                     kind->short_name);
            return false;
        }
        /* The first look-up sorts libcrypto's table without a lock: do it here, not in a thread. */
        there = X509V3_EXT_get_nid(nid);
    }
    if (there != NULL && extension_is_ours(there, kind))
        return true;
    snprintf(failure, sizeof(failure),
             "another library in this process has its own extension method for %s (%s); load this "
             "provider first, by openssl.cnf",
             kind->short_name, kind->oid);
    return false;
}

static void register_once(void)
{
    for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++)
        if (make_object(objects[i].oid, objects[i].short_name, objects[i].long_name) == NID_undef)
            return;
    for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++)
        if (!add_method(&extensions[i]))
            return;
    registered = true;
}

bool register_stir_objects(char *reason, size_t size)
{
    if (pthread_once(&once, register_once) != 0)
        snprintf(failure, sizeof(failure), "pthread_once failed");
    if (!registered)
        snprintf(reason, size, "%s", failure);
    return registered;
}
