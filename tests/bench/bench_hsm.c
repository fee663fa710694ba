/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures with a key on P-256 in SoftHSM: what the room hsm/ adds to the module's own C_Sign,
 * what more sessions on more cores bring, and how that compares with libp11's EVP_PKEY and with a
 * key in software.
 *
 * Every way of signing has its turn in each of many short rounds, so that a disturbance of the
 * machine meets all of them, and its best turn counts: then the machine did nothing else.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "../tools/p11.h"
#include "bench.h"
#include "hsm_token.h"

#define ROUNDS 200
#define TURN_SECONDS 0.015
/* More cores than this are not used. */
#define THREADS_MAX 16

static const unsigned char digest[32] = "the digest that is to be signed";

static struct hsm_token token;
static EVP_PKEY *keys[2]; /* libp11's and one in software */

/* ---- the ways of signing; each thread has one of its own ---- */

struct signer {
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    struct hsm_signer *signer;
    EVP_PKEY_CTX *ctx;
};

static void open_plain(struct signer *signer)
{
    signer->session = hsm_token_session(&token, &signer->key);
}

/* What a program without this project has: r and s, not in DER, not looked at. */
static void sign_plain(struct signer *signer)
{
    unsigned char signature[64];
    CK_ULONG length = sizeof(signature);
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    p11_check(token.p11->C_SignInit(signer->session, &mechanism, signer->key), "C_SignInit");
    p11_check(token.p11->C_Sign(signer->session, (unsigned char *)digest, sizeof(digest), signature,
                                &length),
              "C_Sign");
}

static void open_room(struct signer *signer)
{
    struct sti_error err;
    sti_error_clear(&err);
    signer->signer = hsm_signer_open(token.hsm, token.uri, &err);
    bench_require(signer->signer != NULL, err.sentence);
}

static void sign_room(struct signer *signer)
{
    struct hsm_signature signature;
    bench_require(
        hsm_signer_sign_unverified(signer->signer, digest, sizeof(digest), &signature, NULL),
        "the room does not sign");
}

static void sign_verified(struct signer *signer)
{
    struct hsm_signature signature;
    bench_require(hsm_signer_sign(signer->signer, digest, sizeof(digest), &signature, NULL),
                  "the room does not sign");
}

static void open_evp(struct signer *signer, EVP_PKEY *key)
{
    signer->ctx = EVP_PKEY_CTX_new(key, NULL);
    bench_require(signer->ctx != NULL && EVP_PKEY_sign_init(signer->ctx) == 1,
                  "EVP_PKEY_sign_init fails");
}

static void open_libp11(struct signer *signer)
{
    open_evp(signer, keys[0]);
}

static void open_software(struct signer *signer)
{
    open_evp(signer, keys[1]);
}

static void sign_evp(struct signer *signer)
{
    unsigned char signature[128];
    size_t length = sizeof(signature);
    bench_require(EVP_PKEY_sign(signer->ctx, signature, &length, digest, sizeof(digest)) == 1,
                  "EVP_PKEY_sign fails");
}

static void close_signer(struct signer *signer)
{
    if (signer->session != 0)
        p11_check(token.p11->C_CloseSession(signer->session), "C_CloseSession");
    hsm_signer_close(signer->signer);
    EVP_PKEY_CTX_free(signer->ctx);
}

/* ---- turns ---- */

enum { PLAIN, ROOM, VERIFIED, LIBP11, SOFTWARE, KINDS };
static const struct kind {
    void (*open)(struct signer *signer);
    void (*sign)(struct signer *signer);
} kinds[KINDS] = {
    [PLAIN] = {open_plain, sign_plain},      [ROOM] = {open_room, sign_room},
    [VERIFIED] = {open_room, sign_verified}, [LIBP11] = {open_libp11, sign_evp},
    [SOFTWARE] = {open_software, sign_evp},
};

struct way {
    const struct kind *kind;
    size_t threads;
    double best; /* signatures a second, of all threads together */
    struct signer signers[THREADS_MAX];
};

/* Every kind in one thread, then every kind in one on each core. */
static struct way ways[2 * KINDS];
#define WAYS (sizeof(ways) / sizeof(ways[0]))

