/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables as a view of the log: what each kind of entry changes in them. It is done here whether
 * the entry is being recorded, brought over from an older format or another machine, or derived
 * once more to be compared. The tables' own rules refuse what must not be.
 */
#include "register_internal.h"

static const char doing[] = "written";

static bool apply_intent(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                         struct sti_error *err)
{
    static const enum entry_key keys[] = {KEY_SERIAL, KEY_KIND,        KEY_SUBJECT,    KEY_JTI,
                                          KEY_SIGNER, KEY_TOKEN_LIMIT, KEY_TBS_DIGEST, KEY_SPKI,
                                          KEY_HOLDER, KEY_NOTE,        KEY_PROFILE,    KEY_WAIVERS,
                                          KEY_HSM,    KEY_OUT,         KEY_VERDICT,    KEY_TIME};
    static const int count = sizeof(keys) / sizeof(*keys);
    const struct entry_value *format = &entry->values[KEY_FORMAT];
    struct ledger_query query;
    query_start_kept(&query, ledger, doing,
                     "INSERT INTO certificate(number, format, state, serial, kind, subject, jti,"
                     " signer, token_limit, tbs_digest, spki, holder, note, profile, waivers, hsm,"
                     " out, verdict, intended_at) VALUES(?1, ?2, 'intended', ?3, ?4, ?5, ?6, ?7,"
                     " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                     err);
    query_bind_number(&query, 1, number);
    query_bind_number(&query, 2, format->there ? format->number : LEDGER_VERSION);
    for (int i = 0; i < count; i++)
        query_bind_value(&query, i + 3, entry, keys[i]);
    return query_end(&query);
}

/* An update that finds no row is an entry that belongs to none. */
static bool one_changed(struct ledger *ledger, const struct ledger_entry *entry,
                        struct sti_error *err)
{
    const struct entry_value *serial = &entry->values[KEY_SERIAL];
    if (sqlite3_changes(ledger->db) == 1)
        return true;
    sti_refuse(err, NULL, "an entry \"%s\" is for serial %.*s, of which there is no intent",
               entry_event_name(entry->event), (int)serial->length, (const char *)serial->octets);
    return sti_error_in(err, ledger->path);
}

/* Where the state is "issued", this is the use of the token, too. */
static bool apply_end(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                      enum ledger_state state, struct sti_error *err)
{
    struct ledger_query query;
    query_start_kept(&query, ledger, doing,
                     "UPDATE certificate SET state = ?2, ended = ?3, ended_at = ?4, reason = ?5"
                     " WHERE serial = ?1",
                     err);
    query_bind_value(&query, 1, entry, KEY_SERIAL);
    query_bind_text(&query, 2, ledger_state_name(state));
    query_bind_number(&query, 3, number);
    query_bind_value(&query, 4, entry, KEY_TIME);
    query_bind_value(&query, 5, entry, KEY_REASON);
    return query_end(&query) && one_changed(ledger, entry, err);
}

/* The register's row number is that of the certificate's. */
static bool row_of(struct ledger *ledger, const struct ledger_entry *entry, int64_t *row,
                   struct sti_error *err)
{
    struct ledger_query query;
    *row = 0;
    query_start_kept(&query, ledger, doing, "SELECT number FROM certificate WHERE serial = ?1",
                     err);
    query_bind_value(&query, 1, entry, KEY_SERIAL);
    if (query_row(&query))
        *row = sqlite3_column_int64(query.statement, 0);
    return query_end(&query);
}

static bool apply_issued(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                         struct sti_error *err)
{
    const struct entry_value *certificate = &entry->values[KEY_CERTIFICATE];
    const struct entry_value *list = &entry->values[KEY_LIST];
    int64_t row;
    return apply_end(ledger, number, entry, LEDGER_ISSUED, err) &&
           row_of(ledger, entry, &row, err) &&
           register_add(ledger, row, certificate->octets, certificate->length,
                        list->there ? list->octets : NULL, list->there ? list->length : 0, err);
}

static bool apply_delivered(struct ledger *ledger, const struct ledger_entry *entry,
                            struct sti_error *err)
{
    struct ledger_query query;
    query_start_kept(&query, ledger, doing,
                     "UPDATE certificate SET delivered_at = ?2 WHERE serial = ?1", err);
    query_bind_value(&query, 1, entry, KEY_SERIAL);
    query_bind_value(&query, 2, entry, KEY_TIME);
    return query_end(&query) && one_changed(ledger, entry, err);
}

static bool apply_revoked(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                          struct sti_error *err)
{
    struct ledger_query query;
    int64_t row;
    query_start_kept(&query, ledger, doing,
                     "INSERT INTO revocation(entry, serial, reason, date, note, recorded_at)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                     err);
    query_bind_number(&query, 1, number);
    query_bind_value(&query, 2, entry, KEY_SERIAL);
    query_bind_value(&query, 3, entry, KEY_REASON_CODE);
    query_bind_value(&query, 4, entry, KEY_DATE);
    query_bind_value(&query, 5, entry, KEY_NOTE);
    query_bind_value(&query, 6, entry, KEY_TIME);
    return query_end(&query) && row_of(ledger, entry, &row, err) &&
           register_revoked(ledger, row, entry->values[KEY_DATE].number, err);
}

static bool apply_crl(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                      struct sti_error *err)
{
    struct ledger_query query;
    query_start_kept(&query, ledger, doing,
                     "INSERT INTO crl(entry, scope, number, this_update, next_update, recorded_at)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                     err);
    query_bind_number(&query, 1, number);
    query_bind_value(&query, 2, entry, KEY_SCOPE);
    query_bind_value(&query, 3, entry, KEY_CRL_NUMBER);
    query_bind_value(&query, 4, entry, KEY_THIS_UPDATE);
    query_bind_value(&query, 5, entry, KEY_NEXT_UPDATE);
    query_bind_value(&query, 6, entry, KEY_TIME);
    return query_end(&query);
}

/* The log begins with how it came to be, and says so once. */
static bool apply_beginning(struct ledger *ledger, int64_t number, struct sti_error *err)
{
    if (number == 1)
        return true;
    sti_refuse(err, NULL, "the log begins a second time at entry %lld", (long long)number);
    return sti_error_in(err, ledger->path);
}

bool ledger_apply(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                  struct sti_error *err)
{
    if (number == 1 && entry->event != EVENT_CREATED && entry->event != EVENT_MIGRATED) {
        sti_refuse(err, NULL, "the log does not begin with how the ledger was made");
        return sti_error_in(err, ledger->path);
    }
    switch (entry->event) {
    case EVENT_CREATED:
    case EVENT_MIGRATED:
        return apply_beginning(ledger, number, err);
    case EVENT_INTENT:
        return apply_intent(ledger, number, entry, err);
    case EVENT_ISSUED:
        return apply_issued(ledger, number, entry, err);
    case EVENT_ABANDONED:
        return apply_end(ledger, number, entry, LEDGER_ABANDONED, err);
    case EVENT_UNCERTAIN:
        return apply_end(ledger, number, entry, LEDGER_UNCERTAIN, err);
    case EVENT_DELIVERED:
        return apply_delivered(ledger, entry, err);
    case EVENT_REVOKED:
        return apply_revoked(ledger, number, entry, err);
    case EVENT_CRL:
        return apply_crl(ledger, number, entry, err);
    case EVENT_VERDICT:
    case EVENT_RESTORED:
    case EVENTS:
        break; /* in the log alone */
    }
    return true;
}
