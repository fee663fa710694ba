/* SPDX-License-Identifier: Apache-2.0 */
#include "register.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "extension.h"
#include "tnauthlist.h"

/*
 * The long name TNAuthorizationList is the one other STIR software looks for before it makes its
 * own; with any other, its registration fails in the same process.
 */
#define TNAUTHLIST_SHORT_NAME "TNAuthList"
#define TNAUTHLIST_LONG_NAME "TNAuthorizationList"
#define STIR_TN_LIST_SHORT_NAME "stirTNList"
#define STIR_TN_LIST_LONG_NAME "STIR TN List"

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
static bool add_method(int nid)
{
    const X509V3_EXT_METHOD *there = X509V3_EXT_get_nid(nid);
    if (there == NULL) {
        if (!X509V3_EXT_add(extension_method(nid))) {
            snprintf(failure, sizeof(failure), "libcrypto could not add the TNAuthList extension");
            return false;
        }
        /* The first look-up sorts libcrypto's table without a lock: do it here, not in a thread. */
        there = X509V3_EXT_get_nid(nid);
    }
    if (there != NULL && extension_is_ours(there))
        return true;
    snprintf(failure, sizeof(failure),
             "another library in this process has its own extension method for %s (%s); load this "
             "provider first, by openssl.cnf",
             TNAUTHLIST_SHORT_NAME, TNAUTHLIST_OID);
    return false;
}

static void register_once(void)
{
    int access_method = make_object(TNAUTHLIST_AD_STIR_TN_LIST_OID, STIR_TN_LIST_SHORT_NAME,
                                    STIR_TN_LIST_LONG_NAME);
    int list = access_method == NID_undef
                   ? NID_undef
                   : make_object(TNAUTHLIST_OID, TNAUTHLIST_SHORT_NAME, TNAUTHLIST_LONG_NAME);
    registered = list != NID_undef && add_method(list);
}

bool register_stir_objects(char *reason, size_t size)
{
    if (pthread_once(&once, register_once) != 0)
        snprintf(failure, sizeof(failure), "pthread_once failed");
    if (!registered)
        snprintf(reason, size, "%s", failure);
    return registered;
}
