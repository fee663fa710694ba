/* SPDX-License-Identifier: Apache-2.0 */
/* What ceremonies ask of transcripts: the last entry of one that is over, the plan of one that is
 * not.
 */
#ifndef TRANSCRIPT_LAST_H
#define TRANSCRIPT_LAST_H

#include "transcript.h"

/*
 * Number and digest of the last entry. Verified are form, numbers and digests, entry by entry;
 * signatures and what the entries say are sti-transcript's to verify. Refused: a transcript that
 * has neither an end nor a failure, for its ceremony is not over.
 */
bool transcript_last_entry(const uint8_t *octets, size_t length, int64_t *number,
                           uint8_t digest[TRANSCRIPT_DIGEST_OCTETS], struct sti_error *err);

/* The digest of the plan that a transcript is of: TRANSCRIPT_DIGEST_OCTETS, within transcript. */
const uint8_t *transcript_plan(const struct transcript *transcript);

#endif
