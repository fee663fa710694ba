/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of one certificate of a batch: those of every certificate (mint.h). */
#include <string.h>

#include "batch_sign.h"
#include "clock.h"
#include "interrupt.h"

bool batch_signing_open(struct batch_signing *signing, struct sti_error *err)
{
    const struct batch *batch = signing->batch;
    const struct config *config = batch->config;
    pthread_mutex_init(&signing->issuer.lock, NULL); /* never fails on Linux */
    if (!signer_open(&signing->signer, config->intermediate.key, config->directory, err) ||
        !signer_fits(&signing->signer, batch->rules.issuer.certificate,
                     config->intermediate.certificate, err))
        return false;
    signer_token(&signing->signer, signing->token);
    struct hsm_uri *uri = hsm_uri_parse(config->intermediate.key, config->directory, err);
    bool ok = uri != NULL;
    for (size_t i = 0; ok && i < batch->jobs; i++) {
        signing->signers[i] = hsm_signer_open(signing->signer.hsm, uri, err);
        ok = signing->signers[i] != NULL;
    }
    hsm_uri_free(uri);
    return ok;
}

void batch_signing_close(struct batch_signing *signing)
{
    for (size_t i = 0; i < PARALLEL_MAX; i++)
        hsm_signer_close(signing->signers[i]);
    signer_close(&signing->signer);
    pthread_mutex_destroy(&signing->issuer.lock);
}

static struct mint mint_of(const struct batch_signing *signing, struct batch_item *item)
{
    item->minting = (struct request_mint){.request = &item->request, .list_url = item->list_url};
    struct mint mint = request_mint(&item->minting, clock_now());
    mint.ledger = signing->batch->ledger;
    mint.issuer_key = signing->signer.public;
    mint.verdict = &item->verdict.entry;
    mint.hsm = signing->token;
    mint.out = item->path;
    mint.octets_suffice = true;
    if (!item->path_asked)
        mint.judge = NULL;
    return mint;
}

/* The environment failed at this one, and would fail at the next. */
static void fail(struct batch_signing *signing, struct batch_item *item)
{
    item->outcome = BATCH_FAILED;
    atomic_store(&signing->stop, true);
}

/* A person may take longer over the review than a token is valid. */
static bool token_is_valid(const struct batch_item *item, struct sti_error *err)
{
    if (item->request.claim->exp > clock_now() - (int64_t)item->request.rules->trust.skew)
        return true;
    sti_refuse(err, "RFC 7519 section 4.1.4",
               "the token has expired since the review; ask the STI-PA for a new one");
    sti_error_part(err, "claim exp");
    return sti_error_in(err, item->request.parts.token.name);
}

/*
 * ... or than what is above the issuer, or the CRL that speaks of it, is valid. Its path is
 * validated for the second in which the certificate begins, once for all that begin in it.
 */
static bool issuer_is_valid(struct batch_signing *signing, time_t at, struct sti_error *err)
{
    const struct request_rules *rules = &signing->batch->rules;
    const struct path_policy policy = request_path_policy(rules);
    struct batch_issuer *issuer = &signing->issuer;
    pthread_mutex_lock(&issuer->lock);
    if (issuer->at != at) {
        issuer->at = at;
        issuer->valid = issuer_path(&rules->issuer, NULL, NULL, &policy, at, &issuer->why) ||
                        sti_error_in(&issuer->why, rules->issuer.name);
    }
    bool valid = issuer->valid;
    if (!valid)
        *err = issuer->why;
    pthread_mutex_unlock(&issuer->lock);
    return valid;
}

static const char *draft(struct batch_signing *signing, struct batch_item *item)
{
    struct sti_error *why = &item->reason;
    item->mint = mint_of(signing, item);
    if (!issuer_is_valid(signing, item->mint.content.not_before, why))
        return "issuer-valid";
    bool ok = token_is_valid(item, why) &&
              request_verdict_of(&item->request, NULL, NULL, &item->verdict, why) &&
              mint_prepare(&item->mint, why);
    return ok ? NULL : "certificate";
}

