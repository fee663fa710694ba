/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other modules do differently, played on SoftHSM, so that it is tested where they are not
 * installed. docs/hsm.md says which module does what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <stdio.h>

#include "test_hsm_world.h"

static bool generate(struct hsm *hsm, const char *path, struct sti_error *err)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    bool made = hsm_key_generate(hsm, uri, err);
    hsm_uri_free(uri);
    return made;
}

static EVP_PKEY *open_key(struct hsm *hsm, const char *path, struct sti_error *err)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    EVP_PKEY *pkey = hsm_key_open(hsm, uri, err);
    hsm_uri_free(uri);
    return pkey;
}

static void check_good(bool good, const struct sti_error *err)
{
    if (!good)
        print_error("%s\n", err->sentence);
    assert_true(good);
}

/* ---- tpm2-pkcs11: a use of the public key that it does not expect is CKR_GENERAL_ERROR ---- */

static CK_RV generate_as_tpm2(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
                              CK_ATTRIBUTE *public_template, CK_ULONG public_count,
                              CK_ATTRIBUTE *private_template, CK_ULONG private_count,
                              CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
    for (CK_ULONG i = 0; i < public_count; i++) {
        if (public_template[i].type == CKA_VERIFY || public_template[i].type == CKA_ENCRYPT)
            return CKR_GENERAL_ERROR;
    }
    return world_original.C_GenerateKeyPair(session, mechanism, public_template, public_count,
                                            private_template, private_count, public_key,
                                            private_key);
}

static void a_key_is_made_without_saying_what_its_public_part_is_for(void **state)
{
    (void)state;
    struct sti_error err;
    struct hsm *hsm = world_open();
    world_list->C_GenerateKeyPair = generate_as_tpm2;
    check_good(generate(hsm, "main;object=tpm;id=%01", &err), &err);
    hsm_close(hsm);
}

/* ---- a bare CKA_EC_POINT, also on libp11's way to the key ---- */

#define BARE 65    /* 04, x, y */
#define WRAPPED 67 /* the same in an OCTET STRING */

static unsigned bare_points;

static CK_RV bare_point(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                        CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    if (count != 1 || attributes[0].type != CKA_EC_POINT)
        return world_original.C_GetAttributeValue(session, object, attributes, count);
    unsigned char wrapped[WRAPPED];
    CK_ATTRIBUTE point = {CKA_EC_POINT, wrapped, sizeof(wrapped)};
    CK_RV rv = world_original.C_GetAttributeValue(session, object, &point, 1);
    if (rv != CKR_OK)
        return rv;
    assert_int_equal(point.ulValueLen, WRAPPED);
    if (attributes[0].pValue != NULL && attributes[0].ulValueLen < BARE)
        return CKR_BUFFER_TOO_SMALL;
    if (attributes[0].pValue != NULL)
        memcpy(attributes[0].pValue, wrapped + WRAPPED - BARE, BARE);
    attributes[0].ulValueLen = BARE;
    bare_points++;
    return CKR_OK;
}

static void a_key_is_made_and_opened_with_a_bare_point(void **state)
{
    (void)state;
    struct sti_error err;
    struct hsm *hsm = world_open();
    world_list->C_GetAttributeValue = bare_point;
    check_good(generate(hsm, "main;object=bare;id=%02", &err), &err);
    assert_int_not_equal(bare_points, 0);
    EVP_PKEY *pkey = open_key(hsm, "main;object=bare;id=%02", &err);
    check_good(pkey != NULL, &err);
    EVP_PKEY_free(pkey);
    hsm_close(hsm);
}

/* ---- NSS: arguments in C_Initialize's pReserved, and no key is ever shown as local ---- */

static char received[64];

static CK_RV initialise_as_nss(void *arguments)
{
    struct {
        CK_C_INITIALIZE_ARGS args;
        void *nss;
    } *extended = arguments;
    if (extended->args.pReserved == NULL || extended->nss != NULL)
        return CKR_ARGUMENTS_BAD;
    snprintf(received, sizeof(received), "%s", (const char *)extended->args.pReserved);
    return world_original.C_Initialize(NULL);
}

static void a_module_gets_its_arguments(void **state)
{
    (void)state;
    struct sti_error err;
    struct hsm_token_info info;
    world_list->C_Initialize = initialise_as_nss;
    struct hsm_uri *uri = hsm_uri_parse("pkcs11:token=main;object=o?module-path=" WORLD_MODULE
                                        "&x-init-reserved=configdir%3D%27sql%3A/nss%27",
                                        NULL, &err);
    check_good(uri != NULL, &err);
    check_good(hsm_probe(uri, &info, &err), &err);
    assert_string_equal(received, "configdir='sql:/nss'");
    hsm_uri_free(uri);

    uri = world_uri("main;object=o", NULL);
    assert_false(hsm_probe(uri, &info, &err));
    world_check(&err, STI_ENVIRONMENT,
                "does not start: CKR_ARGUMENTS_BAD (0x7); check its configuration (for SoftHSM: "
                "the file that SOFTHSM2_CONF names; for NSS: x-init-reserved)");
    hsm_uri_free(uri);
}

