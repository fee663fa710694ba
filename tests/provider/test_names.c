/* SPDX-License-Identifier: Apache-2.0 */
/* The application, or another library in it, knew the object identifiers or the names before. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "jwt_claim_constraints.h"
#include "tnauthlist.h"

static void check_load_fails(const char *part, const char *other_part)
{
    check(OSSL_PROVIDER_load(NULL, MODULE) == NULL);
    const char *data = NULL;
    int flags = 0;
    unsigned long error = 0;
    int found = 0;
    while ((error = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0)
        if (strncmp(data, "tnauthlist: ", 12) == 0 && strstr(data, part) != NULL &&
            strstr(data, other_part) != NULL)
            found = 1;
    check(found);
}

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

static void claims_name_taken(void)
{
    check(OBJ_create("2.25.4711.4", "EnhancedJWTClaimConstraints", "else") != NID_undef);
    check_load_fails("EnhancedJWTClaimConstraints, meant for " ENHANCED_JWT_CLAIM_CONSTRAINTS_OID,
                     "already stands for 2.25.4711.4 ");
}

static void policy_name_taken(void)
{
    check(OBJ_create("2.25.4711.5", "shakenPolicy1-4", "else") != NID_undef);
    check_load_fails("shakenPolicy1-4, meant for 2.16.840.1.114569.1.1.4",
                     "already stands for 2.25.4711.5 ");
}

/* Somebody else's method on the older claim constraints. */
static void foreign_claims_method(void)
{
    int nid = OBJ_create(JWT_CLAIM_CONSTRAINTS_OID, "claims", "claims");
    check(nid != NID_undef && X509V3_EXT_add_alias(nid, NID_netscape_comment));
    check_load_fails("another library in this process has its own extension method for "
                     "JWTClaimConstraints",
                     JWT_CLAIM_CONSTRAINTS_OID);
}

static void another_name_is_adopted(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "tnAuthList", "a TN list");
    int access_method = OBJ_create(TNAUTHLIST_AD_STIR_TN_LIST_OID, "tnList", "a list elsewhere");
    check(nid != NID_undef && access_method != NID_undef);
    load_module();
    check(OBJ_txt2nid(TNAUTHLIST_OID) == nid);
    check(OBJ_txt2nid(TNAUTHLIST_AD_STIR_TN_LIST_OID) == access_method);
    check_printed(nid);
    /* In a configuration it has the application's name and no other. */
    X509V3_CTX ctx = {0};
    X509_EXTENSION *extension = X509V3_EXT_conf(NULL, &ctx, "tnAuthList", "SPC:709J");
    check(extension != NULL);
    X509_EXTENSION_free(extension);
    check(X509V3_EXT_conf(NULL, &ctx, "TNAuthList", "SPC:709J") == NULL);
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

/* What libstirshaken does: it looks for its long name, and makes its own object only if it fails.
 */
static void libstirshaken_finds_ours(void)
{
    load_module();
    int nid = OBJ_ln2nid("TNAuthorizationList");
    check(nid != NID_undef && nid == list_nid());
    check_printed(nid);
}

/* ... and in the other order: its method is on the object. */
static void foreign_method(void)
{
    int nid = OBJ_create(TNAUTHLIST_OID, "TNAuthorizationList", "TNAuthorizationList");
    check(nid != NID_undef && X509V3_EXT_add_alias(nid, NID_netscape_comment));
    const X509V3_EXT_METHOD *theirs = X509V3_EXT_get_nid(nid);
    check_load_fails("another library in this process has its own extension method",
                     "TNAuthList (" TNAUTHLIST_OID ")");
    check(X509V3_EXT_get_nid(nid) == theirs);
}

static const struct test_case cases[] = {
    {"names and objects are made", nothing_known_before},
    {"an object under another name is adopted", another_name_is_adopted},
    {"an object under our names is adopted", our_own_names_are_adopted},
    {"short name taken: the load fails and names the other OID", short_name_taken},
    {"long name taken: the same", long_name_taken},
    {"name of the access method taken: the same", access_method_name_taken},
    {"a failed load fails again with the same reason", a_failed_load_fails_again},
    {"libstirshaken finds the object by its long name", libstirshaken_finds_ours},
    {"somebody else's method on the object: the load fails", foreign_method},
    {"the claim constraints and the certificate policies have their names", the_other_names},
    {"the name of the claim constraints stands for another OID", claims_name_taken},
    {"the name of a certificate policy stands for another OID", policy_name_taken},
    {"another library's method is on the claim constraints", foreign_claims_method},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
