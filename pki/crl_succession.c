/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_succession.h"

#include <stdlib.h>

#include "crl.h"
#include "words.h"

/* A serial or a CRL's number in a sentence; cut if it is longer than any may be. */
struct number_words {
    char text[48];
};

static struct number_words number_words(const ASN1_INTEGER *number)
{
    struct number_words words = {"?"};
    char *text = crl_number_text(number);
    if (text != NULL)
        snprintf(words.text, sizeof(words.text), "%s", text);
    free(text);
    return words;
}

static bool check_crls(const struct crl_listing *before, const struct crl_listing *next,
                       struct sti_error *err)
{
    if (X509_NAME_cmp(X509_CRL_get_issuer(before->crl), X509_CRL_get_issuer(next->crl)) != 0)
        return sti_refuse(err, "RFC 5280 section 5.2.3",
                          "the CRL before is of the issuer \"%s\", and the next one of \"%s\"",
                          crl_issuer(before->crl).text, crl_issuer(next->crl).text);
    if (ASN1_INTEGER_cmp(before->number, next->number) >= 0)
        return sti_refuse(err, "RFC 5280 section 5.2.3",
                          "the number %s does not rise above that of the CRL before, %s",
                          number_words(next->number).text, number_words(before->number).text);
    return next->this_update >= before->this_update ||
           sti_refuse(err, "RFC 5280 section 5.2.3",
                      "the thisUpdate %s is earlier than that of the CRL before, %s, although the "
                      "number is higher",
                      time_words(next->this_update).text, time_words(before->this_update).text);
}

static const struct crl_gone *find_gone(const struct crl_gone *gone, size_t count,
                                        const struct crl_listed *entry)
{
    for (size_t i = 0; i < count; i++)
        if (ASN1_INTEGER_cmp(gone[i].serial, entry->serial) == 0 &&
            X509_NAME_cmp(gone[i].issuer, entry->issuer) == 0)
            return &gone[i];
    return NULL;
}

static bool may_go(const struct crl_listing *before, const struct crl_listed *entry,
                   const struct crl_gone *gone, struct sti_error *err)
{
    const struct number_words serial = number_words(entry->serial);
    if (gone == NULL)
        return sti_refuse(err, "RFC 5280 section 3.3",
                          "serial %s of \"%s\" was listed in the CRL before and would be missing "
                          "without a reason",
                          serial.text, name_words(entry->issuer).text);
    if (gone->released)
        return entry->reason == CRL_CERTIFICATE_HOLD ||
               sti_refuse(err, "RFC 5280 section 5.3.1",
                          "serial %s of \"%s\" cannot be released: it was not on hold, but revoked "
                          "for good",
                          serial.text, name_words(entry->issuer).text);
    return before->this_update > gone->not_after ||
           sti_refuse(err, "RFC 5280 section 3.3",
                      "serial %s of \"%s\" must be listed once more: it expires at %s, and no CRL "
                      "issued after that has listed it",
                      serial.text, name_words(entry->issuer).text,
                      time_words(gone->not_after).text);
}

static bool is_same(const struct crl_listed *before, const struct crl_listed *next,
                    struct sti_error *err)
{
    const struct number_words serial = number_words(before->serial);
    if (before->reason == CRL_CERTIFICATE_HOLD && next->reason != CRL_CERTIFICATE_HOLD)
        return true; /* a hold that has become final, at its own date */
    if (before->date != next->date)
        return sti_refuse(err, "RFC 5280 section 5.1.2.6",
                          "serial %s of \"%s\" was revoked at %s by the CRL before, and would be "
                          "at %s by the next",
                          serial.text, name_words(before->issuer).text,
                          time_words(before->date).text, time_words(next->date).text);
    return before->reason == next->reason ||
           sti_refuse(err, "RFC 5280 section 5.3.1",
                      "serial %s of \"%s\" was revoked for %s by the CRL before, and would be for "
                      "%s by the next",
                      serial.text, name_words(before->issuer).text, crl_reason_word(before->reason),
                      crl_reason_word(next->reason));
}

bool crl_succeeds(const struct crl_listing *before, const struct crl_listing *next,
                  const struct crl_gone *gone, size_t gone_count, struct sti_error *err)
{
    if (!check_crls(before, next, err))
        return false;
    for (size_t i = 0; i < before->count; i++) {
        const struct crl_listed *entry = &before->entries[i];
        const struct crl_listed *now = crl_listing_find(next, entry->issuer, entry->serial);
        if (now == NULL ? !may_go(before, entry, find_gone(gone, gone_count, entry), err)
                        : !is_same(entry, now, err))
            return false;
    }
    return true;
}
