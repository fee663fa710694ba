/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in batches: by many threads, by keys that are refused, and by a device that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <pthread.h>

#include "test_hsm_odd_key.h"
#include "test_hsm_world.h"

#define P256_DIGEST 32
#define P384_DIGEST 48

static const unsigned char digest[P384_DIGEST] = "a digest of a certificate that is to be signed!";

/* Makes the key unless it is there; the tests share `batch` and `large`. */
static void make_key(struct hsm *hsm, const char *path, enum hsm_curve curve)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    struct sti_error err;
    sti_error_clear(&err);
    EVP_PKEY *there = hsm_key_public(hsm, uri, NULL);
    if (there == NULL && !hsm_key_generate_on(hsm, uri, curve, &err))
        fail_msg("%s", err.sentence);
    EVP_PKEY_free(there);
    hsm_uri_free(uri);
}

static struct hsm_signer *open_signer(struct hsm *hsm, const char *path)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_signer *signer = hsm_signer_open(hsm, uri, &err);
    if (signer == NULL)
        fail_msg("%s", err.sentence);
    hsm_uri_free(uri);
    return signer;
}

/* The token, and a signer of its key `batch`. */
static struct hsm_signer *open_batch(struct hsm **hsm)
{
    *hsm = world_open();
    make_key(*hsm, "main;object=batch;id=%70", HSM_CURVE_P256);
    return open_signer(*hsm, "main;object=batch");
}

static void close_both(struct hsm *hsm, struct hsm_signer *signer)
{
    hsm_signer_close(signer);
    hsm_close(hsm);
}

static void refuse_open(struct hsm *hsm, const char *path, enum sti_code code, const char *sentence)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    struct sti_error err;
    sti_error_clear(&err);
    assert_null(hsm_signer_open(hsm, uri, &err));
    world_check(&err, code, sentence);
    hsm_uri_free(uri);
}

static void sign(struct hsm_signer *signer)
{
    struct hsm_signature signature;
    struct sti_error err;
    sti_error_clear(&err);
    if (!hsm_signer_sign(signer, digest, P256_DIGEST, &signature, &err))
        fail_msg("%s", err.sentence);
}

