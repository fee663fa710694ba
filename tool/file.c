/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"

/* Reads until the end or one octet past the limit. */
static bool read_all(int fd, size_t limit, uint8_t **octets, size_t *length, struct sti_error *err)
{
    size_t room = 16 * 1024;
    size_t used = 0;
    uint8_t *buffer = malloc(room + 1);
    ssize_t got = 1;
    while (buffer != NULL && used <= limit && got != 0) {
        if (used == room) {
            uint8_t *more = realloc(buffer, room * 2 + 1);
            if (more == NULL)
                break;
            buffer = more;
            room *= 2;
        }
        if (!interrupt_wait(fd)) {
            free(buffer);
            return interrupt_check(err);
        }
        got = read(fd, buffer + used, room - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            sti_fail(err, "cannot be read: %s", strerror(errno));
            free(buffer);
            return false;
        }
        used += (size_t)got;
    }
    if (buffer == NULL || used > limit || got != 0) {
        if (buffer != NULL && used > limit)
            sti_refuse(err, NULL, "has more than %zu octets, the most that is read here", limit);
        else
            sti_fail(err, "no memory to read it");
        free(buffer);
        return false;
    }
    buffer[used] = '\0';
    *octets = buffer;
    *length = used;
    return true;
}

bool file_read(const char *path, size_t limit, uint8_t **octets, size_t *length,
               struct sti_error *err)
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        sti_fail(err, "cannot be opened: %s", strerror(errno));
        return sti_error_in(err, path);
    }
    bool ok = read_all(fd, limit, octets, length, err);
    if (!standard_input)
        close(fd);
    return ok || sti_error_in(err, standard_input ? "standard input" : path);
}

bool file_has(const char *path, const void *octets, size_t length)
{
    uint8_t *found = NULL;
    size_t found_length = 0;
    bool same = file_read(path, length, &found, &found_length, NULL) && found_length == length &&
                memcmp(found, octets, length) == 0;
    free(found);
    return same;
}

bool file_folder(const char *path, char **folder)
{
    const char *slash = strrchr(path, '/');
    *folder = slash == NULL ? NULL : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    return slash == NULL || *folder != NULL;
}

char *file_beside(const char *directory, const char *path)
{
    if (directory == NULL || path[0] == '/')
        return strdup(path);
    size_t room = strlen(directory) + strlen(path) + 2;
    char *joined = malloc(room);
    if (joined != NULL)
        snprintf(joined, room, "%s%s%s", directory, strcmp(directory, "/") == 0 ? "" : "/", path);
    return joined;
}

struct file_out {
    char *path;
    char *folder;
    char *temporary; /* its name until then, in the same folder; NULL: it has none */
    int fd;
    bool force;
};

static void out_free(struct file_out *out)
{
    if (out->fd >= 0)
        close(out->fd);
    free(out->path);
    free(out->folder);
    free(out->temporary);
    free(out);
}

