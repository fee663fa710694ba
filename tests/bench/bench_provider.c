/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The provider in the stock openssl command: what it adds to every start, and long lists printed by
 * `openssl x509` and put into a CSR by `openssl req`, against a provider made of ASN.1 templates
 * (templates_module.c) and against openssl without any provider.
 *
 * This process must stay small: its memory at a fork counts as the child's (see commands.h). So
 * lists are made in child processes, and all that is large lies in files.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "bench.h"
#include "commands.h"
#include "provider_files.h"

/* Starts of openssl that the median is taken of. */
#define START_ROUNDS 501

static const struct size {
    size_t entries;
    size_t rounds; /* the best counts */
} sizes[] = {{1000, 41}, {10000, 21}, {100000, 11}, {1000000, 5}};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* ---- what it adds to every start ---- */

/* A command that does next to nothing but start: the digest of no octets. */
#define START_WORDS                                                                                \
    {                                                                                              \
        "openssl", "dgst", "-sha256"                                                               \
    }

enum { PROVIDER, CONF_MODULE, STOCK, DEFAULT, STARTS };
static const struct command starts[STARTS] = {
    [PROVIDER] = {"ours", "ours.cnf", START_WORDS},
    [CONF_MODULE] = {"ours as a CONF module", "conf-module.cnf", START_WORDS},
    [STOCK] = {"stock openssl.cnf", NULL, START_WORDS},
    [DEFAULT] = {"default provider", "default.cnf", START_WORDS},
};

/* libcrypto says nothing when it cannot load a module: is the name known now? */
static void try_out(const char *configuration)
{
    struct command command = {
        "", configuration, {"openssl", "asn1parse", "-genstr", "OID:TNAuthList"}};
    command_run(&command, "/dev/null");
}

static void start_rows(void)
{
    struct cost costs[STARTS];
    try_out("ours.cnf");
    try_out("conf-module.cnf");
    commands_measure(starts, STARTS, START_ROUNDS, START_ROUNDS / 2, costs);
    bench_difference_row("openssl start, provider", starts[STOCK].name, costs[PROVIDER].seconds,
                         costs[STOCK].seconds);
    bench_difference_row("openssl start, provider", starts[DEFAULT].name, costs[PROVIDER].seconds,
                         costs[DEFAULT].seconds);
    bench_difference_row("openssl start, CONF module", starts[STOCK].name,
                         costs[CONF_MODULE].seconds, costs[STOCK].seconds);
}

/* ---- rows ---- */

/* Commands that are compared; ours is the first. */
#define MOST_COMMANDS 4

static void rows(const char *work, const struct size *size, const struct command commands[],
                 size_t count)
{
    struct cost costs[MOST_COMMANDS];
    char peak[64];
    snprintf(peak, sizeof(peak), "peak memory of %s", work);
    commands_measure(commands, count, size->rounds, 0, costs);
    for (size_t i = 1; i < count; i++)
        bench_row(work, size->entries, commands[i].name, costs[0].seconds, costs[i].seconds);
    for (size_t i = 1; i < count; i++)
        bench_memory_row(peak, size->entries, commands[i].name, costs[0].octets, costs[i].octets);
}

/* ---- openssl x509: a list printed ---- */

enum { PRINT_OURS, PRINT_TEMPLATES, PRINT_NOTHING, PRINTS };

#define PRINT(file, ...)                                                                           \
    {                                                                                              \
        "openssl", "x509", "-in", file, "-noout", __VA_ARGS__                                      \
    }
/* -subject: what libcrypto takes to read the certificate, whatever is printed of it. */
#define PRINT_COMMANDS(file)                                                                       \
    {                                                                                              \
        [PRINT_OURS] = {"ours", "ours.cnf", PRINT(file, "-ext", "TNAuthList")},                    \
        [PRINT_TEMPLATES] = {"openssl-templates", "templates.cnf",                                 \
                             PRINT(file, "-ext", "TNAuthList")},                                   \
        [PRINT_NOTHING] = {"no provider, -subject", "default.cnf", PRINT(file, "-subject")},       \
    }

static void print_rows(const struct size *size)
{
    static const struct command pem[PRINTS] = PRINT_COMMANDS("cert.pem");
    static const struct command der[PRINTS] = PRINT_COMMANDS("cert.der");
    static const struct command compare = {"", NULL, {"cmp", "ours.out", "templates.out"}};
    command_run(&pem[PRINT_OURS], "ours.out");
    command_run(&pem[PRINT_TEMPLATES], "templates.out");
    command_run(&compare, "/dev/null");
    rows("openssl x509 -ext, PEM", size, pem, PRINTS);
    rows("openssl x509 -ext, DER", size, der, PRINTS);
}

/* ---- openssl req: a list made ---- */

#define REQUEST_WORDS(configuration)                                                               \
    {                                                                                              \
        "openssl", "req", "-new", "-key", "key.pem", "-config", configuration                      \
    }

enum { REQUEST_OURS, REQUEST_VALUE, REQUEST_SECTION, REQUEST_HEX, REQUESTS };
static const struct command requests[REQUESTS] = {
    [REQUEST_OURS] = {"ours", "ours.cnf", REQUEST_WORDS("file.cnf")},
    [REQUEST_VALUE] = {"templates, one value", "templates.cnf", REQUEST_WORDS("value.cnf")},
    [REQUEST_SECTION] = {"templates, @section", "templates.cnf", REQUEST_WORDS("section.cnf")},
    [REQUEST_HEX] = {"no provider, DER:", "default.cnf", REQUEST_WORDS("hex.cnf")},
};
_Static_assert(PRINTS <= MOST_COMMANDS && REQUESTS <= MOST_COMMANDS, "rows() has room");

/* The octets of a CSR that are signed; signatures differ in every run. */
static int signed_octets(const char *path, unsigned char **octets)
{
    BIO *in = BIO_new_file(path, "r");
    X509_REQ *request = in == NULL ? NULL : PEM_read_bio_X509_REQ(in, NULL, NULL, NULL);
    bench_require(request != NULL, "a CSR cannot be read");
    int length = i2d_re_X509_REQ_tbs(request, octets);
    X509_REQ_free(request);
    BIO_free(in);
    return length;
}

/* For bench_in_child(): are the CSRs of the commands the same? */
static void compare_requests(int out, void *argument)
{
    unsigned char *ours = NULL;
    int length = signed_octets("0.csr", &ours);
    bool same = length > 0;
    (void)argument;
    for (int i = 1; i < REQUESTS; i++) {
        char path[16];
        unsigned char *theirs = NULL;
        snprintf(path, sizeof(path), "%d.csr", i);
        same = same && signed_octets(path, &theirs) == length &&
               memcmp(ours, theirs, (size_t)length) == 0;
        OPENSSL_free(theirs);
    }
    OPENSSL_free(ours);
    bench_send(out, &same, sizeof(same));
}

static void request_rows(const struct size *size)
{
    bool same;
    for (int i = 0; i < REQUESTS; i++) {
        char path[16];
        snprintf(path, sizeof(path), "%d.csr", i);
        command_run(&requests[i], path);
    }
    bench_in_child(compare_requests, NULL, &same, sizeof(same));
    bench_require(same, "the CSRs differ");
    rows("openssl req -new", size, requests, REQUESTS);
}

int main(void)
{
    files_begin();
    start_rows();
    for (size_t i = 0; i < SIZES; i++) {
        files_make(sizes[i].entries);
        print_rows(&sizes[i]);
        request_rows(&sizes[i]);
    }
    return 0;
}
