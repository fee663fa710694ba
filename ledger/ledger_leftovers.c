/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger is made under another name first: NAME.new-XXXXXX, mkstemp()'s. A run that is killed
 * meanwhile leaves that file behind, and SQLite's journal of it; the next run that makes a ledger
 * of this name takes them away. The folder is locked for as long as one is made, so that nobody
 * takes away what another is at work on; the lock ends with the process.
 */
#include "ledger_internal.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define MIDDLE ".new-"
#define LETTERS 6

/* NAME.new-XXXXXX, alone or with what SQLite adds. */
static bool is_leftover(const char *file, const char *name)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
    size_t length = strlen(name);
    if (strncmp(file, name, length) != 0 || strncmp(file + length, MIDDLE, sizeof(MIDDLE) - 1) != 0)
        return false;
    file += length + sizeof(MIDDLE) - 1;
    for (size_t i = 0; i < LETTERS; i++, file++)
        if (!isalnum((unsigned char)*file))
            return false;
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (strcmp(file, ends[i]) == 0)
            return true;
    return false;
}

/* What cannot be taken away is left: it is in nobody's way. */
static void take_away(int folder, const char *name)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *open = again < 0 ? NULL : fdopendir(again);
    if (open == NULL) {
        if (again >= 0)
            (void)close(again);
        return;
    }
    for (struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open))
        if (is_leftover(entry->d_name, name))
            (void)unlinkat(folder, entry->d_name, 0);
    closedir(open);
}

bool ledger_making_begin(const char *path, const char *folder, int *lock, struct sti_error *err)
{
    const char *slash = strrchr(path, '/');
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return true; /* whoever makes the file has the sentence for that */
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0) {
        take_away(*lock, slash == NULL ? path : slash + 1);
        return true;
    }
    if (errno != EWOULDBLOCK)
        return true; /* a file system without locks: nothing is taken away */
    ledger_making_end(*lock);
    *lock = -1;
    sti_fail(err, "another run is making a ledger in this folder; wait for its end");
    return sti_error_in(err, path);
}

void ledger_making_end(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}
