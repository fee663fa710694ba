/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: rows as values, and the words of the record. */
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {
    [LEDGER_ROOT] = "root",
    [LEDGER_INTERMEDIATE] = "intermediate",
    [LEDGER_END_ENTITY] = "end-entity",
    [LEDGER_DELEGATE_CA] = "delegate-ca",
};
static const char *const states[] = {
    [LEDGER_INTENDED] = "intended",
    [LEDGER_ISSUED] = "issued",
    [LEDGER_ABANDONED] = "abandoned",
    [LEDGER_UNCERTAIN] = "uncertain",
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define STATES (sizeof(states) / sizeof(states[0]))

const char *ledger_kind_name(enum ledger_kind kind)
{
    return (size_t)kind < KINDS ? kinds[kind] : "unknown";
}

const char *ledger_state_name(enum ledger_state state)
{
    return (size_t)state < STATES ? states[state] : "unknown";
}

/* The place of a word in a table; the size of the table if it is not there. */
static size_t word_find(const char *const *words, size_t count, const char *word)
{
    size_t i = 0;
    while (i < count && (word == NULL || strcmp(words[i], word) != 0))
        i++;
    return i;
}

/* The value of a hex digit, or -1. Not isxdigit(): the locale has no say in this. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool ledger_serial_normal(const char *serial, char normal[LEDGER_SERIAL_TEXT + 1],
                          struct sti_error *err)
{
    static const char digits[] = "0123456789ABCDEF";
    char number[LEDGER_SERIAL_TEXT + 1];
    const char *at = serial + strspn(serial, " \t");
    size_t length = 0;
    bool seen = false;

    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
        at += 2;
    for (; *at != '\0'; at++) {
        if (strchr(": \t", *at) != NULL)
            continue;
        int value = hex_value(*at);
        if (value < 0)
            return sti_error_set(err, STI_USAGE, NULL,
                                 "\"%.100s\" is not a serial: write it in hex, as `sti-ca list` "
                                 "shows it",
                                 serial);
        seen = true;
        /* Leading zeros are not part of the number. */
        if (value == 0 && length == 0)
            continue;
        if (length == LEDGER_SERIAL_TEXT)
            return sti_error_set(err, STI_USAGE, "RFC 5280 section 4.1.2.2",
                                 "\"%.100s\" is not a serial: it has more than %d octets", serial,
                                 LEDGER_SERIAL_TEXT / 2);
        number[length++] = digits[value];
    }
    number[length] = '\0';
    if (!seen)
        return sti_error_set(err, STI_USAGE, NULL,
                             "the serial is empty: write it in hex, as "
                             "`sti-ca list` shows it");
    /* Two digits an octet, and zero is one octet. */
    size_t before = length == 0 ? 2 : length % 2;
    memset(normal, '0', before);
    memcpy(normal + before, number, length + 1);
    return true;
}

/* The order of the columns in SELECT_ROW. */
enum column {
    NUMBER,
    SERIAL,
    KIND,
    STATE,
    SUBJECT,
    JTI,
    SIGNER,
    TOKEN_LIMIT,
    REASON,
    TBS_DIGEST,
    SPKI,
    HOLDER,
    NOTE,
    INTENDED_AT,
    ENDED_AT,
    PROFILE,
    WAIVERS,
    HSM,
    OUT,
    VERDICT,
    DELIVERED_AT,
    REVOKED_AT,
    REVOCATION_REASON,
    REVOCATION_NOTE,
    REVOCATION, /* its entry */
    REVOCATION_RECORDED,
    ISSUED, /* the body of the entry that has the certificate */
    COLUMNS
};
#define SELECT_ROW                                                                                 \
    "SELECT c.number, c.serial, c.kind, c.state, c.subject, c.jti, c.signer, c.token_limit,"       \
    " c.reason, c.tbs_digest, c.spki, c.holder, c.note, c.intended_at, c.ended_at, c.profile,"     \
    " c.waivers, c.hsm, c.out, c.verdict, c.delivered_at, r.date, r.reason, r.note, r.entry,"      \
    " r.recorded_at, e.body FROM certificate AS c LEFT JOIN revocation AS r ON r.serial = "        \
    "c.serial"                                                                                     \
    " LEFT JOIN entry AS e ON e.number = c.ended AND c.state = 'issued'"