static void refuse_sign(struct hsm_signer *signer, const char *sentence)
{
    static const struct hsm_signature none = {.length = 0};
    struct hsm_signature signature;
    struct sti_error err;
    sti_error_clear(&err);
    memset(&signature, 1, sizeof(signature));
    assert_false(hsm_signer_sign(signer, digest, P256_DIGEST, &signature, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    assert_memory_equal(&signature, &none, sizeof(none));
}

/* With a reader of its own, not with the signer's. */
static bool verifies(EVP_PKEY *key, size_t digest_length, const struct hsm_signature *signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool good = EVP_PKEY_verify_init(ctx) == 1 &&
                EVP_PKEY_verify(ctx, signature->der, signature->length, digest, digest_length) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* ---- signatures that are as they should be ---- */

static void sign_and_verify(const char *path, enum hsm_curve curve, size_t digest_length)
{
    struct hsm *hsm = world_open();
    struct hsm_uri *uri = world_uri(path, NULL);
    struct hsm_signature signature;
    make_key(hsm, path, curve);
    EVP_PKEY *key = hsm_key_public(hsm, uri, NULL);
    struct hsm_signer *signer = hsm_signer_open(hsm, uri, NULL);
    /* Often enough that integers with and without a sign octet are met. */
    for (int i = 0; i < 40; i++) {
        assert_true(hsm_signer_sign(signer, digest, digest_length, &signature, NULL));
        assert_true(verifies(key, digest_length, &signature));
        assert_true(hsm_signer_verify(signer, digest, digest_length, &signature, NULL));
        assert_true(hsm_signer_sign_unverified(signer, digest, digest_length, &signature, NULL));
        assert_true(verifies(key, digest_length, &signature));
    }
    EVP_PKEY_free(key);
    hsm_uri_free(uri);
    close_both(hsm, signer);
}

static void both_curves_sign(void **state)
{
    (void)state;
    sign_and_verify("main;object=batch;id=%70", HSM_CURVE_P256, P256_DIGEST);
    sign_and_verify("main;object=large;id=%71", HSM_CURVE_P384, P384_DIGEST);
}

static void a_digest_of_another_length_is_refused(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 20, 31, 33, 48};
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    struct hsm_signature signature;
    struct sti_error err;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char sentence[100];
        snprintf(sentence, sizeof(sentence),
                 "the key 'batch' signs digests of 32 octets, not of %zu; use SHA", lengths[i]);
        assert_false(hsm_signer_sign(signer, digest, lengths[i], &signature, &err));
        world_check(&err, STI_USAGE, sentence);
        assert_false(hsm_signer_verify(signer, digest, lengths[i], &signature, &err));
        world_check(&err, STI_USAGE, sentence);
    }
    close_both(hsm, signer);
}

/* ---- threads ---- */

#define THREADS 8
#define EACH 40

struct worker {
    pthread_t thread;
    struct hsm *hsm;
    bool good;
    struct sti_error err;
    struct hsm_signature signatures[EACH];
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct hsm_uri *uri = world_uri("main;object=batch", NULL);
    struct hsm_signer *signer = hsm_signer_open(worker->hsm, uri, &worker->err);
    worker->good = signer != NULL;
    for (int i = 0; worker->good && i < EACH; i++)
        worker->good =
            hsm_signer_sign(signer, digest, P256_DIGEST, &worker->signatures[i], &worker->err);
    hsm_signer_close(signer);
    hsm_uri_free(uri);
    return NULL;
}

/* Each opens its own signer at the same time; the token's own session goes on being used. */
static void threads_sign_with_one_session_each(void **state)
{
    (void)state;
    static struct worker workers[THREADS];
    struct hsm *hsm = world_open();
    struct hsm_uri *uri = world_uri("main;object=batch;id=%70", NULL);
    make_key(hsm, "main;object=batch;id=%70", HSM_CURVE_P256);
    EVP_PKEY *key = hsm_key_public(hsm, uri, NULL);
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].hsm = hsm;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    EVP_PKEY *private_key = hsm_key_open(hsm, uri, NULL);
    assert_non_null(private_key);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        if (!workers[i].good)
            fail_msg("%s", workers[i].err.sentence);
        for (int j = 0; j < EACH; j++)
            assert_true(verifies(key, P256_DIGEST, &workers[i].signatures[j]));
    }
    EVP_PKEY_free(private_key);
    EVP_PKEY_free(key);
    hsm_uri_free(uri);
    hsm_close(hsm);
}

/* ---- keys that are refused ---- */

static unsigned sessions; /* opened and not closed since the counting began */

static CK_RV counting_open(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                           CK_SESSION_HANDLE *session)
{
    CK_RV rv = world_original.C_OpenSession(slot, flags, application, notify, session);
    if (rv == CKR_OK)
        sessions++;
    return rv;
}

static CK_RV counting_close(CK_SESSION_HANDLE session)
{
    sessions--;
    return world_original.C_CloseSession(session);
}

static void count_sessions(void)
{
    sessions = 0;
    world_list->C_OpenSession = counting_open;
    world_list->C_CloseSession = counting_close;
}

static void keys_that_are_not_as_they_should_be_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct odd_key key = good_key;
    key.label = "weak";
    key.id = 0x72;
    key.extractable = CK_TRUE;
    odd_key_make(hsm, key);
    key = good_key;
    key.label = "deriving";
    key.id = 0x73;
    key.derive = CK_TRUE;
    odd_key_make(hsm, key);
    count_sessions();
    refuse_open(hsm, "main;object=weak", STI_ENVIRONMENT,
                "the key 'weak' on token 'main' is refused: its CKA_EXTRACTABLE is true and must "
                "be false; use a key made with: sti-ca key generate");
    refuse_open(hsm, "main;object=deriving", STI_ENVIRONMENT,
                "the key 'deriving' on token 'main' is refused: its CKA_DERIVE is true");
    refuse_open(hsm, "main;object=nobody", STI_ENVIRONMENT,
                "token 'main' has no private key 'nobody'");
    refuse_open(hsm, "twin;object=weak", STI_USAGE, "the key 'weak' is on token 'twin', but");
    assert_int_equal(sessions, 0);
    hsm_close(hsm);
}

static CK_RV no_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                        CK_SESSION_HANDLE *session)
{
    (void)slot, (void)flags, (void)application, (void)notify, (void)session;
    return CKR_SESSION_COUNT;
}

