/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the seed corpus of fuzz_transcript: the transcripts of a small ceremony, good and with
 * each thing wrong that the kit knows, plans, a bundle, and what is to be signed.
 * FOLDER/transcript/ must exist.
 *
 * usage: make_transcript_seeds FOLDER
 */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/x509.h>

#include "dcbor.h"

#include "../unit/test_transcript_kit.h"

/* The SHA-256 of a part, and the part. */
static void put_part(struct dcbor_writer *writer, const char *name, const void *octets,
                     size_t length)
{
    uint8_t digest[32];
    if (EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL) != 1)
        abort();
    dcbor_put_text(writer, name);
    dcbor_put_array(writer, 2);
    dcbor_put_bytes(writer, digest, sizeof(digest));
    dcbor_put_bytes(writer, octets, length);
}

/* A bundle of a CSR for this key and a list. */
static void write_bundle(const char *path, EVP_PKEY *key)
{
    static const uint8_t list[] = {0x30, 3, 0x80, 1, 'A'};
    struct dcbor_writer writer = {0};
    unsigned char *csr = NULL;
    uint8_t *bundle = NULL;
    size_t bundle_length = 0;
    X509_REQ *request = X509_REQ_new();
    if (X509_REQ_set_pubkey(request, key) != 1 || X509_REQ_sign(request, key, EVP_sha256()) <= 0)
        abort();
    int length = i2d_X509_REQ(request, &csr);
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, "sti-ca bundle");
    dcbor_put_int(&writer, 1);
    dcbor_put_map(&writer, 2);
    put_part(&writer, "csr", csr, (size_t)length);
    put_part(&writer, "list", list, sizeof(list));
    if (!dcbor_finish(&writer, &bundle, &bundle_length, NULL))
        abort();
    kit_file_write(path, bundle, bundle_length);
    free(bundle);
    OPENSSL_free(csr);
    X509_REQ_free(request);
}

int main(int argc, char **argv)
{
    struct kit_ceremony ceremony;
    uint8_t last[32];
    char path[4096];
    if (argc != 2) {
        fprintf(stderr, "usage: make_transcript_seeds FOLDER\n");
        return 2;
    }
    kit_ceremony_make(&ceremony, 1, NULL);
    for (size_t i = 0; i < KIT_WRONGS; i++) {
        snprintf(path, sizeof(path), "%s/transcript/%s", argv[1], kit_wrong_names[i]);
        kit_ceremony_write(&ceremony, path, (enum kit_wrong)i, i % 2 == 0, 1, last);
    }
    snprintf(path, sizeof(path), "%s/transcript/plan", argv[1]);
    kit_file_write(path, ceremony.plan.octets, ceremony.plan.length);
    snprintf(path, sizeof(path), "%s/transcript/tbs", argv[1]);
    kit_file_write(path, ceremony.planned[0].tbs.octets, ceremony.planned[0].tbs.length);
    snprintf(path, sizeof(path), "%s/transcript/bundle", argv[1]);
    write_bundle(path, ceremony.key);
    /* a witness's key is as good as any */
    ceremony.kind = "key-destruction";
    ceremony.doomed = ceremony.witnesses[2].spki;
    kit_ceremony_follow(&ceremony, NULL);
    snprintf(path, sizeof(path), "%s/transcript/destruction", argv[1]);
    kit_destruction_write(&ceremony, path, false);
    snprintf(path, sizeof(path), "%s/transcript/destruction-plan", argv[1]);
    kit_file_write(path, ceremony.plan.octets, ceremony.plan.length);
    kit_ceremony_free(&ceremony);
    return 0;
}
