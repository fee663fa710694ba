/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger when it is large, against an empty one, in turns: to open it for writing and record
 * one certificate (verdict and intent, issued, delivered: three commits), to record more while it
 * is open, one by one and 100 at once. Then the size of the file, and the whole check with a writer
 * beside it.
 *
 *     bench_ledger [CERTIFICATES]      10^6 by default
 */
#include "bench.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger_internal.h"

#define NOW 1700000000
#define CERTIFICATE_OCTETS 800

static struct sti_error err;
static uint64_t drawn = 1;

/* xorshift64: the same numbers in every run. */
static uint64_t draw(void)
{
    drawn ^= drawn << 13;
    drawn ^= drawn >> 7;
    drawn ^= drawn << 17;
    return drawn;
}

static void fill_octets(unsigned char *octets, size_t length)
{
    for (size_t i = 0; i < length; i += 8) {
        uint64_t number = draw();
        memcpy(octets + i, &number, length - i < 8 ? length - i : 8);
    }
}

struct one {
    char serial[LEDGER_SERIAL_TEXT + 1];
    uint8_t certificate[CERTIFICATE_OCTETS];
};

static void good(bool ok)
{
    bench_require(ok, err.sentence);
}

static void intend(struct ledger *ledger, struct one *one)
{
    unsigned char holder[LEDGER_DIGEST_OCTETS], digest[LEDGER_DIGEST_OCTETS];
    char jti[40];
    int64_t entry;
    snprintf(jti, sizeof(jti), "%016llx%016llx", (unsigned long long)draw(),
             (unsigned long long)draw());
    snprintf(one->serial, sizeof(one->serial), "7F%014llX%016llX", (unsigned long long)draw() >> 8,
             (unsigned long long)draw());
    struct ledger_token token = {.jti = jti, .limit = 1};
    fill_octets(holder, sizeof(holder));
    fill_octets(digest, sizeof(digest));
    memset(token.signer, 7, sizeof(token.signer));
    struct ledger_verdict verdict = {.request = "request.csr",
                                     .csr_digest = digest,
                                     .token_digest = digest,
                                     .list_digest = digest,
                                     .profile = "tn-level",
                                     .accepted = true,
                                     .time = NOW};
    struct ledger_intent intent = {.kind = LEDGER_END_ENTITY,
                                   .subject = "CN=SHAKEN 709J, O=Example, C=US",
                                   .token = &token,
                                   .holder = holder,
                                   .profile = "tn-level",
                                   .hsm = "sti-ca, serial 0123456789abcdef",
                                   .out = "/var/lib/sti-ca/out/request.pem",
                                   .time = NOW};
    memcpy(intent.serial, one->serial, sizeof(intent.serial));
    fill_octets(intent.spki, sizeof(intent.spki));
    fill_octets(intent.tbs_digest, sizeof(intent.tbs_digest));
    good(ledger_record_verdict(ledger, &verdict, &entry, &err));
    intent.verdict = entry;
    good(ledger_record_intent(ledger, &intent, &err));
}

static void issue(struct ledger *ledger, struct one *one)
{
    fill_octets(one->certificate, sizeof(one->certificate));
    good(ledger_record_issued(ledger, one->serial, one->certificate, sizeof(one->certificate), NULL,
                              0, NOW + 1, &err));
}

static void deliver(struct ledger *ledger, const struct one *one)
{
    good(ledger_record_delivered(ledger, one->serial, "/var/lib/sti-ca/out/request.pem", NOW + 2,
                                 &err));
}

/* `count` certificates, each step of all of them in one commit. */
static void record(struct ledger *ledger, struct one *ones, size_t count)
{
    good(ledger_group_begin(ledger, &err));
    for (size_t i = 0; i < count; i++)
        intend(ledger, &ones[i]);
    good(ledger_group_end(ledger, true, &err) && ledger_group_begin(ledger, &err));
    for (size_t i = 0; i < count; i++)
        issue(ledger, &ones[i]);
    good(ledger_group_end(ledger, true, &err) && ledger_group_begin(ledger, &err));
    for (size_t i = 0; i < count; i++)
        deliver(ledger, &ones[i]);
    good(ledger_group_end(ledger, true, &err));
}

#define AT_ONCE 100
#define FILLED_AT_ONCE 50000 /* each page of an index is written once for all of them */
static struct one ones[FILLED_AT_ONCE];

/* ---- the works ---- */

static void open_and_record(void *path)
{
    struct ledger *ledger = ledger_open(path, LEDGER_WRITE, NOW, &err);
    good(ledger != NULL);
    record(ledger, ones, 1);
    ledger_close(ledger);
}

static void only_open(void *path)
{
    struct ledger *ledger = ledger_open(path, LEDGER_WRITE, NOW, &err);
    good(ledger != NULL);
    ledger_close(ledger);
}

static void record_one(void *ledger)
{
    record(ledger, ones, 1);
}

static void record_many(void *ledger)
{
    record(ledger, ones, AT_ONCE);
}

static void make(const char *path)
{
    static const unsigned char id[LEDGER_ID_OCTETS];
    good(ledger_create(path, id, NOW, &err));
}

