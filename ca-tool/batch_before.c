/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has this very request got its certificate already? It has if one was issued for its token and its
 * key, with its subject, its list and, where the record knows it, its profile. Then a batch that is
 * run again delivers that one and mints none.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "batch.h"

struct search {
    struct batch_item *item;
    bool found;
};

static bool same_list(const struct search *search, X509 *certificate,
                      const struct ledger_record *record)
{
    const struct tnauthlist *wanted = &search->item->request.list;
    struct tnauthlist list = {.der = record->list, .der_length = record->list_length};
    if ((record->list != NULL) != (search->item->base != NULL))
        return false;
    if (record->list == NULL && !cert_list(certificate, &list, NULL))
        return false;
    bool same = wanted->der != NULL && list.der_length == wanted->der_length &&
                memcmp(list.der, wanted->der, list.der_length) == 0;
    tnauthlist_free(&list);
    return same;
}

/* A row of an older format does not know. */
static bool same_profile(const struct batch_item *item, const struct ledger_record *record)
{
    return record->profile == NULL || strcmp(record->profile, item->profile->name) == 0;
}

static bool keep(struct batch_item *item, const struct ledger_record *record, struct sti_error *err)
{
    struct minted *minted = &item->minted;
    minted->der = OPENSSL_memdup(record->certificate, record->certificate_length);
    if (minted->der == NULL)
        return sti_fail(err, "no memory for a certificate of the ledger");
    minted->length = record->certificate_length;
    item->undelivered = record->delivered_at == 0;
    snprintf(minted->serial, sizeof(minted->serial), "%s", record->serial);
    return true;
}

static bool visit(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct search *search = context;
    const unsigned char *at = record->certificate;
    if (at == NULL)
        return true;
    X509 *certificate = d2i_X509(NULL, &at, (long)record->certificate_length);
    search->found = certificate != NULL && same_profile(search->item, record) &&
                    X509_NAME_cmp(X509_get_subject_name(certificate),
                                  search->item->request.csr->subject) == 0 &&
                    same_list(search, certificate, record);
    X509_free(certificate);
    ERR_clear_error();
    return !search->found || keep(search->item, record, err);
}

bool batch_look_before(struct batch_item *item, struct ledger *ledger, struct sti_error *err)
{
    const struct request *request = &item->request;
    struct search search = {.item = item};
    if ((request->checks->given & TOKEN_JTI) == 0)
        return true; /* nobody vouches for the token */
    for (size_t i = 0; !search.found; i++) {
        char serial[LEDGER_SERIAL_TEXT + 1];
        if (!ledger_issued_for(ledger, request->token.jti, request->token.signer, item->spki, i,
                               serial, err))
            return false;
        if (serial[0] == '\0')
            return true;
        if (!ledger_show(ledger, serial, visit, &search, err))
            return false;
    }
    item->outcome = BATCH_DONE_BEFORE;
    item->stage = BATCH_RECORDED;
    return true;
}
