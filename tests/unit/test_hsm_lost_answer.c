/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that were done although they failed, or cannot be looked at: what is said must be true. */
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

static void expect_keys(struct hsm *hsm, const char *label, unsigned privates, unsigned publics)
{
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, label), privates);
    assert_int_equal(count_keys(hsm, CKO_PUBLIC_KEY, label), publics);
}

/* ---- what the device does besides failing ---- */

static CK_RV (*extra)(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE public_key,
                      CK_OBJECT_HANDLE private_key);

static CK_RV lost_generate(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
                           CK_ATTRIBUTE *public_t, CK_ULONG public_count, CK_ATTRIBUTE *private_t,
                           CK_ULONG private_count, CK_OBJECT_HANDLE *public_key,
                           CK_OBJECT_HANDLE *private_key)
{
    CK_OBJECT_HANDLE handles[2] = {0, 0};
    (void)public_key, (void)private_key;
    assert_int_equal(world_original.C_GenerateKeyPair(session, mechanism, public_t, public_count,
                                                      private_t, private_count, &handles[0],
                                                      &handles[1]),
                     CKR_OK);
    if (extra != NULL)
        assert_int_equal(extra(session, handles[0], handles[1]), CKR_OK);
    return CKR_DEVICE_ERROR;
}

static CK_RV no_destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)session, (void)object;
    return CKR_FUNCTION_REJECTED;
}

static CK_RV lost_destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    assert_int_equal(world_original.C_DestroyObject(session, object), CKR_OK);
    return CKR_DEVICE_REMOVED;
}

static CK_RV logging_out_destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)object;
    assert_int_equal(world_original.C_Logout(session), CKR_OK);
    return CKR_USER_NOT_LOGGED_IN;
}

static CK_RV logging_out_well(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)object;
    return world_original.C_Logout(session);
}

static CK_RV only_public(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE public_key,
                         CK_OBJECT_HANDLE private_key)
{
    (void)public_key;
    return world_original.C_DestroyObject(session, private_key);
}

static CK_RV neither(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE public_key,
                     CK_OBJECT_HANDLE private_key)
{
    CK_RV rv = world_original.C_DestroyObject(session, public_key);
    return rv != CKR_OK ? rv : world_original.C_DestroyObject(session, private_key);
}

static CK_RV log_out(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE public_key,
                     CK_OBJECT_HANDLE private_key)
{
    (void)public_key, (void)private_key;
    return world_original.C_Logout(session);
}

static CK_RV no_find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    (void)session, (void)attributes, (void)count;
    return CKR_DEVICE_REMOVED;
}

static CK_RV no_more_finds(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    CK_RV rv = world_original.C_DestroyObject(session, object);
    world_list->C_FindObjectsInit = no_find;
    return rv;
}

/* ---- key generate ---- */

static void refuse_generate(struct hsm *hsm, const char *path, const char *sentence)
{
    struct sti_error err;
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_false(hsm_key_generate(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    hsm_uri_free(uri);
}

static void a_key_whose_answer_was_lost_is_destroyed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    static const char destroyed[] =
        "token 'main' did not say that it made the key 'lost' (id 01): CKR_DEVICE_ERROR (0x30); "
        "what was there of it was destroyed; check the device";
    world_list->C_GenerateKeyPair = lost_generate;
    extra = NULL;
    refuse_generate(hsm, "main;object=lost;id=%01", destroyed);
    expect_keys(hsm, "lost", 0, 0);
    extra = only_public;
    refuse_generate(hsm, "main;object=lost;id=%01", destroyed);
    expect_keys(hsm, "lost", 0, 0);
    extra = neither;
    refuse_generate(
        hsm, "main;object=lost;id=%01",
        "did not make the key 'lost' (id 01): CKR_DEVICE_ERROR (0x30); no key was made");
    hsm_close(hsm);
}

/* Keys of other names stay, even of the same label: the device may hold those of others. */
static void only_the_new_key_is_destroyed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "bystander", 0x11);
    world_list->C_GenerateKeyPair = lost_generate;
    extra = NULL;
    refuse_generate(hsm, "main;object=new;id=%10", "what was there of it was destroyed");
    expect_keys(hsm, "bystander", 1, 1);
    hsm_close(hsm);
}

