/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the entries of a CRL. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crl_succession.h"

static bool read_time(const ASN1_TIME *time, time_t *seconds)
{
    struct tm tm;
    if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
        return false;
    *seconds = timegm(&tm);
    return true;
}

/* ---- one entry ---- */

/* -1 with *found NULL: there is none, which is well. */
static bool is_absent(const void *found, int state)
{
    return found == NULL && state == -1;
}

/* The directoryName of a certificateIssuer (RFC 5280 section 5.3.3). */
static const X509_NAME *directory_name(const GENERAL_NAMES *names)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DIRNAME)
            return name->d.directoryName;
    }
    return NULL;
}

/* `issuer` is what the entry inherits, and then what the next one does. */
static bool read_issuer(const X509_REVOKED *revoked, struct crl_listed *entry,
                        const X509_NAME **issuer)
{
    int state = 0;
    entry->names = X509_REVOKED_get_ext_d2i(revoked, NID_certificate_issuer, &state, NULL);
    if (entry->names != NULL)
        *issuer = directory_name(entry->names);
    entry->issuer = *issuer;
    return (entry->names != NULL || is_absent(entry->names, state)) && *issuer != NULL;
}

static bool read_reason(const X509_REVOKED *revoked, int *reason)
{
    int state = 0;
    ASN1_ENUMERATED *code = X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, &state, NULL);
    long number = code == NULL ? CRL_NO_REASON : ASN1_ENUMERATED_get(code);
    bool ok = (code != NULL || is_absent(code, state)) && number >= CRL_NO_REASON &&
              number <= INT_MAX && crl_reason_word((int)number) != NULL;
    ASN1_ENUMERATED_free(code);
    *reason = ok && number > 0 ? (int)number : CRL_NO_REASON;
    return ok;
}

/* In the order of the CRL, which must not have been searched yet: libcrypto sorts it for that. */
static bool read_entries(struct crl_listing *listing, struct sti_error *err)
{
    STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED(listing->crl);
    const X509_NAME *issuer = X509_CRL_get_issuer(listing->crl);
    int count = sk_X509_REVOKED_num(revoked); /* -1 for none at all */
    if (count <= 0)
        return true;
    listing->entries = calloc((size_t)count, sizeof(*listing->entries));
    if (listing->entries == NULL)
        return sti_fail(err, "no memory for the entries of a CRL");
    for (int i = 0; i < count; i++) {
        const X509_REVOKED *one = sk_X509_REVOKED_value(revoked, i);
        struct crl_listed *entry = &listing->entries[listing->count++];
        entry->serial = X509_REVOKED_get0_serialNumber(one);
        if (!read_issuer(one, entry, &issuer))
            return sti_refuse(err, "RFC 5280 section 5.3.3",
                              "entry %d has a certificateIssuer without a directoryName", i + 1);
        if (!read_reason(one, &entry->reason))
            return sti_refuse(err, "RFC 5280 section 5.3.1",
                              "entry %d has a reasonCode that a whole CRL cannot have", i + 1);
        if (!read_time(X509_REVOKED_get0_revocationDate(one), &entry->date))
            return sti_refuse(err, "RFC 5280 section 5.1.2.6",
                              "entry %d has a revocationDate that cannot be read", i + 1);
    }
    return true;
}

/* ---- the CRL ---- */

static int compare_keys(const X509_NAME *issuer, const ASN1_INTEGER *serial,
                        const struct crl_listed *other)
{
    int order = X509_NAME_cmp(issuer, other->issuer);
    return order != 0 ? order : ASN1_INTEGER_cmp(serial, other->serial);
}

static int compare(const void *a, const void *b)
{
    const struct crl_listed *one = a;
    return compare_keys(one->issuer, one->serial, b);
}

const struct crl_listed *crl_listing_find(const struct crl_listing *listing,
                                          const X509_NAME *issuer, const ASN1_INTEGER *serial)
{
    const struct crl_listed key = {.issuer = issuer, .serial = serial};
    return listing->count == 0 ? NULL
                               : bsearch(&key, listing->entries, listing->count,
                                         sizeof(*listing->entries), compare);
}

static bool read_fields(struct crl_listing *listing, struct sti_error *err)
{
    int state = 0;
    listing->number = X509_CRL_get_ext_d2i(listing->crl, NID_crl_number, &state, NULL);
    if (listing->number == NULL)
        return sti_refuse(err, "RFC 5280 section 5.2.3", "the CRL has no cRLNumber");
    if (X509_CRL_get_ext_by_NID(listing->crl, NID_delta_crl, -1) >= 0)
        return sti_refuse(err, "RFC 5280 section 5.2.4",
                          "the CRL is a delta CRL; the whole one is needed");
    if (!read_time(X509_CRL_get0_lastUpdate(listing->crl), &listing->this_update) ||
        !read_time(X509_CRL_get0_nextUpdate(listing->crl), &listing->next_update))
        return sti_refuse(err, "RFC 5280 section 5.1.2.5",
                          "the CRL has no thisUpdate and nextUpdate that can be read");
    return true;
}

bool crl_listing_read(struct crl_listing *listing, const unsigned char *der, size_t length,
                      struct sti_error *err)
{
    const unsigned char *at = der;
    *listing = (struct crl_listing){0};
    if (length <= LONG_MAX)
        listing->crl = d2i_X509_CRL(NULL, &at, (long)length);
    bool ok = listing->crl != NULL && at == der + length;
    if (!ok)
        sti_refuse(err, "RFC 5280 section 5.1", "is not one CRL in DER");
    ok = ok && read_fields(listing, err) && read_entries(listing, err);
    ERR_clear_error();
    if (ok && listing->count > 1)
        qsort(listing->entries, listing->count, sizeof(*listing->entries), compare);
    return ok;
}

void crl_listing_free(struct crl_listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        GENERAL_NAMES_free(listing->entries[i].names);
    free(listing->entries);
    ASN1_INTEGER_free(listing->number);
    X509_CRL_free(listing->crl);
    *listing = (struct crl_listing){0};
}

char *crl_number_text(const ASN1_INTEGER *number)
{
    BIGNUM *value = ASN1_INTEGER_to_BN(number, NULL);
    char *hex = value == NULL ? NULL : BN_bn2hex(value);
    char *text = hex == NULL ? NULL : strdup(hex);
    OPENSSL_free(hex);
    BN_free(value);
    return text;
}
