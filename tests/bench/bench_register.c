/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The number register in a ledger of 10^6 certificates and 10^7 ranges: what it costs to ask it, to
 * issue beside it, and to keep it.
 *
 * Recorded through the library, one by one or in groups, that ledger would take many minutes. So
 * the rows are put straight into the tables, in their order; the bodies of the log's entries have
 * the usual length and no content. What is measured afterwards goes through the library, and comes
 * at random. The certificates have no good signature: nobody looks at it here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/x509.h>
#include <sqlite3.h>

#include "bench.h"
#include "commands.h"
#include "ledger.h"
#include "register.h"
#include "register_batch.h"
#include "register_fill.h"
#include "register_issue.h"

#define CERTIFICATES ((size_t)1000000)
#define RANGES 10   /* of a certificate */
#define ROUNDS 41   /* of processes */
#define RECORDED 60 /* certificates, one by one */
#define BATCH 100   /* certificates in a group */
#define DIGITS 11

/* Ten digits behind the 1: a block for each certificate that is there from the beginning. */
#define BLOCK ((uint64_t)REGISTER_FILL_BLOCK)
#define STEP ((uint64_t)REGISTER_FILL_STEP)
#define SPACE (BLOCK * CERTIFICATES)
#define FIRST ((uint64_t)REGISTER_FILL_FIRST)

static int64_t now;

/* ---- a certificate whose numbers can be changed in place ---- */

struct template
{
    uint8_t *der;
    size_t length;
    size_t number_at[RANGES]; /* where the digits of a range's start stand */
};

static uint8_t *make_list(size_t *length)
{
    struct tnauthlist_builder builder = {0};
    uint8_t *der = NULL;
    for (unsigned i = 0; i < RANGES; i++)
        bench_require(tnauthlist_builder_range(&builder, bench_number(FIRST + i), 2 + i * i, NULL),
                      "a range is refused");
    bench_require(tnauthlist_builder_finish(&builder, &der, length, NULL), "the list is refused");
    return der;
}

static void find_numbers(struct template *template)
{
    size_t found = 0;
    char digits[DIGITS + 1];
    for (size_t at = 0; found < RANGES && at + DIGITS <= template->length; at++) {
        snprintf(digits, sizeof(digits), "1%010llu", (unsigned long long)(FIRST + found));
        if (memcmp(template->der + at, digits, DIGITS) == 0)
            template->number_at[found++] = at;
    }
    bench_require(found == RANGES, "the numbers are not found");
}

static void make_template(struct template *template)
{
    size_t length;
    uint8_t *list = make_list(&length);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    ASN1_OBJECT *oid = OBJ_txt2obj(TNAUTHLIST_OID, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(value, list, (int)length);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
    X509_NAME *name = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const unsigned char *)"US", -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"Example", -1, -1,
                               0);
    bench_require(X509_set_version(certificate, X509_VERSION_3) == 1 &&
                      X509_set_subject_name(certificate, name) == 1 &&
                      X509_set_issuer_name(certificate, name) == 1 &&
                      X509_set_pubkey(certificate, key) == 1 &&
                      X509_gmtime_adj(X509_getm_notBefore(certificate), -60) != NULL &&
                      X509_gmtime_adj(X509_getm_notAfter(certificate), 90L * 86400) != NULL &&
                      X509_add_ext(certificate, extension, -1) == 1 &&
                      X509_sign(certificate, key, EVP_sha256()) > 0,
                  "the certificate is not made");
    int octets = i2d_X509(certificate, &template->der);
    bench_require(octets > 0, "the certificate is not encoded");
    template->length = (size_t)octets;
    find_numbers(template);
    X509_NAME_free(name);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    X509_free(certificate);
    EVP_PKEY_free(key);
    free(list);
}

static void set_number(struct template *template, size_t range, uint64_t number)
{
    char digits[DIGITS + 1];
    snprintf(digits, sizeof(digits), "1%010llu", (unsigned long long)number);
    memcpy(template->der + template->number_at[range], digits, DIGITS);
}

/* ---- recording ---- */

/* Where the ranges of the next certificates are: in one block, or anywhere. */
struct source {
    struct template *template;
    uint64_t count;
    uint64_t random;
    bool scattered;
};

