/* SPDX-License-Identifier: Apache-2.0 */
/* A module whose answers must not be believed: libp11 never gets to see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/err.h>

#include "test_hsm_odd_key.h"
#include "test_hsm_world.h"

/* Opens the key `signer`, which every test makes for itself under its own id. */
static EVP_PKEY *make_and_open(struct hsm *hsm, const char *path, enum hsm_curve curve)
{
    struct sti_error err;
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_true(hsm_key_generate_on(hsm, uri, curve, &err));
    EVP_PKEY *pkey = hsm_key_open(hsm, uri, &err);
    assert_non_null(pkey);
    hsm_uri_free(uri);
    return pkey;
}

#define BEHIND 1024 /* octets behind the buffer that must stay as they are */

/* One signature over `text`, in a buffer of exactly the size that libcrypto asks for. */
static bool sign(EVP_PKEY *pkey)
{
    static const unsigned char text[] = "text";
    size_t length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pkey), 1);
    assert_int_equal(EVP_DigestSign(context, NULL, &length, text, sizeof(text)), 1);
    unsigned char *signature = malloc(length + BEHIND);
    unsigned char *behind = signature + length; /* before length changes */
    memset(behind, 0x5a, BEHIND);
    hsm_failure_forget();
    bool good = EVP_DigestSign(context, signature, &length, text, sizeof(text)) == 1;
    for (size_t i = 0; i < BEHIND; i++)
        assert_int_equal(behind[i], 0x5a);
    free(signature);
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good;
}

static void refuse_sign(EVP_PKEY *pkey, const char *sentence)
{
    struct sti_error err;
    assert_false(sign(pkey));
    sti_fail(&err, "not signed");
    assert_false(hsm_failure_blame(&err));
    world_check(&err, STI_ENVIRONMENT, sentence);
}

/* ---- signatures of a wrong length ---- */

static CK_ULONG pretended;  /* the length that C_Sign says */
static size_t written;      /* how much it writes */
static CK_ULONG other_room; /* what it was told */

static CK_RV odd_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                      unsigned char *signature, CK_ULONG *signature_length)
{
    unsigned char real[256];
    CK_ULONG real_length = sizeof(real);
    CK_RV rv = world_original.C_Sign(session, data, length, real, &real_length);
    assert_int_equal(rv, CKR_OK);
    other_room = *signature_length;
    memset(signature, 0x7f, written);
    *signature_length = pretended;
    return CKR_OK;
}

static void a_signature_of_another_length_is_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    EVP_PKEY *p256 = make_and_open(hsm, "main;object=p256;id=%01", HSM_CURVE_P256);
    EVP_PKEY *p384 = make_and_open(hsm, "main;object=p384;id=%02", HSM_CURVE_P384);
    assert_true(sign(p256));
    assert_true(sign(p384));
    world_list->C_Sign = odd_sign;
    static const CK_ULONG odd[] = {70, 0, 1, 63, 65, 96, 128, 512};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        char sentence[100];
        pretended = odd[i];
        written = odd[i];
        snprintf(sentence, sizeof(sentence),
                 "not signed; the HSM's answer was C_Sign: a signature of %lu octets instead of 64",
                 odd[i]);
        refuse_sign(p256, sentence);
    }
    pretended = written = 64;
    refuse_sign(p384, "C_Sign: a signature of 64 octets instead of 96");
    assert_true(sign(p256)); /* it is the verification that refuses this one */
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    hsm_close(hsm);
}

/* More than there is room for, whatever it says: so far as the guard's own room goes. */
static void a_module_that_writes_beyond_its_room_is_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    EVP_PKEY *pkey = make_and_open(hsm, "main;object=wide;id=%03", HSM_CURVE_P256);
    world_list->C_Sign = odd_sign;
    pretended = 64;
    written = 1024;
    refuse_sign(pkey, "C_Sign: it wrote beyond the 512 octets of its room");
    assert_int_equal(other_room, 512);
    pretended = 4000000000;
    written = 64;
    refuse_sign(pkey, "C_Sign: a signature of 4000000000 octets instead of 64");
    EVP_PKEY_free(pkey);
    hsm_close(hsm);
}

static void a_new_key_with_odd_signatures_is_destroyed(void **state)
{
    (void)state;
    struct sti_error err;
    struct hsm *hsm = world_open();
    struct hsm_uri *uri = world_uri("main;object=odd;id=%04", NULL);
    world_list->C_Sign = odd_sign;
    pretended = written = 70;
    assert_false(hsm_key_generate(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT,
                "the new key was destroyed: the test signature of the new key 'odd' (id 04) on "
                "token 'main' does not verify; the HSM's answer was C_Sign: a signature of 70 "
                "octets instead of 64");
    hsm_uri_free(uri);
    hsm_close(hsm);
}

/* ---- a session that cannot be opened is not waited for ---- */

static int sessions_before_failure;

static CK_RV late_no_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                             CK_SESSION_HANDLE *session)
{
    if (sessions_before_failure-- > 0)
        return world_original.C_OpenSession(slot, flags, application, notify, session);
    return CKR_SESSION_COUNT;
}

