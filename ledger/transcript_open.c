/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a transcript: made whole, opened again, replaced when half an entry is taken away.
 *
 * The lock is on the file itself. A new file is locked before it gets the name, and who has waited
 * looks whether the name still leads to the file that he has locked.
 */
#include "transcript_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct transcript *transcript_new(const char *path, struct sti_error *err)
{
    struct transcript *transcript = calloc(1, sizeof(*transcript));
    if (transcript != NULL) {
        transcript->fd = -1;
        transcript->head_fd = -1;
        transcript->path = strdup(path);
        if (transcript->path != NULL)
            return transcript;
    }
    free(transcript);
    sti_fail(err, "no memory for a transcript");
    return NULL;
}

/* A name in a folder is on the disk when the folder is. */
bool transcript_sync_folder(const char *path, struct sti_error *err)
{
    char *folder = transcript_folder(path);
    if (folder == NULL)
        return sti_fail(err, "no memory");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        transcript_system(err, path, "the folder of the transcript cannot be brought to the disk");
    if (fd >= 0)
        close(fd);
    free(folder);
    return ok;
}

/* ---- a new one ---- */

static bool check_begin(const struct transcript_begin *begin, struct sti_error *err)
{
    if (begin->approver_count > TRANSCRIPT_MAX_PAIRS)
        return sti_refuse(err, NULL, "there are %zu approvers, a transcript has room for %d",
                          begin->approver_count, TRANSCRIPT_MAX_PAIRS);
    if (begin->needed < 1 || begin->needed > begin->approver_count)
        return sti_refuse(err, NULL, "%zu of %zu approvals are wanted, which cannot be",
                          begin->needed, begin->approver_count);
    for (size_t i = 0; i < begin->approver_count; i++)
        if (!transcript_check_text("the id of an approver", begin->approvers[i].id, 1,
                                   TRANSCRIPT_MAX_NAME, err) ||
            !transcript_check_octets("an approver's SubjectPublicKeyInfo", begin->approvers[i].spki,
                                     1, 4096, err))
            return false;
    return transcript_check_text("the name of the ceremony", begin->name, 1, TRANSCRIPT_MAX_NAME,
                                 err) &&
           transcript_check_text("the kind of the ceremony", begin->ceremony, 1,
                                 TRANSCRIPT_MAX_NAME, err) &&
           transcript_check_text("the tool", begin->tool, 1, TRANSCRIPT_MAX_NAME, err) &&
           transcript_check_facts(begin->host, begin->host_count, err);
}

