/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails on purpose: preloaded, it counts the calls of a process that change what is on
 * the disk, and lets one of them go wrong. Only files and folders below one folder count, so that
 * neither the terminal nor the HSM does. What reads is not touched.
 *
 *   IO_FAULTY_UNDER  the folder, an absolute path without symbolic links
 *   IO_FAULTY_LOG    a file, to which every counted call adds a line: number, kind, octets, path,
 * and behind the one that went wrong its way IO_FAULTY_AT     the number of the call that goes
 * wrong, from 1; without it none does IO_FAULTY_KIND   write, sync, name, unlink or truncate: only
 * these count; all without it IO_FAULTY_WAY    kill-before, kill-after: the process dies there, as
 * by loss of power, but for what the kernel has, which stays kill-torn: a write puts half of its
 * octets, then the process dies short: a write puts half of its octets and says so enospc, eio,
 * eintr: nothing is done, and the call fails so enospc-on, eio-on: and every call from there on
 * that needs the disk
 *
 *   IO_FAULTY_NAMES  if it is there, the file system knows no files without a name (O_TMPFILE), as
 * that of a USB stick
 *
 * A way that means nothing to the call (half of a rename) does nothing at all, and the log does not
 * say that it went wrong.
 */
/* Both pwrite() and pwrite64() are to be had, not one by the name of the other. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE, SYNC, NAME, UNLINK, TRUNCATE };
static const char *const kind_names[] = {"write", "sync", "name", "unlink", "truncate"};

static char under[PATH_MAX];
static const char *only;
static const char *way = "";
static long fail_at;
static long count;
static int log_fd = -1;
static int names_only;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The process may empty its environment later. */
__attribute__((constructor)) static void begin(void)
{
    static char way_kept[32];
    static char only_kept[32];
    const char *folder = getenv("IO_FAULTY_UNDER");
    const char *log = getenv("IO_FAULTY_LOG");
    const char *at = getenv("IO_FAULTY_AT");
    const char *kind = getenv("IO_FAULTY_KIND");
    const char *how = getenv("IO_FAULTY_WAY");
    names_only = getenv("IO_FAULTY_NAMES") != NULL;
    if (folder == NULL || strlen(folder) >= sizeof(under))
        return;
    strcpy(under, folder);
    if (log != NULL)
        log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fail_at = at == NULL ? 0 : strtol(at, NULL, 10);
    snprintf(way_kept, sizeof(way_kept), "%s", how == NULL ? "" : how);
    way = way_kept;
    snprintf(only_kept, sizeof(only_kept), "%s", kind == NULL ? "" : kind);
    only = only_kept[0] == '\0' ? NULL : only_kept;
}

/* ---- which calls count ---- */

static int is_under(const char *path)
{
    size_t length = strlen(under);
    return length > 0 && strncmp(path, under, length) == 0 &&
           (path[length] == '/' || path[length] == '\0');
}

/* A name as it reads from the root; what is no path below the folder is not resolved further. */
static void absolute(char full[2 * PATH_MAX], int folder, const char *path)
{
    char from[64];
    char base[PATH_MAX] = "";
    ssize_t got = 0;
    if (path[0] == '/') {
        snprintf(full, 2 * PATH_MAX, "%s", path);
        return;
    }
    if (folder == AT_FDCWD)
        strcpy(from, "/proc/self/cwd");
    else
        snprintf(from, sizeof(from), "/proc/self/fd/%d", folder);
    got = readlink(from, base, sizeof(base) - 1);
    base[got < 0 ? 0 : got] = '\0';
    snprintf(full, 2 * PATH_MAX, "%s/%s", base, path);
}

static void path_of(char full[2 * PATH_MAX], int fd)
{
    char from[64];
    snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
    ssize_t got = readlink(from, full, PATH_MAX - 1);
    full[got < 0 ? 0 : got] = '\0';
}

/* ---- what becomes of a call ---- */

enum fate { PASS, FAIL, HALF, HALF_THEN_DIE, DIE_AFTER };

