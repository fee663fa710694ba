/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a transcript: what may come, how it is encoded, and how it gets to the disk. */
#include "transcript_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what may stand in an entry ---- */

bool transcript_sha256(const void *octets, size_t length, uint8_t digest[TRANSCRIPT_DIGEST_OCTETS],
                       struct sti_error *err)
{
    return EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL) == 1 ||
           sti_fail(err, "libcrypto did not compute a SHA-256");
}

bool transcript_check_text(const char *what, const char *text, size_t least, size_t most,
                           struct sti_error *err)
{
    size_t length = text == NULL ? 0 : strnlen(text, most + 1);
    if (text == NULL || length < least || length > most)
        return sti_refuse(err, NULL, "%s has not %zu to %zu octets, as a transcript wants", what,
                          least, most);
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return sti_refuse(err, NULL,
                              "%s has other than printable ASCII, which a transcript cannot hold",
                              what);
    return true;
}

bool transcript_check_name(const char *name, struct sti_error *err)
{
    if (!transcript_check_text("the name of a file", name, 1, TRANSCRIPT_MAX_NAME, err))
        return false;
    if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return sti_refuse(err, NULL,
                          "%s is not the name of a file alone: a transcript has no folders", name);
    return true;
}

bool transcript_check_octets(const char *what, struct transcript_octets octets, size_t least,
                             size_t most, struct sti_error *err)
{
    size_t length = octets.octets == NULL ? 0 : octets.length;
    return (length >= least && length <= most) ||
           sti_refuse(err, NULL, "%s has %zu octets; %zu to %zu are wanted", what, length, least,
                      most);
}

bool transcript_check_facts(const struct transcript_fact *facts, size_t count,
                            struct sti_error *err)
{
    if (count > TRANSCRIPT_MAX_PAIRS)
        return sti_refuse(err, NULL, "there are %zu facts, a transcript's entry has room for %d",
                          count, TRANSCRIPT_MAX_PAIRS);
    for (size_t i = 0; i < count; i++)
        if (!transcript_check_text("the name of a fact", facts[i].name, 1, TRANSCRIPT_MAX_NAME,
                                   err) ||
            !transcript_check_text("a fact", facts[i].value, 0, TRANSCRIPT_MAX_TEXT, err))
            return false;
    return true;
}

/* Behind a failure there is nothing but what closes the transcript. */
static bool may_follow_failure(const char *kind)
{
    return strcmp(kind, "note") == 0 || strcmp(kind, "resumed") == 0 || strcmp(kind, "end") == 0;
}

bool transcript_check_order(const struct transcript *transcript, const char *kind,
                            const struct transcript_at *at, struct sti_error *err)
{
    if (transcript->broken)
        return sti_fail(err, "the transcript could not be written before: what is on the disk is "
                             "not known; end this run, and resume");
    if (transcript->ended)
        return sti_refuse(err, NULL, "the transcript has its end: nothing is added behind it");
    if (transcript->resuming && strcmp(kind, "resumed") != 0)
        return sti_refuse(err, NULL, "the transcript was opened again and not resumed yet");
    if (transcript->failed && !may_follow_failure(kind))
        return sti_refuse(err, NULL,
                          "the ceremony has failed: its transcript takes notes and its end, but "
                          "no entry of kind %s",
                          kind);
    if (at->time < 0 || at->time < transcript->time)
        return sti_refuse(err, NULL,
                          "the time %lld is before the last entry's, %lld: the clock went back; "
                          "set it right, and go on",
                          (long long)at->time, (long long)transcript->time);
    return transcript_check_text("the id of a step", at->step, 0, TRANSCRIPT_MAX_NAME, err);
}

/* ---- encoding ---- */

void transcript_put_head(const struct transcript *transcript, struct dcbor_writer *writer,
                         const char *kind, const struct transcript_at *at, size_t count)
{
    dcbor_put_array(writer, 7);
    dcbor_put_int(writer, transcript->number + 1);
    dcbor_put_bytes(writer, transcript->last, TRANSCRIPT_DIGEST_OCTETS);
    dcbor_put_text(writer, kind);
    dcbor_put_text(writer, at->step);
    dcbor_put_int(writer, at->time);
    dcbor_put_int(writer, at->source);
    dcbor_put_map(writer, count);
}

void transcript_put_facts(struct dcbor_writer *writer, const struct transcript_fact *facts,
                          size_t count)
{
    dcbor_put_array(writer, count);
    for (size_t i = 0; i < count; i++) {
        dcbor_put_array(writer, 2);
        dcbor_put_text(writer, facts[i].name);
        dcbor_put_text(writer, facts[i].value);
    }
}

/* ---- the disk ---- */