static void refuse_open(const char *sentence)
{
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=x", "pin");
    assert_null(hsm_open(uri, NULL, NULL, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    hsm_uri_free(uri);
}

static void a_session_of_libp11_that_fails_does_not_hang(void **state)
{
    (void)state;
    static const char *const sentences[] = {
        "token 'main' does not open a read/write session: CKR_SESSION_COUNT (0xb1)",
        "the login to token 'main' failed: C_OpenSession: CKR_SESSION_COUNT (0xb1); ",
        "token 'main' does not open a read/write session: CKR_SESSION_COUNT (0xb1)",
    };
    world_list->C_OpenSession = late_no_session;
    for (int i = 0; i < 3; i++) {
        sessions_before_failure = i;
        refuse_open(sentences[i]);
    }
}

/* ---- other answers ---- */

static CK_RV logged_in_by_whom(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                               CK_ULONG length)
{
    (void)session, (void)user, (void)pin, (void)length;
    return CKR_USER_ALREADY_LOGGED_IN;
}

static void a_login_of_somebody_else_is_none(void **state)
{
    (void)state;
    world_list->C_Login = logged_in_by_whom;
    refuse_open("the login to token 'main' failed: C_Login: CKR_USER_ALREADY_LOGGED_IN (0x100)");
}

static CK_ULONG more_slots;
static int lists_before_growth;

static CK_RV growing_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count)
{
    CK_RV rv = world_original.C_GetSlotList(present, slots, count);
    if (lists_before_growth-- <= 0)
        *count += more_slots;
    return rv;
}

static void slots_without_room_are_refused(void **state)
{
    (void)state;
    world_list->C_GetSlotList = growing_list;
    more_slots = 100;
    lists_before_growth = 1;
    refuse_open("does not list its tokens: it shows more slots than it said it has; check the");
    lists_before_growth = 3;
    refuse_open("does not list its slots: C_GetSlotList: 10");
    more_slots = 5000000000;
    lists_before_growth = 0;
    refuse_open("does not list its tokens: it shows more than 4096; check the device");
    lists_before_growth = 2;
    refuse_open("does not list its slots: C_GetSlotList: 50000");
}

static CK_RV long_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                            CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    CK_ULONG room = attributes->ulValueLen;
    bool reads = attributes->pValue != NULL && attributes->type == CKA_LABEL && room < 100;
    CK_RV rv = world_original.C_GetAttributeValue(session, object, attributes, count);
    if (reads && rv == CKR_OK)
        attributes->ulValueLen = room + 100000;
    return rv;
}

static bool first_call; /* of a search; libp11 asks for one object in it, the room for more */
static bool by_libp11;

static CK_RV begin_search(CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG count)
{
    first_call = true;
    return world_original.C_FindObjectsInit(session, wanted, count);
}

static CK_RV endless_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG room,
                             CK_ULONG *count)
{
    static CK_OBJECT_HANDLE one;
    CK_RV rv = world_original.C_FindObjects(session, objects, room, count);
    if (first_call)
        by_libp11 = room == 1;
    first_call = false;
    if (!by_libp11)
        return rv;
    if (*count == 1)
        one = objects[0];
    objects[0] = one;
    *count = 1;
    return rv;
}

static void refuse_key(struct hsm *hsm, const char *path, const char *sentence)
{
    struct sti_error err;
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_null(hsm_key_open(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    hsm_uri_free(uri);
}

static void what_libp11_reads_of_a_key_is_bounded(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    EVP_PKEY_free(make_and_open(hsm, "main;object=read;id=%05", HSM_CURVE_P256));
    hsm_close(hsm); /* libp11 reads what it has not seen yet */
    hsm = world_open();
    world_list->C_GetAttributeValue = long_attribute;
    refuse_key(hsm, "main;object=read", "C_GetAttributeValue: 1000");
    *world_list = world_original;
    hsm_close(hsm);
    hsm = world_open();
    world_list->C_FindObjectsInit = begin_search;
    world_list->C_FindObjects = endless_objects;
    refuse_key(hsm, "main;object=read", "C_FindObjects: more than 4096 objects of one kind");
    hsm_close(hsm);
}

/* Two modules have two function lists, and libp11 does not say for which it calls. */
static void one_token_is_open_at_a_time(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof(command), "cp " WORLD_MODULE " %s/copy.so", world_directory);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof(command),
             "pkcs11:token=main;object=x?module-path=%s/copy.so&pin-source=file:%s/pin",
             world_directory, world_directory);
    struct sti_error err;
    struct hsm_uri *uri = hsm_uri_parse(command, NULL, NULL);
    struct hsm *hsm = world_open();
    assert_null(hsm_open(uri, NULL, NULL, &err));
    world_check(&err, STI_ENVIRONMENT, "another token is open in this process; close it first");
    EVP_PKEY *pkey = make_and_open(hsm, "main;object=first;id=%06", HSM_CURVE_P256);
    assert_true(sign(pkey));
    EVP_PKEY_free(pkey);
    hsm_close(hsm);
    hsm = hsm_open(uri, NULL, NULL, &err);
    assert_non_null(hsm);
    hsm_close(hsm);
    hsm_uri_free(uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_signature_of_another_length_is_refused),
        TEST(a_module_that_writes_beyond_its_room_is_refused),
        TEST(a_new_key_with_odd_signatures_is_destroyed),
        TEST(a_session_of_libp11_that_fails_does_not_hang),
        TEST(a_login_of_somebody_else_is_none),
        TEST(slots_without_room_are_refused),
        TEST(what_libp11_reads_of_a_key_is_bounded),
        TEST(one_token_is_open_at_a_time),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
