/* SPDX-License-Identifier: Apache-2.0 */
/* A ceremony that is being held, or rehearsed: the same code. */
#ifndef CA_TOOL_CEREMONY_RUN_H
#define CA_TOOL_CEREMONY_RUN_H

#include "ceremony.h"
#include "ceremony_ask.h"
#include "ledger.h"
#include "signer.h"
#include "transcript.h"

/* What the transcript says of a step that an earlier run has begun. */
struct ceremony_done {
    bool done;      /* nothing of it is left to do */
    bool is_signed; /* of PLAN_SIGN: all but its output is done */
    bool is_begun;  /* of PLAN_DESTROY: people have typed the word, and the HSM may have obeyed */
};

struct ceremony_approval {
    const char *approver; /* the plan's */
    uint8_t *octets;
    size_t length;
};

struct ceremony_run {
    struct ceremony ceremony;
    struct config *config;
    bool rehearsal;     /* the keys, the ledger and the folder of the outputs are throw-away ones */
    const char *folder; /* where the outputs and the transcript go; NULL: the current one */
    struct ceremony_approval approvals[CEREMONY_MAX_APPROVERS];
    size_t approval_count;
    struct ledger *ledger;
    struct transcript *transcript;
    struct ceremony_person person;
    struct signer signer;
    const struct plan_step *opened; /* the step whose key is open; NULL: none */
    struct ceremony_done *done;     /* of each step */
    bool entries_lost;              /* the people know, and give the ceremony up */
    bool resumed;
    bool aborted;                  /* the people in the room have ended it */
    enum transcript_source source; /* of times: a person has compared the clock by now */
};

/* Frees and closes what is there. */
void ceremony_run_free(struct ceremony_run *run);

/* The path of an output, or of the transcript: malloc'd, NULL without memory. */
char *ceremony_run_path(const struct ceremony_run *run, const char *path);

/* Is its transcript there: an earlier run has begun it. */
bool ceremony_has_begun(const struct ceremony_run *run, bool *begun, struct sti_error *err);

/*
 * Asks for the word (ceremony_ask_word()) and notes the answer in the transcript, which is on the
 * disk when it returns true.
 */
bool ceremony_answer(struct ceremony_run *run, const struct plan_step *step, const char *question,
                     const char *word, struct sti_error *err);

/* Where the ceremony is, for an entry of the transcript; NULL: at no step. */
struct transcript_at ceremony_at(const struct ceremony_run *run, const struct plan_step *step);

/* ---- ceremony_gate.c: what must be so before anything is done ---- */

/* The clock is within the plan's window, and not before the plan or the ledger's last entry. */
bool ceremony_gate_clock(const struct ceremony_run *run, struct sti_error *err);

/* Reads the approvals from their files; so many as the plan needs must be good, and none bad. */
bool ceremony_gate_approvals(struct ceremony_run *run, const struct tool_arguments *arguments,
                             struct sti_error *err);

/* Every input is what it was when the plan was made. */
bool ceremony_gate_inputs(const struct ceremony_run *run, struct sti_error *err);

/* Every profile is what it was then: by this configuration, which must be there. */
bool ceremony_gate_profiles(const struct ceremony_run *run, struct sti_error *err);

/* No output is there yet. */
bool ceremony_gate_outputs(const struct ceremony_run *run, struct sti_error *err);

/* ---- ceremony_begin.c: the transcript, begun or gone on with ---- */

/* Makes the transcript, with its inputs and approvals; or goes on with the one that is there. */
bool ceremony_begin(struct ceremony_run *run, struct sti_error *err);

/* ---- ceremony_step.c, ceremony_sign.c ---- */

/* Goes through all steps that are not done. What happens is in the transcript, also a failure. */
bool ceremony_steps(struct ceremony_run *run, struct sti_error *err);

/* Opens the key of a step, unless it is open: it must be the plan's. Adds it to the transcript. */
bool ceremony_key_open(struct ceremony_run *run, const struct plan_step *step,
                       struct sti_error *err);

bool ceremony_sign(struct ceremony_run *run, size_t index, struct sti_error *err);

/* The PKCS#11 URI of a section's key; NULL: the configuration has no such section. */
const char *ceremony_key_uri(const struct config *config, enum ceremony_key key);

/* ---- ceremony_destroy.c ---- */

/*
 * The step that destroys a key, after the people's word, as `sti-ca key destroy` does it; then the
 * HSM is searched, and what it says is in the transcript. No key is open behind it.
 */
bool ceremony_destroy(struct ceremony_run *run, size_t index, struct sti_error *err);

/* ---- ceremony_crl_sign.c ---- */

/*
 * The CRLs of the plan are those that follow from the ledger, so that a ceremony whose plan is too
 * old does not begin. Of one that has begun the step finds out.
 */
bool ceremony_gate_crl(struct ceremony_run *run, struct sti_error *err);

/* The step that signs a CRL, and records what is revoked with it. */
bool ceremony_crl_sign(struct ceremony_run *run, size_t index, struct sti_error *err);

#endif
