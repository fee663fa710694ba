/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks for a module that does not make its own (PKCS#11 2.40 section 3.7): it is told in
 * C_Initialize that it may use the system's, and is offered these as well; it takes what it likes.
 */
#include "hsm_internal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/* An error-checking mutex: a module that lets go of what it does not hold is told so. */
static int initialise(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    int wrong = pthread_mutexattr_init(&attributes);
    if (wrong != 0)
        return wrong;
    wrong = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    if (wrong == 0)
        wrong = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return wrong;
}

CK_RV hsm_mutex_create(void **mutex)
{
    pthread_mutex_t *made = malloc(sizeof(*made));
    if (made == NULL)
        return CKR_HOST_MEMORY;
    if (initialise(made) != 0) {
        free(made);
        return CKR_GENERAL_ERROR;
    }
    *mutex = made;
    return CKR_OK;
}

CK_RV hsm_mutex_destroy(void *mutex)
{
    if (mutex == NULL)
        return CKR_MUTEX_BAD;
    /* One that is still held stays: whoever holds it will let go of it. */
    if (pthread_mutex_destroy(mutex) != 0)
        return CKR_GENERAL_ERROR;
    free(mutex);
    return CKR_OK;
}

CK_RV hsm_mutex_lock(void *mutex)
{
    if (mutex == NULL)
        return CKR_MUTEX_BAD;
    return pthread_mutex_lock(mutex) == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}

CK_RV hsm_mutex_unlock(void *mutex)
{
    if (mutex == NULL)
        return CKR_MUTEX_BAD;
    int wrong = pthread_mutex_unlock(mutex);
    if (wrong == EPERM)
        return CKR_MUTEX_NOT_LOCKED;
    return wrong == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}