static void note(enum kind kind, size_t octets, const char *path, const char *wrong)
{
    char line[2 * PATH_MAX + 128];
    int length = snprintf(line, sizeof(line), "%ld %s %zu %s%s%s\n", count, kind_names[kind],
                          octets, path, wrong[0] == '\0' ? "" : " ", wrong);
    if (log_fd >= 0 && length > 0)
        (void)syscall(SYS_write, log_fd, line, (size_t)length);
}

_Noreturn static void die(void)
{
    for (;;)
        (void)syscall(SYS_kill, getpid(), SIGKILL);
}

static int begins(const char *word, const char *with)
{
    return strncmp(word, with, strlen(with)) == 0;
}

static enum fate wrong(enum kind kind, size_t octets)
{
    int halves = kind == WRITE && octets > 1;
    if (strcmp(way, "kill-after") == 0)
        return DIE_AFTER;
    if (strcmp(way, "kill-torn") == 0)
        return halves ? HALF_THEN_DIE : PASS;
    if (strcmp(way, "short") == 0)
        return halves ? HALF : PASS;
    /* To take a name away needs no room, and neither that nor a rename is interrupted. */
    if (begins(way, "enospc") && kind == UNLINK)
        return PASS;
    if (strcmp(way, "eintr") == 0 && (kind == UNLINK || kind == NAME))
        return PASS;
    errno = begins(way, "enospc") ? ENOSPC : begins(way, "eio") ? EIO : EINTR;
    return FAIL;
}

/* Counts a call and says what becomes of it; with FAIL errno is set. */
static enum fate judge(enum kind kind, size_t octets, const char *path)
{
    int kept = errno;
    if (!is_under(path) || (only != NULL && strcmp(only, kind_names[kind]) != 0))
        return PASS;
    enum fate fate = PASS;
    pthread_mutex_lock(&lock);
    count++;
    int lasts = strlen(way) > 3 && strcmp(way + strlen(way) - 3, "-on") == 0;
    int now = fail_at > 0 && (count == fail_at || (lasts && count > fail_at));
    if (now && strcmp(way, "kill-before") == 0) {
        note(kind, octets, path, way);
        die();
    }
    errno = kept;
    if (now)
        fate = wrong(kind, octets);
    kept = errno;
    note(kind, octets, path, fate == PASS ? "" : way);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return fate;
}

