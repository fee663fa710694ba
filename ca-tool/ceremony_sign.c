/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step that signs. The order loses nothing: the person's word, the intent in the transcript and
 * in the ledger, the signature, the re-reading, the ledger, the transcript, the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "ceremony_list.h"
#include "ceremony_profiles.h"
#include "ceremony_record.h"
#include "ceremony_request.h"
#include "ceremony_resume.h"
#include "ceremony_run.h"
#include "ceremony_signed.h"
#include "ceremony_time.h"
#include "cert.h"
#include "clock.h"
#include "interrupt.h"
#include "pem.h"
#include "planned.h"
#include "script.h"

/* What is signed in this step. */
struct signing {
    struct ceremony_run *run;
    const struct plan_step *step;
    struct planned_facts facts;
    struct request request;             /* the verdict's, if there is one */
    struct request_rules rules;         /* what it was judged by */
    uint8_t digest[PLAN_DIGEST_OCTETS]; /* of the tbs */
    char *path;                         /* of the output */
    bool resumes;                       /* an earlier run has left its intent in the ledger */
    bool is_open;                       /* there is an intent in the ledger, without an end */
    uint8_t *der;
    size_t length;
    uint8_t *issued_list;      /* from the ledger, if an earlier run has got so far */
    struct ceremony_list list; /* by reference: that, or the request's */
};

/* ---- before it is signed ---- */

/* Takes the certificate from the ledger, or its intent, if an earlier run has got so far. */
static bool look_up(struct signing *signing, bool is_signed, struct sti_error *err)
{
    struct ceremony_known known;
    bool ok =
        ceremony_known(signing->run, signing->facts.serial, signing->digest, &known, err) &&
        ceremony_resume(signing->run, signing->step, signing->facts.serial, &known, is_signed, err);
    signing->der = known.der;
    signing->length = known.length;
    signing->issued_list = known.list;
    signing->list = (struct ceremony_list){known.list, known.list_length};
    signing->resumes = ok && known.there && known.state == LEDGER_INTENDED;
    signing->is_open = signing->resumes;
    return ok;
}

/* What was judged when the plan was made may have another verdict by now: a token that was used. */
static bool judge_again(struct signing *signing, struct sti_error *err)
{
    const struct ceremony_run *run = signing->run;
    if (*signing->step->request == '\0')
        return true;
    if (!ceremony_request_judge(&signing->request, &signing->rules, run->config, run->ledger,
                                run->ceremony.folder, signing->step->request,
                                signing->step->profile, clock_now(), err) ||
        !ceremony_profile_check(run->ceremony.plan, run->config, signing->step->profile,
                                request_profile_digest(&signing->rules, signing->request.profile),
                                CEREMONY_PROFILES_ANEW, err))
        return false;
    if (!ceremony_request_fits(&signing->request, &signing->step->tbs,
                               signing->facts.list_url != NULL, err))
        return sti_error_in(err, signing->step->request);
    if (signing->facts.list_url != NULL)
        signing->list =
            (struct ceremony_list){signing->request.list.der, signing->request.list.der_length};
    return ceremony_list_check(&signing->list, signing->facts.list_url, err);
}

/* ---- the signature ---- */

static bool sign(struct signing *signing, struct sti_error *err)
{
    struct ceremony_run *run = signing->run;
    const struct ceremony_record record = {
        .step = signing->step,
        .facts = &signing->facts,
        .tbs_digest = signing->digest,
        .request = *signing->step->request == '\0' ? NULL : &signing->request,
        .path = signing->path,
        .resumes = signing->resumes,
    };
    if (!interrupt_check(err) || !ceremony_record_intent(run, &record, err))
        return false;
    signing->is_open = true;
    interrupt_say("serial %s of the plan is on its way; run the ceremony again to go on with it",
                  signing->facts.serial);
    /* If people do not say so again, or a signal ends the run, the intent stays open. */
    if (!ceremony_ask_hsm(run, signing->step, &signing->der, &signing->length, err)) {
        if (!run->aborted)
            printf(
                "  run the ceremony again to go on at this step; until then nothing is issued\n");
        return false;
    }
    /* An HSM that signs something else, or what is refused, is not asked again. */
    run->aborted =
        !planned_reread(signing->step, signing->der, signing->length, run->signer.public, err) ||
        !ceremony_record_judge(run, &record, signing->der, signing->length, err);
    if (run->aborted ||
        !ledger_record_issued(run->ledger, signing->facts.serial, signing->der, signing->length,
                              signing->list.der, signing->list.length, clock_now(), err))
        return false;
    signing->is_open = false;
    return true;
}

