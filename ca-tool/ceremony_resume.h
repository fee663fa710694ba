/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of a ceremony, and what a run that was interrupted has left in it. */
#ifndef CA_TOOL_CEREMONY_RESUME_H
#define CA_TOOL_CEREMONY_RESUME_H

#include "ceremony_run.h"
#include "planned.h"

/* Opens the ledger of the configuration; an intent without an end may be one of this plan's. */
bool ceremony_ledger_open(struct ceremony_run *run, struct sti_error *err);

/* Without its transcript a ceremony has not begun: no serial of the plan is in the ledger. */
bool ceremony_gate_ledger(const struct ceremony_run *run, struct sti_error *err);

/* What the ledger knows of a serial of the plan. */
struct ceremony_known {
    bool there;
    enum ledger_state state;
    uint8_t *der; /* of an issued certificate; malloc'd, the caller's */
    size_t length;
    uint8_t *list; /* its list by reference, the same; NULL: there is none */
    size_t list_length;
};

/* Looks a serial up. Refused if it is there for other octets than those of this digest. */
bool ceremony_known(const struct ceremony_run *run, const char *serial,
                    const uint8_t digest[PLAN_DIGEST_OCTETS], struct ceremony_known *known,
                    struct sti_error *err);

/*
 * What is left to do of a certificate that an earlier run was at work on, said on the screen and in
 * the transcript: nothing of it, if it is not in the ledger. Refused if it can never be finished,
 * which ends the ceremony. `is_signed`: the transcript has it as signed.
 */
bool ceremony_resume(struct ceremony_run *run, const struct plan_step *step, const char *serial,
                     const struct ceremony_known *known, bool is_signed, struct sti_error *err);

/*
 * Ends the intent of a ceremony that is given up, for the reason `why`. Whether the HSM has signed
 * is not known of one that an earlier run has left (`resumed`): that one may have to be revoked.
 */
void ceremony_intent_end(struct ceremony_run *run, const char *serial, bool resumed,
                         const struct sti_error *why);

#endif
