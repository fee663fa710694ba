/* SPDX-License-Identifier: Apache-2.0 */
/* Octets in a bundle, behind their SHA-256: the same in every kind of bundle. */
#ifndef BUNDLE_PART_H
#define BUNDLE_PART_H

#include "bundle.h"
#include "dcbor.h"

/* SHA-256 of octets; digest has BUNDLE_DIGEST_OCTETS. */
bool bundle_digest(const void *octets, size_t length, unsigned char *digest, struct sti_error *err);

/* Writes [ sha-256, octets ]; the part's digest is what is written. */
void bundle_part_put(struct dcbor_writer *writer, const struct bundle_part *part);

/*
 * Reads one; the part borrows from the reader's octets, of which it has least..most. `what` names
 * it in a refusal. Refused: octets that do not have the digest before them.
 */
bool bundle_part_read(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
                      struct bundle_part *part, struct sti_error *err);

/*
 * For a bundle that was refused: if its octets end too early, adds to the sentence what to do about
 * that. err may be NULL.
 */
void bundle_say_cut(struct sti_error *err);

#endif