/* Takes back the name that a file has until it is whole. errno stays. */
static void drop_name(const struct file_out *out)
{
    int why = errno;
    if (out->temporary != NULL)
        unlink(out->temporary);
    errno = why;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static bool exists(const char *path, struct sti_error *err)
{
    sti_fail(err, "exists already and is not overwritten; choose another name, or give --force");
    return sti_error_in(err, path);
}

/* What can only go wrong with the name itself must not wait until there is something to write. */
static bool name_is_free(const char *path, bool force, struct sti_error *err)
{
    struct stat there;
    if (lstat(path, &there) != 0) {
        if (errno == ENOENT && path[0] != '\0')
            return true;
        return sti_fail(err, "cannot be written: %s", strerror(errno));
    }
    if (!force)
        return exists(path, err);
    return !S_ISDIR(there.st_mode) || sti_fail(err, "cannot be written: %s", strerror(EISDIR));
}

#define OWN_NAME 32

/* The name by which the kernel knows an open file. */
static void own_name(int fd, char name[OWN_NAME])
{
    snprintf(name, OWN_NAME, "/proc/self/fd/%d", fd);
}

/*
 * A file without a name: however the process ends, nothing of it is left. False where the file
 * system knows no such thing, or where no name could be given to it later.
 */
static bool open_nameless(struct file_out *out)
{
    char own[OWN_NAME];
    out->fd = open(out->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (out->fd < 0)
        return false;
    own_name(out->fd, own);
    if (access(own, F_OK) == 0)
        return true;
    close(out->fd);
    out->fd = -1;
    return false;
}

/* A file with a name that nobody looks for, which a run that is killed leaves behind. */
static bool open_named(struct file_out *out)
{
    if (asprintf(&out->temporary, "%s/.sti-pki-XXXXXX", out->folder) < 0) {
        out->temporary = NULL;
        return false;
    }
    out->fd = mkostemp(out->temporary, O_CLOEXEC);
    return out->fd >= 0;
}

struct file_out *file_out_begin(const char *path, bool force, struct sti_error *err)
{
    if (!name_is_free(path, force, err)) {
        sti_error_in(err, path);
        return NULL;
    }
    struct file_out *out = calloc(1, sizeof(*out));
    if (out == NULL) {
        sti_fail(err, "no memory to write %s", path);
        return NULL;
    }
    out->fd = -1;
    out->force = force;
    out->path = strdup(path);
    out->folder = folder_of(path);
    if (out->path == NULL || out->folder == NULL) {
        sti_fail(err, "no memory to write it");
    } else if ((!open_nameless(out) && !open_named(out)) ||
               (fchmod(out->fd, 0644) != 0 && errno != EPERM)) { /* FAT has no modes */
        sti_fail(err, "cannot be written: %s", strerror(errno));
    } else {
        return out;
    }
    if (out->fd >= 0)
        drop_name(out);
    sti_error_in(err, path);
    out_free(out);
    return NULL;
}

static bool write_all(int fd, const uint8_t *octets, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, octets, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        octets += put;
        length -= (size_t)put;
    }
    return true;
}

/* Puts the folder itself on the disk, so that the new name outlives a loss of power. */
static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/*
 * Without force, a name that is taken is refused in the same step: by renameat2(), which a USB
 * stick's file system knows too, or where that is unknown by link().
 */
static bool rename_once(const struct file_out *out)
{
    if (renameat2(AT_FDCWD, out->temporary, AT_FDCWD, out->path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return link(out->temporary, out->path) == 0 && unlink(out->temporary) == 0;
}

/* Gives the nameless file a name that nobody has: it was mkostemp()'s a moment ago. */
static bool name_meanwhile(struct file_out *out, const char *own)
{
    int nameless = out->fd;
    bool ok = open_named(out);
    if (ok)
        close(out->fd);
    out->fd = nameless;
    return ok && unlink(out->temporary) == 0 &&
           linkat(AT_FDCWD, own, AT_FDCWD, out->temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* With force, a name that is taken is taken over, in one step as well. */
static bool give_name(struct file_out *out)
{
    char own[OWN_NAME];
    own_name(out->fd, own);
    if (out->temporary != NULL)
        return out->force ? rename(out->temporary, out->path) == 0 : rename_once(out);
    if (linkat(AT_FDCWD, own, AT_FDCWD, out->path, AT_SYMLINK_FOLLOW) == 0)
        return true;
    return errno == EEXIST && out->force && name_meanwhile(out, own) &&
           rename(out->temporary, out->path) == 0;
}

/* After a failure: what it was, and nothing is left. Returns false. */
static bool not_named(const struct file_out *out, struct sti_error *err)
{
    if (errno == EEXIST)
        exists(out->path, err);
    else
        sti_fail(err, "cannot be written: %s", strerror(errno));
    drop_name(out);
    return sti_error_in(err, out->path);
}

bool file_out_put(struct file_out *out, const void *octets, size_t length, struct sti_error *err)
{
    if (write_all(out->fd, octets, length))
        return true;
    sti_fail(err, "cannot be written: %s", strerror(errno));
    return sti_error_in(err, out->path);
}

/* What was written so far is on the disk, the names of its files are not. */
static bool sync_all(const struct file_out *out, struct sti_error *err)
{
    if (syncfs(out->fd) == 0)
        return true;
    sti_fail(err, "cannot be put on the disk: %s", strerror(errno));
    return sti_error_in(err, out->folder);
}

bool file_out_commit_all(struct file_out **outs, size_t count, size_t *named, struct sti_error *err)
{
    bool ok = count == 0 || sync_all(outs[0], err);
    for (*named = 0; ok && *named < count; *named += ok)
        ok = give_name(outs[*named]) || not_named(outs[*named], err);
    if (*named > 0 && !sync_folder(outs[0]->folder)) {
        ok = sti_fail(err, "cannot be put on the disk: %s", strerror(errno));
        sti_error_in(err, outs[0]->folder);
        *named = 0; /* nobody knows which of them are */
    }
    for (size_t i = 0; i < count; i++) {
        if (i >= *named && !ok)
            drop_name(outs[i]);
        out_free(outs[i]);
    }
    return ok;
}

bool file_out_commit(struct file_out *out, const void *octets, size_t length, struct sti_error *err)
{
    bool ok = write_all(out->fd, octets, length) && fsync(out->fd) == 0 && give_name(out);
    if (!ok) {
        not_named(out, err);
    } else if (!sync_folder(out->folder)) {
        ok = sti_fail(err, "cannot be put on the disk: %s", strerror(errno));
        sti_error_in(err, out->path);
    }
    out_free(out);
    return ok;
}

void file_out_abandon(struct file_out *out)
{
    if (out == NULL)
        return;
    drop_name(out);
    out_free(out);
}
