/* SPDX-License-Identifier: Apache-2.0 */
#include "revoke_find.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "cert.h"
#include "clock.h"
#include "crl_reason.h"
#include "load.h"
#include "tnset.h"

/* ---- the collection ---- */

static void target_clear(struct revoke_target *target)
{
    tnauthlist_free(&target->list);
    free(target->der);
    free(target->subject);
}

void revoke_targets_free(struct revoke_targets *targets)
{
    for (size_t i = 0; i < targets->count; i++)
        target_clear(&targets->items[i]);
    free(targets->items);
    *targets = (struct revoke_targets){.take_revoked = targets->take_revoked};
}

static bool make_room(struct revoke_targets *targets)
{
    if (targets->count < targets->room)
        return true;
    size_t room = targets->room == 0 ? 16 : 2 * targets->room;
    struct revoke_target *items = reallocarray(targets->items, room, sizeof(*items));
    if (items == NULL)
        return false;
    targets->items = items;
    targets->room = room;
    return true;
}

/* ---- from the record ---- */

static X509 *certificate_of(const struct ledger_record *record)
{
    const unsigned char *at = record->certificate;
    return at == NULL ? NULL : d2i_X509(NULL, &at, (long)record->certificate_length);
}

static int64_t end_of(const X509 *certificate)
{
    struct tm tm;
    return certificate != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1
               ? (int64_t)timegm(&tm)
               : 0;
}

/* A copy of the list, by value or by reference; NULL if there is none. */
static bool copy_list(struct revoke_target *target, const struct ledger_record *record,
                      X509 *certificate)
{
    struct tnauthlist inside = {0};
    const uint8_t *der = record->list;
    size_t length = record->list_length;
    if (der == NULL && certificate != NULL && cert_list(certificate, &inside, NULL)) {
        der = inside.der;
        length = inside.der_length;
    }
    bool ok = true;
    if (der != NULL) {
        target->der = malloc(length);
        ok = target->der != NULL;
        if (ok)
            memcpy(target->der, der, length);
        ok = ok && tnauthlist_decode(&target->list, target->der, length, NULL, NULL);
    }
    tnauthlist_free(&inside);
    ERR_clear_error();
    return ok;
}

static bool add_target(struct revoke_targets *targets, const struct ledger_record *record,
                       struct sti_error *err)
{
    struct revoke_target target = {.kind = record->kind,
                                   .state = record->state,
                                   .subject = strdup(record->subject),
                                   .intended_at = record->intended_at,
                                   .revoked_at = record->revoked_at,
                                   .revoked_for = record->revocation_reason};
    X509 *certificate = certificate_of(record);
    snprintf(target.serial, sizeof(target.serial), "%s", record->serial);
    target.not_after = end_of(certificate);
    bool ok =
        target.subject != NULL && copy_list(&target, record, certificate) && make_room(targets);
    X509_free(certificate);
    if (ok) {
        targets->items[targets->count++] = target;
        return true;
    }
    target_clear(&target);
    return sti_fail(err, "no memory for serial %s, or its list in the ledger cannot be read",
                    record->serial);
}

/* ---- one ---- */

static bool check_record(const struct revoke_targets *targets, const struct ledger_record *record,
                         struct sti_error *err)
{
    char date[CLOCK_TEXT];
    if (record->state != LEDGER_ISSUED && record->state != LEDGER_UNCERTAIN)
        return sti_refuse(err, NULL,
                          "nothing was issued under serial %s, so there is nothing to revoke",
                          record->serial);
    if (record->kind == LEDGER_ROOT)
        return sti_refuse(err, "RFC 5280 section 6.1.1",
                          "serial %s is a root, which no CRL is about: it is trusted because "
                          "relying parties have it; tell them to take it out",
                          record->serial);
    if (record->revoked_at == 0 || targets->take_revoked)
        return true;
    clock_text(record->revoked_at, date);
    return sti_refuse(err, NULL,
                      "serial %s is revoked since %s for %s, and that is recorded once and for "
                      "ever",
                      record->serial, date, crl_reason_word(record->revocation_reason));
}

static bool visit_one(void *context, const struct ledger_record *record, struct sti_error *err)
{
    return check_record(context, record, err) && add_target(context, record, err);
}

