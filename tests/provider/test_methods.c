/* SPDX-License-Identifier: Apache-2.0 */
/* An extension method of somebody else stands where the module's should, or takes it away. */
#include "cases.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "jwt_claim_constraints.h"
#include "tnauthlist.h"

/* ---- a method as another library would write it ---- */

static void *their_s2i(const X509V3_EXT_METHOD *method, X509V3_CTX *ctx, const char *text)
{
    (void)method;
    (void)ctx;
    (void)text;
    return NULL;
}

static int their_i2r(const X509V3_EXT_METHOD *method, void *value, BIO *out, int indent)
{
    (void)method;
    (void)value;
    (void)indent;
    return BIO_printf(out, "theirs") > 0;
}

static X509V3_EXT_METHOD theirs;

/* libcrypto keeps the pointer: one method in a process. */
static const X509V3_EXT_METHOD *add_theirs(int nid, void *usr_data)
{
    theirs.ext_nid = nid;
    theirs.s2i = their_s2i;
    theirs.i2r = their_i2r;
    theirs.usr_data = usr_data;
    check(X509V3_EXT_add(&theirs));
    return &theirs;
}

/* ---- before ours ---- */

static void alias_before_ours(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "TNAuthList", "TNAuthorizationList");
    check(nid != NID_undef && X509V3_EXT_add_alias(nid, NID_netscape_comment));
    const X509V3_EXT_METHOD *alias = X509V3_EXT_get_nid(nid);
    check_load_fails("TNAuthList (" TNAUTHLIST_OID ") has an extension method of somebody else",
                     "an alias of Netscape Comment, as libstirshaken makes one; load this provider "
                     "first");
    check(X509V3_EXT_get_nid(nid) == alias);
}

/* The code is in this program. */
static void code_before_ours(void)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    check(length > 0);
    program[length] = '\0';
    const char *slash = strrchr(program, '/');
    int nid = OBJ_create(TNAUTHLIST_OID, "TNAuthList", "TNAuthorizationList");
    check(nid != NID_undef && slash != NULL);
    const X509V3_EXT_METHOD *method = add_theirs(nid, NULL);
    check_load_fails("has an extension method of somebody else in this process: code in ", slash);
    check(X509V3_EXT_get_nid(nid) == method);
}

/* What usr_data points to is the other library's affair, if it is a pointer at all. */
static void usr_data_is_no_pointer(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "TNAuthList", "TNAuthorizationList");
    check(nid != NID_undef);
    add_theirs(nid, (void *)(uintptr_t)1);
    check_load_fails("TNAuthList (" TNAUTHLIST_OID ")", "method of somebody else");
}

/* Nothing is registered when the second extension is somebody else's. */
static void on_the_claim_constraints(void)
{
    int nid = OBJ_create(JWT_CLAIM_CONSTRAINTS_OID, "claims", "claims");
    check(nid != NID_undef && X509V3_EXT_add_alias(nid, NID_netscape_comment));
    check_load_fails("JWTClaimConstraints (" JWT_CLAIM_CONSTRAINTS_OID ")",
                     "method of somebody else");
    check(OBJ_txt2nid(TNAUTHLIST_OID) == NID_undef);
    check(OBJ_txt2nid(TNAUTHLIST_AD_STIR_TN_LIST_OID) == NID_undef);
    check_text(OBJ_nid2sn(nid), "claims");
    ERR_clear_error();
}

/* ---- after ours ---- */

/* Within a library context a module is asked only once; so this loads it in a new one. */
static void check_fails_in_a_new_context(const char *sentence)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    check(context != NULL && OSSL_PROVIDER_load(context, MODULE) == NULL);
    check_errors_say(sentence);
    OSSL_LIB_CTX_free(context);
}

/*
 * libcrypto takes a second method for the same extension, and which of the two it finds from then
 * on is not laid down. The next load says so if it is not ours.
 */
static void after_ours(void)
{
    load_module();
    const X509V3_EXT_METHOD *ours = X509V3_EXT_get_nid(list_nid());
    add_theirs(list_nid(), NULL);
    if (X509V3_EXT_get_nid(list_nid()) == ours)
        check_worked_example();
    else
        check_fails_in_a_new_context("TNAuthList (" TNAUTHLIST_OID
                                     ") has an extension method of somebody else");
}

/* An application that takes all methods away takes ours too: said, not passed over. */
static void taken_away(void)
{
    load_module();
    check_worked_example();
    X509V3_EXT_cleanup();
    check(X509V3_EXT_get_nid(list_nid()) == NULL);
    check_fails_in_a_new_context("the extension method of TNAuthList (" TNAUTHLIST_OID
                                 ") is gone: something in this process has called "
                                 "X509V3_EXT_cleanup(); remove that call");
}

static void replaced(void)
{
    load_module();
    X509V3_EXT_cleanup();
    add_theirs(list_nid(), NULL);
    check_fails_in_a_new_context("TNAuthList (" TNAUTHLIST_OID
                                 ") has an extension method of somebody else");
}

static const struct test_case cases[] = {
    {"an alias of Netscape Comment is named", alias_before_ours},
    {"code of another file is named", code_before_ours},
    {"usr_data of a foreign method is not followed", usr_data_is_no_pointer},
    {"a foreign method on the claim constraints: nothing is registered", on_the_claim_constraints},
    {"a foreign method beside ours", after_ours},
    {"X509V3_EXT_cleanup() took ours away: it is named", taken_away},
    {"a foreign method in the place of ours", replaced},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
