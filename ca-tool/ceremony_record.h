/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger gets of a certificate that a ceremony signs, and what judges it. */
#ifndef CA_TOOL_CEREMONY_RECORD_H
#define CA_TOOL_CEREMONY_RECORD_H

#include "ceremony_run.h"
#include "planned.h"
#include "request.h"

struct ceremony_record {
    const struct plan_step *step;
    const struct planned_facts *facts;
    const uint8_t *tbs_digest;
    const struct request *request; /* its verdict has passed; NULL: nobody asked */
    const char *path;              /* of the output */
    bool resumes;                  /* its intent is in the ledger: an earlier run has left it */
};

/*
 * Has the lints judge what will be signed, and writes the intent, with the verdict if there is one:
 * on the disk when it returns true. One that is there is taken up, if it is the same.
 */
bool ceremony_record_intent(struct ceremony_run *run, const struct ceremony_record *record,
                            struct sti_error *err);

/*
 * Judges what the HSM has signed: the lints, and, for a request, its path. A rehearsal's keys have
 * no path.
 */
bool ceremony_record_judge(struct ceremony_run *run, const struct ceremony_record *record,
                           const uint8_t *der, size_t length, struct sti_error *err);

/* Notes that the output is on the disk, unless that was noted before. */
bool ceremony_record_delivered(struct ceremony_run *run, const char *serial, const char *path,
                               struct sti_error *err);

#endif
