/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step that signs a CRL. The order loses nothing: what is revoked is in the ledger before the
 * HSM is asked, and the CRL before it leaves. A run that died between the two leaves revocations
 * that no CRL has yet; the next run goes on. What the HSM signed and no record has is signed again:
 * the same octets under the same number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony_crl.h"
#include "ceremony_run.h"
#include "ceremony_signed.h"
#include "ceremony_time.h"
#include "cert.h"
#include "clock.h"
#include "file.h"
#include "interrupt.h"
#include "planned.h"
#include "script.h"
#include "signed_octets.h"
#include "subject.h"

/* What is signed in this step. */
struct signing {
    struct ceremony_run *run;
    const struct plan_step *step;
    struct crl_listing planned;
    struct ceremony_file *file; /* of the ceremony */
    struct ceremony_crl crl;    /* as it comes out now */
    uint8_t digest[PLAN_DIGEST_OCTETS];
    char *number;
    char *path; /* of the output */
    uint8_t *der;
    size_t length;
};

/* ---- what the ledger says of it ---- */

static struct ceremony_crl_order order_of(const struct signing *signing)
{
    const struct ceremony_run *run = signing->run;
    return (struct ceremony_crl_order){
        .config = run->config,
        .file = signing->file,
        .folder = run->ceremony.folder,
        .ledger = run->ledger,
        .made = run->ceremony.plan->made,
        .planned = &signing->planned,
    };
}

/* The first input is the ceremony file (docs/plan.md); its digest was compared. */
static bool read_file(struct signing *signing, struct sti_error *err)
{
    const struct ceremony *ceremony = &signing->run->ceremony;
    uint8_t *text = NULL;
    size_t length = 0;
    char *path = ceremony->plan->input_count == 0
                     ? NULL
                     : file_beside(ceremony->folder, ceremony->plan->inputs[0].path);
    if (path == NULL)
        return sti_fail(err, "no memory for the name of the ceremony file, or the plan has none");
    bool ok = file_read(path, CEREMONY_FILE_MAX, &text, &length, err);
    if (ok) {
        signing->file = ceremony_file_read((const char *)text, length, err);
        ok = signing->file != NULL || sti_error_in(err, path);
    }
    free(text);
    free(path);
    if (ok && signing->file->kind != CEREMONY_REVOCATION)
        ok = sti_refuse(err, NULL, "the ceremony file of this plan is not one for a CRL");
    return ok;
}

static bool visit(void *context, const struct ledger_crl *crl, struct sti_error *err)
{
    struct signing *signing = context;
    const struct plan_octets *tbs = &signing->step->tbs;
    if (!signed_octets_hold(crl->der, crl->der_length, tbs->octets, tbs->length))
        return true; /* another CRL */
    signing->der = malloc(crl->der_length);
    if (signing->der == NULL)
        return sti_fail(err, "no memory for a CRL");
    memcpy(signing->der, crl->der, crl->der_length);
    signing->length = crl->der_length;
    return true;
}

/* Takes the CRL from the ledger, if an earlier run has got so far. */
static bool look_up(struct signing *signing, struct sti_error *err)
{
    const struct ceremony_crl_order order = order_of(signing);
    struct ceremony_crl series = {0};
    bool ok = ceremony_crl_series(&series, &order, err) &&
              ledger_last_crl(order.ledger, series.scope, visit, signing, err);
    ceremony_crl_free(&series);
    return ok;
}

/* Makes the CRL from the ledger as it is, and compares it with the plan, octet for octet. */
static bool make_again(struct signing *signing, struct sti_error *err)
{
    const struct ceremony_crl_order order = order_of(signing);
    const struct plan_octets *tbs = &signing->step->tbs;
    ceremony_crl_free(&signing->crl);
    struct sti_error why = {0};
    if (!ceremony_crl_make(&signing->crl, &order, &why)) {
        *err = why;
        return why.code != STI_REFUSED
                   ? false
                   : sti_refuse(err, why.clause,
                                "the plan's CRL does not follow from the ledger any more: %.500s; "
                                "plan and approve anew",
                                why.sentence);
    }
    const struct crl_draft *draft = &signing->crl.draft;
    return (draft->tbs_length == tbs->length &&
            memcmp(draft->tbs, tbs->octets, tbs->length) == 0) ||
           ceremony_crl_differs(&signing->crl, &signing->planned, err);
}

static bool begin(struct signing *signing, struct ceremony_run *run, const struct plan_step *step,
                  struct sti_error *err)
{
    *signing = (struct signing){.run = run, .step = step};
    if (!planned_crl(&step->tbs, &signing->planned, err) || !read_file(signing, err))
        return false;
    signing->number = crl_number_text(signing->planned.number);
    signing->path = ceremony_run_path(run, step->out);
    return (signing->number != NULL && signing->path != NULL) ||
           sti_fail(err, "no memory for a CRL");
}

static void end(struct signing *signing)
{
    crl_listing_free(&signing->planned);
    ceremony_file_free(signing->file);
    ceremony_crl_free(&signing->crl);
    free(signing->number);
    free(signing->path);
    free(signing->der);
}