bool revoke_find_serial(struct revoke_targets *targets, struct ledger *ledger, const char *serial,
                        struct sti_error *err)
{
    return ledger_show(ledger, serial, visit_one, targets, err);
}

/* ---- the certificate itself ---- */

struct looked_for {
    struct revoke_targets *targets;
    const unsigned char *der;
    size_t length;
};

static bool visit_same(void *context, const struct ledger_record *record, struct sti_error *err)
{
    const struct looked_for *in = context;
    if (record->certificate != NULL && (record->certificate_length != in->length ||
                                        memcmp(record->certificate, in->der, in->length) != 0))
        return sti_refuse(err, NULL,
                          "is not the certificate that this CA has issued under serial %s; it is "
                          "another CA's, or was made of that one",
                          record->serial);
    return visit_one(in->targets, record, err);
}

bool revoke_find_certificate(struct revoke_targets *targets, struct ledger *ledger,
                             const char *path, struct sti_error *err)
{
    X509 *certificate = load_certificate(path, err);
    unsigned char *der = NULL;
    if (certificate == NULL)
        return false;
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    char *serial = number == NULL ? NULL : BN_bn2hex(number);
    int length = i2d_X509(certificate, &der);
    struct looked_for in = {targets, der, length < 0 ? 0 : (size_t)length};
    bool ok = serial != NULL && length > 0
                  ? ledger_show(ledger, serial, visit_same, &in, err) || sti_error_in(err, path)
                  : sti_fail(err, "no memory for %s", path);
    OPENSSL_free(der);
    OPENSSL_free(serial);
    BN_free(number);
    X509_free(certificate);
    return ok;
}

/* ---- by numbers ---- */

struct scan {
    struct revoke_targets *targets;
    struct tnset numbers;
    int64_t now;
};

/* Not whether it has all of them: one is enough to be a certificate for it. */
static bool overlaps(const struct tnset *numbers, const struct tnauthlist *list, bool *answer,
                     struct sti_error *err)
{
    struct tnset set;
    struct tnset common;
    if (!tnset_build(&set, list, 1, err))
        return false;
    bool ok = tnset_intersection(&common, numbers, &set, err);
    if (ok) {
        *answer = tnset_count(&common) > 0;
        tnset_free(&common);
    }
    tnset_free(&set);
    return ok;
}

static bool visit_scan(void *context, const struct ledger_record *record, struct sti_error *err)
{
    struct scan *scan = context;
    bool hit = false;
    if (record->state != LEDGER_ISSUED || record->revoked_at != 0 || record->kind == LEDGER_ROOT)
        return true;
    if (!add_target(scan->targets, record, err))
        return false;
    struct revoke_target *last = &scan->targets->items[scan->targets->count - 1];
    bool ok = last->der == NULL || last->not_after < scan->now ||
              overlaps(&scan->numbers, &last->list, &hit, err);
    if (!hit) {
        target_clear(last);
        scan->targets->count--;
    }
    return ok;
}

static bool parse_numbers(const char *text, struct tnset *numbers, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    struct tnauthlist list = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    bool ok = tnauthlist_parse(&builder, text, strlen(text), err) &&
              tnauthlist_builder_finish(&builder, &der, &length, err) &&
              tnauthlist_decode(&list, der, length, NULL, err);
    for (size_t i = 0; ok && i < list.count; i++)
        if (tnauthlist_get(&list, i).kind == TNAUTHLIST_SPC)
            ok = sti_error_set(err, STI_USAGE, NULL,
                               "entry %zu is an SPC, and which numbers it stands for is not known "
                               "here; name numbers, or the certificates by their serials",
                               i + 1);
    ok = ok && tnset_build(numbers, &list, 1, err);
    tnauthlist_free(&list);
    free(der);
    tnauthlist_builder_free(&builder);
    return ok || sti_error_part(err, "--numbers");
}

bool revoke_find_numbers(struct revoke_targets *targets, struct ledger *ledger, const char *numbers,
                         int64_t now, struct sti_error *err)
{
    struct scan scan = {.targets = targets, .now = now};
    if (!parse_numbers(numbers, &scan.numbers, err))
        return false;
    bool ok = ledger_list(ledger, visit_scan, &scan, err);
    tnset_free(&scan.numbers);
    return ok && (targets->count > 0 ||
                  sti_refuse(err, NULL,
                             "no certificate that is valid and not revoked names one of these "
                             "numbers in its list"));
}
