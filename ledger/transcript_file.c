/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a transcript until it has its name. A new transcript has none at all where the file
 * system knows that, so that nothing is left of it if the process is killed. One that takes the
 * place of another must have a name first (only a name can be renamed): PATH.resuming, which
 * belongs to whoever has the lock of the transcript, and is taken away by the next one.
 */
#include "transcript_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_NAME 32

/* There is no secret in a transcript, and others are to read it. */
static bool share_and_lock(int fd)
{
    return fchmod(fd, 0644) == 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

char *transcript_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* The name by which the kernel knows an open file. */
static void own_name(int fd, char name[OWN_NAME])
{
    snprintf(name, OWN_NAME, "/proc/self/fd/%d", fd);
}

/* -1 where the file system knows no such thing, or where no name could be given to it later. */
static int open_nameless(const char *path)
{
    char own[OWN_NAME];
    char *folder = transcript_folder(path);
    int fd = folder == NULL ? -1 : open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    free(folder);
    if (fd < 0)
        return -1;
    own_name(fd, own);
    if (access(own, F_OK) == 0 && share_and_lock(fd))
        return fd;
    close(fd);
    return -1;
}

static int failed(const char *path, int fd, char *name, struct sti_error *err)
{
    transcript_system(err, path, "the transcript cannot be made");
    if (fd >= 0) {
        unlink(name);
        close(fd);
    }
    return -1;
}

int transcript_file_new(const char *path, char **name, struct sti_error *err)
{
    *name = NULL;
    int fd = open_nameless(path);
    if (fd >= 0)
        return fd;
    if (asprintf(name, "%s.XXXXXX", path) < 0) {
        *name = NULL;
        sti_fail(err, "no memory");
        return -1;
    }
    fd = mkostemp(*name, O_CLOEXEC);
    return fd >= 0 && share_and_lock(fd) ? fd : failed(path, fd, *name, err);
}

bool transcript_file_give_name(int fd, const char *name, const char *path)
{
    char own[OWN_NAME];
    if (name != NULL)
        return link(name, path) == 0;
    own_name(fd, own);
    return linkat(AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

int transcript_file_resuming(const char *path, char **name, struct sti_error *err)
{
    if (asprintf(name, "%s.resuming", path) < 0) {
        *name = NULL;
        sti_fail(err, "no memory");
        return -1;
    }
    if (unlink(*name) != 0 && errno != ENOENT)
        return failed(path, -1, *name, err);
    int fd = open(*name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd >= 0 && share_and_lock(fd) ? fd : failed(path, fd, *name, err);
}
