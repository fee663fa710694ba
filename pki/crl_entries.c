/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a CRL that is being made (RFC 5280 sections 5.1.2.6 and 5.3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "crl_internal.h"
#include "words.h"

/* ---- numbers ---- */

static void skip_zeros(const unsigned char **octets, size_t *length)
{
    while (*length > 1 && **octets == 0) {
        (*octets)++;
        (*length)--;
    }
}

struct crl_serial_text crl_serial_text(const unsigned char *serial, size_t length)
{
    struct crl_serial_text words = {"00"};
    skip_zeros(&serial, &length);
    for (size_t i = 0; i < length && i <= CRL_NUMBER_OCTETS; i++)
        snprintf(words.text + 2 * i, 3, "%02X", serial[i]);
    return words;
}

/* ---- each entry by itself ---- */

const X509_NAME *crl_entry_issuer(const struct crl_content *content, const struct crl_entry *entry)
{
    return entry->issuer != NULL ? entry->issuer : X509_get_subject_name(content->signer);
}

static bool check_entry(const struct crl_content *content, const struct crl_entry *entry,
                        struct sti_error *err)
{
    const unsigned char *octets = entry->serial;
    size_t length = entry->serial_length;
    if (length > 0)
        skip_zeros(&octets, &length);
    /* An octet that begins with a one bit gets a zero octet before it in DER. */
    if (length == 0 || length + (octets[0] >> 7) > CRL_NUMBER_OCTETS)
        return sti_refuse(err, "RFC 5280 section 4.1.2.2",
                          "a serial number to be revoked has %zu octets, and a serial number has "
                          "1 to 20",
                          length == 0 ? 0 : length + (octets[0] >> 7));
    const struct crl_serial_text serial = crl_serial_text(octets, length);
    if (entry->date > content->this_update)
        return sti_refuse(err, "RFC 5280 section 5.1.2.6",
                          "serial %s would be revoked at %s, after this CRL's thisUpdate %s; a CRL "
                          "says what has happened",
                          serial.text, time_words(entry->date).text,
                          time_words(content->this_update).text);
    if (crl_reason_word(entry->reason) == NULL)
        return sti_refuse(err, "RFC 5280 section 5.3.1", "serial %s has the reason %d, which %s",
                          serial.text, entry->reason,
                          entry->reason == 8 ? "only a delta CRL may give (removeFromCRL)"
                                             : "is no reason");
    if (!content->indirect && X509_NAME_cmp(crl_entry_issuer(content, entry),
                                            X509_get_subject_name(content->signer)) != 0)
        return sti_refuse(err, "RFC 5280 section 5.2.5",
                          "serial %s is of the issuer \"%s\", and this CRL is of \"%s\"; only an "
                          "indirect CRL lists certificates of others",
                          serial.text, name_words(crl_entry_issuer(content, entry)).text,
                          subject_of(content->signer).text);
    return true;
}

/* ---- all of them in one order ---- */

struct sorted {
    const X509_NAME *issuer;
    const unsigned char *serial; /* without leading zeros */
    size_t length;
    const struct crl_entry *entry;
};

static int compare(const void *a, const void *b)
{
    const struct sorted *one = a;
    const struct sorted *other = b;
    /* Names as look-ups compare them: a certificate must not be listed under two spellings. */
    int order = X509_NAME_cmp(one->issuer, other->issuer);
    if (order != 0)
        return order;
    if (one->length != other->length)
        return one->length < other->length ? -1 : 1;
    return memcmp(one->serial, other->serial, one->length);
}

static bool check_and_sort(const struct crl_content *content, struct sorted *sorted,
                           struct sti_error *err)
{
    for (size_t i = 0; i < content->count; i++) {
        const struct crl_entry *entry = &content->entries[i];
        if (!check_entry(content, entry, err))
            return false;
        sorted[i] = (struct sorted){crl_entry_issuer(content, entry), entry->serial,
                                    entry->serial_length, entry};
        skip_zeros(&sorted[i].serial, &sorted[i].length);
    }
    qsort(sorted, content->count, sizeof(*sorted), compare);
    for (size_t i = 1; i < content->count; i++)
        if (compare(&sorted[i - 1], &sorted[i]) == 0)
            return sti_refuse(err, "RFC 5280 section 5.1.2.6",
                              "serial %s of the issuer \"%s\" would be listed twice",
                              crl_serial_text(sorted[i].serial, sorted[i].length).text,
                              name_words(sorted[i].issuer).text);
    return true;
}

const struct crl_entry **crl_entries_sort(const struct crl_content *content, struct sti_error *err)
{
    if (content->count == 0)
        return NULL;
    struct sorted *sorted = calloc(content->count, sizeof(*sorted));
    const struct crl_entry **entries = calloc(content->count, sizeof(const struct crl_entry *));
    bool ok = (sorted != NULL && entries != NULL) || sti_fail(err, "no memory for a CRL");
    ok = ok && check_and_sort(content, sorted, err);
    for (size_t i = 0; ok && i < content->count; i++)
        entries[i] = sorted[i].entry;
    free(sorted);
    if (ok)
        return entries;
    free((void *)entries);
    return NULL;
}

/* ---- into the CRL ---- */

ASN1_INTEGER *crl_integer(const unsigned char *octets, size_t length)
{
    BIGNUM *number = BN_bin2bn(octets, (int)length, NULL);
    ASN1_INTEGER *integer = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    BN_free(number);
    return integer;
}

/* Critical: who overlooks it would take the entry for one of the CRL's issuer (section 5.3.3). */
static bool add_certificate_issuer(X509_REVOKED *revoked, const X509_NAME *issuer)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    X509_NAME *copy = X509_NAME_dup(issuer);
    bool ok = names != NULL && name != NULL && copy != NULL;
    if (ok)
        GENERAL_NAME_set0_value(name, GEN_DIRNAME, copy);
    else
        X509_NAME_free(copy);
    if (ok && sk_GENERAL_NAME_push(names, name) > 0) {
        name = NULL;
        ok = X509_REVOKED_add1_ext_i2d(revoked, NID_certificate_issuer, names, 1,
                                       X509V3_ADD_APPEND) == 1;
    } else {
        ok = false;
    }
    GENERAL_NAME_free(name);
    GENERAL_NAMES_free(names);
    return ok;
}