/* ---- the file ---- */

static bool write_output(struct signing *signing, struct sti_error *err)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    size_t length = 0;
    char *pem = certificate_pem(signing->der, signing->length, &length);
    bool ok = pem != NULL || sti_fail(err, "no memory for a certificate");
    ok = ok && ceremony_output(signing->path, (const uint8_t *)pem, length, digest, err);
    free(pem);
    if (!ok)
        return false;
    struct transcript_at at = ceremony_at(signing->run, signing->step);
    return ceremony_record_delivered(signing->run, signing->facts.serial, signing->path, err) &&
           transcript_output(signing->run->transcript, &at, ceremony_name(signing->path), digest,
                             (int64_t)length, err);
}

/* ---- the step ---- */

/* From the octets themselves, not from the plan's words for them. */
static void tell(const struct signing *signing)
{
    char from[CEREMONY_TIME_TEXT];
    char to[CEREMONY_TIME_TEXT];
    ceremony_time_write(signing->facts.not_before, from);
    ceremony_time_write(signing->facts.not_after, to);
    printf("  what the octets say\n");
    printf("    serial   %s\n    subject\n", signing->facts.serial);
    script_wrap(stdout, 6, signing->facts.subject);
    printf("    issuer\n");
    script_wrap(stdout, 6, signing->facts.issuer);
    printf("    valid    %s to %s\n", from, to);
    if (signing->facts.list_url != NULL) {
        printf("    list by reference\n");
        script_wrap(stdout, 6, signing->facts.list_url);
    }
    printf("  SHA-256 of the octets\n");
    ceremony_print_words(signing->digest);
}

static bool go(struct signing *signing, bool is_signed, struct sti_error *err)
{
    struct ceremony_run *run = signing->run;
    tell(signing);
    if (!look_up(signing, is_signed, err))
        return false;
    bool was_issued = signing->der != NULL;
    if (!was_issued && !judge_again(signing, err))
        return false;
    if (!ceremony_key_open(run, signing->step, err))
        return false;
    if (!was_issued && !ceremony_answer(run, signing->step, CEREMONY_SIGN, "sign", err))
        return false;
    if (!is_signed && !ceremony_intended(run, signing->step, err))
        return false;
    if (!was_issued && !sign(signing, err))
        return false;
    printf("  signed; the octets that were signed are those of the plan\n");
    interrupt_say("serial %s is issued and in the ledger; run the ceremony again to go on",
                  signing->facts.serial);
    struct transcript_at at = ceremony_at(run, signing->step);
    const struct transcript_octets der = {signing->der, signing->length};
    /* The list first: a certificate whose list is not there yet would be of no use. */
    return (is_signed || transcript_signed(run->transcript, &at, der, true, err)) &&
           ceremony_list_write(run, signing->step, &signing->list, signing->facts.list_url, err) &&
           write_output(signing, err);
}

bool ceremony_sign(struct ceremony_run *run, size_t index, struct sti_error *err)
{
    const struct plan_step *step = &run->ceremony.plan->steps[index];
    struct signing signing = {.run = run, .step = step};
    if (strcmp(step->what, "certificate") != 0)
        return ceremony_crl_sign(run, index, err);
    bool ok = planned_facts(&step->tbs, &signing.facts, err) &&
              cert_digest(step->tbs.octets, step->tbs.length, signing.digest, err);
    if (ok) {
        signing.path = ceremony_run_path(run, step->out);
        ok = signing.path != NULL || sti_fail(err, "no memory for the name of a file");
    }
    ok = ok && go(&signing, run->done[index].is_signed, err);
    if (!ok && run->aborted && signing.is_open)
        ceremony_intent_end(run, signing.facts.serial, signing.resumes, err);
    planned_facts_free(&signing.facts);
    request_free(&signing.request);
    request_rules_free(&signing.rules);
    free(signing.path);
    free(signing.der);
    free(signing.issued_list);
    return ok;
}
