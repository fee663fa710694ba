/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifying transcripts of 100,000 entries that are in the page cache, against one SHA-256 over the
 * same file, and against as many bare verifications of a signature as it has: nobody who verifies
 * all can go below the two. Making them takes longest; they are made in memory where the machine
 * has a file system for that.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/test_transcript_kit.h"
#include "verify.h"

#define ENTRIES 100000

static void verify_all(void *argument)
{
    struct verification v;
    struct given given = {.folder = -1, .no_anchor = true};
    bench_require(verify(&v, argument, &given), "a transcript does not verify");
    bench_sink += (uint64_t)v.count;
    verification_free(&v);
}

static void digest_all(void *argument)
{
    const struct mapped *file = argument;
    uint8_t digest[DIGEST];
    bench_require(digest_of(file->octets, file->length, digest), "no SHA-256");
    bench_sink += digest[0];
}

/* So many signatures verified, with a key that is ready: what is left when nothing else is done. */
struct bare {
    EVP_PKEY *key;
    unsigned char signature[80];
    size_t length;
    size_t times;
};
static const uint8_t message[200];

static void verify_signatures(void *argument)
{
    const struct bare *bare = argument;
    for (size_t i = 0; i < bare->times; i++)
        bench_require(
            signature_holds(bare->key, message, sizeof(message), bare->signature, bare->length),
            "a signature does not verify");
}

static void row_signatures(const char *work, struct mapped *file, EVP_PKEY *key, size_t times)
{
    struct bare bare = {.key = key, .length = sizeof(bare.signature), .times = times};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bench_require(
        EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
            EVP_DigestSign(context, bare.signature, &bare.length, message, sizeof(message)) == 1,
        "nothing is signed");
    EVP_MD_CTX_free(context);
    bench_compare(work, ENTRIES, "its ES256 signatures", (struct bench_work){verify_all, file},
                  (struct bench_work){verify_signatures, &bare});
}

/* A certificate makes four entries: answer, intended, signed, output; a begin etc. make six. */
static void row(const char *folder, const char *work, size_t certificates)
{
    char path[256];
    uint8_t last[32];
    struct mapped file;
    struct kit_ceremony ceremony;
    size_t notes = ENTRIES - 6 - 4 * certificates;
    snprintf(path, sizeof(path), "%s/transcript", folder);
    kit_ceremony_make(&ceremony, certificates, NULL);
    kit_ceremony_write(&ceremony, path, KIT_GOOD, true, notes, last);
    bench_require(map_file(path, &file) == NULL, "a transcript cannot be read");
    bench_compare(work, ENTRIES, "SHA-256 of the file", (struct bench_work){verify_all, &file},
                  (struct bench_work){digest_all, &file});
    if (certificates > 0) /* two approvals and the end are signed, too */
        row_signatures(work, &file, ceremony.key, certificates + 3);
    unmap(&file);
    unlink(path);
    kit_ceremony_free(&ceremony);
}

int main(void)
{
    char folder[64];
    snprintf(folder, sizeof(folder), "%s/bench-transcript.XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    bench_require(mkdtemp(folder) != NULL, "there is no room for a transcript");
    row(folder, "transcript, notes alone", 0);
    row(folder, "transcript, 24,000 certificates", 24000);
    rmdir(folder);
    return 0;
}