/*
 * One row, copied out of the database. A visit may take as long as it likes, a pager for example:
 * no statement is open and no lock is held meanwhile, so the commit of a writer never waits for it.
 */
struct row {
    sqlite3_value *values[COLUMNS];
};

static void row_free(struct row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        sqlite3_value_free(row->values[i]);
        row->values[i] = NULL;
    }
}

/* Reads the row `statement` stands at. False if there is no memory. */
static bool row_copy(struct row *row, sqlite3_stmt *statement, struct sti_error *err)
{
    for (int i = 0; i < COLUMNS; i++) {
        row->values[i] = sqlite3_value_dup(sqlite3_column_value(statement, i));
        if (row->values[i] == NULL)
            return sti_fail(err, "out of memory");
    }
    return true;
}

/* Ends a query for one row, and tells whether that row is there. */
static bool row_read(struct row *row, struct ledger_query *query, bool *found)
{
    bool copied = true;
    *found = query_row(query);
    if (*found)
        copied = row_copy(row, query->statement, query->err);
    return query_end(query) && copied;
}

static const char *row_text(const struct row *row, enum column column)
{
    return (const char *)sqlite3_value_text(row->values[column]);
}

static const uint8_t *row_octets(const struct row *row, enum column column, size_t *length)
{
    /* The blob first: asking for it may convert the value, and with it the length. */
    const uint8_t *octets = sqlite3_value_blob(row->values[column]);
    *length = (size_t)sqlite3_value_bytes(row->values[column]);
    return octets;
}

/* NULL stays NULL; false if it is there and is no digest. */
static bool row_digest(const struct row *row, enum column column, const uint8_t **digest)
{
    size_t length;
    *digest = row_octets(row, column, &length);
    return *digest == NULL || length == LEDGER_DIGEST_OCTETS;
}

/* NULL is `otherwise`. */
static int64_t row_number(const struct row *row, enum column column, int64_t otherwise)
{
    sqlite3_value *value = row->values[column];
    return sqlite3_value_type(value) == SQLITE_NULL ? otherwise : sqlite3_value_int64(value);
}

/* The certificate and its list, out of the entry that has them. */
static bool row_certificate(const struct row *row, struct ledger_record *record)
{
    struct ledger_entry entry;
    size_t length;
    const uint8_t *body = row_octets(row, ISSUED, &length);
    if (body == NULL)
        return record->state != LEDGER_ISSUED;
    if (!entry_read(&entry, body, length, NULL) || entry.event != EVENT_ISSUED)
        return false;
    record->certificate = entry.values[KEY_CERTIFICATE].octets;
    record->certificate_length = entry.values[KEY_CERTIFICATE].length;
    record->list = entry.values[KEY_LIST].octets;
    record->list_length = entry.values[KEY_LIST].length;
    return true;
}

/* The row as a value. The tables forbid what is refused here; a damaged file knows no rules. */
static bool row_record(const struct row *row, struct ledger_record *record)
{
    size_t kind = word_find(kinds, KINDS, row_text(row, KIND));
    size_t state = word_find(states, STATES, row_text(row, STATE));
    const uint8_t *digest;

    *record = (struct ledger_record){
        .serial = row_text(row, SERIAL),
        .kind = (enum ledger_kind)kind,
        .state = (enum ledger_state)state,
        .subject = row_text(row, SUBJECT),
        .jti = row_text(row, JTI),
        .token_limit = row_number(row, TOKEN_LIMIT, LEDGER_NO_LIMIT),
        .reason = row_text(row, REASON),
        .note = row_text(row, NOTE),
        .intended_at = row_number(row, INTENDED_AT, 0),
        .ended_at = row_number(row, ENDED_AT, 0),
        .profile = row_text(row, PROFILE),
        .waivers = row_text(row, WAIVERS),
        .hsm = row_text(row, HSM),
        .out = row_text(row, OUT),
        .verdict = row_number(row, VERDICT, 0),
        .entry = row_number(row, NUMBER, 0),
        .delivered_at = row_number(row, DELIVERED_AT, 0),
        .revoked_at = row_number(row, REVOKED_AT, 0),
        .revocation_reason = (int)row_number(row, REVOCATION_REASON, LEDGER_NO_REASON),
        .revocation_note = row_text(row, REVOCATION_NOTE),
        .revocation_recorded_at = row_number(row, REVOCATION_RECORDED, 0),
    };
    if (kind == KINDS || state == STATES || record->serial == NULL || record->subject == NULL ||
        !row_digest(row, TBS_DIGEST, &digest) || digest == NULL ||
        !row_digest(row, SIGNER, &record->signer) || !row_digest(row, SPKI, &record->spki) ||
        !row_digest(row, HOLDER, &record->holder) || !row_certificate(row, record))
        return false;
    memcpy(record->tbs_digest, digest, LEDGER_DIGEST_OCTETS);
    return true;
}