/* Without the disk's promises, which are not what is measured here. */
static void fill(const char *path, size_t count)
{
    struct ledger *ledger = ledger_open(path, LEDGER_WRITE, NOW, &err);
    good(ledger != NULL && ledger_run(ledger, "set up", "PRAGMA journal_mode = MEMORY", &err) &&
         ledger_run(ledger, "set up", "PRAGMA synchronous = OFF", &err) &&
         ledger_run(ledger, "set up", "PRAGMA cache_size = -600000", &err));
    for (size_t done = 0; done < count; done += FILLED_AT_ONCE)
        record(ledger, ones, count - done < FILLED_AT_ONCE ? count - done : FILLED_AT_ONCE);
    ledger_close(ledger);
}

static off_t size_of(const char *path)
{
    struct stat st;
    bench_require(stat(path, &st) == 0, "the ledger is not there");
    return st.st_size;
}

static void compare(const char *large, const char *empty, size_t count)
{
    bench_compare("ledger: open for writing", count, "an empty ledger",
                  (struct bench_work){only_open, (void *)(uintptr_t)large},
                  (struct bench_work){only_open, (void *)(uintptr_t)empty});
    bench_compare("ledger: open, record one", count, "an empty ledger",
                  (struct bench_work){open_and_record, (void *)(uintptr_t)large},
                  (struct bench_work){open_and_record, (void *)(uintptr_t)empty});
    struct ledger *ours = ledger_open(large, LEDGER_WRITE, NOW, &err);
    struct ledger *theirs = ours == NULL ? NULL : ledger_open(empty, LEDGER_WRITE, NOW, &err);
    good(theirs != NULL);
    bench_compare("ledger: record one", count, "an empty ledger",
                  (struct bench_work){record_one, ours}, (struct bench_work){record_one, theirs});
    bench_compare("ledger: record 100 at once", count, "an empty ledger",
                  (struct bench_work){record_many, ours}, (struct bench_work){record_many, theirs});
    ledger_close(theirs);
    ledger_close(ours);
}

/* ---- verifying, while another process records ---- */

#define WRITINGS 100000
#define PAUSE_MICROSECONDS 50000

static int by_seconds(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Records one certificate after the other until nobody holds the other end of the pipe. */
static void write_beside(const char *path, int until)
{
    static double seconds[WRITINGS];
    struct pollfd end = {.fd = until};
    size_t count = 0;
    struct ledger *ledger = ledger_open(path, LEDGER_WRITE, NOW, &err);
    good(ledger != NULL);
    while (count < WRITINGS && poll(&end, 1, 0) == 0) {
        double start = bench_now();
        record(ledger, ones, 1);
        seconds[count++] = bench_now() - start;
        usleep(PAUSE_MICROSECONDS);
    }
    ledger_close(ledger);
    bench_require(count > 0, "nothing was recorded beside the check");
    qsort(seconds, count, sizeof(*seconds), by_seconds);
    fprintf(
        stderr,
        "bench_ledger: beside it %zu certificates were recorded, three commits each: the median "
        "%.1f ms, one of a hundred %.1f ms, the longest %.1f ms\n",
        count, seconds[count / 2] * 1e3, seconds[count - 1 - count / 100] * 1e3,
        seconds[count - 1] * 1e3);
}

static void verify(const char *path)
{
    struct ledger_verified verified;
    int ends[2], status = 0;
    bench_require(pipe(ends) == 0, "no pipe");
    pid_t writer = fork();
    bench_require(writer >= 0, "no writer");
    if (writer == 0) {
        (void)close(ends[1]);
        write_beside(path, ends[0]);
        _exit(0);
    }
    struct ledger *ledger = ledger_open(path, LEDGER_READ, NOW, &err);
    double start = bench_now();
    good(ledger != NULL && ledger_verify(ledger, NULL, &verified, &err));
    fprintf(stderr, "bench_ledger: verified %lld entries in %.1f s\n", (long long)verified.entries,
            bench_now() - start);
    ledger_close(ledger);
    (void)close(ends[1]);
    bench_require(waitpid(writer, &status, 0) == writer && status == 0, "the writer failed");
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 1000000;
    char folder[] = "/tmp/bench-ledger-XXXXXX";
    char large[64], empty[64];
    bench_require(mkdtemp(folder) != NULL && chdir(folder) == 0, "no folder");
    snprintf(large, sizeof(large), "%s/large", folder);
    snprintf(empty, sizeof(empty), "%s/empty", folder);
    make(large);
    make(empty);
    off_t before = size_of(large);
    double start = bench_now();
    fill(large, count);
    double filled = bench_now() - start;
    fprintf(stderr, "bench_ledger: %zu certificates in %.1f s, %.0f octets each\n", count, filled,
            (double)(size_of(large) - before) / (double)count);
    compare(large, empty, count);
    verify(large);
    for (const char *const *name = (const char *const[]){large, empty, NULL}; *name != NULL;
         name++) {
        char lock[80];
        snprintf(lock, sizeof(lock), "%s.lock", *name);
        (void)unlink(lock);
        (void)unlink(*name);
    }
    return rmdir(folder) == 0 ? 0 : 1;
}
