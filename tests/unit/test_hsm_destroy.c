/* SPDX-License-Identifier: Apache-2.0 */
/* Destroying a key: what goes, what stays, and a device that does not do it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test_hsm_odd_key.h"
#include "test_hsm_world.h"

static unsigned count_keys(struct hsm *hsm, CK_OBJECT_CLASS class, const char *label)
{
    const struct hsm_query query = {.class = class, .label = label};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    assert_true(hsm_find(hsm, &query, &object, &count, NULL));
    return count;
}

static void refuse_destroy(struct hsm *hsm, const char *path, enum sti_code code,
                           const char *sentence)
{
    struct sti_error err;
    bool kept = true;
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_false(hsm_key_destroy(hsm, uri, &kept, &err));
    world_check(&err, code, sentence);
    assert_false(kept);
    hsm_uri_free(uri);
}

static void refuse_generate(struct hsm *hsm, const char *path, const char *sentence)
{
    struct sti_error err;
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_false(hsm_key_generate(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    hsm_uri_free(uri);
}

static void the_private_key_goes_and_its_names_stay(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    bool kept = false;
    struct hsm_uri *uri = world_uri("main;object=done;id=%01", NULL);
    assert_true(hsm_key_generate(hsm, uri, NULL));
    good_key_make(hsm, "other", 2);
    assert_true(hsm_key_destroy(hsm, uri, &kept, NULL));
    assert_true(kept);
    hsm_uri_free(uri);
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "done"), 0);
    assert_int_equal(count_keys(hsm, CKO_PUBLIC_KEY, "done"), 1);
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "other"), 1);
    refuse_generate(hsm, "main;object=done;id=%03", "the label is already in use by a public key");
    refuse_generate(hsm, "main;object=fresh;id=%01", "the id is already in use by a public key");
    refuse_destroy(hsm, "main;object=done", STI_ENVIRONMENT,
                   "token 'main' has no private key 'done'");
    hsm_close(hsm);
}

/* A key whose public part is gone can be destroyed; then nothing keeps its names. */
static void without_a_public_key_no_name_stays(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    CK_OBJECT_HANDLE public_key = good_key_make(hsm, "lonely", 0x10);
    assert_int_equal(world_list->C_DestroyObject(hsm->session, public_key), CKR_OK);
    bool kept = true;
    struct hsm_uri *uri = world_uri("main;id=%10", NULL);
    assert_true(hsm_key_destroy(hsm, uri, &kept, NULL));
    assert_false(kept);
    hsm_uri_free(uri);
    hsm_close(hsm);
}

static void the_first_key_found_is_never_destroyed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "double", 0x20);
    good_key_make(hsm, "double", 0x21);
    refuse_destroy(hsm, "main;object=double", STI_ENVIRONMENT,
                   "more than one private key 'double': 'double' (id 20), 'double' (id 21)");
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "double"), 2);
    refuse_destroy(hsm, "twin;object=double;id=%20", STI_USAGE, "open the right one");
    hsm_close(hsm);
}

static CK_RV no_destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)session, (void)object;
    return CKR_FUNCTION_REJECTED;
}

static CK_RV pretended_destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)session, (void)object;
    return CKR_OK;
}

static void a_device_that_does_not_destroy_is_reported(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "stays", 0x30);
    world_list->C_DestroyObject = no_destroy;
    refuse_destroy(hsm, "main;object=stays", STI_ENVIRONMENT,
                   "token 'main' did not destroy the key 'stays': CKR_FUNCTION_REJECTED (0x200); "
                   "it is still there");
    world_list->C_DestroyObject = pretended_destroy;
    refuse_destroy(
        hsm, "main;object=stays", STI_ENVIRONMENT,
        "token 'main' says that it destroyed the key 'stays', and still shows it; remove "
        "it with the device's own tool");
    hsm_close(hsm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_private_key_goes_and_its_names_stay),
        TEST(without_a_public_key_no_name_stays),
        TEST(the_first_key_found_is_never_destroyed),
        TEST(a_device_that_does_not_destroy_is_reported),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