/* ---- before the ceremony ---- */

static bool gate(struct ceremony_run *run, const struct plan_step *step, struct sti_error *err)
{
    struct signing signing;
    bool ok = begin(&signing, run, step, err) && look_up(&signing, err);
    if (ok)
        ok = signing.der == NULL
                 ? make_again(&signing, err)
                 : sti_refuse(err, NULL,
                              "the ledger has the plan's CRL %s already; the plan has been run",
                              signing.number);
    end(&signing);
    return ok;
}

bool ceremony_gate_crl(struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    bool begun = false;
    if (!ceremony_has_begun(run, &begun, err))
        return false;
    for (size_t i = 0; !begun && i < plan->step_count; i++)
        if (plan->steps[i].action == PLAN_SIGN && strcmp(plan->steps[i].what, "crl") == 0 &&
            !gate(run, &plan->steps[i], err))
            return false;
    return true;
}

/* ---- the signature ---- */

static bool record_crl(struct signing *signing, struct sti_error *err)
{
    const struct ledger_crl record = {
        .scope = signing->crl.scope,
        .number = signing->crl.draft.number,
        .number_length = signing->crl.draft.number_length,
        .der = signing->der,
        .der_length = signing->length,
        .this_update = signing->file->valid_from,
        .next_update = signing->file->next_update,
    };
    return ledger_record_crl(signing->run->ledger, &record, clock_now(), err);
}

/* The people's word, and everything of `sti-ca crl` once more: nothing comes between. */
static bool sign(struct signing *signing, struct sti_error *err)
{
    struct ceremony_run *run = signing->run;
    return ceremony_answer(run, signing->step, CEREMONY_SIGN, "sign", err) &&
           make_again(signing, err) && ceremony_intended(signing->run, signing->step, err) &&
           ceremony_ask_hsm(run, signing->step, &signing->der, &signing->length, err) &&
           planned_reread(signing->step, signing->der, signing->length, run->signer.public, err) &&
           record_crl(signing, err);
}

/* ---- the step ---- */

/* From the octets themselves, not from the plan's words for them. */
static bool tell(struct signing *signing, struct sti_error *err)
{
    char from[CEREMONY_TIME_TEXT];
    char to[CEREMONY_TIME_TEXT];
    const struct crl_listing *planned = &signing->planned;
    char *issuer = subject_text(X509_CRL_get_issuer(planned->crl));
    if (issuer == NULL ||
        !cert_digest(signing->step->tbs.octets, signing->step->tbs.length, signing->digest, err)) {
        free(issuer);
        return sti_fail(err, "no memory for a CRL");
    }
    ceremony_time_write((int64_t)planned->this_update, from);
    ceremony_time_write((int64_t)planned->next_update, to);
    printf("  what the octets say\n    CRL      number %s, with %zu entries\n    issuer\n",
           signing->number, planned->count);
    script_wrap(stdout, 6, issuer);
    printf("    valid    %s to %s\n  SHA-256 of the octets\n", from, to);
    free(issuer);
    ceremony_print_words(signing->digest);
    return true;
}

static bool write_output(struct signing *signing, struct sti_error *err)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    struct transcript_at at = ceremony_at(signing->run, signing->step);
    return ceremony_output(signing->path, signing->der, signing->length, digest, err) &&
           transcript_output(signing->run->transcript, &at, signing->step->out, digest,
                             (int64_t)signing->length, err);
}

static bool go(struct signing *signing, bool is_signed, struct sti_error *err)
{
    struct ceremony_run *run = signing->run;
    if (!tell(signing, err) || !ceremony_key_open(run, signing->step, err) ||
        !look_up(signing, err))
        return false;
    bool was_signed = signing->der != NULL;
    if (!was_signed && !make_again(signing, err)) {
        run->aborted = err->code == STI_REFUSED; /* the ledger only grows: it cannot be gone on */
        return false;
    }
    /* From the ledger, but not yet in the transcript: intended anew, for `resumed` has closed it.
     */
    if (!(was_signed
              ? is_signed || ceremony_intended(signing->run, signing->step, err)
              : ceremony_revoke(run, signing->step, &signing->crl, err) && sign(signing, err)))
        return false;
    printf("  signed; the octets that were signed are those of the plan\n");
    interrupt_say("CRL %s is signed and in the ledger; run the ceremony again to go on",
                  signing->number);
    struct transcript_at at = ceremony_at(run, signing->step);
    const struct transcript_octets der = {signing->der, signing->length};
    return (is_signed || transcript_signed(run->transcript, &at, der, true, err)) &&
           write_output(signing, err);
}

bool ceremony_crl_sign(struct ceremony_run *run, size_t index, struct sti_error *err)
{
    struct signing signing;
    bool ok = begin(&signing, run, &run->ceremony.plan->steps[index], err) &&
              go(&signing, run->done[index].is_signed, err);
    end(&signing);
    return ok;
}