/* Never with "unspecified", which is left out instead (section 5.3.1). */
static bool add_reason(X509_REVOKED *revoked, int reason)
{
    if (reason <= 0)
        return true;
    ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
    bool ok = code != NULL && ASN1_ENUMERATED_set(code, reason) == 1 &&
              X509_REVOKED_add1_ext_i2d(revoked, NID_crl_reason, code, 0, X509V3_ADD_APPEND) == 1;
    ASN1_ENUMERATED_free(code);
    return ok;
}

static bool add_entry(X509_CRL *crl, const struct crl_content *content,
                      const struct crl_entry *entry)
{
    X509_REVOKED *revoked = X509_REVOKED_new();
    ASN1_INTEGER *serial = crl_integer(entry->serial, entry->serial_length);
    ASN1_TIME *date = ASN1_TIME_set(NULL, entry->date);
    bool ok = revoked != NULL && serial != NULL && date != NULL &&
              X509_REVOKED_set_serialNumber(revoked, serial) == 1 &&
              X509_REVOKED_set_revocationDate(revoked, date) == 1 &&
              add_reason(revoked, entry->reason);
    /*
     * In every entry, not only where the issuer changes: a reader that sorts the entries before it
     * resolves what is inherited would be wrong about the others, and deployed CRLs have it so.
     */
    ok = ok &&
         (!content->indirect || add_certificate_issuer(revoked, crl_entry_issuer(content, entry)));
    ok = ok && X509_CRL_add0_revoked(crl, revoked) == 1;
    if (!ok)
        X509_REVOKED_free(revoked);
    ASN1_TIME_free(date);
    ASN1_INTEGER_free(serial);
    return ok;
}

bool crl_entries_add(X509_CRL *crl, const struct crl_content *content,
                     const struct crl_entry *const *sorted)
{
    for (size_t i = 0; i < content->count; i++)
        if (!add_entry(crl, content, sorted[i]))
            return false;
    return true;
}