bool transcript_system(struct sti_error *err, const char *path, const char *what)
{
    sti_fail(err, "%s: %s", what, strerror(errno));
    return sti_error_in(err, path);
}

bool transcript_put_file(int fd, const uint8_t *octets, size_t length, struct sti_error *err)
{
    size_t put = 0;
    while (put < length) {
        ssize_t written = write(fd, octets + put, length - put);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return sti_fail(err, "the transcript cannot be written: %s",
                            written == 0 ? "nothing is taken" : strerror(errno));
        put += (size_t)written;
    }
    return fsync(fd) == 0 ||
           sti_fail(err, "the transcript could not be brought to the disk: %s", strerror(errno));
}

bool transcript_took(struct transcript *transcript, const uint8_t *octets, size_t length,
                     int64_t time, struct sti_error *err)
{
    if (!transcript_sha256(octets, length, transcript->last, err))
        return false;
    transcript->length += (off_t)length;
    transcript->number++;
    transcript->time = time;
    return true;
}

/*
 * An entry that did not get to the disk is taken away again, so that the next one can stand there.
 * If that does not work either, nothing more is written.
 */
static bool put_entry(struct transcript *transcript, const uint8_t *octets, size_t length,
                      struct sti_error *err)
{
    if (lseek(transcript->fd, transcript->length, SEEK_SET) < 0)
        return transcript_system(err, transcript->path, "the transcript cannot be written");
    if (transcript_put_file(transcript->fd, octets, length, err))
        return true;
    if (ftruncate(transcript->fd, transcript->length) != 0 || fsync(transcript->fd) != 0)
        transcript->broken = true;
    return sti_error_in(err, transcript->path);
}

bool transcript_append_unmarked(struct transcript *transcript, struct dcbor_writer *writer,
                                const struct transcript_at *at, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!dcbor_finish(writer, &octets, &length, err))
        return false;
    bool ok = length <= TRANSCRIPT_MAX_ENTRY
                  ? put_entry(transcript, octets, length, err)
                  : sti_refuse(err, NULL, "the entry has %zu octets, at most %zu are written",
                               length, TRANSCRIPT_MAX_ENTRY);
    ok = ok && transcript_took(transcript, octets, length, at->time, err);
    free(octets);
    return ok;
}

bool transcript_append(struct transcript *transcript, struct dcbor_writer *writer,
                       const struct transcript_at *at, struct sti_error *err)
{
    if (!transcript_append_unmarked(transcript, writer, at, err))
        return false;
    transcript_head_write(transcript);
    return true;
}

bool transcript_remember_key(struct transcript *transcript, struct transcript_octets spki,
                             struct sti_error *err)
{
    uint8_t digest[TRANSCRIPT_DIGEST_OCTETS];
    if (!transcript_sha256(spki.octets, spki.length, digest, err))
        return false;
    for (size_t i = 0; i < transcript->key_count; i++)
        if (memcmp(transcript->keys[i], digest, sizeof(digest)) == 0)
            return !transcript->destroyed[i] ||
                   sti_refuse(err, NULL, "the HSM has a key that was destroyed, it says");
    if (transcript->key_count == TRANSCRIPT_MAX_KEYS)
        return sti_refuse(err, NULL, "the transcript names %d keys already, the most it has",
                          TRANSCRIPT_MAX_KEYS);
    memcpy(transcript->keys[transcript->key_count++], digest, sizeof(digest));
    return true;
}

bool transcript_find_key(const struct transcript *transcript, struct transcript_octets spki,
                         const char *what, size_t *place, struct sti_error *err)
{
    uint8_t digest[TRANSCRIPT_DIGEST_OCTETS];
    if (!transcript_sha256(spki.octets, spki.length, digest, err))
        return false;
    for (size_t i = 0; i < transcript->key_count; i++)
        if (memcmp(transcript->keys[i], digest, sizeof(digest)) == 0) {
            *place = i;
            return !transcript->destroyed[i] ||
                   sti_refuse(err, NULL, "%s was destroyed by an entry before", what);
        }
    return sti_refuse(err, NULL, "%s is in no hsm entry of it", what);
}

int64_t transcript_last(const struct transcript *transcript,
                        uint8_t digest[TRANSCRIPT_DIGEST_OCTETS])
{
    memcpy(digest, transcript->last, TRANSCRIPT_DIGEST_OCTETS);
    return transcript->number;
}

void transcript_close(struct transcript *transcript)
{
    if (transcript == NULL)
        return;
    if (transcript->fd >= 0)
        close(transcript->fd);
    if (transcript->head_fd >= 0)
        close(transcript->head_fd);
    free(transcript->path);
    free(transcript);
}
