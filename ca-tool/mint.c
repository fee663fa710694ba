/* SPDX-License-Identifier: Apache-2.0 */
#include "mint.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "clock.h"
#include "hsm.h"
#include "interrupt.h"
#include "pem.h"
#include "subject.h"

/* The to-be-signed octets, kept to be compared with what comes back from the HSM. */
struct tbs {
    unsigned char *octets;
    size_t length;
};

static bool draw_serial(unsigned char serial[CERT_SERIAL_OCTETS], struct sti_error *err)
{
    if (RAND_bytes(serial, CERT_SERIAL_OCTETS) == 1)
        return true;
    return sti_fail(err, "no random octets for the serial number");
}

static bool record_intent(const struct mint *mint, X509 *certificate, const struct tbs *tbs,
                          const char *serial, struct sti_error *err)
{
    struct ledger_intent intent = {.kind = mint->kind,
                                   .token = mint->token,
                                   .holder = mint->holder,
                                   .note = mint->note,
                                   .time = clock_now()};
    strcpy(intent.serial, serial);
    char *subject = subject_text(mint->content.subject);
    intent.subject = subject;
    bool ok = subject != NULL || sti_fail(err, "no memory for the subject");
    ok = ok && cert_digest(tbs->octets, tbs->length, intent.tbs_digest, err) &&
         cert_key_digest(X509_get_X509_PUBKEY(certificate), intent.spki, err) &&
         ledger_record_intent(mint->ledger, &intent, err);
    free(subject);
    return ok;
}

/*
 * From the intent on: signature, re-reading, record. A signal ends it before the HSM is asked, or
 * not at all: what the HSM has signed is recorded.
 */
static bool sign_and_record(const struct mint *mint, X509 *certificate, const struct tbs *tbs,
                            struct minted *minted, struct sti_error *err)
{
    interrupt_say("nothing was issued, and serial %s is not used again", minted->serial);
    if (!interrupt_check(err))
        return false;
    hsm_failure_forget();
    if (!cert_sign(certificate, mint->signing_key, &minted->der, &minted->length, err))
        return hsm_failure_blame(err);
    minted->certificate =
        cert_reread(minted->der, minted->length, tbs->octets, tbs->length, mint->issuer_key, err);
    if (minted->certificate == NULL)
        return false; /* what judges the signed certificate goes behind this */
    interrupt_say("the ledger says whether serial %s was issued: sti-ca show %s", minted->serial,
                  minted->serial);
    return ledger_record_issued(mint->ledger, minted->serial, minted->der, minted->length,
                                mint->reference_list, mint->reference_list_length, clock_now(),
                                err);
}

/* Notes why nothing came of an intent. The first error is the one to report. */
static void abandon(const struct mint *mint, const char *serial, const struct sti_error *why)
{
    char reason[1024];
    struct sti_error ignored;
    if (why != NULL)
        sti_error_text(why, reason, sizeof(reason));
    /* If this cannot be written either, the next run that opens the ledger does it. */
    (void)ledger_record_abandoned(mint->ledger, serial, why == NULL ? "unknown" : reason,
                                  clock_now(), &ignored);
}

bool mint_certificate(struct mint *mint, struct minted *minted, struct sti_error *err)
{
    struct tbs tbs = {0};
    memset(minted, 0, sizeof(*minted));
    if (!draw_serial(mint->content.serial, err))
        return false;
    cert_serial_text(mint->content.serial, minted->serial);
    X509 *certificate = cert_build(&mint->content, err);
    /* With its throw-away signature the certificate is complete: what judges it goes between. */
    bool ok = certificate != NULL && cert_tbs(certificate, &tbs.octets, &tbs.length, err) &&
              interrupt_check(err) && record_intent(mint, certificate, &tbs, minted->serial, err);
    if (ok && !sign_and_record(mint, certificate, &tbs, minted, err)) {
        abandon(mint, minted->serial, err);
        ok = false;
    }
    OPENSSL_free(tbs.octets);
    X509_free(certificate);
    if (!ok)
        minted_free(minted);
    return ok;
}

void minted_free(struct minted *minted)
{
    OPENSSL_free(minted->der);
    X509_free(minted->certificate);
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