static void next_certificate(struct source *source, struct ledger_intent *intent)
{
    uint64_t block = bench_random(&source->random) % CERTIFICATES * BLOCK;
    uint64_t id[2] = {bench_random(&source->random), bench_random(&source->random)};
    source->count++;
    for (size_t i = 0; i < RANGES; i++)
        set_number(source->template, i,
                   FIRST + (source->scattered ? bench_random(&source->random) % SPACE
                                              : block + i * STEP + 100));
    snprintf(intent->serial, sizeof(intent->serial), "41%016llX%014llX", (unsigned long long)id[0],
             (unsigned long long)id[1] & 0xffffffffffffffu);
    memcpy(intent->spki, id, sizeof(id));
}

static void record_one(struct ledger *ledger, struct source *source)
{
    unsigned char holder[LEDGER_DIGEST_OCTETS];
    struct ledger_intent intent = {.kind = LEDGER_END_ENTITY,
                                   .subject = "C=US, O=Example Telecom, CN=SHAKEN 709J",
                                   .holder = holder,
                                   .profile = "tn-level",
                                   .time = now};
    next_certificate(source, &intent);
    memset(holder, (int)(source->count % 251), sizeof(holder));
    bench_require(ledger_record_intent(ledger, &intent, NULL), "an intent is not recorded");
    bench_require(ledger_record_issued(ledger, intent.serial, source->template->der,
                                       source->template->length, NULL, 0, now, NULL),
                  "a certificate is not recorded");
}

static void record_group(struct ledger *ledger, struct source *source, size_t count)
{
    bench_require(ledger_group_begin(ledger, NULL), "no group begins");
    for (size_t i = 0; i < count; i++)
        record_one(ledger, source);
    bench_require(ledger_group_end(ledger, true, NULL), "a group is not recorded");
}

/* ---- places ---- */

struct place {
    char folder[64];
    char ledger[96];
    char configuration[96];
};

static void make_place(struct place *place, const char *folder, const char *name)
{
    char command[300];
    snprintf(place->folder, sizeof(place->folder), "%s/%s", folder, name);
    snprintf(place->ledger, sizeof(place->ledger), "%s/ledger.sqlite", place->folder);
    snprintf(place->configuration, sizeof(place->configuration), "%s/sti-ca.cnf", place->folder);
    bench_require(mkdir(place->folder, 0700) == 0, "no folder");
    snprintf(command, sizeof(command), "cp %s %s", SHIPPED_CONFIG, place->configuration);
    bench_require(system(command) == 0, "the configuration is not copied");
    static const unsigned char id[LEDGER_ID_OCTETS] = {8};
    bench_require(ledger_create(place->ledger, id, now, NULL), "no ledger is made");
}

static struct ledger *open_place(const struct place *place)
{
    struct sti_error err;
    struct ledger *ledger = ledger_open(place->ledger, LEDGER_WRITE, now, &err);
    if (ledger == NULL)
        fprintf(stderr, "bench: %s\n", err.sentence);
    bench_require(ledger != NULL, "a ledger is not opened");
    return ledger;
}

/* In a process of its own: what this one has in memory counts as a command's peak. */
static void fill_apart(const struct place *place, const struct template *template)
{
    double start = bench_now();
    int status;
    pid_t child = fork();
    bench_require(child >= 0, "no child process");
    if (child == 0) {
        register_fill(place->ledger, template->length);
        _exit(0);
    }
    bench_require(waitpid(child, &status, 0) == child && status == 0, "the ledger is not filled");
    fprintf(stderr,
            "bench: %zu certificates with %zu ranges put straight into the tables, in their "
            "order: %.0f s\n",
            CERTIFICATES, CERTIFICATES * RANGES, bench_now() - start);
}

/* ---- rows ---- */

/* One after the other, so that what disturbs the machine meets both; the medians. */
static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void take_turns(const char *work, bool scattered, size_t times, size_t group,
                       const struct place places[2], struct template *template)
{
    double seconds[2][RECORDED];
    struct source sources[2];
    struct ledger *ledgers[2];
    for (size_t i = 0; i < 2; i++) {
        sources[i] = (struct source){
            .template = template, .random = group + (scattered ? 1000 : 0), .scattered = scattered};
        ledgers[i] = open_place(&places[i]);
    }
    for (size_t round = 0; round < times; round++)
        for (size_t turn = 0; turn < 2; turn++) {
            size_t i = (round + turn) % 2;
            double start = bench_now();
            if (group == 1)
                record_one(ledgers[i], &sources[i]);
            else
                record_group(ledgers[i], &sources[i], group);
            seconds[i][round] = (bench_now() - start) / (double)group;
        }
    for (size_t i = 0; i < 2; i++) {
        ledger_close(ledgers[i]);
        qsort(seconds[i], times, sizeof(double), compare);
    }
    bench_row(work, CERTIFICATES * RANGES, "an empty ledger", seconds[0][times / 2],
              seconds[1][times / 2]);
}