struct worker {
    pthread_t thread;
    pthread_barrier_t *start;
    struct way *way;
    struct signer *signer;
    double rate;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    size_t count = 0;
    double now = 0;
    pthread_barrier_wait(worker->start);
    double start = bench_now();
    do {
        worker->way->kind->sign(worker->signer);
        count++;
        now = bench_now();
    } while (now - start < TURN_SECONDS);
    worker->rate = (double)count / (now - start);
    return NULL;
}

static void take_turn(struct way *way)
{
    struct worker workers[THREADS_MAX];
    pthread_barrier_t start;
    double rate = 0;
    bench_require(pthread_barrier_init(&start, NULL, (unsigned)way->threads) == 0, "no barrier");
    for (size_t i = 0; i < way->threads; i++) {
        workers[i] = (struct worker){.start = &start, .way = way, .signer = &way->signers[i]};
        bench_require(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0,
                      "no thread");
    }
    for (size_t i = 0; i < way->threads; i++) {
        bench_require(pthread_join(workers[i].thread, NULL) == 0, "a thread is lost");
        rate += workers[i].rate;
    }
    pthread_barrier_destroy(&start);
    way->best = rate > way->best ? rate : way->best;
}

static void measure(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < WAYS; i++)
            take_turn(&ways[round % 2 == 0 ? i : WAYS - 1 - i]);
    }
}

/* ---- all of it ---- */

static void open_keys(void)
{
    struct sti_error err;
    sti_error_clear(&err);
    keys[0] = hsm_key_open(token.hsm, token.uri, &err);
    bench_require(keys[0] != NULL, err.sentence);
    keys[1] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    bench_require(keys[1] != NULL, "no key in software");
}

static void open_signers(size_t cores)
{
    for (size_t i = 0; i < WAYS; i++) {
        ways[i].kind = &kinds[i % KINDS];
        ways[i].threads = i < KINDS ? 1 : cores;
        for (size_t j = 0; j < ways[i].threads; j++)
            ways[i].kind->open(&ways[i].signers[j]);
    }
}

static void close_signers(void)
{
    for (size_t i = 0; i < WAYS; i++) {
        for (size_t j = 0; j < ways[i].threads; j++)
            close_signer(&ways[i].signers[j]);
    }
}

/* Seconds of one signature. */
static void row(const char *work, const char *against, const struct way *ours,
                const struct way *theirs)
{
    bench_row(work, 1, against, 1 / ours->best, 1 / theirs->best);
}

static void rows(void)
{
    const struct way *one = ways;
    const struct way *all = ways + KINDS;
    row("signing, room", "plain C_Sign", &one[ROOM], &one[PLAIN]);
    row("signing and verifying, room", "plain C_Sign", &one[VERIFIED], &one[PLAIN]);
    row("signing, libp11's EVP_PKEY", "plain C_Sign", &one[LIBP11], &one[PLAIN]);
    row("signing, room", "software EVP_PKEY", &one[ROOM], &one[SOFTWARE]);
    row("signing on every core, room", "plain, every core", &all[ROOM], &all[PLAIN]);
    row("signing, verifying on every core, room", "plain, every core", &all[VERIFIED], &all[PLAIN]);
    row("signing on every core, libp11's EVP_PKEY", "plain, every core", &all[LIBP11], &all[PLAIN]);
    row("signing on every core, plain C_Sign", "the same on one core", &all[PLAIN], &one[PLAIN]);
    row("signing on every core, room", "the same on one core", &all[ROOM], &one[ROOM]);
    row("signing, verifying on every core, room", "the same on one core", &all[VERIFIED],
        &one[VERIFIED]);
    row("signing on every core, libp11's EVP_PKEY", "the same on one core", &all[LIBP11],
        &one[LIBP11]);
    row("signing on every core, software EVP_PKEY", "the same on one core", &all[SOFTWARE],
        &one[SOFTWARE]);
}

int main(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t cores = online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : (size_t)online;
    hsm_token_make(&token);
    open_keys();
    open_signers(cores);
    measure();
    rows();
    close_signers();
    EVP_PKEY_free(keys[0]);
    EVP_PKEY_free(keys[1]);
    hsm_token_close(&token);
    return 0;
}