static CK_ATTRIBUTE_TYPE denied; /* the attribute that the module does not show as it should */
static CK_RV denial;             /* CKR_OK: it shows CK_FALSE */

static CK_RV denying_get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                         CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    CK_RV rv = world_original.C_GetAttributeValue(session, object, attributes, count);
    if (count != 1 || attributes[0].type != denied || attributes[0].pValue == NULL)
        return rv;
    if (denial == CKR_OK)
        *(CK_BBOOL *)attributes[0].pValue = CK_FALSE;
    return denial;
}

/* world_uri() with x-accept=not-local. */
static struct hsm_uri *accepting_uri(const char *path)
{
    char text[200];
    snprintf(text, sizeof(text), "pkcs11:token=%s?module-path=" WORLD_MODULE "&x-accept=not-local",
             path);
    struct hsm_uri *uri = hsm_uri_parse(text, NULL, NULL);
    assert_non_null(uri);
    return uri;
}

static void a_key_that_is_not_local_is_used_only_if_the_uri_says_so(void **state)
{
    (void)state;
    static const CK_RV denials[] = {CKR_OK, CKR_ATTRIBUTE_TYPE_INVALID};
    struct sti_error err;
    struct hsm *hsm = world_open();
    world_list->C_GetAttributeValue = denying_get;
    denied = CKA_LOCAL;
    for (size_t i = 0; i < 2; i++) {
        denial = denials[i];
        char path[40];
        snprintf(path, sizeof(path), "main;object=nss%zu;id=%%1%zu", i, i);
        assert_false(generate(hsm, path, &err));
        world_check(&err, STI_ENVIRONMENT,
                    "; use a key made with: sti-ca key generate, or, if the module shows none of "
                    "its keys as local, add x-accept=not-local to the URI's query");

        struct hsm_uri *uri = accepting_uri(path);
        check_good(hsm_key_generate(hsm, uri, &err), &err);
        EVP_PKEY *pkey = hsm_key_open(hsm, uri, &err);
        check_good(pkey != NULL, &err);
        EVP_PKEY_free(pkey);
        hsm_uri_free(uri);
        assert_null(open_key(hsm, path, &err));
        world_check(&err, STI_ENVIRONMENT, "its CKA_LOCAL ");
    }
    hsm_close(hsm);
}

/* x-accept=not-local speaks of CKA_LOCAL, not of a device that fails, nor of anything else. */
static void accepting_one_thing_accepts_nothing_else(void **state)
{
    (void)state;
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        CK_RV denial;
        const char *sentence;
    } denials[] = {
        {CKA_LOCAL, CKR_DEVICE_ERROR, "its CKA_LOCAL cannot be read: CKR_DEVICE_ERROR (0x30)"},
        {CKA_SENSITIVE, CKR_OK, "its CKA_SENSITIVE is false and must be true"},
        {CKA_ALWAYS_SENSITIVE, CKR_OK, "its CKA_ALWAYS_SENSITIVE is false and must be true"},
        {CKA_ALWAYS_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, "its CKA_ALWAYS_SENSITIVE cannot be"},
        {CKA_NEVER_EXTRACTABLE, CKR_OK, "its CKA_NEVER_EXTRACTABLE is false and must be true"},
        {CKA_NEVER_EXTRACTABLE, CKR_ATTRIBUTE_TYPE_INVALID, "its CKA_NEVER_EXTRACTABLE cannot be"},
        {CKA_EXTRACTABLE, CKR_ATTRIBUTE_TYPE_INVALID, "its CKA_EXTRACTABLE cannot be read"},
    };
    struct sti_error err;
    struct hsm *hsm = world_open();
    struct hsm_uri *uri = accepting_uri("main;object=strict;id=%20");
    world_list->C_GetAttributeValue = denying_get;
    for (size_t i = 0; i < sizeof(denials) / sizeof(denials[0]); i++) {
        denied = denials[i].type;
        denial = denials[i].denial;
        assert_false(hsm_key_generate(hsm, uri, &err));
        world_check(&err, STI_ENVIRONMENT, denials[i].sentence);
    }
    hsm_uri_free(uri);
    hsm_close(hsm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_made_without_saying_what_its_public_part_is_for),
        TEST(a_key_is_made_and_opened_with_a_bare_point),
        TEST(a_module_gets_its_arguments),
        TEST(a_key_that_is_not_local_is_used_only_if_the_uri_says_so),
        TEST(accepting_one_thing_accepts_nothing_else),
    };
    return cmocka_run_group_tests_name("hsm_modules", tests, world_make, world_remove);
}
