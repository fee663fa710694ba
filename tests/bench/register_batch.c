/* SPDX-License-Identifier: Apache-2.0 */
#include "register_batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "batch_ca.h"
#include "batch_requests.h"
#include "bench.h"
#include "commands.h"
#include "hsm_token.h"

#define ROUNDS 5
#define REQUESTS 500 /* of a round */

static struct batch_request requests[ROUNDS * REQUESTS];

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The CA's configuration with another ledger. */
static void make_configuration(const char *name, const char *ledger)
{
    char script[400];
    snprintf(script, sizeof(script), "sed 's|^ledger = .*|ledger = %s|' sti-ca.cnf >%s", ledger,
             name);
    const struct command make = {"sed", NULL, {"sh", "-c", script, NULL}};
    command_run(&make, "/dev/null");
}

/* The requests of each round in a folder of its own: rounds issue different ones. */
static void make_rounds(void)
{
    char script[400];
    snprintf(script, sizeof(script),
             "for file in requests/r*.csr; do number=${file#requests/r} && number=${number%%.csr}"
             " && round=$(expr \"$number\" / %d || :) && mkdir -p \"round$round\""
             " && mv \"requests/r$number\".* \"round$round\" || exit; done",
             REQUESTS);
    const struct command move = {"mv", NULL, {"sh", "-c", script, NULL}};
    batch_requests_make(requests, ROUNDS * REQUESTS);
    command_run(&move, "/dev/null");
}

static double issue_once(const char *config, size_t round, size_t which)
{
    char from[32], out[32], digest[BATCH_DIGEST];
    snprintf(from, sizeof(from), "round%zu", round);
    snprintf(out, sizeof(out), "out%zu-%zu", round, which);
    batch_ca_review(config, from, digest);
    return batch_ca_issue(config, from, out, digest, "2");
}

void register_batch(const char *full, const char *empty, size_t size)
{
    static const char *const configurations[] = {"full.cnf", "empty.cnf"};
    struct hsm_token token;
    double seconds[2][ROUNDS];
    hsm_token_make(&token);
    batch_ca_make();
    make_configuration(configurations[0], full);
    make_configuration(configurations[1], empty);
    make_rounds();
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t turn = 0; turn < 2; turn++) {
            size_t i = (round + turn) % 2;
            seconds[i][round] = issue_once(configurations[i], round, i);
        }
    for (size_t i = 0; i < 2; i++)
        qsort(seconds[i], ROUNDS, sizeof(double), compare);
    bench_row("sti-ca issue --batch, 500 requests", size, "an empty ledger", seconds[0][ROUNDS / 2],
              seconds[1][ROUNDS / 2]);
    hsm_token_close(&token);
}
