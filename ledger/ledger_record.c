/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: an intent, and its one end. Each function is one transaction. */
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

/* A text this short fits into a sentence with the rest of it. */
#define WORD 200

/*
 * The first column of the first row of `sql` with `value` bound; empty if there is no row. False
 * only if the ledger could not be read.
 */
static bool look_up(struct ledger *ledger, const char *sql, const char *value, char *word,
                    size_t size, struct sti_error *err)
{
    struct ledger_query query;
    bool memory = true;
    word[0] = '\0';
    query_start(&query, ledger, "read", sql, err);
    query_bind_text(&query, 1, value);
    if (query_row(&query)) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 0);
        /* No column asked for can be NULL, so this is what SQLite answers without memory. */
        memory = text != NULL;
        snprintf(word, size, "%s", memory ? text : "");
    }
    bool ok = query_end(&query);
    return ok && !memory ? sti_fail(err, "out of memory") : ok;
}

static bool serial_is_new(struct ledger *ledger, const char *serial, struct sti_error *err)
{
    char state[WORD];
    if (!look_up(ledger, "SELECT state FROM certificate WHERE serial = ?1", serial, state,
                 sizeof(state), err))
        return false;
    if (state[0] == '\0')
        return true;
    /* Serials are 64 bits of chance or more, so this is no bad luck. */
    sti_fail(err,
             "serial %s is in the ledger already (%s): the source of random numbers repeats "
             "itself; issue nothing until that is understood",
             serial, state);
    return sti_error_in(err, ledger->path);
}

/* The certificates of a token, the open intents among them, as the tables count them. */
static bool count_uses(struct ledger *ledger, const struct ledger_token *token, int64_t *count,
                       char serial[LEDGER_SERIAL_TEXT + 1], struct sti_error *err)
{
    static const char sql[] =
        "SELECT count(*), ifnull(max(serial), '') FROM certificate WHERE jti = ?1"
        " AND (signer IS NULL OR signer = ?2) AND state = 'intended'";
    struct ledger_uses uses;
    struct ledger_query query;
    if (!ledger_token_uses(ledger, token->jti, token->signer, &uses, err))
        return false;
    *count = uses.count;
    strcpy(serial, uses.serial);
    query_start(&query, ledger, "read", sql, err);
    query_bind_text(&query, 1, token->jti);
    query_bind_octets(&query, 2, token->signer, sizeof(token->signer));
    if (query_row(&query) && sqlite3_column_int64(query.statement, 0) > 0) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 1);
        *count += sqlite3_column_int64(query.statement, 0);
        snprintf(serial, LEDGER_SERIAL_TEXT + 1, "%s", text == NULL ? "?" : text);
    }
    return query_end(&query);
}

static bool token_may_be_used(struct ledger *ledger, const struct ledger_token *token,
                              struct sti_error *err)
{
    char serial[LEDGER_SERIAL_TEXT + 1];
    int64_t count;
    if (token == NULL || token->limit == LEDGER_NO_LIMIT)
        return true;
    if (!count_uses(ledger, token, &count, serial, err))
        return false;
    if (count < token->limit)
        return true;
    sti_refuse(err, "RFC 9447 section 4",
               "token id \"%.*s\" was already used for %lld of at most %lld certificates, the last "
               "one %s; ask the STI-PA for a new token",
               WORD, token->jti, (long long)count, (long long)token->limit, serial);
    return sti_error_part(err, "claim jti");
}

static void bind_token(struct ledger_query *query, const struct ledger_token *token)
{
    if (token == NULL)
        return; /* what is not bound is NULL */
    query_bind_text(query, 4, token->jti);
    query_bind_octets(query, 5, token->signer, sizeof(token->signer));
    if (token->limit != LEDGER_NO_LIMIT)
        query_bind_number(query, 6, token->limit);
}

