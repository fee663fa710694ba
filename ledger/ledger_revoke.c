/* SPDX-License-Identifier: Apache-2.0 */
/* What was taken back: revocations, and the CRLs that say so. */
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

/* May this serial be revoked? The tables refuse what is refused here; this is for the sentence. */
static bool may_be_revoked(struct ledger *ledger, const char *serial, struct sti_error *err)
{
    struct ledger_query query;
    char state[40] = "";
    bool revoked = false;
    query_start_kept(&query, ledger, "read",
                     "SELECT state, EXISTS(SELECT 1 FROM revocation WHERE serial = ?1)"
                     " FROM certificate WHERE serial = ?1",
                     err);
    query_bind_text(&query, 1, serial);
    if (query_row(&query)) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 0);
        strncpy(state, text == NULL ? "?" : text, sizeof(state) - 1);
        revoked = sqlite3_column_int(query.statement, 1) != 0;
    }
    if (!query_end(&query))
        return false;
    if (state[0] == '\0')
        sti_refuse(err, NULL,
                   "no certificate with serial %s in this ledger; `sti-ca list` shows them",
                   serial);
    else if (revoked)
        sti_refuse(err, NULL, "certificate %s is revoked already, and that is final", serial);
    else if (strcmp(state, ledger_state_name(LEDGER_ISSUED)) != 0 &&
             strcmp(state, ledger_state_name(LEDGER_UNCERTAIN)) != 0)
        sti_refuse(err, NULL, "serial %s is recorded as %s, so there is nothing to revoke", serial,
                   state);
    else
        return true;
    return sti_error_in(err, ledger->path);
}

bool ledger_record_revoked(struct ledger *ledger, const struct ledger_revocation *revocation,
                           int64_t time, struct sti_error *err)
{
    char serial[LEDGER_SERIAL_TEXT + 1];
    struct ledger_entry entry = {.event = EVENT_REVOKED};
    int reason = revocation->reason;
    if (reason < LEDGER_NO_REASON || reason > 10 || reason == 7 || reason == 8)
        return sti_error_set(err, STI_USAGE, "RFC 5280 section 5.3.1",
                             "%d is no reason code for a revocation: 0 to 6, 9 and 10 are", reason);
    if (!ledger_serial_normal(revocation->serial, serial, err) || !log_begin(ledger, err))
        return false;
    entry_set_number(&entry, KEY_TIME, time);
    entry_set_text(&entry, KEY_SERIAL, serial);
    entry_set_number(&entry, KEY_DATE, revocation->date);
    entry_set_text(&entry, KEY_NOTE, revocation->note);
    if (reason != LEDGER_NO_REASON)
        entry_set_number(&entry, KEY_REASON_CODE, reason);
    bool ok = may_be_revoked(ledger, serial, err) && log_add(ledger, &entry, err);
    return log_end(ledger, ok, err);
}

/* ---- CRLs ---- */

/* The number without its leading zeros; zero is one octet. */
static struct ledger_crl normal(const struct ledger_crl *crl)
{
    struct ledger_crl result = *crl;
    while (result.number_length > 1 && *result.number == 0) {
        result.number++;
        result.number_length--;
    }
    return result;
}

/* Is the number above that of the scope's last CRL. */
static bool number_rises(struct ledger *ledger, const struct ledger_crl *crl, struct sti_error *err)
{
    static const char sql[] =
        "SELECT hex(number) FROM crl WHERE scope = ?1 AND (length(number) > length(?2)"
        " OR (length(number) = length(?2) AND number >= ?2)) ORDER BY entry DESC LIMIT 1";
    struct ledger_query query;
    char last[2 * LEDGER_CRL_NUMBER_OCTETS + 1] = "";
    query_start_kept(&query, ledger, "read", sql, err);
    query_bind_text(&query, 1, crl->scope);
    query_bind_octets(&query, 2, crl->number, crl->number_length);
    if (query_row(&query)) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 0);
        strncpy(last, text == NULL ? "?" : text, sizeof(last) - 1);
    }
    if (!query_end(&query))
        return false;
    if (last[0] == '\0')
        return true;
    sti_refuse(
        err, "RFC 5280 section 5.2.3",
        "the number of a CRL only rises, and the record has one with number %s (hex) already",
        last);
    return sti_error_in(err, ledger->path);
}

bool ledger_record_crl(struct ledger *ledger, const struct ledger_crl *given, int64_t time,
                       struct sti_error *err)
{
    struct ledger_crl crl = normal(given);
    struct ledger_entry entry = {.event = EVENT_CRL};
    entry_set_number(&entry, KEY_TIME, time);
    entry_set_text(&entry, KEY_SCOPE, crl.scope);
    entry_set_octets(&entry, KEY_CRL_NUMBER, crl.number, crl.number_length);
    entry_set_octets(&entry, KEY_CRL, crl.der, crl.der_length);
    entry_set_number(&entry, KEY_THIS_UPDATE, crl.this_update);
    entry_set_number(&entry, KEY_NEXT_UPDATE, crl.next_update);
    if (!log_begin(ledger, err))
        return false;
    bool ok = number_rises(ledger, &crl, err) && log_add(ledger, &entry, err);
    return log_end(ledger, ok, err);
}

/* The last CRL's entry of a scope, copied; NULL with true if there is none. free() it. */
static bool last_body(struct ledger *ledger, const char *scope, uint8_t **body, size_t *length,
                      struct sti_error *err)
{
    struct ledger_query query;
    bool memory = true;
    *body = NULL;
    query_start(&query, ledger, "read",
                "SELECT body FROM entry WHERE number = (SELECT entry FROM crl WHERE scope = ?1"
                " ORDER BY entry DESC LIMIT 1)",
                err);
    query_bind_text(&query, 1, scope);
    if (query_row(&query)) {
        const void *octets = sqlite3_column_blob(query.statement, 0);
        *length = (size_t)sqlite3_column_bytes(query.statement, 0);
        *body = malloc(*length + 1);
        memory = *body != NULL && octets != NULL;
        if (memory)
            memcpy(*body, octets, *length);
    }
    bool ok = query_end(&query) && (memory || sti_fail(err, "out of memory"));
    if (!ok) {
        free(*body);
        *body = NULL;
    }
    return ok;
}

static bool visit_crl(struct ledger *ledger, const char *scope, const uint8_t *body, size_t length,
                      ledger_crl_visit visit, void *context, struct sti_error *err)
{
    struct ledger_entry entry;
    if (!entry_read(&entry, body, length, NULL) || entry.event != EVENT_CRL)
        return ledger_damaged(ledger, err, "the last CRL is not what was written");
    const struct entry_value *values = entry.values;
    struct ledger_crl crl = {
        .scope = scope,
        .number = values[KEY_CRL_NUMBER].octets,
        .number_length = values[KEY_CRL_NUMBER].length,
        .der = values[KEY_CRL].octets,
        .der_length = values[KEY_CRL].length,
        .this_update = values[KEY_THIS_UPDATE].number,
        .next_update = values[KEY_NEXT_UPDATE].number,
    };
    return visit(context, &crl, err);
}

bool ledger_last_crl(struct ledger *ledger, const char *scope, ledger_crl_visit visit,
                     void *context, struct sti_error *err)
{
    uint8_t *body;
    size_t length = 0;
    if (!last_body(ledger, scope, &body, &length, err))
        return false;
    bool ok = body == NULL || visit_crl(ledger, scope, body, length, visit, context, err);
    free(body);
    return ok;
}
