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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_made_without_saying_what_its_public_part_is_for),
        TEST(a_key_is_made_and_opened_with_a_bare_point),
    };
    return cmocka_run_group_tests_name("hsm_modules", tests, world_make, world_remove);
}
