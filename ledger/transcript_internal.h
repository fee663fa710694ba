/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the transcript's writer share; nobody else includes it. */
#ifndef TRANSCRIPT_INTERNAL_H
#define TRANSCRIPT_INTERNAL_H

#include <sys/types.h>

#include "dcbor.h"
#include "head_mark.h"
#include "transcript.h"

#define TRANSCRIPT_WORD "sti-ca transcript"
#define TRANSCRIPT_VERSION 2
/* What the ceremony key signs. */
#define TRANSCRIPT_END_TYPE "application/x.sti-ca-transcript-end+cbor"
#define TRANSCRIPT_END_WORD "sti-ca transcript end"
#define TRANSCRIPT_END_VERSION 1

/* Keys of HSMs that are remembered, for the end. */
#define TRANSCRIPT_MAX_KEYS 64

/* The kinds that the end counts. */
enum transcript_counted {
    TRANSCRIPT_INPUTS,
    TRANSCRIPT_APPROVALS,
    TRANSCRIPT_SIGNED,
    TRANSCRIPT_OUTPUTS,
};
#define TRANSCRIPT_COUNTED 4

struct transcript {
    char *path;
    int fd;         /* locked */
    off_t length;   /* up to the end of the last whole entry */
    int64_t number; /* of that entry, and its digest and time */
    uint8_t last[TRANSCRIPT_DIGEST_OCTETS];
    int64_t time;
    bool resuming; /* opened, and transcript_resume() has not been called */
    bool failed;   /* there is a failed entry */
    bool ended;
    bool broken; /* the disk has failed: what is on it is not known */
    size_t cut;  /* octets of half an entry behind length, and their digest */
    uint8_t cut_digest[TRANSCRIPT_DIGEST_OCTETS];
    uint8_t plan[TRANSCRIPT_DIGEST_OCTETS];
    int64_t counts[TRANSCRIPT_COUNTED];
    /* the intended entry that is open */
    bool open;
    char open_what[TRANSCRIPT_MAX_NAME + 1];
    char open_name[TRANSCRIPT_MAX_NAME + 1];
    uint8_t open_tbs[TRANSCRIPT_DIGEST_OCTETS];
    /* digests of the SubjectPublicKeyInfo of hsm entries */
    uint8_t keys[TRANSCRIPT_MAX_KEYS][TRANSCRIPT_DIGEST_OCTETS];
    bool destroyed[TRANSCRIPT_MAX_KEYS]; /* of these, by an entry that says so */
    size_t key_count;
    /* the head mark (transcript_head.c) */
    int head_fd;           /* -1: there is none */
    struct head_mark head; /* what it remembers */
    bool head_found;       /* that entry is there */
};

/* A name in the folder of the file is on the disk when this has returned true. */
bool transcript_sync_folder(const char *path, struct sti_error *err);

/* ---- the head mark ---- */

/* Reads it, if there is one, before the entries are. */
bool transcript_head_open(struct transcript *transcript, struct sti_error *err);
/* Is the last entry that was read the one that the mark remembers? */
void transcript_head_look(struct transcript *transcript);
/* Refuses if the entry that it remembers is not there. */
bool transcript_head_check(const struct transcript *transcript, struct sti_error *err);
/* Writes it for the last entry, which is on the disk. */
void transcript_head_write(struct transcript *transcript);

bool transcript_sha256(const void *octets, size_t length, uint8_t digest[TRANSCRIPT_DIGEST_OCTETS],
                       struct sti_error *err);

/* Fills err with what the system says of the file, and returns false. */
bool transcript_system(struct sti_error *err, const char *path, const char *what);

/* Refuses text that is not least..most octets of printable ASCII; `what` names it. */
bool transcript_check_text(const char *what, const char *text, size_t least, size_t most,
                           struct sti_error *err);
/* Refuses what is not the name of a file without its folder. */
bool transcript_check_name(const char *name, struct sti_error *err);
/* Refuses octets that are not least..most. */
bool transcript_check_octets(const char *what, struct transcript_octets octets, size_t least,
                             size_t most, struct sti_error *err);

/* Refuses a kind that may not come now, and a step or time that cannot be. */
bool transcript_check_order(const struct transcript *transcript, const char *kind,
                            const struct transcript_at *at, struct sti_error *err);

/* Writes an entry up to the head of its content: `count` pairs are to follow. */
void transcript_put_head(const struct transcript *transcript, struct dcbor_writer *writer,
                         const char *kind, const struct transcript_at *at, size_t count);
void transcript_put_facts(struct dcbor_writer *writer, const struct transcript_fact *facts,
                          size_t count);
bool transcript_check_facts(const struct transcript_fact *facts, size_t count,
                            struct sti_error *err);

/* Adds the entry that the writer holds, durably; nothing is left of it if that fails. */
bool transcript_append(struct transcript *transcript, struct dcbor_writer *writer,
                       const struct transcript_at *at, struct sti_error *err);

/*
 * The same to a file that has not got its name yet. The head mark must not remember an entry that
 * the named file does not have, so whoever gives the name writes it then (transcript_head_write()).
 */
bool transcript_append_unmarked(struct transcript *transcript, struct dcbor_writer *writer,
                                const struct transcript_at *at, struct sti_error *err);

/* Puts octets into a file that is open, and waits until they are on the disk. */
bool transcript_put_file(int fd, const uint8_t *octets, size_t length, struct sti_error *err);

/* ---- the file (transcript_file.c) ---- */

/* The folder of a path ("." if it names none); malloc'd, NULL without memory. */
char *transcript_folder(const char *path);

/*
 * A new file for the transcript `path`, locked; -1 on failure. *name is malloc'd, and NULL if it
 * has none, for then nothing is left of it if the process ends before it is given the transcript's.
 */
int transcript_file_new(const char *path, char **name, struct sti_error *err);
/* Gives it the name of the transcript, if that is free; errno says why not. */
bool transcript_file_give_name(int fd, const char *name, const char *path);

/* A file that is to be renamed to `path`, whose lock the caller has; *name is malloc'd. */
int transcript_file_resuming(const char *path, char **name, struct sti_error *err);

/* Notes that the entry whose octets these are is the last one now. */
bool transcript_took(struct transcript *transcript, const uint8_t *octets, size_t length,
                     int64_t time, struct sti_error *err);

/* Remembers the key of an hsm entry. Refused: one that was destroyed. */
bool transcript_remember_key(struct transcript *transcript, struct transcript_octets spki,
                             struct sti_error *err);

/*
 * The place of a key of an hsm entry among `keys`. Refused, by `what` in the sentence: a key of
 * none, and one that was destroyed.
 */
bool transcript_find_key(const struct transcript *transcript, struct transcript_octets spki,
                         const char *what, size_t *place, struct sti_error *err);

/*
 * Reads the next entry, of which nothing but its form is believed then. Returns false with *cut set
 * if the octets end within it.
 */
bool transcript_read_entry(struct dcbor_reader *reader, struct transcript_entry *entry,
                           const uint8_t **previous, bool *cut, struct sti_error *err);

/* Reads what is in the octets into the transcript, entry by entry, up to half an entry. */
bool transcript_read(struct transcript *transcript, const uint8_t *octets, size_t length,
                     transcript_visit visit, void *context, struct sti_error *err);

#endif