static bool row_visit(struct ledger *ledger, const struct row *row, ledger_visit visit,
                      void *context, struct sti_error *err)
{
    struct ledger_record record;
    if (row_record(row, &record)) {
        if (ledger->version < LEDGER_VERSION)
            record.entry = 0;
        return visit(context, &record, err);
    }
    sti_fail(err,
             "row %lld of the ledger breaks the rules of the record: the file is damaged; keep it "
             "as it is and go back to a copy of it",
             (long long)row_number(row, NUMBER, 0));
    return sti_error_in(err, ledger->path);
}

/* Visits the rows that `sql` finds behind ?1, one a statement; `order` is its column. */
static bool visit_all(struct ledger *ledger, const char *sql, enum column order, ledger_visit visit,
                      void *context, struct sti_error *err)
{
    int64_t last = INT64_MIN;
    bool found = true;
    bool ok = true;
    while (ok && found) {
        struct row row = {.values = {NULL}};
        struct ledger_query query;
        query_start_kept(&query, ledger, "read", sql, err);
        query_bind_number(&query, 1, last);
        ok = row_read(&row, &query, &found);
        if (ok && found) {
            last = row_number(&row, order, 0);
            ok = row_visit(ledger, &row, visit, context, err);
        }
        row_free(&row);
    }
    return ok;
}

bool ledger_list(struct ledger *ledger, ledger_visit visit, void *context, struct sti_error *err)
{
    return visit_all(ledger, SELECT_ROW " WHERE c.number > ?1 ORDER BY c.number LIMIT 1", NUMBER,
                     visit, context, err);
}

bool ledger_open_intents(struct ledger *ledger, ledger_visit visit, void *context,
                         struct sti_error *err)
{
    return visit_all(ledger,
                     SELECT_ROW " WHERE c.state = 'intended' AND c.number > ?1"
                                " ORDER BY c.number LIMIT 1",
                     NUMBER, visit, context, err);
}

bool ledger_undelivered(struct ledger *ledger, ledger_visit visit, void *context,
                        struct sti_error *err)
{
    return visit_all(ledger,
                     SELECT_ROW
                     " WHERE c.number > ?1 AND c.state = 'issued' AND c.delivered_at IS NULL"
                     " AND c.format >= " LEDGER_TEXT(LEDGER_VERSION) " ORDER BY c.number LIMIT 1",
                     NUMBER, visit, context, err);
}

bool ledger_revocations(struct ledger *ledger, ledger_visit visit, void *context,
                        struct sti_error *err)
{
    return visit_all(ledger, SELECT_ROW " WHERE r.entry > ?1 ORDER BY r.entry LIMIT 1", REVOCATION,
                     visit, context, err);
}

bool ledger_show(struct ledger *ledger, const char *serial, ledger_visit visit, void *context,
                 struct sti_error *err)
{
    char normal[LEDGER_SERIAL_TEXT + 1];
    struct row row = {.values = {NULL}};
    struct ledger_query query;
    bool found = false;
    if (!ledger_serial_normal(serial, normal, err))
        return false;
    query_start_kept(&query, ledger, "read", SELECT_ROW " WHERE c.serial = ?1", err);
    query_bind_text(&query, 1, normal);
    bool ok = row_read(&row, &query, &found);
    if (ok && found)
        ok = row_visit(ledger, &row, visit, context, err);
    else if (ok) {
        sti_refuse(err, NULL,
                   "no certificate with serial %s in this ledger; `sti-ca list` shows them",
                   normal);
        ok = sti_error_in(err, ledger->path);
    }
    row_free(&row);
    return ok;
}
