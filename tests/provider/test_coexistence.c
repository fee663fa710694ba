/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other STIR/SHAKEN software registers TNAuthList itself. What its code does at start, in as many
 * words, before and after the module: libstirshaken, Asterisk (res_stir_shaken) and OpenSIPS
 * (stir_shaken), as their public sources are in 2025.
 */
#include "cases.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include "tnauthlist.h"

#define SHORT_NAME "TNAuthList"
#define LONG_NAME "TNAuthorizationList"

/* libstirshaken looks for the long name; its own object gets an alias of Netscape Comment. */
static int libstirshaken_starts(void)
{
    int nid = OBJ_ln2nid(LONG_NAME);
    if (nid != NID_undef)
        return nid;
    nid = OBJ_create(TNAUTHLIST_OID, SHORT_NAME, LONG_NAME);
    if (nid != NID_undef)
        X509V3_EXT_add_alias(nid, NID_netscape_comment);
    return nid;
}

/* Asterisk looks for the short name, and needs no method: it reads the octets. */
static int asterisk_starts(void)
{
    int nid = OBJ_sn2nid(SHORT_NAME);
    return nid != NID_undef ? nid : OBJ_create(TNAUTHLIST_OID, SHORT_NAME, LONG_NAME);
}

/* OpenSIPS looks for nothing. */
static int opensips_starts(void)
{
    return OBJ_create(TNAUTHLIST_OID, SHORT_NAME, LONG_NAME);
}

static void libstirshaken_after(void)
{
    load_module();
    check(libstirshaken_starts() == list_nid());
    check_worked_example();
    /* It writes a URL as the value, which was for its alias. */
    X509V3_CTX ctx = {0};
    check(X509V3_EXT_conf_nid(NULL, &ctx, list_nid(), "https://cr.example/list") == NULL);
    check_errors_say("a URL is no entry; a list by reference is written as authorityInfoAccess");
}

static void libstirshaken_before(void)
{
    int nid = libstirshaken_starts();
    check(nid != NID_undef);
    check_load_fails("TNAuthList (" TNAUTHLIST_OID ") has an extension method of somebody else",
                     "an alias of Netscape Comment, as libstirshaken makes one");
    check(libstirshaken_starts() == nid); /* it is not disturbed */
}

static void asterisk_after(void)
{
    load_module();
    check(asterisk_starts() == list_nid());
    check_worked_example();
}

static void asterisk_before(void)
{
    int nid = asterisk_starts();
    check(nid != NID_undef);
    load_module();
    check(list_nid() == nid && asterisk_starts() == nid);
    check_worked_example();
}

/* The one that does not go together, whatever the module does: libcrypto has the object already. */
static void opensips_after(void)
{
    load_module();
    check(opensips_starts() == NID_undef);
    check_errors_say("oid exists");
    check_worked_example();
}

static void opensips_before(void)
{
    int nid = opensips_starts();
    check(nid != NID_undef);
    load_module();
    check(list_nid() == nid);
    check_worked_example();
}

static const struct test_case cases[] = {
    {"libstirshaken after the module finds its object", libstirshaken_after},
    {"libstirshaken before it: the load fails and names the alias", libstirshaken_before},
    {"Asterisk after the module finds its object", asterisk_after},
    {"Asterisk before it: its object is adopted", asterisk_before},
    {"OpenSIPS after the module: libcrypto refuses to make the object again", opensips_after},
    {"OpenSIPS before it: its object is adopted", opensips_before},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
