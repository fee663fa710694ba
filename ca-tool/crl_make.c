/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_make.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "hsm.h"
#include "interrupt.h"

/* ---- what is to be listed ---- */

/* Room for everything that may be listed, and for everything that may go. */
struct gathering {
    const struct crl_order *order;
    struct crl_entry *entries;
    size_t count;
    struct crl_gone *gone;
    size_t gone_count;
    bool *seen; /* beside the entries of the CRL before: is among what is revoked */
};

static struct crl_entry entry_of(const X509_NAME *issuer, const ASN1_INTEGER *serial, int64_t date,
                                 int reason)
{
    return (struct crl_entry){
        .issuer = issuer,
        .serial = ASN1_STRING_get0_data(serial),
        .serial_length = (size_t)ASN1_STRING_length(serial),
        .date = (time_t)date,
        .reason = reason,
    };
}

static void gather_revoked(struct gathering *in, const struct revocation *one, size_t *fresh)
{
    const struct crl_listing *before = in->order->before;
    const struct crl_listed *listed =
        before == NULL ? NULL : crl_listing_find(before, one->issuer, one->serial);
    if (listed != NULL)
        in->seen[listed - before->entries] = true;
    else
        (*fresh)++;
    if (listed != NULL && one->not_after != 0 && before->this_update > one->not_after)
        in->gone[in->gone_count++] = (struct crl_gone){
            .issuer = one->issuer, .serial = one->serial, .not_after = (time_t)one->not_after};
    else
        in->entries[in->count++] = entry_of(one->issuer, one->serial, one->date, one->reason);
}

/* Reports need not repeat what was reported: what was listed stays. */
static void gather_before(struct gathering *in)
{
    const struct crl_listing *before = in->order->before;
    for (size_t i = 0; before != NULL && i < before->count; i++) {
        const struct crl_listed *one = &before->entries[i];
        if (!in->seen[i])
            in->entries[in->count++] =
                entry_of(one->issuer, one->serial, (int64_t)one->date, one->reason);
    }
}

static bool gather(struct gathering *in, struct crl_draft *draft, struct sti_error *err)
{
    const struct revocations *revoked = in->order->revoked;
    size_t before = in->order->before == NULL ? 0 : in->order->before->count;
    in->entries = calloc(revoked->count + before + 1, sizeof(*in->entries));
    in->gone = calloc(revoked->count + 1, sizeof(*in->gone));
    in->seen = calloc(before + 1, sizeof(*in->seen));
    if (in->entries == NULL || in->gone == NULL || in->seen == NULL)
        return sti_fail(err, "no memory for the entries of the CRL");
    for (size_t i = 0; i < revoked->count; i++)
        gather_revoked(in, &revoked->items[i], &draft->fresh);
    gather_before(in);
    draft->entries = in->count;
    draft->gone = in->gone_count;
    return true;
}

/* ---- the draft ---- */

/* One more than the number of the CRL before. */
static bool choose_number(struct crl_draft *draft, const struct crl_listing *before,
                          struct sti_error *err)
{
    BIGNUM *number = before == NULL ? BN_new() : ASN1_INTEGER_to_BN(before->number, NULL);
    bool ok = number != NULL && BN_add_word(number, 1) == 1;
    int length = ok ? BN_num_bytes(number) : 0;
    ASN1_INTEGER *integer = ok ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    draft->number_text = integer == NULL ? NULL : crl_number_text(integer);
    ok = draft->number_text != NULL || sti_fail(err, "no memory for the CRL's number");
    if (ok && (length > CRL_NUMBER_OCTETS || BN_is_negative(number)))
        ok = sti_refuse(err, "RFC 5280 section 5.2.3",
                        "the number of the CRL before leaves no higher one of 20 octets");
    if (ok)
        draft->number_length = (size_t)BN_bn2bin(number, draft->number);
    ASN1_INTEGER_free(integer);
    BN_free(number);
    return ok;
}

/* The draft beside the CRL before: read from its octets, as everyone will read it. */
static bool compare(const struct crl_draft *draft, const struct gathering *in,
                    struct sti_error *err)
{
    unsigned char *der = NULL;
    struct crl_listing next = {0};
    if (in->order->before == NULL)
        return true;
    int length = i2d_X509_CRL(draft->crl, &der);
    bool ok = length > 0 ? crl_listing_read(&next, der, (size_t)length, err)
                         : sti_fail(err, "the CRL could not be encoded");
    ok = ok && crl_succeeds(in->order->before, &next, in->gone, in->gone_count, err);
    crl_listing_free(&next);
    OPENSSL_free(der);
    return ok;
}

bool crl_draft_make(struct crl_draft *draft, const struct crl_order *order, struct sti_error *err)
{
    struct gathering in = {.order = order};
    *draft = (struct crl_draft){0};
    bool ok = choose_number(draft, order->before, err) && gather(&in, draft, err);
    const struct crl_content content = {
        .signer = order->signer,
        .number = draft->number,
        .number_length = draft->number_length,
        .this_update = (time_t)order->this_update,
        .next_update = (time_t)order->next_update,
        .url = order->url,
        .indirect = order->indirect,
        .aia = order->aia,
        .entries = in.entries,
        .count = in.count,
    };
    draft->crl = ok ? crl_build(&content, err) : NULL;
    ok = draft->crl != NULL && crl_tbs(draft->crl, &draft->tbs, &draft->tbs_length, err) &&
         compare(draft, &in, err);
    free(in.entries);
    free(in.gone);
    free(in.seen);
    return ok;
}

void crl_draft_free(struct crl_draft *draft)
{
    X509_CRL_free(draft->crl);
    OPENSSL_free(draft->tbs);
    free(draft->number_text);
    *draft = (struct crl_draft){0};
}

/* ---- signature and record ---- */

bool crl_draft_sign(const struct crl_draft *draft, const struct crl_order *order, EVP_PKEY *key,
                    EVP_PKEY *public, unsigned char **der, size_t *length, struct sti_error *err)
{
    *der = NULL;
    if (!interrupt_check(err))
        return false;
    hsm_failure_forget();
    if (!crl_sign(draft->crl, key, der, length, err))
        return hsm_failure_blame(err);
    X509_CRL *again = crl_reread(*der, *length, draft->tbs, draft->tbs_length, public, err);
    bool ok = again != NULL;
    X509_CRL_free(again);
    if (ok) {
        const struct ledger_crl record = {
            .scope = order->scope,
            .number = draft->number,
            .number_length = draft->number_length,
            .der = *der,
            .der_length = *length,
            .this_update = order->this_update,
            .next_update = order->next_update,
        };
        interrupt_say("whether CRL %s is in the ledger is not known; to get the last one that is: "
                      "sti-ca crl --again",
                      draft->number_text);
        ok = ledger_record_crl(order->ledger, &record, clock_now(), err);
    }
    if (ok)
        return true;
    OPENSSL_free(*der);
    *der = NULL;
    return false;
}
