/* SPDX-License-Identifier: Apache-2.0 */
/* The locks that a module is offered: what they do, and a module that takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "test_hsm_world.h"

#define THREADS 4
#define TIMES 20000

static void *mutex;
static unsigned long counter; /* not atomic: the lock is all that guards it */

static void *count_up(void *argument)
{
    (void)argument;
    for (int i = 0; i < TIMES; i++) {
        if (hsm_mutex_lock(mutex) != CKR_OK)
            return &counter;
        counter++;
        if (hsm_mutex_unlock(mutex) != CKR_OK)
            return &counter;
    }
    return NULL;
}

static void run_threads(void *(*work)(void *))
{
    pthread_t threads[THREADS];
    void *wrong = NULL;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

static void a_lock_locks(void **state)
{
    (void)state;
    assert_int_equal(hsm_mutex_create(&mutex), CKR_OK);
    counter = 0;
    run_threads(count_up);
    assert_int_equal(counter, THREADS * TIMES);
    assert_int_equal(hsm_mutex_destroy(mutex), CKR_OK);
}

static void wrong_use_is_told(void **state)
{
    (void)state;
    assert_int_equal(hsm_mutex_create(&mutex), CKR_OK);
    assert_int_equal(hsm_mutex_unlock(mutex), CKR_MUTEX_NOT_LOCKED);
    assert_int_equal(hsm_mutex_lock(mutex), CKR_OK);
    assert_int_equal(hsm_mutex_lock(mutex), CKR_GENERAL_ERROR);
    assert_int_equal(hsm_mutex_destroy(mutex), CKR_GENERAL_ERROR);
    assert_int_equal(hsm_mutex_unlock(mutex), CKR_OK);
    assert_int_equal(hsm_mutex_destroy(mutex), CKR_OK);
    assert_int_equal(hsm_mutex_lock(NULL), CKR_MUTEX_BAD);
    assert_int_equal(hsm_mutex_unlock(NULL), CKR_MUTEX_BAD);
    assert_int_equal(hsm_mutex_destroy(NULL), CKR_MUTEX_BAD);
}

/* ---- offered to a module ---- */

static CK_C_INITIALIZE_ARGS offered;
static atomic_ulong taken;

static CK_RV counting_lock(void *which)
{
    taken++;
    return hsm_mutex_lock(which);
}

/* A module that cannot lock by the system's means: SoftHSM, told nothing of them. libp11 calls it
 * later, in vain. */
static CK_RV initialise_with_ours(void *arguments)
{
    if (offered.CreateMutex != NULL)
        return world_original.C_Initialize(arguments);
    memcpy(&offered, arguments, sizeof(offered));
    CK_C_INITIALIZE_ARGS ours = offered;
    ours.flags &= ~(CK_FLAGS)CKF_OS_LOCKING_OK;
    ours.LockMutex = counting_lock;
    return world_original.C_Initialize(&ours);
}

static struct hsm *hsm;

static void *sign(void *argument)
{
    (void)argument;
    static const unsigned char digest[32] = "a digest of a certificate......";
    struct hsm_uri *uri = world_uri("main;object=locked", NULL);
    struct hsm_signature signature;
    struct sti_error err;
    struct hsm_signer *signer = hsm_signer_open(hsm, uri, &err);
    bool good = signer != NULL;
    for (int i = 0; good && i < 20; i++)
        good = hsm_signer_sign(signer, digest, sizeof(digest), &signature, &err);
    if (!good)
        print_error("%s\n", err.sentence);
    hsm_signer_close(signer);
    hsm_uri_free(uri);
    return good ? NULL : &hsm;
}

static void a_module_may_take_them(void **state)
{
    (void)state;
    struct hsm_uri *uri = world_uri("main;object=locked;id=%01", NULL);
    struct sti_error err;
    sti_error_clear(&err);
    world_list->C_Initialize = initialise_with_ours;
    hsm = world_open();
    assert_ptr_equal(offered.CreateMutex, hsm_mutex_create);
    assert_ptr_equal(offered.DestroyMutex, hsm_mutex_destroy);
    assert_ptr_equal(offered.LockMutex, hsm_mutex_lock);
    assert_ptr_equal(offered.UnlockMutex, hsm_mutex_unlock);
    assert_int_equal(offered.flags, CKF_OS_LOCKING_OK);
    if (!hsm_key_generate(hsm, uri, &err))
        fail_msg("%s", err.sentence);
    run_threads(sign);
    assert_true(taken > 0);
    hsm_close(hsm);
    hsm_uri_free(uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lock_locks),
        TEST(wrong_use_is_told),
        TEST(a_module_may_take_them),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