static void a_token_without_sessions_is_named(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    world_list->C_OpenSession = no_session;
    refuse_open(hsm, "main;object=batch", STI_ENVIRONMENT,
                "token 'main' does not open one more session: CKR_SESSION_COUNT (0xb1); sign with "
                "fewer threads at a time, or check the device");
    hsm_close(hsm);
}

/* ---- a device that signs wrongly ---- */

static CK_RV wrong_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                        unsigned char *signature, CK_ULONG *signature_length)
{
    CK_RV rv = world_original.C_Sign(session, data, length, signature, signature_length);
    signature[10] ^= 1;
    return rv;
}

static void a_signature_that_does_not_verify_is_not_handed_out(void **state)
{
    (void)state;
    static const char sentence[] =
        "a signature of the key 'batch' on token 'main' does not verify with its public key and "
        "was thrown away; check the device, and whether the public key is that of another key";
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    struct hsm_signature signature;
    struct sti_error err;
    world_list->C_Sign = wrong_sign;
    refuse_sign(signer, sentence);
    assert_true(hsm_signer_sign_unverified(signer, digest, P256_DIGEST, &signature, &err));
    assert_false(hsm_signer_verify(signer, digest, P256_DIGEST, &signature, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    signature.length = 0;
    assert_false(hsm_signer_verify(signer, digest, P256_DIGEST, &signature, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    close_both(hsm, signer);
}

/* What the device answers: these octets, which are said to be so many. */
static unsigned char answer[HSM_SIGNATURE_MAX];
static CK_ULONG answer_length;

static CK_RV answering_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                            unsigned char *signature, CK_ULONG *signature_length)
{
    unsigned char real[HSM_SIGNATURE_MAX];
    CK_ULONG room = sizeof(real);
    /* The operation must end, whatever is answered. */
    CK_RV rv = world_original.C_Sign(session, data, length, real, &room);
    memcpy(signature, answer, sizeof(answer));
    *signature_length = answer_length;
    return rv;
}

static void an_answer_of_another_length_is_thrown_away(void **state)
{
    (void)state;
    static const CK_ULONG lengths[] = {0, 63, 65, 72, 96, CK_UNAVAILABLE_INFORMATION};
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    world_list->C_Sign = answering_sign;
    memset(answer, 1, sizeof(answer));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char sentence[200];
        answer_length = lengths[i];
        snprintf(sentence, sizeof(sentence),
                 "token 'main' made a signature of %lu octets with the key 'batch', where P-256 "
                 "needs 64; it was thrown away: check the device",
                 lengths[i]);
        refuse_sign(signer, sentence);
    }
    close_both(hsm, signer);
}

static void integers_are_as_short_as_they_can_be(void **state)
{
    (void)state;
    static const unsigned char head[] = {0x30, 0x26, 0x02, 0x01, 0x01, 0x02, 0x21, 0x00, 0xff};
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    struct hsm_signature signature;
    world_list->C_Sign = answering_sign;
    memset(answer, 0, sizeof(answer));
    answer[31] = 1;
    memset(answer + 32, 0xff, 32);
    answer_length = 64;
    assert_true(hsm_signer_sign_unverified(signer, digest, P256_DIGEST, &signature, NULL));
    assert_int_equal(signature.length, 40);
    assert_memory_equal(signature.der, head, sizeof(head));
    assert_memory_equal(signature.der + 8, answer + 32, 32);
    hsm_signer_close(signer);

    /* The longest there is. */
    make_key(hsm, "main;object=large;id=%71", HSM_CURVE_P384);
    signer = open_signer(hsm, "main;object=large");
    memset(answer, 0xff, sizeof(answer));
    answer_length = 96;
    assert_true(hsm_signer_sign_unverified(signer, digest, P384_DIGEST, &signature, NULL));
    assert_int_equal(signature.length, HSM_SIGNATURE_MAX);
    close_both(hsm, signer);
}

/* ---- a device that is lost in the middle ---- */

static CK_RV play; /* what the next call returns */

static CK_RV failing_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    (void)session, (void)mechanism, (void)key;
    return play;
}

static CK_RV failing_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                          unsigned char *signature, CK_ULONG *signature_length)
{
    world_original.C_Sign(session, data, length, signature, signature_length);
    return play;
}