static enum fate judge_fd(enum kind kind, size_t octets, int fd)
{
    char path[2 * PATH_MAX];
    struct stat status;
    int kept = errno;
    path[0] = '\0';
    if (under[0] != '\0' && fstat(fd, &status) == 0 &&
        (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        path_of(path, fd);
    errno = kept;
    return judge(kind, octets, path);
}

static enum fate judge_path(enum kind kind, int folder, const char *name)
{
    char path[2 * PATH_MAX];
    int kept = errno;
    absolute(path, folder, name);
    errno = kept;
    return judge(kind, 0, path);
}

static int ended(enum fate fate, int result)
{
    if (fate == DIE_AFTER)
        die();
    return result;
}

static ssize_t written(enum fate fate, ssize_t result)
{
    if (fate == DIE_AFTER || fate == HALF_THEN_DIE)
        die();
    return result;
}

#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))
#define IS_HALF(fate) ((fate) == HALF || (fate) == HALF_THEN_DIE)

/* ---- opening: never counted ---- */

static int open_as(const char *name, const char *path, int flags, mode_t mode)
{
    typedef int (*real)(const char *, int, mode_t);
    if (names_only && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return REAL(real, name)(path, flags, mode);
}

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t)
                                                                      : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_as("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_as("open64", path, flags, mode);
}

/* ---- writing ---- */

ssize_t write(int fd, const void *octets, size_t length)
{
    typedef ssize_t (*real)(int, const void *, size_t);
    enum fate fate = judge_fd(WRITE, length, fd);
    if (fate == FAIL)
        return -1;
    return written(fate, REAL(real, "write")(fd, octets, IS_HALF(fate) ? length / 2 : length));
}

ssize_t pwrite64(int fd, const void *octets, size_t length, off64_t at)
{
    typedef ssize_t (*real)(int, const void *, size_t, off64_t);
    enum fate fate = judge_fd(WRITE, length, fd);
    if (fate == FAIL)
        return -1;
    return written(fate,
                   REAL(real, "pwrite64")(fd, octets, IS_HALF(fate) ? length / 2 : length, at));
}

ssize_t pwrite(int fd, const void *octets, size_t length, off_t at)
{
    return pwrite64(fd, octets, length, at);
}

/* Half of a vector is its first piece, or half of that. */
ssize_t writev(int fd, const struct iovec *pieces, int number)
{
    typedef ssize_t (*real)(int, const struct iovec *, int);
    size_t length = 0;
    for (int i = 0; i < number; i++)
        length += pieces[i].iov_len;
    enum fate fate = judge_fd(WRITE, length, fd);
    if (fate == FAIL)
        return -1;
    if (!IS_HALF(fate))
        return written(fate, REAL(real, "writev")(fd, pieces, number));
    struct iovec first = pieces[0];
    if (number == 1)
        first.iov_len /= 2;
    return written(fate, REAL(real, "writev")(fd, &first, 1));
}

/* ---- onto the disk ---- */

static int sync_as(const char *name, int fd)
{
    typedef int (*real)(int);
    enum fate fate = judge_fd(SYNC, 0, fd);
    return fate == FAIL ? -1 : ended(fate, REAL(real, name)(fd));
}

int fsync(int fd)
{
    return sync_as("fsync", fd);
}

int fdatasync(int fd)
{
    return sync_as("fdatasync", fd);
}

int syncfs(int fd)
{
    return sync_as("syncfs", fd);
}

/* ---- names ---- */

int rename(const char *from, const char *to)
{
    typedef int (*real)(const char *, const char *);
    enum fate fate = judge_path(NAME, AT_FDCWD, to);
    return fate == FAIL ? -1 : ended(fate, REAL(real, "rename")(from, to));
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    typedef int (*real)(int, const char *, int, const char *);
    enum fate fate = judge_path(NAME, to_folder, to);
    return fate == FAIL ? -1
                        : ended(fate, REAL(real, "renameat")(from_folder, from, to_folder, to));
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    typedef int (*real)(int, const char *, int, const char *, unsigned);
    enum fate fate = judge_path(NAME, to_folder, to);
    return fate == FAIL
               ? -1
               : ended(fate, REAL(real, "renameat2")(from_folder, from, to_folder, to, flags));
}

int link(const char *from, const char *to)
{
    typedef int (*real)(const char *, const char *);
    enum fate fate = judge_path(NAME, AT_FDCWD, to);
    return fate == FAIL ? -1 : ended(fate, REAL(real, "link")(from, to));
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    typedef int (*real)(int, const char *, int, const char *, int);
    enum fate fate = judge_path(NAME, to_folder, to);
    return fate == FAIL
               ? -1
               : ended(fate, REAL(real, "linkat")(from_folder, from, to_folder, to, flags));
}

int unlink(const char *path)
{
    typedef int (*real)(const char *);
    enum fate fate = judge_path(UNLINK, AT_FDCWD, path);
    return fate == FAIL ? -1 : ended(fate, REAL(real, "unlink")(path));
}

int unlinkat(int folder, const char *path, int flags)
{
    typedef int (*real)(int, const char *, int);
    enum fate fate = judge_path(UNLINK, folder, path);
    return fate == FAIL ? -1 : ended(fate, REAL(real, "unlinkat")(folder, path, flags));
}

/* ---- lengths ---- */

int ftruncate64(int fd, off64_t length)
{
    typedef int (*real)(int, off64_t);
    enum fate fate = judge_fd(TRUNCATE, 0, fd);
    return fate == FAIL ? -1 : ended(fate, REAL(real, "ftruncate64")(fd, length));
}

int ftruncate(int fd, off_t length)
{
    return ftruncate64(fd, length);
}
