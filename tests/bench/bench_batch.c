/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of requests with everything on, against `openssl ca -infiles` with the same key on the
 * same token, and against what nobody who does the same can go below: two ES256 verifications (the
 * token's and the CSR's), one C_Sign, and one verification of what was signed, per certificate.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tools/p11.h"
#include "batch_ca.h"
#include "batch_requests.h"
#include "bench.h"
#include "commands.h"
#include "hsm_token.h"

#define REQUESTS ((size_t)2000)
#define ROUNDS 3
#define THREADS_MAX 64

static struct batch_request requests[REQUESTS];
static struct hsm_token token;

/* What the stock openssl needs to do about as much: the same extensions, the list of the CSR. */
static const char openssl_configuration[] =
    "openssl_conf = init\n[init]\nengines = engines\n[engines]\npkcs11 = pkcs11_engine\n"
    "[pkcs11_engine]\nMODULE_PATH = " BATCH_MODULE "\nPIN = 24681357\ninit = 0\n"
    "[ca]\ndefault_ca = example_ca\n[example_ca]\ndatabase = index.txt\nnew_certs_dir = theirs\n"
    "certificate = intermediate.pem\nrand_serial = yes\nunique_subject = no\ndefault_md = sha256\n"
    "default_days = 30\npolicy = anything\nx509_extensions = profile\ncopy_extensions = copy\n"
    "[anything]\ncountryName = optional\norganizationName = optional\ncommonName = supplied\n"
    "[profile]\nbasicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature\n"
    "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n"
    "certificatePolicies = 1.3.6.1.4.1.32473.1.1\n";

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bench_require(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0,
                  "a file cannot be written");
}

/* ---- ours ---- */

/*
 * A run on a ledger of its own, so that every round issues all. What the one before wrote stays
 * until the end: ext4 goes to some trouble not to use the inodes of what was just removed.
 */
static double issue(const char *digest, const char *jobs)
{
    static const struct command clean = {
        "clean",
        NULL,
        {"sh", "-c",
         "mkdir -p old; d=$(mktemp -d old/XXXXXX); mv ours ledger.sqlite* $d 2>/dev/null; cp "
         "empty.sqlite ledger.sqlite",
         NULL}};
    command_run(&clean, "/dev/null");
    return batch_ca_issue("sti-ca.cnf", "requests", "ours", digest, jobs);
}

/* ---- openssl ca ---- */

static double openssl_ca(void)
{
    static const struct command clean = {"clean",
                                         NULL,
                                         {"sh", "-c",
                                          "mkdir -p old; d=$(mktemp -d old/XXXXXX); mv theirs "
                                          "index.txt* $d 2>/dev/null; mkdir theirs; : >index.txt",
                                          NULL}};
    static const struct command ca = {
        "openssl ca -infiles",
        "openssl.cnf",
        {"sh", "-c",
         "exec openssl ca -batch -notext -engine pkcs11 -keyform engine -keyfile "
         "'pkcs11:token=bench;object=key;type=private' -infiles requests/*.csr 2>openssl.log",
         NULL}};
    command_run(&clean, "/dev/null");
    return command_run(&ca, "/dev/null").seconds;
}

/* ---- the floor ---- */

struct worker {
    pthread_t thread;
    size_t begin;
    size_t end;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    unsigned char digest[32] = {1};
    for (size_t i = worker->begin; i < worker->end; i++) {
        CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
        unsigned char raw[64];
        CK_ULONG length = sizeof(raw);
        batch_signature_verify(&requests[i].token);
        batch_signature_verify(&requests[i].csr);
        p11_check(token.p11->C_SignInit(worker->session, &mechanism, worker->key), "C_SignInit");
        p11_check(token.p11->C_Sign(worker->session, digest, sizeof(digest), raw, &length),
                  "C_Sign");
        batch_signature_verify(&requests[i].csr); /* as long as what was signed takes */
    }
    return NULL;
}

static double floor_of(struct worker *workers, size_t threads)
{
    double start = bench_now();
    for (size_t i = 0; i < threads; i++) {
        workers[i].begin = REQUESTS * i / threads;
        workers[i].end = REQUESTS * (i + 1) / threads;
        bench_require(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0,
                      "no thread");
    }
    for (size_t i = 0; i < threads; i++)
        bench_require(pthread_join(workers[i].thread, NULL) == 0, "a thread is lost");
    return bench_now() - start;
}

/* ---- rows ---- */

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* One way of issuing, and what it is compared with: rounds take turns, the best one counts. */
static void compare(const char *work_name, const char *digest, size_t threads,
                    struct worker *workers)
{
    char jobs[8];
    double ours = 1e9;
    double theirs = 1e9;
    double bare = 1e9;
    snprintf(jobs, sizeof(jobs), "%zu", threads);
    for (int round = 0; round < ROUNDS; round++) {
        ours = least(ours, issue(digest, jobs));
        theirs = least(theirs, openssl_ca());
        bare = least(bare, floor_of(workers, threads));
    }
    char against[64];
    bench_row(work_name, REQUESTS, "openssl ca -infiles", ours, theirs);
    snprintf(against, sizeof(against), "the floor, %zu thread%s", threads, threads == 1 ? "" : "s");
    bench_row(work_name, REQUESTS, against, ours, bare);
}

int main(void)
{
    static struct worker workers[THREADS_MAX];
    static const struct command keep = {
        "keep", NULL, {"cp", "ledger.sqlite", "empty.sqlite", NULL}};
    char digest[65] = "";
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t cores = online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : (size_t)online;
    hsm_token_make(&token);
    write_file("openssl.cnf", openssl_configuration);
    batch_ca_make();
    command_run(&keep, "/dev/null");
    batch_requests_make(requests, REQUESTS);
    batch_ca_review("sti-ca.cnf", "requests", digest);
    for (size_t i = 0; i < cores; i++)
        workers[i].session = hsm_token_session(&token, &workers[i].key);
    compare("issue --batch", digest, cores, workers);
    if (cores > 1)
        compare("issue --batch --jobs 1", digest, 1, workers);
    hsm_token_close(&token);
    return 0;
}