void batch_draft(struct batch_signing *signing, struct batch_item *item)
{
    const char *check = draft(signing, item);
    if (check == NULL) {
        cert_serial_text(item->mint.content.serial, item->minted.serial);
        item->stage = BATCH_DRAFTED;
    } else if (item->reason.code == STI_REFUSED) {
        item->outcome = BATCH_REFUSED;
        item->check = check;
    } else {
        fail(signing, item);
    }
}

static bool ask_hsm(struct hsm_signer *signer, struct batch_item *item, struct sti_error *err)
{
    const struct mint_draft *draft = &item->mint.draft;
    unsigned char digest[CERT_DIGEST_OCTETS];
    struct hsm_signature signature;
    return cert_digest(draft->tbs, draft->tbs_length, digest, err) &&
           hsm_signer_sign_unverified(signer, digest, sizeof(digest), &signature, err) &&
           cert_assemble(draft->tbs, draft->tbs_length, signature.der, signature.length,
                         &item->minted.der, &item->minted.length, err);
}

void batch_sign_item(struct batch_signing *signing, size_t worker, struct batch_item *item)
{
    bool ok = ask_hsm(signing->signers[worker], item, &item->reason) &&
              mint_accept(&item->mint, &item->minted, &item->reason);
    X509_free(item->minted.certificate);
    item->minted.certificate = NULL;
    mint_lints_free(&item->minted.lints); /* they passed, and what was waived is in the draft's */
    if (ok) {
        item->stage = BATCH_SIGNED;
        atomic_fetch_add(&signing->made, 1);
    } else {
        fail(signing, item);
    }
}

static bool record_issued(struct batch_item *const *items, size_t count, struct sti_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (items[i]->stage == BATCH_SIGNED &&
            !mint_record(&items[i]->mint, &items[i]->minted, err))
            return false;
    return true;
}

static bool record_intents(struct batch_item *const *items, size_t count, struct sti_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (items[i]->stage == BATCH_DRAFTED &&
            !mint_intend(&items[i]->mint, &items[i]->minted, err))
            return false;
    return true;
}

static void advance(struct batch_item *const *items, size_t count, enum batch_stage from,
                    enum batch_stage to)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i]->stage != from)
            continue;
        items[i]->stage = to;
        if (to == BATCH_RECORDED)
            mint_forget(&items[i]->mint); /* of thousands, those on their way will do */
    }
}

bool batch_commit(struct batch_signing *signing, const struct batch_part *written,
                  const struct batch_part *made, const struct batch_part *drafted,
                  struct sti_error *err)
{
    struct ledger *ledger = signing->batch->ledger;
    if (written->count + made->count + drafted->count == 0)
        return true;
    if (!ledger_group_begin(ledger, err))
        return false;
    bool ok = batch_record_delivered(signing->batch, written->items, written->count, err) &&
              record_issued(made->items, made->count, err) &&
              record_intents(drafted->items, drafted->count, err);
    if (!ledger_group_end(ledger, ok, err))
        return false;
    advance(written->items, written->count, BATCH_WRITTEN, BATCH_DELIVERED);
    advance(made->items, made->count, BATCH_SIGNED, BATCH_RECORDED);
    advance(drafted->items, drafted->count, BATCH_DRAFTED, BATCH_INTENDED);
    return true;
}

bool batch_settle(struct batch_signing *signing, const struct sti_error *why, struct sti_error *err)
{
    struct ledger *ledger = signing->batch->ledger;
    const struct batch_part all = {signing->items, signing->count};
    const struct batch_part none = {NULL, 0};
    if (!batch_commit(signing, &none, &all, &none, err))
        return false;
    if (!ledger_group_begin(ledger, err))
        return false;
    for (size_t i = 0; i < signing->count; i++) {
        struct batch_item *item = signing->items[i];
        if (item->stage == BATCH_INTENDED)
            mint_abandon(&item->mint, item->minted.serial,
                         item->outcome == BATCH_FAILED ? &item->reason : why);
    }
    return ledger_group_end(ledger, true, err);
}
