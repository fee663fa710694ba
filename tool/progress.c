/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define TERMINAL_SECONDS 0.2
#define PLAIN_SECONDS 10

double progress_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

struct progress progress_begin(bool plain)
{
    bool terminal = isatty(STDERR_FILENO) == 1;
    return (struct progress){.on = terminal,
                             .every = terminal ? TERMINAL_SECONDS
                                      : plain  ? PLAIN_SECONDS
                                               : 0,
                             .shown = terminal ? 0 : progress_now()};
}

bool progress_due(const struct progress *progress)
{
    return progress->every > 0 && progress_now() - progress->shown >= progress->every;
}

void progress_line(struct progress *progress, const char *format, ...)
{
    va_list args;
    progress->shown = progress_now();
    if (progress->on)
        fputc('\r', stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    if (progress->on)
        fputs(" \033[K", stderr);
    else
        fputc('\n', stderr);
    progress->standing = progress->on;
    fflush(stderr);
}

void progress_wipe(struct progress *progress)
{
    if (progress->standing)
        fprintf(stderr, "\r\033[K");
    progress->standing = false;
}