/* The signer is refused, and stays so when the device is as it was. */
static void lose(CK_RV rv, bool in_sign, const char *sentence)
{
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    play = rv;
    sign(signer);
    if (in_sign)
        world_list->C_Sign = failing_sign;
    else
        world_list->C_SignInit = failing_init;
    refuse_sign(signer, sentence);
    *world_list = world_original;
    refuse_sign(signer, sentence);
    /* The number of a lost session is not closed: it may be another one's. */
    count_sessions();
    hsm_signer_close(signer);
    assert_int_equal(sessions, 0);
    *world_list = world_original;
    hsm_close(hsm);
}

static void a_session_that_is_lost_is_reported_as_such(void **state)
{
    (void)state;
    static const struct {
        CK_RV rv;
        const char *sentence;
    } losses[] = {
        {CKR_SESSION_HANDLE_INVALID,
         "token 'main' has lost its session and did not sign with the key 'batch': "
         "CKR_SESSION_HANDLE_INVALID (0xb3); check the device and whether another program resets "
         "it, and start again"},
        {CKR_SESSION_CLOSED,
         "token 'main' has lost its session and did not sign with the key 'batch': "
         "CKR_SESSION_CLOSED (0xb0); check the device and whether another program resets it, and "
         "start again"},
        {CKR_CRYPTOKI_NOT_INITIALIZED,
         "token 'main' has lost its session, for its module was shut down, and did not sign with "
         "the key 'batch': CKR_CRYPTOKI_NOT_INITIALIZED (0x190); start again"},
        {CKR_DEVICE_REMOVED,
         "token 'main' was pulled out and did not sign with the key 'batch': CKR_DEVICE_REMOVED "
         "(0x32); plug it in and start again"},
        {CKR_TOKEN_NOT_PRESENT,
         "token 'main' was pulled out and did not sign with the key 'batch': "
         "CKR_TOKEN_NOT_PRESENT (0xe0); plug it in and start again"},
        {CKR_USER_NOT_LOGGED_IN,
         "token 'main' is no longer logged in and did not sign with the key 'batch': "
         "CKR_USER_NOT_LOGGED_IN (0x101); start again, which logs in anew"},
        {CKR_KEY_HANDLE_INVALID,
         "token 'main' is no longer logged in, or no longer has the key, and did not sign with the "
         "key 'batch': CKR_KEY_HANDLE_INVALID (0x60); start again, which logs in anew"},
        {CKR_OBJECT_HANDLE_INVALID,
         "token 'main' is no longer logged in, or no longer has the key, and did not sign with the "
         "key 'batch': CKR_OBJECT_HANDLE_INVALID (0x82); start again, which logs in anew"},
    };
    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        lose(losses[i].rv, false, losses[i].sentence);
        lose(losses[i].rv, true, losses[i].sentence);
    }
}

static void another_failure_of_the_device_need_not_last(void **state)
{
    (void)state;
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    play = CKR_DEVICE_ERROR;
    world_list->C_Sign = failing_sign;
    refuse_sign(signer, "token 'main' did not sign with the key 'batch': CKR_DEVICE_ERROR (0x30); "
                        "check the device, and start again");
    *world_list = world_original;
    sign(signer);
    close_both(hsm, signer);
}

/* Not played: SoftHSM itself closes the sessions, and logs out. */
static void sessions_that_the_module_closes_are_lost(void **state)
{
    (void)state;
    struct hsm *hsm;
    struct hsm_signer *signer = open_batch(&hsm);
    assert_int_equal(world_list->C_CloseAllSessions(hsm->slot_id), CKR_OK);
    refuse_sign(signer, "token 'main' has lost its session and did not sign with the key 'batch': "
                        "CKR_SESSION_HANDLE_INVALID (0xb3)");
    close_both(hsm, signer);

    signer = open_batch(&hsm);
    assert_int_equal(world_list->C_Logout(hsm->session), CKR_OK);
    refuse_sign(signer, "token 'main' is no longer logged in");
    close_both(hsm, signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_curves_sign),
        TEST(a_digest_of_another_length_is_refused),
        TEST(threads_sign_with_one_session_each),
        TEST(keys_that_are_not_as_they_should_be_are_refused),
        TEST(a_token_without_sessions_is_named),
        TEST(a_signature_that_does_not_verify_is_not_handed_out),
        TEST(an_answer_of_another_length_is_thrown_away),
        TEST(integers_are_as_short_as_they_can_be),
        TEST(a_session_that_is_lost_is_reported_as_such),
        TEST(another_failure_of_the_device_need_not_last),
        TEST(sessions_that_the_module_closes_are_lost),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