static bool insert_intent(struct ledger *ledger, const struct ledger_intent *intent,
                          const char *serial, struct sti_error *err)
{
    struct ledger_query query;
    query_start(&query, ledger, "written",
                "INSERT INTO certificate"
                " (serial, kind, state, subject, jti, signer, token_limit, tbs_digest, spki,"
                " holder, note, intended_at)"
                " VALUES (?1, ?2, 'intended', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                err);
    query_bind_text(&query, 1, serial);
    query_bind_text(&query, 2, ledger_kind_name(intent->kind));
    query_bind_text(&query, 3, intent->subject);
    bind_token(&query, intent->token);
    query_bind_octets(&query, 7, intent->tbs_digest, sizeof(intent->tbs_digest));
    query_bind_octets(&query, 8, intent->spki, sizeof(intent->spki));
    query_bind_octets(&query, 9, intent->holder, LEDGER_DIGEST_OCTETS); /* NULL stays NULL */
    query_bind_text(&query, 10, intent->note);
    query_bind_number(&query, 11, intent->time);
    return query_end(&query);
}

bool ledger_record_intent(struct ledger *ledger, const struct ledger_intent *intent,
                          struct sti_error *err)
{
    char serial[LEDGER_SERIAL_TEXT + 1];
    if (!ledger_serial_normal(intent->serial, serial, err) || !transaction_begin(ledger, err))
        return false;
    /* The tables refuse all this too; asking first is for the sentence. */
    bool ok = serial_is_new(ledger, serial, err) && token_may_be_used(ledger, intent->token, err) &&
              insert_intent(ledger, intent, serial, err);
    return transaction_end(ledger, ok, err);
}

/* How an intent ends: a certificate, or a reason. What is not meant is NULL. */
struct ending {
    enum ledger_state state;
    const uint8_t *certificate;
    size_t certificate_length;
    const uint8_t *list;
    size_t list_length;
    const char *reason;
    int64_t time;
};

static bool is_intended(struct ledger *ledger, const char *serial, struct sti_error *err)
{
    char state[WORD];
    if (!look_up(ledger, "SELECT state FROM certificate WHERE serial = ?1", serial, state,
                 sizeof(state), err))
        return false;
    if (strcmp(state, ledger_state_name(LEDGER_INTENDED)) == 0)
        return true;
    if (state[0] == '\0')
        sti_refuse(err, NULL,
                   "the ledger has no intent for serial %s; one must be recorded before the HSM is "
                   "asked",
                   serial);
    else
        sti_refuse(err, NULL, "serial %s is recorded as %s, and that is final", serial, state);
    return sti_error_in(err, ledger->path);
}

static bool update_row(struct ledger *ledger, const char *serial, const struct ending *ending,
                       struct sti_error *err)
{
    struct ledger_query query;
    query_start(&query, ledger, "written",
                "UPDATE certificate SET state = ?2, ended_at = ?3, certificate = ?4,"
                " list = ?5, reason = ?6 WHERE serial = ?1",
                err);
    query_bind_text(&query, 1, serial);
    query_bind_text(&query, 2, ledger_state_name(ending->state));
    query_bind_number(&query, 3, ending->time);
    query_bind_octets(&query, 4, ending->certificate, ending->certificate_length);
    query_bind_octets(&query, 5, ending->list, ending->list_length);
    query_bind_text(&query, 6, ending->reason);
    return query_end(&query);
}

/* A trigger of the tables writes the use of the token in the same step as the certificate. */
static bool end_intent(struct ledger *ledger, const char *serial, const struct ending *ending,
                       struct sti_error *err)
{
    char normal[LEDGER_SERIAL_TEXT + 1];
    if (!ledger_serial_normal(serial, normal, err) || !transaction_begin(ledger, err))
        return false;
    bool ok = is_intended(ledger, normal, err) && update_row(ledger, normal, ending, err);
    return transaction_end(ledger, ok, err);
}

bool ledger_record_issued(struct ledger *ledger, const char *serial, const uint8_t *certificate,
                          size_t certificate_length, const uint8_t *list, size_t list_length,
                          int64_t time, struct sti_error *err)
{
    struct ending ending = {.state = LEDGER_ISSUED,
                            .certificate = certificate,
                            .certificate_length = certificate_length,
                            .list = list,
                            .list_length = list_length,
                            .time = time};
    return end_intent(ledger, serial, &ending, err);
}

bool ledger_record_abandoned(struct ledger *ledger, const char *serial, const char *reason,
                             int64_t time, struct sti_error *err)
{
    struct ending ending = {.state = LEDGER_ABANDONED, .reason = reason, .time = time};
    return end_intent(ledger, serial, &ending, err);
}
