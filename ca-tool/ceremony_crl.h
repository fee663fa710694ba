/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CRL that a ceremony file asks for, put together from the files it names and the ledger: when
 * the plan is made, and once more right before it is signed. The two must come out as the same
 * octets; else the ledger has changed meanwhile.
 */
#ifndef CA_TOOL_CEREMONY_CRL_H
#define CA_TOOL_CEREMONY_CRL_H

#include "ceremony_run.h"
#include "crl_make.h"
#include "revoke_find.h"

/* What it is made of; the caller's. */
struct ceremony_crl_order {
    const struct config *config;
    const struct ceremony_file *file;
    const char *folder; /* of the ceremony; NULL: the current one */
    struct ledger *ledger;
    int64_t made; /* when the plan was: since when something is revoked that has no date */
    /*
     * NULL: the plan is being made. Else it is put together again for this plan, and a run of it
     * may have recorded its revocations.
     */
    const struct crl_listing *planned;
};

struct ceremony_crl {
    X509 *signer;
    char *issuer; /* its subject, for people */
    char *scope;  /* the series in the ledger */
    struct crl_listing before;
    bool has_before;
    /* What the ceremony revokes, and how, one beside the other; of `recorded` it has done so. */
    struct revoke_targets targets;
    struct ledger_revocation *revocations; /* serials are the targets' */
    size_t recorded;
    struct revocations revoked; /* what is listed */
    struct crl_draft draft;
};

/*
 * Refused: what `sti-ca revoke` and `sti-ca crl` refuse; a serial of [revocations] that is revoked
 * already, unless it is made again, and in the same words; a plan whose number another CRL has.
 * Free with ceremony_crl_free(), also after a failure.
 */
bool ceremony_crl_make(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                       struct sti_error *err);
void ceremony_crl_free(struct ceremony_crl *crl);

/*
 * Finds the series of a ceremony file: signer, issuer, scope. Refused: a signer without cRLSign,
 * and, of an indirect CRL, another signer or URL than the configuration's, for the two name the
 * series.
 */
bool ceremony_crl_series(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                         struct sti_error *err);

/*
 * Why what was made is not what was planned, in a sentence that says what to do. Returns false.
 */
bool ceremony_crl_differs(const struct ceremony_crl *crl, const struct crl_listing *planned,
                          struct sti_error *err);

/* ---- ceremony_revoke.c ---- */

/*
 * Shows what is revoked in this step, asks as `sti-ca revoke` does for what nobody types without
 * having read, and records all of it or nothing; of what is recorded already, nothing is said.
 */
bool ceremony_revoke(struct ceremony_run *run, const struct plan_step *step,
                     const struct ceremony_crl *crl, struct sti_error *err);

#endif