static void a_key_that_cannot_be_destroyed_is_reported(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    world_list->C_GenerateKeyPair = lost_generate;
    world_list->C_DestroyObject = no_destroy;
    extra = NULL;
    refuse_generate(hsm, "main;object=kept;id=%02",
                    "did not say that it made the key 'kept' (id 02): CKR_DEVICE_ERROR (0x30); "
                    "what is there of it could NOT be destroyed (CKR_FUNCTION_REJECTED (0x200)), "
                    "remove it with the device's own tool");
    expect_keys(hsm, "kept", 1, 1);
    world_list->C_DestroyObject = lost_destroy; /* it does, and does not say so */
    refuse_generate(hsm, "main;object=sunk;id=%03", "what was there of it was destroyed");
    expect_keys(hsm, "sunk", 0, 0);
    hsm_close(hsm);
}

/* Without the login a private key is not shown: that none is shown proves nothing. */
static void a_key_that_cannot_be_seen_is_not_denied(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    world_list->C_GenerateKeyPair = lost_generate;
    extra = log_out;
    refuse_generate(hsm, "main;object=hidden;id=%04",
                    "did not say that it made the key 'hidden' (id 04): CKR_DEVICE_ERROR (0x30); "
                    "whether it is there cannot be seen (the login to token 'main' is lost): look "
                    "with sti-ca key list");
    hsm_close(hsm);
}

/* ---- the new key cannot be read ---- */

static CK_ATTRIBUTE_TYPE unreadable;
static unsigned reads_before;

static CK_RV unreadable_get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                            CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    if (attributes[0].type == unreadable && reads_before-- == 0)
        return CKR_DEVICE_MEMORY;
    return world_original.C_GetAttributeValue(session, object, attributes, count);
}

static void a_new_key_that_cannot_be_read_names_the_code(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    world_list->C_GetAttributeValue = unreadable_get;
    unreadable = CKA_EC_PARAMS;
    reads_before = 0;
    refuse_generate(
        hsm, "main;object=dim;id=%05",
        "the new key was destroyed: the key 'dim' (id 05) on token 'main' is refused: "
        "its type and curve cannot be read: CKR_DEVICE_MEMORY (0x31); check the device");
    reads_before = 1;
    refuse_generate(hsm, "main;object=dim;id=%05",
                    "the new key was destroyed: the curve of the new key 'dim' (id 05) on token "
                    "'main' cannot be read: CKR_DEVICE_MEMORY (0x31)");
    expect_keys(hsm, "dim", 0, 0);
    hsm_close(hsm);
}

/* ---- key destroy ---- */

static void refuse_destroy(struct hsm *hsm, const char *path, const char *sentence)
{
    struct sti_error err;
    bool kept = true;
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_false(hsm_key_destroy(hsm, uri, &kept, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    assert_false(kept);
    hsm_uri_free(uri);
}

static void a_destruction_whose_answer_was_lost(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "done", 0x20);
    world_list->C_DestroyObject = lost_destroy;
    refuse_destroy(hsm, "main;object=done",
                   "token 'main' did not say that it destroyed the key 'done': CKR_DEVICE_REMOVED "
                   "(0x32); it does not show it any more: look again with sti-ca key list");
    expect_keys(hsm, "done", 0, 1);
    hsm_close(hsm);
}

static void a_destruction_that_cannot_be_seen(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "unseen", 0x21);
    world_list->C_DestroyObject = no_more_finds;
    refuse_destroy(hsm, "main;object=unseen",
                   "token 'main' says that it destroyed the key 'unseen', which cannot be seen "
                   "(token 'main' cannot be searched: CKR_DEVICE_REMOVED (0x32); check the "
                   "device): look with sti-ca key list");
    *world_list = world_original;
    good_key_make(hsm, "veiled", 0x22);
    world_list->C_DestroyObject = logging_out_well;
    refuse_destroy(hsm, "main;object=veiled",
                   "says that it destroyed the key 'veiled', which cannot be seen (the login to "
                   "token 'main' is lost): look with sti-ca key list");
    *world_list = world_original;
    hsm_close(hsm);
    hsm = world_open();
    expect_keys(hsm, "veiled", 1, 1);
    world_list->C_DestroyObject = logging_out_destroy;
    refuse_destroy(hsm, "main;object=veiled",
                   "did not say that it destroyed the key 'veiled': CKR_USER_NOT_LOGGED_IN "
                   "(0x101); whether it is still there cannot be seen (the login to token 'main' "
                   "is lost): look with sti-ca key list");
    hsm_close(hsm);
}

