/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_crl.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "clock.h"
#include "crl_series.h"
#include "file.h"
#include "load.h"
#include "report.h"
#include "subject.h"

static bool no_memory(struct sti_error *err)
{
    return sti_fail(err, "no memory for the CRL");
}

void ceremony_crl_free(struct ceremony_crl *crl)
{
    X509_free(crl->signer);
    free(crl->issuer);
    free(crl->scope);
    crl_listing_free(&crl->before);
    revoke_targets_free(&crl->targets);
    free(crl->revocations);
    revocations_free(&crl->revoked);
    crl_draft_free(&crl->draft);
    memset(crl, 0, sizeof(*crl));
}

static bool is_indirect(const struct ceremony_crl_order *order)
{
    return order->file->key == CEREMONY_KEY_CRL;
}

/* ---- the series ---- */

/* `sti-ca crl --again` looks for the series that the configuration names. */
static bool check_indirect(const struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                           struct sti_error *err)
{
    const struct config_crl *own = &order->config->crl;
    if (!crl_series_is_configured(order->config, err))
        return false;
    if (strcmp(own->url, order->file->crl_url) != 0) {
        sti_error_set(err, STI_USAGE, NULL,
                      "is not the url of [crl] in %s, %s: the CRLs of another URL are another "
                      "series",
                      order->config->path, own->url);
        return sti_error_part(err, "[crl] url");
    }
    X509 *configured = load_certificate(own->certificate, err);
    if (configured == NULL)
        return false;
    bool same = X509_cmp(configured, crl->signer) == 0;
    X509_free(configured);
    ERR_clear_error();
    if (same)
        return true;
    sti_refuse(err, NULL, "is not the certificate that [crl] in %s names", order->config->path);
    return sti_error_in(err, order->file->issuer);
}

bool ceremony_crl_series(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                         struct sti_error *err)
{
    const struct ceremony_file *file = order->file;
    const char *own = is_indirect(order) ? NULL : ceremony_key_name(file->key);
    char *path = file_beside(order->folder, file->issuer);
    if (path == NULL)
        return no_memory(err);
    crl->signer = load_certificate(path, err);
    bool ok = crl->signer != NULL && crl_series_check_signer(crl->signer, own, path, err);
    free(path);
    if (!ok || (is_indirect(order) && !check_indirect(crl, order, err)))
        return false;
    crl->issuer = subject_text(X509_get_subject_name(crl->signer));
    if (crl->issuer != NULL)
        crl->scope = crl_series_scope(crl->issuer, file->crl_url);
    return crl->scope != NULL || no_memory(err);
}

/* At a later run the series has begun here, if only by an earlier run. */
static bool find_before(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                        struct sti_error *err)
{
    const char *name = order->file->previous_crl;
    char *path = name == NULL ? NULL : file_beside(order->folder, name);
    if (name != NULL && path == NULL)
        return no_memory(err);
    bool ok = crl_series_before(order->ledger, crl->scope, crl->signer, path, "[crl] previous",
                                &crl->before, &crl->has_before, err);
    free(path);
    return ok;
}

/* Said first: another CRL has come between, whatever else has changed with it. */
static bool check_number(const struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                         struct sti_error *err)
{
    if (order->planned == NULL || !crl->has_before ||
        ASN1_INTEGER_cmp(crl->before.number, order->planned->number) < 0)
        return true;
    char *there = crl_number_text(crl->before.number);
    char *planned = crl_number_text(order->planned->number);
    sti_refuse(err, "RFC 5280 section 5.2.3",
               "the ledger has CRL %s of \"%.200s\" by now, the plan's has the number %s, and a "
               "number only rises",
               there == NULL ? "?" : there, crl->issuer, planned == NULL ? "?" : planned);
    free(there);
    free(planned);
    return false;
}

/* ---- what the ceremony revokes ---- */

static bool find_target(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                        const struct ceremony_revocation *line, struct sti_error *err)
{
    if (line->is_serial)
        return revoke_find_serial(&crl->targets, order->ledger, line->name, err);
    char *path = file_beside(order->folder, line->name);
    if (path == NULL)
        return no_memory(err);
    bool ok = revoke_find_certificate(&crl->targets, order->ledger, path, err);
    free(path);
    return ok;
}

/* In the same words: an earlier run of this plan has recorded it. */
static bool check_recorded(struct ceremony_crl *crl, const struct revoke_target *target,
                           const struct ledger_revocation *planned, struct sti_error *err)
{
    char date[CLOCK_TEXT];
    if (target->revoked_at == 0)
        return true;
    if (target->revoked_at == planned->date && target->revoked_for == planned->reason) {
        crl->recorded++;
        return true;
    }
    clock_text(target->revoked_at, date);
    return sti_refuse(err, NULL,
                      "serial %s is revoked by now, since %s for %s, and the plan's CRL says "
                      "otherwise",
                      target->serial, date, crl_reason_word(target->revoked_for));
}

/* A date that is not said is that of the plan, for which the CRL must not be too early. */
static int64_t date_of(const struct ceremony_crl_order *order,
                       const struct ceremony_revocation *line)
{
    if (line->date != -1)
        return line->date;
    return order->made < order->file->valid_from ? order->made : order->file->valid_from;
}

