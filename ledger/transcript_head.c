/* SPDX-License-Identifier: Apache-2.0 */
#include "transcript_head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transcript_internal.h"

char *transcript_head_name(const char *path, struct sti_error *err)
{
    char *name = NULL;
    if (asprintf(&name, "%s.head", path) >= 0)
        return name;
    sti_fail(err, "no memory for the name of a file");
    return NULL;
}

/* Opens and reads the mark; *fd is -1 if there is none. The descriptor is the caller's. */
static bool head_read(const char *path, int access, int *fd, struct head_mark *mark,
                      struct sti_error *err)
{
    bool damaged = false;
    char *name = transcript_head_name(path, err);
    if (name == NULL)
        return false;
    *mark = (struct head_mark){.number = 0};
    *fd = open(name, access | O_CLOEXEC | O_NOFOLLOW);
    bool ok = *fd >= 0 ? head_mark_read(*fd, mark, &damaged) : errno == ENOENT;
    if (damaged) {
        sti_fail(err, "is damaged, so nobody can say whether entries were cut from the transcript "
                      "whose last one it remembers; find out, then remove this file");
        sti_error_in(err, name);
    } else if (!ok) {
        transcript_system(err, name, "the head mark of the transcript cannot be read");
    }
    free(name);
    return ok;
}

bool transcript_head_is_free(const char *path, struct sti_error *err)
{
    struct head_mark mark;
    int fd = -1;
    if (!head_read(path, O_RDONLY, &fd, &mark, err))
        return false;
    if (fd < 0)
        return true;
    close(fd);
    return sti_refuse(err, NULL,
                      "is not there, and its head mark (its name with \".head\" added) remembers "
                      "%lld entries of it; bring it back to go on with that ceremony, or plan and "
                      "approve anew, with another name for the transcript",
                      (long long)mark.number);
}

bool transcript_head_keep(struct transcript *transcript, struct sti_error *err)
{
    char *name = transcript_head_name(transcript->path, err);
    if (name == NULL)
        return false;
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool ok = fd >= 0 &&
              head_mark_write(fd, &transcript->head, transcript->number, transcript->last) &&
              fsync(fd) == 0 && transcript_sync_folder(transcript->path, err);
    if (ok) {
        transcript->head_fd = fd;
    } else {
        transcript_system(err, name, "the head mark of the transcript cannot be made");
        if (fd >= 0) {
            unlink(name); /* half a mark would be taken for a damaged one */
            close(fd);
        }
    }
    free(name);
    return ok;
}

/* ---- a transcript that is being read, and written ---- */

bool transcript_head_open(struct transcript *transcript, struct sti_error *err)
{
    return head_read(transcript->path, O_RDWR, &transcript->head_fd, &transcript->head, err);
}

void transcript_head_look(struct transcript *transcript)
{
    if (transcript->number == transcript->head.number &&
        memcmp(transcript->last, transcript->head.hash, HEAD_MARK_HASH) == 0)
        transcript->head_found = true;
}

void transcript_head_write(struct transcript *transcript)
{
    /* If it cannot be written, the mark is an older one, which the transcript fits too. */
    if (transcript->head_fd >= 0 && head_mark_write(transcript->head_fd, &transcript->head,
                                                    transcript->number, transcript->last))
        (void)fdatasync(transcript->head_fd);
}

enum transcript_head transcript_head(const struct transcript *transcript)
{
    if (transcript->head_fd < 0)
        return TRANSCRIPT_HEAD_NONE;
    return transcript->head.number == 0 || transcript->head_found ? TRANSCRIPT_HEAD_THERE
                                                                  : TRANSCRIPT_HEAD_LOST;
}

/* What is not as the mark remembers it. */
static void tell(int64_t number, const struct head_mark *mark, char *text, size_t size)
{
    int used =
        number < mark->number
            ? snprintf(text, size, "ends with entry %lld, and its head mark remembers entry %lld",
                       (long long)number, (long long)mark->number)
            : snprintf(text, size, "has another entry %lld than its head mark remembers",
                       (long long)mark->number);
    (void)used;
}

bool transcript_head_check(const struct transcript *transcript, struct sti_error *err)
{
    char what[160];
    if (transcript_head(transcript) != TRANSCRIPT_HEAD_LOST)
        return true;
    tell(transcript->number, &transcript->head, what, sizeof(what));
    sti_refuse(err, NULL,
               "%s: entries were cut from it; put the whole file back, or end the ceremony as "
               "failed with --entries-lost",
               what);
    return sti_error_in(err, transcript->path);
}

bool transcript_give_up(struct transcript *transcript, const struct transcript_at *at,
                        struct sti_error *err)
{
    char what[160];
    char why[400];
    if (transcript_head(transcript) != TRANSCRIPT_HEAD_LOST) {
        sti_refuse(err, NULL,
                   transcript->head_fd < 0
                       ? "has no head mark, so nobody can say that entries are lost"
                       : "has the entry that its head mark remembers: none is lost, and the "
                         "ceremony is gone on with without --entries-lost");
        return sti_error_in(err, transcript->path);
    }
    tell(transcript->number, &transcript->head, what, sizeof(what));
    int used = snprintf(why, sizeof(why), "entries are lost: the transcript %s, SHA-256 ", what);
    for (size_t i = 0; i < HEAD_MARK_HASH && used > 0 && (size_t)used + 2 < sizeof(why); i++)
        used += snprintf(why + used, sizeof(why) - (size_t)used, "%02x", transcript->head.hash[i]);
    transcript->head_found = true; /* from here on it is written for what there is */
    if (transcript_resume(transcript, "entries are lost, and the ceremony is given up", at, err) &&
        transcript_failed(transcript, at, why, err))
        return true;
    transcript->head_found = false;
    return false;
}

bool transcript_head_fits(const char *path, int64_t number,
                          const uint8_t digest[TRANSCRIPT_DIGEST_OCTETS], struct sti_error *err)
{
    struct head_mark mark;
    char what[160];
    int fd = -1;
    if (!head_read(path, O_RDONLY, &fd, &mark, err))
        return false;
    if (fd >= 0)
        close(fd);
    if (number > mark.number ||
        (number == mark.number && memcmp(digest, mark.hash, HEAD_MARK_HASH) == 0))
        return true; /* the mark may be an older one */
    tell(number, &mark, what, sizeof(what));
    return sti_refuse(err, NULL, "%s: entries were cut from it; put the whole file back", what);
}
