/* SPDX-License-Identifier: Apache-2.0 */
#include "key_certificates.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509.h>

struct search {
    EVP_PKEY *key;
    key_certificate_visit visit;
    void *context;
};

static bool visit(void *context, const struct ledger_record *record, struct sti_error *err)
{
    const struct search *search = context;
    (void)err;
    if (record->certificate == NULL || record->kind >= LEDGER_END_ENTITY)
        return true;
    const unsigned char *at = record->certificate;
    X509 *certificate = d2i_X509(NULL, &at, (long)record->certificate_length);
    EVP_PKEY *key = certificate == NULL ? NULL : X509_get0_pubkey(certificate);
    if (key != NULL && EVP_PKEY_eq(key, search->key) == 1) {
        struct tm tm;
        bool known = ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1;
        search->visit(search->context, record,
                      known ? (int64_t)timegm(&tm) : KEY_CERTIFICATE_END_UNKNOWN);
    }
    X509_free(certificate);
    ERR_clear_error();
    return true;
}

bool key_certificates(struct ledger *ledger, EVP_PKEY *key, key_certificate_visit each,
                      void *context, struct sti_error *err)
{
    struct search search = {key, each, context};
    return ledger_list(ledger, visit, &search, err);
}

const char *key_destroy_word(const struct hsm_key_facts *facts, const char *label, const char *id)
{
    return facts->label != NULL && strcmp(facts->label, label) == 0 ? label : id;
}