static bool add_line(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                     const struct ceremony_line *from, struct sti_error *err)
{
    struct ceremony_revocation line;
    if (!ceremony_revocation_read(from, &line, err) || !find_target(crl, order, &line, err) ||
        !revoke_check_twice(&crl->targets, err))
        return false;
    const struct revoke_target *target = &crl->targets.items[crl->targets.count - 1];
    struct ledger_revocation *planned = &crl->revocations[crl->targets.count - 1];
    *planned = (struct ledger_revocation){
        .reason = line.reason == 0 ? LEDGER_NO_REASON : line.reason,
        .date = date_of(order, &line),
    };
    return revoke_check_future(planned->date, order->made, err) &&
           revoke_check_date(target, planned->date, err) &&
           check_recorded(crl, target, planned, err);
}

static bool add_lines(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                      struct sti_error *err)
{
    const struct ceremony_lines *lines = &order->file->revocations;
    crl->targets.take_revoked = order->planned != NULL;
    crl->revocations = calloc(lines->count + 1, sizeof(*crl->revocations));
    if (crl->revocations == NULL)
        return no_memory(err);
    for (size_t i = 0; i < lines->count; i++)
        if (!add_line(crl, order, &lines->items[i], err))
            return sti_error_part(err, "[revocations] %s", lines->items[i].name);
    for (size_t i = 0; i < crl->targets.count; i++)
        crl->revocations[i].serial = crl->targets.items[i].serial; /* they move no more */
    return true;
}

/* ---- what is listed ---- */

static bool collect(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                    struct sti_error *err)
{
    const struct ceremony_lines *reports = &order->file->reports;
    const X509_NAME *issuer = X509_get_subject_name(crl->signer);
    bool ok = is_indirect(order) ||
              revocations_read_ledger(&crl->revoked, order->ledger, order->config, issuer, err);
    for (size_t i = 0; ok && i < crl->targets.count; i++)
        ok = crl->targets.items[i].revoked_at != 0 ||
             revocations_add_planned(&crl->revoked, order->ledger, order->config, issuer,
                                     &crl->revocations[i], err);
    for (size_t i = 0; ok && i < reports->count; i++) {
        char *path = file_beside(order->folder, reports->items[i].value);
        ok = path != NULL ? report_read(path, &crl->revoked, err) : no_memory(err);
        free(path);
    }
    revocations_sort(&crl->revoked);
    return ok;
}

bool ceremony_crl_make(struct ceremony_crl *crl, const struct ceremony_crl_order *order,
                       struct sti_error *err)
{
    memset(crl, 0, sizeof(*crl));
    if (!ceremony_crl_series(crl, order, err) || !find_before(crl, order, err) ||
        !check_number(crl, order, err) || !add_lines(crl, order, err) || !collect(crl, order, err))
        return false;
    const struct crl_order draft = {
        .ledger = order->ledger,
        .scope = crl->scope,
        .signer = crl->signer,
        .this_update = order->file->valid_from,
        .next_update = order->file->next_update,
        .url = order->file->crl_url,
        .indirect = is_indirect(order),
        .aia = order->file->aia,
        .revoked = &crl->revoked,
        .before = crl->has_before ? &crl->before : NULL,
    };
    return crl_draft_make(&crl->draft, &draft, err);
}

/* ---- what has changed ---- */

/* The first entry of one listing that the other has not, or has in other words; NULL: none. */
static const struct crl_listed *find_other(const struct crl_listing *one,
                                           const struct crl_listing *other)
{
    for (size_t i = 0; i < one->count; i++) {
        const struct crl_listed *entry = &one->entries[i];
        const struct crl_listed *found = crl_listing_find(other, entry->issuer, entry->serial);
        if (found == NULL || found->date != entry->date || found->reason != entry->reason)
            return entry;
    }
    return NULL;
}

static bool say_entry(const struct crl_listed *entry, const char *what, struct sti_error *err)
{
    char *serial = crl_number_text(entry->serial);
    sti_refuse(err, NULL,
               "the ledger is not what it was when the plan was made: serial %s %s; plan and "
               "approve anew",
               serial == NULL ? "?" : serial, what);
    free(serial);
    return false;
}

static bool say_number(const struct ceremony_crl *crl, const struct crl_listing *planned,
                       struct sti_error *err)
{
    char *number = crl_number_text(planned->number);
    sti_refuse(err, "RFC 5280 section 5.2.3",
               "the ledger is not what it was when the plan was made: the next CRL of \"%.200s\" "
               "has the number %s, and the plan's has %s; plan and approve anew",
               crl->issuer, crl->draft.number_text, number == NULL ? "?" : number);
    free(number);
    return false;
}

bool ceremony_crl_differs(const struct ceremony_crl *crl, const struct crl_listing *planned,
                          struct sti_error *err)
{
    unsigned char *der = NULL;
    struct crl_listing made = {0};
    int length = i2d_X509_CRL(crl->draft.crl, &der);
    if (length <= 0)
        return no_memory(err);
    bool read = crl_listing_read(&made, der, (size_t)length, err);
    const struct crl_listed *fresh = read ? find_other(&made, planned) : NULL;
    const struct crl_listed *gone = read ? find_other(planned, &made) : NULL;
    if (read && ASN1_INTEGER_cmp(made.number, planned->number) != 0)
        say_number(crl, planned, err);
    else if (fresh != NULL)
        say_entry(fresh, "is revoked, and the plan's CRL does not say so", err);
    else if (gone != NULL)
        say_entry(gone, "is on the plan's CRL, and would not be on one that is made now", err);
    else if (read)
        sti_refuse(err, NULL,
                   "the CRL that the ceremony file and the ledger give now is not the plan's; plan "
                   "and approve anew");
    crl_listing_free(&made);
    OPENSSL_free(der);
    return false;
}
