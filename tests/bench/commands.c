/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

/* In the child: becomes the command. */
static void become(const struct command *command, const char *out)
{
    int input = open("/dev/null", O_RDONLY);
    int output = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int set = command->configuration == NULL ? unsetenv("OPENSSL_CONF")
                                             : setenv("OPENSSL_CONF", command->configuration, 1);
    if (input < 0 || output < 0 || set != 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0)
        _exit(127);
    execvp(command->words[0], (char *const *)command->words);
    _exit(127);
}

static void failed(const struct command *command)
{
    fprintf(stderr, "bench: with OPENSSL_CONF=%s this has failed:",
            command->configuration == NULL ? "" : command->configuration);
    for (size_t i = 0; command->words[i] != NULL; i++)
        fprintf(stderr, " %s", command->words[i]);
    fprintf(stderr, "\n");
    exit(3);
}

struct cost command_run(const struct command *command, const char *out)
{
    int status;
    struct rusage usage;
    double start = bench_now();
    pid_t child = fork();
    bench_require(child >= 0, "no child process");
    if (child == 0)
        become(command, out);
    bench_require(wait4(child, &status, 0, &usage) == child, "a child process is lost");
    double seconds = bench_now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        failed(command);
    return (struct cost){seconds, (size_t)usage.ru_maxrss * 1024};
}

static int by_seconds(const void *a, const void *b)
{
    const struct cost *left = a;
    const struct cost *right = b;
    return (left->seconds > right->seconds) - (left->seconds < right->seconds);
}

static int by_octets(const void *a, const void *b)
{
    const struct cost *left = a;
    const struct cost *right = b;
    return (left->octets > right->octets) - (left->octets < right->octets);
}

void commands_measure(const struct command commands[], size_t count, size_t rounds, size_t rank,
                      struct cost costs[])
{
    struct cost *all = calloc(count * rounds, sizeof(*all));
    bench_require(all != NULL, "no memory");
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++) {
            size_t turn = round % 2 == 0 ? i : count - 1 - i;
            all[turn * rounds + round] = command_run(&commands[turn], "/dev/null");
        }
    for (size_t i = 0; i < count; i++) {
        struct cost *own = all + i * rounds;
        qsort(own, rounds, sizeof(*own), by_octets);
        costs[i].octets = own[rank].octets;
        qsort(own, rounds, sizeof(*own), by_seconds);
        costs[i].seconds = own[rank].seconds;
    }
    free(all);
}