/* ---- key list ---- */

static void a_name_that_cannot_be_read_is_not_none(void **state)
{
    (void)state;
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        const char *sentence;
    } cases[] = {
        {CKA_LABEL, "the label of a key on token 'main' cannot be read: CKR_DEVICE_MEMORY (0x31)"},
        {CKA_ID, "the id of a key on token 'main' cannot be read: CKR_DEVICE_MEMORY (0x31)"},
        {CKA_KEY_TYPE, "the type of a key on token 'main' cannot be read: CKR_DEVICE_MEMORY"},
    };
    struct hsm *hsm = world_open();
    good_key_make(hsm, "listed", 0x30);
    world_list->C_GetAttributeValue = unreadable_get;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sti_error err;
        struct hsm_key_facts *keys = NULL;
        size_t count = 0;
        unreadable = cases[i].type;
        reads_before = 0;
        assert_false(hsm_key_list(hsm, &keys, &count, &err));
        world_check(&err, STI_ENVIRONMENT, cases[i].sentence);
    }
    hsm_close(hsm);
}

static CK_RV too_many(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG room,
                      CK_ULONG *count)
{
    CK_RV rv = world_original.C_FindObjects(session, objects, room, count);
    *count = room + 1;
    return rv;
}

static void a_search_that_finds_more_than_it_may_is_refused(void **state)
{
    (void)state;
    struct sti_error err;
    const struct hsm_query query = {.class = CKO_PRIVATE_KEY};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    struct hsm *hsm = world_open();
    world_list->C_FindObjects = too_many;
    assert_false(hsm_find(hsm, &query, &object, &count, &err));
    world_check(&err, STI_ENVIRONMENT,
                "token 'main' cannot be searched: CKR_GENERAL_ERROR (0x5); check the device");
    hsm_close(hsm);
}

/* ---- finding the token ---- */

static CK_RV no_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    (void)slot, (void)info;
    return CKR_DEVICE_REMOVED;
}

static void a_token_that_does_not_answer_is_not_denied(void **state)
{
    (void)state;
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=x", "pin");
    world_list->C_GetTokenInfo = no_info;
    assert_null(hsm_open(uri, NULL, NULL, &err));
    world_check(&err, STI_ENVIRONMENT,
                "no token 'main' is found, and another one does not say what it is: "
                "CKR_DEVICE_REMOVED (0x32); check the device");
    hsm_uri_free(uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_whose_answer_was_lost_is_destroyed),
        TEST(only_the_new_key_is_destroyed),
        TEST(a_key_that_cannot_be_destroyed_is_reported),
        TEST(a_key_that_cannot_be_seen_is_not_denied),
        TEST(a_new_key_that_cannot_be_read_names_the_code),
        TEST(a_destruction_whose_answer_was_lost),
        TEST(a_destruction_that_cannot_be_seen),
        TEST(a_name_that_cannot_be_read_is_not_none),
        TEST(a_search_that_finds_more_than_it_may_is_refused),
        TEST(a_token_that_does_not_answer_is_not_denied),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
