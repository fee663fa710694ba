/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads load the module at once, each into a library context of its own or into the default one.
 * A thread whose load has returned must find every extension method at once: libcrypto sorts its
 * table of methods at the first look-up, without a lock, so the module looks one up itself.
 */
#include "cases.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/objects.h>

#include "tnauthlist.h"

#define ROUNDS 200
#define THREADS 8
/* Methods of the application that are in libcrypto's table already, not yet sorted. */
#define OTHERS 1000

static pthread_barrier_t start;
/* In every other race the threads wait for each other again between the load and the look-up. */
static bool look_together;
static int others[OTHERS];

/* What a thread saw. */
enum seen { ALL_WELL, NOT_LOADED, NO_NAME, WRONG_METHOD, WRONG_OTHER, NOT_PRINTED };

struct worker {
    pthread_t thread;
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *provider;
    enum seen seen;
};

static enum seen look(struct worker *worker)
{
    worker->provider = OSSL_PROVIDER_load(worker->context, MODULE);
    int nid = OBJ_sn2nid("TNAuthList");
    int access_method = OBJ_sn2nid("stirTNList");
    if (look_together)
        pthread_barrier_wait(&start);
    if (worker->provider == NULL)
        return NOT_LOADED;
    if (nid == NID_undef || access_method == NID_undef)
        return NO_NAME;
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(nid);
    if (method == NULL || method->ext_nid != nid || method->i2r == NULL)
        return WRONG_METHOD;
    for (int i = 0; i < OTHERS; i++) {
        const X509V3_EXT_METHOD *other = X509V3_EXT_get_nid(others[i]);
        if (other == NULL || other->ext_nid != others[i])
            return WRONG_OTHER;
    }
    X509V3_CTX ctx = {0};
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, "SPC:709J,TN:12155551212");
    BIO *out = BIO_new(BIO_s_null());
    int printed = extension != NULL && out != NULL &&
                  X509V3_EXT_print(out, extension, X509V3_EXT_ERROR_UNKNOWN, 0);
    BIO_free(out);
    X509_EXTENSION_free(extension);
    return printed ? ALL_WELL : NOT_PRINTED;
}

static void *work(void *worker)
{
    pthread_barrier_wait(&start);
    ((struct worker *)worker)->seen = look(worker);
    return NULL;
}

/* One race, in a process of its own: 0 if all threads saw what they should. */
static int race(bool together)
{
    struct worker workers[THREADS] = {0};
    alarm(30);
    look_together = together;
    if (pthread_barrier_init(&start, NULL, THREADS) != 0)
        return 100;
    for (int i = 0; i < THREADS; i++) {
        if (i % 2 == 0)
            workers[i].context = OSSL_LIB_CTX_new();
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            return 101;
    }
    int worst = ALL_WELL;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        if (workers[i].seen != ALL_WELL)
            worst = (int)workers[i].seen;
    }
    for (int i = 0; i < THREADS; i++) {
        OSSL_PROVIDER_unload(workers[i].provider);
        OSSL_LIB_CTX_free(workers[i].context);
    }
    return worst;
}

/* The application's methods, in no order of their NIDs, so that an unsorted table matters. */
static void add_others(void)
{
    for (int i = 0; i < OTHERS; i++) {
        char oid[32];
        char name[32];
        snprintf(oid, sizeof(oid), "2.25.4711.%d", i + 1);
        snprintf(name, sizeof(name), "applicationMethod%d", i + 1);
        others[i] = OBJ_create(oid, name, name);
        check(others[i] != NID_undef);
    }
    for (int i = 0; i < OTHERS; i++) /* 77 and 1000 have no common factor */
        check(X509V3_EXT_add_alias(others[i * 77 % OTHERS], NID_netscape_comment));
}

static void many_races(void)
{
    alarm(0); /* each race has its own */
    int bad = 0;
    for (int round = 0; round < ROUNDS; round++) {
        pid_t child = fork();
        check(child >= 0);
        if (child == 0)
            _exit(race(round % 2 == 1));
        int status = -1;
        check(waitpid(child, &status, 0) == child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        bad++;
        fprintf(stderr, "round %d: %s %d\n", round, WIFSIGNALED(status) ? "signal" : "thread saw",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
    check(bad == 0);
}

static void fresh(void)
{
    add_others();
    many_races();
}

/* With the lowest NID of all, our method has the longest way to its place in the table. */
static void object_known_before(void)
{
    check(OBJ_create(TNAUTHLIST_OID, "TNAuthList", "TNAuthorizationList") != NID_undef);
    add_others();
    many_races();
}

static const struct test_case cases[] = {
    {"8 threads load and look at once, in 200 processes", fresh},
    {"the same when the application knows the object", object_known_before},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
