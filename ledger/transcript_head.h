/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head mark of a transcript (head_mark.h), in a file beside it, its name with ".head" added.
 * A transcript without an end is not signed, so that entries cut from its end leave no trace in it;
 * the mark remembers how many there were. It is written behind each entry, when that is on the
 * disk.
 */
#ifndef TRANSCRIPT_HEAD_H
#define TRANSCRIPT_HEAD_H

#include "transcript.h"

/* The file of the mark of the transcript `path`; malloc'd, NULL without memory. */
char *transcript_head_name(const char *path, struct sti_error *err);

/*
 * Refuses if there is a mark but no transcript is to be there: one was begun under this path and is
 * gone.
 */
bool transcript_head_is_free(const char *path, struct sti_error *err);

/* Keeps a mark from now on. There must be none. */
bool transcript_head_keep(struct transcript *transcript, struct sti_error *err);

/* What the mark says of a transcript that was opened. */
enum transcript_head {
    TRANSCRIPT_HEAD_NONE,  /* nothing: there is no mark */
    TRANSCRIPT_HEAD_THERE, /* the entry that it remembers is there */
    TRANSCRIPT_HEAD_LOST,  /* it is not: transcript_resume() is refused */
};
enum transcript_head transcript_head(const struct transcript *transcript);

/*
 * In place of transcript_resume(), if entries are lost: adds a `resumed` and a `failed` entry,
 * which says what the mark remembers. The ceremony cannot be gone on with then.
 */
bool transcript_give_up(struct transcript *transcript, const struct transcript_at *at,
                        struct sti_error *err);

/*
 * Refuses if there is a mark beside a transcript that is over and it remembers another end than
 * this one: number and digest of its last entry.
 */
bool transcript_head_fits(const char *path, int64_t number,
                          const uint8_t digest[TRANSCRIPT_DIGEST_OCTETS], struct sti_error *err);

#endif
