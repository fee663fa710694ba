/* SPDX-License-Identifier: Apache-2.0 */
#include "mint.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "clock.h"
#include "deliver.h"
#include "hsm.h"
#include "interrupt.h"
#include "pem.h"
#include "subject.h"

static bool draw_serial(unsigned char serial[CERT_SERIAL_OCTETS], struct sti_error *err)
{
    if (RAND_bytes(serial, CERT_SERIAL_OCTETS) == 1)
        return true;
    return sti_fail(err, "no random octets for the serial number");
}

/* ---- before the HSM is asked ---- */

/* With its throw-away signature the certificate is complete, so that lints can judge it. */
static bool lint_draft(struct mint *mint, struct sti_error *err)
{
    unsigned char *der = NULL;
    int length = i2d_X509(mint->draft.certificate, &der);
    if (length <= 0)
        return sti_fail(err, "no memory for the certificate");
    bool ok = mint_lint(&mint->content, der, (size_t)length, "before it is signed",
                        &mint->draft.lints, err);
    OPENSSL_free(der);
    return ok;
}

bool mint_prepare(struct mint *mint, struct sti_error *err)
{
    struct mint_draft *draft = &mint->draft;
    mint_forget(mint);
    if (!draw_serial(mint->content.serial, err))
        return false;
    draft->certificate = cert_build(&mint->content, err);
    if (draft->certificate != NULL &&
        cert_tbs(draft->certificate, &draft->tbs, &draft->tbs_length, err) && lint_draft(mint, err))
        return true;
    mint_forget(mint);
    return false;
}

void mint_forget(struct mint *mint)
{
    X509_free(mint->draft.certificate);
    OPENSSL_free(mint->draft.tbs);
    mint_lints_free(&mint->draft.lints);
    memset(&mint->draft, 0, sizeof(mint->draft));
}

/* ---- signature and record ---- */

static bool record_both(const struct mint *mint, struct ledger_intent *intent,
                        struct sti_error *err)
{
    return (mint->verdict == NULL ||
            ledger_record_verdict(mint->ledger, mint->verdict, &intent->verdict, err)) &&
           ledger_record_intent(mint->ledger, intent, err);
}

bool mint_intend(const struct mint *mint, const struct minted *minted, struct sti_error *err)
{
    const struct mint_draft *draft = &mint->draft;
    struct ledger_intent intent = {
        .kind = mint->kind,
        .token = mint->token,
        .holder = mint->holder,
        .note = mint->note,
        .profile = mint->content.profile == NULL ? NULL : mint->content.profile->name,
        .waivers = draft->lints.waivers,
        .hsm = mint->hsm,
        .time = clock_now()};
    strcpy(intent.serial, minted->serial);
    char *subject = subject_text(mint->content.subject);
    char *out = mint->out == NULL ? NULL : deliver_path(mint->out);
    intent.subject = subject;
    intent.out = out;
    bool ok = (subject != NULL && (out != NULL || mint->out == NULL)) ||
              sti_fail(err, "no memory for the record");
    ok = ok && cert_digest(draft->tbs, draft->tbs_length, intent.tbs_digest, err) &&
         cert_key_digest(X509_get_X509_PUBKEY(draft->certificate), intent.spki, err) &&
         record_both(mint, &intent, err);
    free(subject);
    free(out);
    return ok;
}

/* What came back, lints and path: nobody else shall be the first to find a fault in it. */
static bool judge_signed(const struct mint *mint, struct minted *minted, struct sti_error *err)
{
    return mint_lint(&mint->content, minted->der, minted->length, "as the HSM has signed it",
                     &minted->lints, err) &&
           (mint->judge == NULL || mint->judge(mint->judge_context, minted->certificate, err));
}

bool mint_accept(const struct mint *mint, struct minted *minted, struct sti_error *err)
{
    const struct mint_draft *draft = &mint->draft;
    if (mint->judge == NULL && mint->octets_suffice)
        return cert_prove(minted->der, minted->length, draft->tbs, draft->tbs_length,
                          mint->issuer_key, err) &&
               judge_signed(mint, minted, err);
    minted->certificate = cert_reread(minted->der, minted->length, draft->tbs, draft->tbs_length,
                                      mint->issuer_key, err);
    return minted->certificate != NULL && judge_signed(mint, minted, err);
}

