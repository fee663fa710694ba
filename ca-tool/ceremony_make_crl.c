/* SPDX-License-Identifier: Apache-2.0 */
/* The CRL of a ceremony in its plan: the very octets, and what is revoked with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony_crl.h"
#include "ceremony_make.h"
#include "ceremony_time.h"
#include "planned.h"

/* Room for the rest of the sentence; a serial with its reason and date has less than 100 octets. */
#define LIST_ROOM (PLAN_MAX_TEXT - 200)

/* Notes the digest of a file that is named; NULL: none is. */
static bool note(struct making *making, const char *name, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (name == NULL)
        return true;
    bool ok = making_input(making, name, &octets, &length, err);
    free(octets);
    return ok;
}

/* Every file that the CRL is made of is an input of the plan. */
static bool note_inputs(struct making *making, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    bool ok = note(making, file->issuer, err) && note(making, file->previous_crl, err);
    for (size_t i = 0; ok && i < file->reports.count; i++)
        ok = note(making, file->reports.items[i].value, err);
    for (size_t i = 0; ok && i < file->revocations.count; i++) {
        struct ceremony_revocation line;
        ok = ceremony_revocation_read(&file->revocations.items[i], &line, err) &&
             (line.is_serial || note(making, line.name, err));
    }
    return ok;
}

/* ---- the sentence ---- */

/* Which, why and since when, as many as have room; the ceremony file has them all. */
static void list_revocations(const struct ceremony_crl *crl, char text[LIST_ROOM])
{
    size_t used = 0;
    size_t i = 0;
    *text = '\0';
    for (; i < crl->targets.count && used + 140 < LIST_ROOM; i++) {
        const struct ledger_revocation *one = &crl->revocations[i];
        char date[CEREMONY_TIME_TEXT];
        ceremony_time_write(one->date, date);
        used += (size_t)snprintf(text + used, LIST_ROOM - used, "%s %s (%s, since %s)",
                                 i == 0 ? " Revoked for ever:" : ",", one->serial,
                                 crl_reason_word(one->reason), date);
    }
    if (i < crl->targets.count)
        snprintf(text + used, LIST_ROOM - used, ", and %zu more, by the ceremony file",
                 crl->targets.count - i);
    else if (i > 0)
        snprintf(text + used, LIST_ROOM - used, ".");
}

static struct plan_step *add_step(struct making *making, const struct ceremony_crl *crl,
                                  struct sti_error *err)
{
    char list[LIST_ROOM];
    char from[CEREMONY_TIME_TEXT];
    char to[CEREMONY_TIME_TEXT];
    ceremony_time_write(making->file->valid_from, from);
    ceremony_time_write(making->file->next_update, to);
    list_revocations(crl, list);
    return making_step(
        making, PLAN_SIGN, "operator", err,
        "%s %s CRL %s of %.80s, from %s to %s, with %zu entries, %zu of them new "
        "and %zu gone.%s",
        crl->targets.count == 0 ? "Sign the" : "Record what is revoked, and sign the",
        making->file->key == CEREMONY_KEY_CRL ? "indirect" : "plain", crl->draft.number_text,
        crl->issuer, from, to, crl->draft.entries, crl->draft.fresh, crl->draft.gone, list);
}

/* ---- the step ---- */

static bool fill_step(struct plan_step *step, const struct ceremony_crl *crl, const char *out,
                      struct sti_error *err)
{
    step->what = strdup("crl");
    step->profile = strdup("");
    step->request = strdup("");
    step->out = strdup(out);
    step->tbs.octets = malloc(crl->draft.tbs_length);
    if (step->what == NULL || step->profile == NULL || step->request == NULL || step->out == NULL ||
        step->tbs.octets == NULL)
        return sti_fail(err, "no memory for the plan");
    memcpy(step->tbs.octets, crl->draft.tbs, crl->draft.tbs_length);
    step->tbs.length = crl->draft.tbs_length;
    return true;
}

static bool plan_crl(struct making *making, struct ledger *ledger, EVP_PKEY **key,
                     struct sti_error *err)
{
    const struct ceremony_crl_order order = {
        .config = making->config,
        .file = making->file,
        .folder = making->folder,
        .ledger = ledger,
        .made = making->now,
    };
    struct ceremony_crl crl;
    bool ok = ceremony_crl_make(&crl, &order, err);
    if (ok) {
        *key = X509_get0_pubkey(crl.signer);
        EVP_PKEY_up_ref(*key);
        struct plan_step *step = add_step(making, &crl, err);
        ok = step != NULL && making_step_key(making, step, *key, err) &&
             fill_step(step, &crl, making->file->out, err);
    }
    ceremony_crl_free(&crl);
    return ok;
}

bool making_crl(struct making *making, EVP_PKEY **key, struct sti_error *err)
{
    if (!note_inputs(making, err))
        return false;
    struct ledger *ledger = making_ledger(making, err);
    bool ok = ledger != NULL && plan_crl(making, ledger, key, err);
    ledger_close(ledger);
    return ok;
}
