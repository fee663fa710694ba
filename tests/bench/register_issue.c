/* SPDX-License-Identifier: Apache-2.0 */
#include "register_issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "commands.h"

#define ROUNDS 61

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The current folder is the world's from here on: its configuration has paths within it. */
static void make_world(const char *folder, const char *full, const char *empty)
{
    char world[128], token[160];
    const struct command make = {
        "issue-world",
        NULL,
        {"env", "SOURCE=" SOURCE, "BUILD=" BUILD, ISSUE_WORLD, "full", full, "empty", empty, NULL}};
    snprintf(world, sizeof(world), "%s/issue", folder);
    snprintf(token, sizeof(token), "%s/softhsm2.conf", world);
    bench_require(mkdir(world, 0700) == 0 && chdir(world) == 0 &&
                      setenv("SOFTHSM2_CONF", token, 1) == 0,
                  "no folder for issuing");
    command_run(&make, "/dev/null");
}

static double issue_once(const char *configuration, size_t number)
{
    char out[32];
    snprintf(out, sizeof(out), "%zu.pem", number);
    const struct command issue = {"issue",
                                  NULL,
                                  {STI_CA, "issue", "--config", configuration, "--csr",
                                   "request.csr", "--token", "token.jwt", "--account-key",
                                   "account.pem", "--out", out, NULL}};
    return command_run(&issue, "/dev/null").seconds;
}

void register_issue(const char *folder, const char *full, const char *empty, size_t size)
{
    static const char *const configurations[] = {"full.cnf", "empty.cnf"};
    double seconds[2][ROUNDS];
    make_world(folder, full, empty);
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t turn = 0; turn < 2; turn++) {
            size_t i = (round + turn) % 2;
            seconds[i][round] = issue_once(configurations[i], 2 * round + i);
        }
    for (size_t i = 0; i < 2; i++)
        qsort(seconds[i], ROUNDS, sizeof(double), compare);
    bench_row("sti-ca issue, a process", size, "an empty ledger", seconds[0][ROUNDS / 2],
              seconds[1][ROUNDS / 2]);
}