static void put_begin(struct dcbor_writer *writer, const struct transcript_begin *begin)
{
    dcbor_put_int(writer, 1);
    dcbor_put_text(writer, TRANSCRIPT_WORD);
    dcbor_put_int(writer, 2);
    dcbor_put_int(writer, TRANSCRIPT_VERSION);
    dcbor_put_int(writer, 3);
    dcbor_put_int(writer, begin->previous == NULL ? 1 : 0);
    dcbor_put_int(writer, 4);
    dcbor_put_text(writer, begin->name);
    dcbor_put_int(writer, 5);
    dcbor_put_text(writer, begin->ceremony);
    dcbor_put_int(writer, 6);
    dcbor_put_bytes(writer, begin->plan, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_int(writer, 7);
    dcbor_put_array(writer, begin->approver_count);
    for (size_t i = 0; i < begin->approver_count; i++) {
        dcbor_put_array(writer, 2);
        dcbor_put_text(writer, begin->approvers[i].id);
        dcbor_put_bytes(writer, begin->approvers[i].spki.octets, begin->approvers[i].spki.length);
    }
    dcbor_put_int(writer, 8);
    dcbor_put_int(writer, (int64_t)begin->needed);
    dcbor_put_int(writer, 9);
    transcript_put_facts(writer, begin->host, begin->host_count);
    dcbor_put_int(writer, 10);
    dcbor_put_text(writer, begin->tool);
}

/* The file gets its name when the first entry is on the disk, and only if the name is free. */
static bool make_file(struct transcript *transcript, const struct transcript_begin *begin,
                      const struct transcript_at *at, struct sti_error *err)
{
    char *name = NULL;
    struct dcbor_writer writer = {0};
    transcript->fd = transcript_file_new(transcript->path, &name, err);
    bool ok = transcript->fd >= 0;
    if (ok) {
        transcript_put_head(transcript, &writer, "begin", at, 10);
        put_begin(&writer, begin);
        ok = transcript_append_unmarked(transcript, &writer, at, err);
        if (ok && !transcript_file_give_name(transcript->fd, name, transcript->path))
            ok = errno == EEXIST
                     ? sti_refuse(err, NULL,
                                  "there is such a file already; a transcript never "
                                  "overwrites one") ||
                           sti_error_in(err, transcript->path)
                     : transcript_system(err, transcript->path, "the transcript cannot be made");
        if (name != NULL)
            unlink(name);
        ok = ok && transcript_sync_folder(transcript->path, err);
    }
    free(name);
    return ok;
}

struct transcript *transcript_create(const char *path, const struct transcript_begin *begin,
                                     const struct transcript_at *at, struct sti_error *err)
{
    struct transcript *transcript = transcript_new(path, err);
    if (transcript == NULL)
        return NULL;
    if (begin->previous != NULL)
        memcpy(transcript->last, begin->previous, TRANSCRIPT_DIGEST_OCTETS);
    memcpy(transcript->plan, begin->plan, TRANSCRIPT_DIGEST_OCTETS);
    if (transcript_check_order(transcript, "begin", at, err) && check_begin(begin, err) &&
        make_file(transcript, begin, at, err))
        return transcript;
    transcript_close(transcript);
    return NULL;
}

/* ---- one that is there ---- */

static bool lock(struct transcript *transcript, struct sti_error *err)
{
    struct stat mine;
    struct stat named;
    if (flock(transcript->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return transcript_system(err, transcript->path, "the transcript cannot be locked");
        sti_fail(err, "another run is writing this transcript; try again when it has ended");
        return sti_error_in(err, transcript->path);
    }
    if (fstat(transcript->fd, &mine) != 0 || stat(transcript->path, &named) != 0)
        return transcript_system(err, transcript->path, "the transcript cannot be looked at");
    if (mine.st_ino == named.st_ino && mine.st_dev == named.st_dev)
        return S_ISREG(mine.st_mode) || sti_fail(err, "%s is not a file", transcript->path);
    sti_fail(err, "another run has replaced this transcript meanwhile; try again");
    return sti_error_in(err, transcript->path);
}

static bool read_file(struct transcript *transcript, transcript_visit visit, void *context,
                      struct sti_error *err)
{
    struct stat st;
    if (fstat(transcript->fd, &st) != 0)
        return transcript_system(err, transcript->path, "the transcript cannot be looked at");
    size_t length = (size_t)st.st_size;
    void *octets =
        length == 0 ? NULL : mmap(NULL, length, PROT_READ, MAP_PRIVATE, transcript->fd, 0);
    if (octets == MAP_FAILED)
        return transcript_system(err, transcript->path, "the transcript cannot be read");
    bool ok = transcript_read(transcript, octets, length, visit, context, err);
    if (octets != NULL)
        munmap(octets, length);
    if (ok && transcript->ended)
        ok = sti_refuse(err, NULL, "the transcript has its end: nothing is added behind it");
    return ok || sti_error_in(err, transcript->path);
}

struct transcript *transcript_open(const char *path, transcript_visit visit, void *context,
                                   size_t *cut, struct sti_error *err)
{
    struct transcript *transcript = transcript_new(path, err);
    if (transcript == NULL)
        return NULL;
    transcript->fd = open(path, O_RDWR | O_CLOEXEC);
    if (transcript->fd < 0)
        transcript_system(err, path, "the transcript cannot be opened");
    else if (lock(transcript, err) && transcript_head_open(transcript, err) &&
             read_file(transcript, visit, context, err)) {
        transcript->resuming = true;
        *cut = transcript->cut;
        return transcript;
    }
    transcript_close(transcript);
    return NULL;
}

/* ---- going on ---- */

static bool copy_entries(int from, int to, off_t length, struct sti_error *err)
{
    uint8_t buffer[64 * 1024];
    for (off_t at = 0; at < length;) {
        size_t want = length - at < (off_t)sizeof(buffer) ? (size_t)(length - at) : sizeof(buffer);
        ssize_t got = pread(from, buffer, want, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return sti_fail(err, "the transcript cannot be read: %s",
                            got == 0 ? "it has become shorter" : strerror(errno));
        for (ssize_t put = 0; put < got;) {
            ssize_t written = write(to, buffer + put, (size_t)(got - put));
            if (written <= 0 && errno != EINTR)
                return sti_fail(err, "the transcript cannot be written: %s", strerror(errno));
            put += written > 0 ? written : 0;
        }
        at += got;
    }
    return true;
}

/* True if both names lead to one file. */
static bool is_same_file(const char *one, const char *other)
{
    struct stat a;
    struct stat b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_ino == b.st_ino &&
           a.st_dev == b.st_dev;
}

/*
 * Gives the new file the name; the old one keeps another, which it has already if a run ended
 * between the two.
 */
static bool replace(struct transcript *transcript, const char *name, int64_t number,
                    struct sti_error *err)
{
    char *kept = NULL;
    if (asprintf(&kept, "%s.cut-%lld", transcript->path, (long long)number) < 0)
        return sti_fail(err, "no memory");
    bool ok = link(transcript->path, kept) == 0 ||
              (errno == EEXIST && is_same_file(transcript->path, kept));
    if (!ok)
        transcript_system(err, kept, "the transcript as it was cannot be kept");
    ok = ok && (rename(name, transcript->path) == 0 ||
                transcript_system(err, transcript->path, "the transcript cannot be replaced"));
    free(kept);
    return ok && transcript_sync_folder(transcript->path, err);
}

/* The entries and the new one in a new file; the transcript is this file from then on. */
static bool resume_without_cut(struct transcript *transcript, struct dcbor_writer *writer,
                               const struct transcript_at *at, struct sti_error *err)
{
    char *name = NULL;
    int old = transcript->fd;
    int fd = transcript_file_resuming(transcript->path, &name, err);
    if (fd < 0) {
        free(writer->octets);
        free(name);
        return false;
    }
    bool ok = copy_entries(old, fd, transcript->length, err);
    if (ok) {
        transcript->fd = fd;
        ok = transcript_append_unmarked(transcript, writer, at, err);
    } else {
        free(writer->octets);
    }
    ok = ok && replace(transcript, name, transcript->number, err);
    transcript->broken = !ok;
    if (ok)
        transcript_head_write(transcript);
    else
        unlink(name);
    /* The name may lead to either file now: both stay locked until the end. */
    if (ok || transcript->fd != fd)
        close(ok ? old : fd);
    else {
        transcript->fd = old;
        close(fd);
    }
    free(name);
    return ok;
}

bool transcript_resume(struct transcript *transcript, const char *why,
                       const struct transcript_at *at, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (!transcript->resuming)
        return sti_refuse(err, NULL, "the transcript was not opened again, so it is not resumed");
    if (!transcript_head_check(transcript, err) ||
        !transcript_check_order(transcript, "resumed", at, err) ||
        !transcript_check_text("the reason to resume", why, 1, TRANSCRIPT_MAX_TEXT, err))
        return false;
    transcript_put_head(transcript, &writer, "resumed", at, transcript->cut > 0 ? 3 : 2);
    dcbor_put_int(&writer, 1);
    dcbor_put_text(&writer, why);
    dcbor_put_int(&writer, 2);
    dcbor_put_int(&writer, (int64_t)transcript->cut);
    if (transcript->cut > 0) {
        dcbor_put_int(&writer, 3);
        dcbor_put_bytes(&writer, transcript->cut_digest, TRANSCRIPT_DIGEST_OCTETS);
    }
    bool ok = transcript->cut > 0 ? resume_without_cut(transcript, &writer, at, err)
                                  : transcript_append(transcript, &writer, at, err);
    if (!ok)
        return false;
    transcript->resuming = false;
    transcript->cut = 0;
    return true;
}