bool mint_record(const struct mint *mint, const struct minted *minted, struct sti_error *err)
{
    return ledger_record_issued(mint->ledger, minted->serial, minted->der, minted->length,
                                mint->reference_list, mint->reference_list_length, clock_now(),
                                err);
}

/*
 * From the intent on: signature, re-reading, record. A signal ends it before the HSM is asked, or
 * not at all: what the HSM has signed is recorded.
 */
static bool sign_and_record(const struct mint *mint, struct minted *minted, struct sti_error *err)
{
    const struct mint_draft *draft = &mint->draft;
    interrupt_say("nothing was issued, and serial %s is not used again", minted->serial);
    if (!interrupt_check(err))
        return false;
    hsm_failure_forget();
    if (!cert_sign(draft->certificate, mint->signing_key, &minted->der, &minted->length, err))
        return hsm_failure_blame(err);
    if (!mint_accept(mint, minted, err))
        return false;
    interrupt_say("the ledger says whether serial %s was issued: sti-ca show %s", minted->serial,
                  minted->serial);
    return mint_record(mint, minted, err);
}

/* The verdict and the intent, on the disk together. */
static bool intend(const struct mint *mint, const struct minted *minted, struct sti_error *err)
{
    return ledger_group_begin(mint->ledger, err) &&
           ledger_group_end(mint->ledger, mint_intend(mint, minted, err), err);
}

/* Notes why nothing came of an intent. The first error is the one to report. */
void mint_abandon(const struct mint *mint, const char *serial, const struct sti_error *why)
{
    char reason[1024];
    struct sti_error ignored;
    if (why != NULL)
        sti_error_text(why, reason, sizeof(reason));
    /* If this cannot be written either, the intent stays open, and `sti-ca recover` settles it. */
    (void)ledger_record_abandoned(mint->ledger, serial, why == NULL ? "unknown" : reason,
                                  clock_now(), &ignored);
}

bool mint_certificate(struct mint *mint, struct minted *minted, struct sti_error *err)
{
    memset(minted, 0, sizeof(*minted));
    bool ok = mint->draft.certificate != NULL || mint_prepare(mint, err);
    cert_serial_text(mint->content.serial, minted->serial);
    ok = ok && interrupt_check(err) && intend(mint, minted, err);
    if (ok && !sign_and_record(mint, minted, err)) {
        mint_abandon(mint, minted->serial, err);
        ok = false;
    }
    mint_forget(mint);
    if (!ok)
        minted_free(minted);
    return ok;
}

void minted_free(struct minted *minted)
{
    OPENSSL_free(minted->der);
    X509_free(minted->certificate);
    mint_lints_free(&minted->lints);
    memset(minted, 0, sizeof(*minted));
}

bool minted_write(const struct minted *minted, const char *path, struct file_out *out,
                  struct sti_error *err)
{
    interrupt_say("the certificate is issued and in the ledger: sti-ca show %s --out FILE",
                  minted->serial);
    size_t length = 0;
    struct sti_error why;
    char *pem = certificate_pem(minted->der, minted->length, &length);
    bool ok = pem != NULL;
    if (ok) {
        ok = file_out_commit(out, pem, length, &why);
    } else {
        sti_fail(&why, "no memory to write it");
        file_out_abandon(out);
    }
    free(pem);
    if (ok) {
        interrupt_say("certificate %s was already issued and is whole", path);
        return true;
    }
    sti_fail(err, "%s; the certificate is issued and in the ledger: sti-ca show %s --out FILE",
             why.sentence, minted->serial);
    return sti_error_in(err, why.source);
}

bool minted_delivered(const struct minted *minted, const char *path, struct ledger *ledger,
                      struct sti_error *err)
{
    struct sti_error why = {.sentence = "no memory for a path"};
    char *out = deliver_path(path);
    bool ok =
        out != NULL && ledger_record_delivered(ledger, minted->serial, out, clock_now(), &why);
    free(out);
    if (ok)
        return true;
    sti_fail(
        err,
        "%s; certificate %s is issued and %s is whole, but the ledger does not know that it is "
        "there: sti-ca recover",
        why.sentence, minted->serial, path);
    return sti_error_in(err, why.source);
}
