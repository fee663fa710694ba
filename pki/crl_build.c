/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_build.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crl_internal.h"
#include "openssl_error.h"
#include "words.h"

static bool check_times(const struct crl_content *content, struct sti_error *err)
{
    if (content->next_update <= content->this_update)
        return sti_refuse(err, "RFC 5280 section 5.1.2.5",
                          "the CRL's nextUpdate %s does not come after its thisUpdate %s",
                          time_words(content->next_update).text,
                          time_words(content->this_update).text);
    /* -1, 0 or 1; -2 for a date that cannot be read. */
    int begin = ASN1_TIME_cmp_time_t(X509_get0_notBefore(content->signer), content->this_update);
    int end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(content->signer), content->this_update);
    if ((begin != -1 && begin != 0) || (end != 0 && end != 1))
        return sti_refuse(err, "RFC 5280 section 6.1.3",
                          "the certificate of the CRL's signer \"%s\" is not valid at %s; renew it "
                          "first",
                          subject_of(content->signer).text, time_words(content->this_update).text);
    end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(content->signer), content->next_update);
    return end == 0 || end == 1 ||
           sti_refuse(err, "RFC 5280 section 6.1.3",
                      "the certificate of the CRL's signer \"%s\" ends before the CRL's nextUpdate "
                      "%s; choose an earlier one or renew the certificate",
                      subject_of(content->signer).text, time_words(content->next_update).text);
}

static bool check_number(const struct crl_content *content, struct sti_error *err)
{
    const unsigned char *octets = content->number;
    size_t length = content->number_length;
    for (; length > 1 && octets[0] == 0; length--)
        octets++;
    size_t encoded = length == 0 ? 0 : length + (octets[0] >> 7);
    return (encoded > 0 && encoded <= CRL_NUMBER_OCTETS) ||
           sti_refuse(err, "RFC 5280 section 5.2.3",
                      "the CRL's number has %zu octets, and it may have 1 to 20", encoded);
}

static bool check_signer(const struct crl_content *content, struct sti_error *err)
{
    X509_NAME *name = (X509_NAME *)X509_get_subject_name(content->signer);
    if (X509_NAME_entry_count(name) == 0)
        return sti_refuse(err, "RFC 5280 section 5.1.2.3",
                          "the certificate of the CRL's signer has an empty subject, and a CRL "
                          "names its issuer");
    /* All bits are set when there is no keyUsage. */
    return (X509_get_key_usage(content->signer) & KU_CRL_SIGN) != 0 ||
           sti_refuse(err, "RFC 5280 section 6.3.3",
                      "the keyUsage of \"%s\" has no cRLSign, so nobody would believe a CRL that "
                      "it signs",
                      subject_of(content->signer).text);
}

static bool set_fields(X509_CRL *crl, const struct crl_content *content)
{
    ASN1_TIME *this_update = ASN1_TIME_set(NULL, content->this_update);
    ASN1_TIME *next_update = ASN1_TIME_set(NULL, content->next_update);
    bool ok = this_update != NULL && next_update != NULL &&
              X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(crl, X509_get_subject_name(content->signer)) == 1 &&
              X509_CRL_set1_lastUpdate(crl, this_update) == 1 &&
              X509_CRL_set1_nextUpdate(crl, next_update) == 1;
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    return ok;
}

X509_CRL *crl_build(const struct crl_content *content, struct sti_error *err)
{
    if (!check_signer(content, err) || !check_number(content, err) || !check_times(content, err))
        return NULL;
    const struct crl_entry **sorted = crl_entries_sort(content, err);
    if (sorted == NULL && content->count > 0)
        return NULL;
    X509_CRL *crl = X509_CRL_new();
    bool ok = crl != NULL && set_fields(crl, content) && crl_extensions_add(crl, content) &&
              crl_entries_add(crl, content, sorted);
    free((void *)sorted);
    if (ok)
        return crl;
    sti_fail(err, "the CRL could not be built: %s", openssl_reason());
    X509_CRL_free(crl);
    return NULL;
}
