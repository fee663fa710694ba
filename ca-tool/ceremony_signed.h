/* SPDX-License-Identifier: Apache-2.0 */
/* What comes before and behind a signature of a ceremony, whatever is signed. */
#ifndef CA_TOOL_CEREMONY_SIGNED_H
#define CA_TOOL_CEREMONY_SIGNED_H

#include "ceremony_run.h"

/* What people are asked before that; the word is "sign". */
#define CEREMONY_SIGN "type sign to have the HSM sign"

/* Notes in the transcript what will be signed, by the key that is open. */
bool ceremony_intended(struct ceremony_run *run, const struct plan_step *step,
                       struct sti_error *err);

/*
 * Has the HSM sign the step's octets: *der is malloc'd, the caller's. An HSM that did not sign may
 * do so at the next try, after a new login, for nobody knows what is left of the old session; so it
 * is asked again as often as people say so, three times at most.
 */
bool ceremony_ask_hsm(struct ceremony_run *run, const struct plan_step *step, uint8_t **der,
                      size_t *length, struct sti_error *err);

/*
 * Writes the octets to `path`, unless they are there, and says so on the screen; digest is that of
 * the file. Refused: another file of that name, for a ceremony overwrites nothing.
 */
bool ceremony_output(const char *path, const uint8_t *octets, size_t length,
                     uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err);

#endif
