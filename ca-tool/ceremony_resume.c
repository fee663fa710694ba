/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan has every octet that is to be signed, so that an intent without an end can be gone on with
 * here, and here alone: the same octets are signed once more, and no certificate can come of it
 * that could not be there already.
 */
#include "ceremony_resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "clock.h"
#include "script.h"

/* ---- opening ---- */

static bool is_certificate(const struct plan_step *step)
{
    return step->action == PLAN_SIGN && strcmp(step->what, "certificate") == 0;
}

static bool planned(const struct plan_step *step, struct ledger_planned *planned,
                    struct sti_error *err)
{
    struct planned_facts facts = {0};
    bool ok = planned_facts(&step->tbs, &facts, err) &&
              cert_digest(step->tbs.octets, step->tbs.length, planned->tbs_digest, err);
    if (ok)
        strcpy(planned->serial, facts.serial);
    planned_facts_free(&facts);
    return ok;
}

bool ceremony_ledger_open(struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    struct ledger_planned *all = calloc(plan->step_count, sizeof(*all));
    size_t count = 0;
    bool ok = all != NULL || sti_fail(err, "no memory for the ledger");
    for (size_t i = 0; ok && i < plan->step_count; i++)
        ok = !is_certificate(&plan->steps[i]) || planned(&plan->steps[i], &all[count++], err);
    if (ok)
        run->ledger = ledger_open_planned(run->config->ledger, all, count, clock_now(), err);
    free(all);
    return run->ledger != NULL;
}

/* ---- looking ---- */

struct looking {
    const uint8_t *digest;
    struct ceremony_known *known;
};

static bool keep(uint8_t **to, const uint8_t *octets, size_t length, struct sti_error *err)
{
    *to = malloc(length);
    if (*to == NULL)
        return sti_fail(err, "no memory for a certificate");
    memcpy(*to, octets, length);
    return true;
}

static bool visit(void *context, const struct ledger_record *record, struct sti_error *err)
{
    const struct looking *looking = context;
    struct ceremony_known *known = looking->known;
    known->there = true;
    known->state = record->state;
    if (memcmp(record->tbs_digest, looking->digest, PLAN_DIGEST_OCTETS) != 0)
        return sti_refuse(err, NULL, "serial %s is in the ledger for another certificate",
                          record->serial);
    if (record->state != LEDGER_ISSUED)
        return true;
    known->length = record->certificate_length;
    known->list_length = record->list_length;
    return keep(&known->der, record->certificate, known->length, err) &&
           (record->list == NULL || keep(&known->list, record->list, known->list_length, err));
}

bool ceremony_known(const struct ceremony_run *run, const char *serial,
                    const uint8_t digest[PLAN_DIGEST_OCTETS], struct ceremony_known *known,
                    struct sti_error *err)
{
    struct looking looking = {digest, known};
    struct sti_error why = {0};
    memset(known, 0, sizeof(*known));
    if (ledger_show(run->ledger, serial, visit, &looking, &why) ||
        (!known->there && why.code == STI_REFUSED)) /* an unknown serial */
        return true;
    *err = why;
    return false;
}

static bool gate_step(const struct ceremony_run *run, const struct plan_step *step,
                      struct sti_error *err)
{
    struct ledger_planned own;
    struct ceremony_known known;
    if (!planned(step, &own, err) || !ceremony_known(run, own.serial, own.tbs_digest, &known, err))
        return false;
    free(known.der);
    free(known.list);
    return !known.there ||
           sti_refuse(err, NULL,
                      run->rehearsal
                          ? "serial %s of the plan is in the ledger already, as %s: this ceremony "
                            "was held or begun, and is not rehearsed any more"
                          : "serial %s of the plan is in the ledger already, as %s: this ceremony "
                            "was held or begun; bring its transcript back to go on with it",
                      own.serial, ledger_state_name(known.state));
}

bool ceremony_gate_ledger(const struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    bool begun = false;
    bool ok = ceremony_has_begun(run, &begun, err);
    for (size_t i = 0; ok && !begun && i < plan->step_count; i++)
        ok = !is_certificate(&plan->steps[i]) || gate_step(run, &plan->steps[i], err);
    return ok;
}

/* ---- going on ---- */

static bool say(struct ceremony_run *run, const struct plan_step *step, const char *serial,
                const char *what, struct sti_error *err)
{
    char text[300];
    struct transcript_at at = ceremony_at(run, step);
    snprintf(text, sizeof(text), "Serial %s %s.", serial, what);
    script_wrap(stdout, 2, text);
    return transcript_note(run->transcript, &at, text, err);
}

bool ceremony_resume(struct ceremony_run *run, const struct plan_step *step, const char *serial,
                     const struct ceremony_known *known, bool is_signed, struct sti_error *err)
{
    if (known->there && known->state == LEDGER_ISSUED)
        return say(run, step, serial,
                   "was signed before the interruption: the certificate is in the ledger, is taken "
                   "from there, and is not signed again",
                   err);
    if (is_signed)
        return sti_refuse(err, NULL,
                          "the transcript has serial %s as signed, and the ledger does not: one of "
                          "them is an older copy; put the latest ones back",
                          serial);
    if (!known->there)
        return true;
    if (known->state == LEDGER_INTENDED)
        return say(run, step, serial,
                   "was on its way when the run before this one ended, and nobody knows whether "
                   "the HSM has signed: the same octets are signed again, which makes no other "
                   "certificate than the plan's",
                   err);
    run->aborted = true; /* it can never be gone on with */
    return sti_refuse(err, NULL,
                      "serial %s is used up, for the ledger has it as %s; this plan cannot be "
                      "finished: plan and approve anew",
                      serial, ledger_state_name(known->state));
}

void ceremony_intent_end(struct ceremony_run *run, const char *serial, bool resumed,
                         const struct sti_error *why)
{
    char reason[1024];
    struct sti_error ignored;
    sti_error_text(why, reason, sizeof(reason));
    /* Should it fail, the intent stays open: sti-ca recover ends it. */
    if (resumed)
        (void)ledger_record_uncertain(run->ledger, serial, clock_now(), &ignored);
    else
        (void)ledger_record_abandoned(run->ledger, serial, reason, clock_now(), &ignored);
    printf("  serial %s: %s\n", serial,
           resumed ? "uncertain: it may have been signed, and is to be revoked" : "abandoned");
}
