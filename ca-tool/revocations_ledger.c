/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger has revoked. */
#include <openssl/err.h>

#include "load.h"
#include "revocations.h"

struct collecting {
    struct revocations *all;
    const struct config *config;
    const X509_NAME *only;
    X509 *root; /* loaded when a serial without a certificate needs one of them */
    X509 *intermediate;
};

static ASN1_INTEGER *serial_of(const char *hex)
{
    BIGNUM *number = NULL;
    ASN1_INTEGER *serial = BN_hex2bn(&number, hex) > 0 ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    BN_free(number);
    return serial;
}

/* Where the certificate itself is in the record. */
static bool fill_certificate(const struct ledger_record *record, struct revocation *one,
                             struct sti_error *err)
{
    struct tm tm;
    const unsigned char *at = record->certificate;
    X509 *certificate = d2i_X509(NULL, &at, (long)record->certificate_length);
    bool ok = certificate != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1;
    if (ok) {
        one->issuer = X509_NAME_dup(X509_get_issuer_name(certificate));
        one->not_after = timegm(&tm);
    }
    X509_free(certificate);
    ERR_clear_error();
    return ok || sti_fail(err, "the certificate of serial %s in the ledger cannot be read",
                          record->serial);
}

/* Where it is not: the issuer that signs this kind, by the configuration. */
static bool fill_uncertain(struct collecting *in, const struct ledger_record *record,
                           struct revocation *one, struct sti_error *err)
{
    bool by_root = record->kind == LEDGER_ROOT || record->kind == LEDGER_INTERMEDIATE;
    X509 **issuer = by_root ? &in->root : &in->intermediate;
    if (*issuer == NULL)
        *issuer = load_certificate(
            by_root ? in->config->root.certificate : in->config->intermediate.certificate, err);
    if (*issuer == NULL)
        return false;
    one->issuer = X509_NAME_dup(X509_get_subject_name(*issuer));
    return true;
}

static bool visit(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct collecting *in = context;
    struct revocation one = {.date = record->revoked_at,
                             .recorded = record->revocation_recorded_at,
                             .reason = record->revocation_reason,
                             .uncertain = record->certificate == NULL};
    if (!(one.uncertain ? fill_uncertain(in, record, &one, err)
                        : fill_certificate(record, &one, err)))
        return false;
    if (in->only != NULL && one.issuer != NULL && X509_NAME_cmp(one.issuer, in->only) != 0) {
        revocation_clear(&one);
        return true;
    }
    one.serial = serial_of(record->serial);
    return revocations_add(in->all, &one, err);
}

bool revocations_read_ledger(struct revocations *all, struct ledger *ledger,
                             const struct config *config, const X509_NAME *only,
                             struct sti_error *err)
{
    struct collecting in = {.all = all, .config = config, .only = only};
    bool ok = ledger_revocations(ledger, visit, &in, err);
    X509_free(in.root);
    X509_free(in.intermediate);
    return ok;
}

/* ---- what is to be revoked ---- */

struct planning {
    struct collecting in;
    int64_t date;
    int reason;
};

static bool visit_planned(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct planning *planning = context;
    struct ledger_record revoked = *record;
    size_t count = planning->in.all->count;
    revoked.revoked_at = planning->date;
    revoked.revocation_reason = planning->reason;
    if (!visit(&planning->in, &revoked, err))
        return false;
    return planning->in.all->count > count ||
           sti_refuse(err, "RFC 5280 section 5.2.5",
                      "serial %s is of another issuer than this CRL, and a plain CRL lists its own "
                      "issuer's certificates alone",
                      record->serial);
}

bool revocations_add_planned(struct revocations *all, struct ledger *ledger,
                             const struct config *config, const X509_NAME *only,
                             const struct ledger_revocation *planned, struct sti_error *err)
{
    struct planning planning = {
        .in = {.all = all, .config = config, .only = only},
        .date = planned->date,
        .reason = planned->reason,
    };
    bool ok = ledger_show(ledger, planned->serial, visit_planned, &planning, err);
    X509_free(planning.in.root);
    X509_free(planning.in.intermediate);
    return ok;
}
