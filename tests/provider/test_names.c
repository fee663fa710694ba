/* SPDX-License-Identifier: Apache-2.0 */
/* The application, or another library in it, knew the object identifiers or the names before. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "jwt_claim_constraints.h"
#include "tnauthlist.h"

static void check_printed(int nid)
{
    X509_EXTENSION *extension = extension_of(nid, "3008a00616043730394a");
    char *text = print(extension);
    check_text(text, "  SPC:709J");
    free(text);
    X509_EXTENSION_free(extension);
}

static void nothing_known_before(void)
{
    load_module();
    int nid = OBJ_txt2nid(TNAUTHLIST_OID);
    check(nid != NID_undef && OBJ_sn2nid("TNAuthList") == nid);
    check(OBJ_ln2nid("TNAuthorizationList") == nid);
    int access_method = OBJ_txt2nid(TNAUTHLIST_AD_STIR_TN_LIST_OID);
    check(access_method != NID_undef && OBJ_sn2nid("stirTNList") == access_method);
    check(OBJ_ln2nid("STIR TN List") == access_method);
    check(ERR_peek_error() == 0);
}

/* The other objects: the claim constraints, and the versions of the SHAKEN Certificate Policy. */
static void the_other_names(void)
{
    static const char *const names[][3] = {
        {JWT_CLAIM_CONSTRAINTS_OID, "JWTClaimConstraints", "JWTClaimConstraints"},
        {ENHANCED_JWT_CLAIM_CONSTRAINTS_OID, "EnhancedJWTClaimConstraints",
         "EnhancedJWTClaimConstraints"},
        {"2.16.840.1.114569.1.1.1", "shakenPolicy1-1", "SHAKEN Certificate Policy v1.1"},
        {"2.16.840.1.114569.1.1.3", "shakenPolicy1-3", "SHAKEN Certificate Policy v1.3"},
        {"2.16.840.1.114569.1.1.4", "shakenPolicy1-4", "SHAKEN Certificate Policy v1.4"},
    };
    load_module();
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        int nid = OBJ_txt2nid(names[i][0]);
        check(nid != NID_undef);
        check_text(OBJ_nid2sn(nid), names[i][1]);
        check_text(OBJ_nid2ln(nid), names[i][2]);
        check((X509V3_EXT_get_nid(nid) != NULL) == (i < 2));
    }
}

/* A load that fails has registered nothing: neither the names nor a method. */
static void check_nothing_registered(void)
{
    static const char *const names[] = {
        TNAUTHLIST_OID,
        JWT_CLAIM_CONSTRAINTS_OID,
        ENHANCED_JWT_CLAIM_CONSTRAINTS_OID,
        TNAUTHLIST_AD_STIR_TN_LIST_OID,
        "2.16.840.1.114569.1.1.4",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        check(OBJ_txt2nid(names[i]) == NID_undef);
    ERR_clear_error();
}

/* The last of the names is asked for before the first is made. */
static void claims_name_taken(void)
{
    check(OBJ_create("2.25.4711.4", "EnhancedJWTClaimConstraints", "else") != NID_undef);
    check_load_fails("EnhancedJWTClaimConstraints, meant for " ENHANCED_JWT_CLAIM_CONSTRAINTS_OID,
                     "already stands for 2.25.4711.4 ");
    check_nothing_registered();
}

/* The names of certificate policies are a convenience: one that is taken is left alone. */
static void policy_name_taken(void)
{
    int other = OBJ_create("2.25.4711.5", "shakenPolicy1-3", "else");
    check(other != NID_undef);
    load_module();
    check_worked_example();
    check(OBJ_sn2nid("shakenPolicy1-3") == other);
    check(OBJ_txt2nid("2.16.840.1.114569.1.1.3") == NID_undef);
    check(OBJ_sn2nid("shakenPolicy1-1") == OBJ_txt2nid("2.16.840.1.114569.1.1.1"));
    check(OBJ_sn2nid("shakenPolicy1-4") == OBJ_txt2nid("2.16.840.1.114569.1.1.4"));
    check(OBJ_sn2nid("shakenPolicy1-4") != NID_undef);
}

static void check_made(const char *name)
{
    X509V3_CTX ctx = {0};
    const char *value = name[0] == 'J' ? "mustInclude:attest" : "SPC:709J";
    X509_EXTENSION *extension = X509V3_EXT_conf(NULL, &ctx, name, value);
    check(extension != NULL);
    X509_EXTENSION_free(extension);
}

static void check_not_made(const char *name)
{
    X509V3_CTX ctx = {0};
    check(X509V3_EXT_conf(NULL, &ctx, name, "SPC:709J") == NULL);
    check_errors_say("unknown extension name");
}

/* It keeps its names, and in a configuration it has no other. */
static void another_name_is_adopted(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "tnAuthList", "a TN list");
    int access_method = OBJ_create(TNAUTHLIST_AD_STIR_TN_LIST_OID, "tnList", "a list elsewhere");
    check(nid != NID_undef && access_method != NID_undef);
    load_module();
    check(OBJ_txt2nid(TNAUTHLIST_OID) == nid);
    check(OBJ_txt2nid(TNAUTHLIST_AD_STIR_TN_LIST_OID) == access_method);
    check_text(OBJ_nid2sn(nid), "tnAuthList");
    check_text(OBJ_nid2ln(nid), "a TN list");
    check_printed(nid);
    check_made("tnAuthList");
    check_not_made("TNAuthList");
    check_made("JWTClaimConstraints");
}

