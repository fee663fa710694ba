/* SPDX-License-Identifier: Apache-2.0 */
/* Linting: one certificate in memory, and a folder of many files with the command. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "commands.h"
#include "test_lint_kit.h"

#define FILES ((size_t)100000)
#define FOLDER_FILES ((size_t)1000) /* files in a folder below the folder */
#define ROUNDS 3

/* ---- in memory ---- */

struct certificate {
    uint8_t der[PLAN_MAX_OCTETS];
    size_t length;
    struct lint_subject subject;
};

static void read_it(void *argument)
{
    struct certificate *certificate = argument;
    bench_require(
        lint_subject_read(&certificate->subject, certificate->der, certificate->length, NULL),
        "the certificate cannot be read");
    bench_sink = certificate->subject.extension_count;
}

static void lint_it(void *argument)
{
    struct certificate *certificate = argument;
    struct lint_detail detail;
    read_it(argument);
    for (size_t i = 0; i < lint_family_count(); i++) {
        const struct lint_family *family = lint_family_at(i);
        for (size_t j = 0; j < family->count; j++)
            bench_require(lint_run(&family->lints[j], &certificate->subject, NULL, &detail) !=
                              LINT_FAIL,
                          "a lint fails");
    }
}

static void decode_it(void *argument)
{
    const struct certificate *certificate = argument;
    const unsigned char *at = certificate->der;
    X509 *x509 = d2i_X509(NULL, &at, (long)certificate->length);
    bench_require(x509 != NULL, "libcrypto cannot read the certificate");
    X509_free(x509);
}

static void in_memory(struct certificate *certificate)
{
    bench_compare("reading a certificate", 1, "d2i_X509()",
                  (struct bench_work){read_it, certificate},
                  (struct bench_work){decode_it, certificate});
    bench_compare("reading it and all lints", 1, "d2i_X509()",
                  (struct bench_work){lint_it, certificate},
                  (struct bench_work){decode_it, certificate});
}

/* ---- many files ---- */

/* The certificate with a serial number of its own; no lint verifies the signature. */
static void write_file(const char *path, struct certificate *certificate, size_t number)
{
    static unsigned char base64[PLAN_MAX_OCTETS * 2];
    size_t serial = (size_t)(certificate->subject.serial.at - certificate->der);
    for (size_t i = 0; i < 4; i++)
        certificate->der[serial + 8 + i] = (uint8_t)(number >> 8 * i);
    int length = EVP_EncodeBlock(base64, certificate->der, (int)certificate->length);
    FILE *file = fopen(path, "w");
    bench_require(file != NULL, "a file cannot be made");
    fputs("-----BEGIN CERTIFICATE-----\n", file);
    for (int at = 0; at < length; at += 64)
        fprintf(file, "%.64s\n", base64 + at);
    fputs("-----END CERTIFICATE-----\n", file);
    bench_require(fclose(file) == 0, "a file cannot be written");
}

static void write_files(const char *folder, struct certificate *certificate)
{
    char path[128];
    for (size_t i = 0; i < FILES; i++) {
        int length = snprintf(path, sizeof(path), "%s/%03zu", folder, i / FOLDER_FILES);
        if (i % FOLDER_FILES == 0)
            bench_require(mkdir(path, 0700) == 0, "a folder cannot be made");
        snprintf(path + length, sizeof(path) - (size_t)length, "/%05zu.pem", i);
        write_file(path, certificate, i);
    }
}

static void with_files(const char *folder)
{
    char few[128];
    snprintf(few, sizeof(few), "%s/000", folder);
    const struct command commands[] = {
        {"sti-ca", NULL, {STI_CA, "lint", folder, NULL}},
        {"cat", NULL, {"find", folder, "-type", "f", "-exec", "cat", "{}", "+", NULL}},
        {"sti-ca", NULL, {STI_CA, "lint", few, NULL}},
    };
    struct cost costs[3];
    commands_measure(commands, 3, ROUNDS, 0, costs);
    bench_row("sti-ca lint FOLDER", FILES, "find and cat", costs[0].seconds, costs[1].seconds);
    bench_memory_row("sti-ca lint FOLDER, peak memory", FILES, "with 1000 files", costs[0].octets,
                     costs[2].octets);
}

int main(void)
{
    static struct plan plan;
    static struct certificate certificate;
    char folder[] = "/tmp/sti-bench-lint.XXXXXX";
    kit_keys_make();
    plan_leaf(&plan);
    certificate.length = plan_build(&plan, certificate.der);
    in_memory(&certificate);
    bench_require(mkdtemp(folder) != NULL, "no folder in /tmp");
    write_files(folder, &certificate);
    with_files(folder);
    const struct command clean = {"rm", NULL, {"rm", "-rf", folder, NULL}};
    command_run(&clean, "/dev/null");
    kit_keys_free();
    return 0;
}
