/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proof.h"

/* Closes fd in any case. */
static const char *map_fd(int fd, struct mapped *file)
{
    struct stat st;
    const char *why = NULL;
    *file = (struct mapped){NULL, 0};
    if (fd < 0)
        return strerror(errno);
    if (fstat(fd, &st) != 0)
        why = strerror(errno);
    else if (!S_ISREG(st.st_mode))
        why = "it is not a file";
    else if (st.st_size > 0) {
        void *octets = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (octets == MAP_FAILED)
            why = strerror(errno);
        else
            *file = (struct mapped){octets, (size_t)st.st_size};
    }
    close(fd);
    return why;
}

const char *map_file(const char *path, struct mapped *file)
{
    return map_fd(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), file);
}

const char *map_in(int folder, const struct item *name, struct mapped *file, bool *absent)
{
    char path[256];
    *file = (struct mapped){NULL, 0};
    snprintf(path, sizeof(path), "%.*s", (int)name->length, (const char *)name->octets);
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    *absent = fd < 0 && errno == ENOENT;
    return map_fd(fd, file);
}

void unmap(struct mapped *file)
{
    if (file->octets != NULL)
        munmap((void *)file->octets, file->length);
    *file = (struct mapped){NULL, 0};
}

int folder_open(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool map_by_digest(int folder, const struct item *digest, struct mapped *file)
{
    bool found = false;
    DIR *list = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (list == NULL)
        return false;
    for (struct dirent *each; !found && (each = readdir(list)) != NULL;) {
        int fd = openat(folder, each->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (map_fd(fd, file) != NULL)
            continue;
        found = digest_is(file->octets, file->length, digest);
        if (!found)
            unmap(file);
    }
    closedir(list);
    return found;
}