/* An oid_section makes the short name the long one as well. */
static void half_of_our_names_is_adopted(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "TNAuthList", "TNAuthList");
    check(nid != NID_undef);
    load_module();
    check(OBJ_sn2nid("TNAuthList") == nid && OBJ_ln2nid("TNAuthList") == nid);
    check_printed(nid);
    check_made("TNAuthList");
}

/* The object is there under another name, and its name is another object's. */
static void object_and_name_apart(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "tnAuthList", "a TN list");
    check(nid != NID_undef);
    check(OBJ_create("2.25.4711.6", "TNAuthList", "something else") != NID_undef);
    check_load_fails("TNAuthList, meant for " TNAUTHLIST_OID, "already stands for 2.25.4711.6 ");
    check_text(OBJ_nid2sn(nid), "tnAuthList");
    check(X509V3_EXT_get_nid(nid) == NULL);
}

static void our_own_names_are_adopted(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "TNAuthList", "TNAuthorizationList");
    check(nid != NID_undef);
    load_module();
    check(list_nid() == nid);
    check_printed(nid);
}

static void short_name_taken(void)
{
    check(OBJ_create("2.25.4711.1", "TNAuthList", "something else") != NID_undef);
    check_load_fails("TNAuthList, meant for " TNAUTHLIST_OID, "already stands for 2.25.4711.1 ");
    check_nothing_registered();
}

static void long_name_taken(void)
{
    check(OBJ_create("2.25.4711.2", "other", "TNAuthorizationList") != NID_undef);
    check_load_fails("TNAuthorizationList, meant for", "already stands for 2.25.4711.2 ");
}

static void access_method_name_taken(void)
{
    check(OBJ_create("2.25.4711.3", "stirTNList", "something else") != NID_undef);
    check_load_fails("stirTNList, meant for " TNAUTHLIST_AD_STIR_TN_LIST_OID,
                     "already stands for 2.25.4711.3 ");
    check_nothing_registered();
}

static void a_failed_load_fails_again(void)
{
    check(OBJ_create("2.25.4711.1", "TNAuthList", "something else") != NID_undef);
    for (int round = 0; round < 3; round++)
        check_load_fails("TNAuthList", "2.25.4711.1");
    check(X509V3_EXT_get_nid(OBJ_sn2nid("TNAuthList")) == NULL);
    /* ... and does no harm to others */
    OSSL_PROVIDER *other = OSSL_PROVIDER_load(NULL, "default");
    check(other != NULL);
    OSSL_PROVIDER_unload(other);
}

static const struct test_case cases[] = {
    {"names and objects are made", nothing_known_before},
    {"the claim constraints and the certificate policies have their names", the_other_names},
    {"an object under another name is adopted as it is", another_name_is_adopted},
    {"the same when one of its names is ours", half_of_our_names_is_adopted},
    {"an object under our names is adopted", our_own_names_are_adopted},
    {"short name taken: the load fails and names the other OID", short_name_taken},
    {"long name taken: the same", long_name_taken},
    {"name of the access method taken: the same", access_method_name_taken},
    {"name of the claim constraints taken: the same, and nothing is registered", claims_name_taken},
    {"short name taken and the object under another name: the same", object_and_name_apart},
    {"name of a certificate policy taken: it is left alone, the rest is there", policy_name_taken},
    {"a failed load fails again with the same reason", a_failed_load_fails_again},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