static void open_and_close(void *place)
{
    ledger_close(open_place(place));
}

static int64_t octets_of(const struct place *place, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t octets = -1;
    bench_require(sqlite3_open_v2(place->ledger, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK,
                  "the file is not opened");
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        octets = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return octets;
}

/* dbstat reads every page; not every SQLite has it. */
static void tell_sizes(const struct place *full)
{
    struct stat st;
    int64_t octets = octets_of(full, "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE"
                                     " AND name GLOB 'register_*'");
    bench_require(stat(full->ledger, &st) == 0, "the file is not there");
    if (octets < 0)
        fprintf(stderr, "bench: this SQLite has no dbstat; the file has %lld octets\n",
                (long long)st.st_size);
    else
        bench_memory_row("the register in the file", CERTIFICATES * RANGES, "the whole file",
                         (size_t)octets, (size_t)st.st_size);
}

static void ask(const struct place places[2])
{
    const char *full = places[0].configuration, *empty = places[1].configuration;
    char number[DIGITS + 1];
    snprintf(number, sizeof(number), "1%010llu", (unsigned long long)(FIRST + SPACE / 2 + 1));
    const struct command commands[] = {
        {"who", NULL, {STI_CA, "register", "who", number, "--config", full, NULL}},
        {"who", NULL, {STI_CA, "register", "who", number, "--config", empty, NULL}},
        {"--version", NULL, {STI_CA, "--version", NULL}},
    };
    struct cost costs[3];
    commands_measure(commands, 3, ROUNDS, 0, costs);
    bench_row("sti-ca register who, a process", CERTIFICATES * RANGES, "sti-ca --version",
              costs[0].seconds, costs[2].seconds);
    bench_row("sti-ca register who, a process", CERTIFICATES * RANGES, "an empty ledger",
              costs[0].seconds, costs[1].seconds);
}

static void read_all(const struct place *full)
{
    const struct command commands[] = {
        {"overlaps", NULL, {STI_CA, "register", "overlaps", "--config", full->configuration, NULL}},
        {"cat", NULL, {"cat", full->ledger, NULL}},
        {"who", NULL, {STI_CA, "register", "who", "1", "--config", full->configuration, NULL}},
    };
    struct cost costs[3];
    commands_measure(commands, 3, 1, 0, costs);
    bench_row("sti-ca register overlaps", CERTIFICATES * RANGES, "cat of the file",
              costs[0].seconds, costs[1].seconds);
    bench_memory_row("sti-ca register overlaps, peak memory", CERTIFICATES * RANGES, "register who",
                     costs[0].octets, costs[2].octets);
}

int main(void)
{
    struct place places[2]; /* full, empty */
    struct template template = {.length = 0};
    char folder[] = "/tmp/sti-bench-register.XXXXXX";
    now = (int64_t)time(NULL);
    bench_require(mkdtemp(folder) != NULL, "no folder in /tmp");
    make_place(&places[0], folder, "full");
    make_place(&places[1], folder, "empty");
    make_template(&template);
    fill_apart(&places[0], &template);
    ask(places);
    tell_sizes(&places[0]);
    read_all(&places[0]);
    bench_compare("opening the ledger for issuing", CERTIFICATES, "an empty ledger",
                  (struct bench_work){open_and_close, &places[0]},
                  (struct bench_work){open_and_close, &places[1]});
    register_issue(folder, places[0].ledger, places[1].ledger, CERTIFICATES * RANGES);
    register_batch(places[0].ledger, places[1].ledger, CERTIFICATES * RANGES);
    take_turns("recording a certificate", false, RECORDED, 1, places, &template);
    take_turns("recording, its ranges anywhere", true, RECORDED, 1, places, &template);
    take_turns("recording, 100 in a group", false, RECORDED / 4, BATCH, places, &template);
    take_turns("recording, 100 in a group, ranges anywhere", true, RECORDED / 4, BATCH, places,
               &template);
    const struct command clean = {"rm", NULL, {"rm", "-rf", folder, NULL}};
    command_run(&clean, "/dev/null");
    OPENSSL_free(template.der);
    return 0;
}
