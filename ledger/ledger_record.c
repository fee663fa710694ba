/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: a verdict, an intent, its one end, and where the certificate went. */
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
    query_start_kept(&query, ledger, "read", sql, err);
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
    query_start_kept(&query, ledger, "read", sql, err);
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

static struct ledger_entry entry_of(enum ledger_event event, int64_t time)
{
    struct ledger_entry entry = {.event = event};
    entry_set_number(&entry, KEY_TIME, time);
    return entry;
}

bool ledger_record_verdict(struct ledger *ledger, const struct ledger_verdict *verdict,
                           int64_t *number, struct sti_error *err)
{
    struct ledger_entry entry = entry_of(EVENT_VERDICT, verdict->time);
    entry_set_text(&entry, KEY_REQUEST, verdict->request);
    entry_set_octets(&entry, KEY_CSR_DIGEST, verdict->csr_digest, LEDGER_DIGEST_OCTETS);
    entry_set_octets(&entry, KEY_TOKEN_DIGEST, verdict->token_digest, LEDGER_DIGEST_OCTETS);
    entry_set_octets(&entry, KEY_LIST_DIGEST, verdict->list_digest, LEDGER_DIGEST_OCTETS);
    entry_set_text(&entry, KEY_PROFILE, verdict->profile);
    entry_set_number(&entry, KEY_ACCEPTED, verdict->accepted);
    entry_set_text(&entry, KEY_CHECK, verdict->check);
    entry_set_text(&entry, KEY_REASON, verdict->reason);
    entry_set_text(&entry, KEY_NOTE, verdict->note);
    if (!log_record(ledger, &entry, err))
        return false;
    *number = ledger->head.number;
    return true;
}

static void set_token(struct ledger_entry *entry, const struct ledger_token *token)
{
    if (token == NULL)
        return;
    entry_set_text(entry, KEY_JTI, token->jti);
    entry_set_octets(entry, KEY_SIGNER, token->signer, sizeof(token->signer));
    if (token->limit != LEDGER_NO_LIMIT)
        entry_set_number(entry, KEY_TOKEN_LIMIT, token->limit);
}

static void set_intent(struct ledger_entry *entry, const struct ledger_intent *intent,
                       const char *serial)
{
    entry_set_text(entry, KEY_SERIAL, serial);
    entry_set_text(entry, KEY_KIND, ledger_kind_name(intent->kind));
    entry_set_text(entry, KEY_SUBJECT, intent->subject);
    set_token(entry, intent->token);
    entry_set_octets(entry, KEY_TBS_DIGEST, intent->tbs_digest, sizeof(intent->tbs_digest));
    entry_set_octets(entry, KEY_SPKI, intent->spki, sizeof(intent->spki));
    entry_set_octets(entry, KEY_HOLDER, intent->holder, LEDGER_DIGEST_OCTETS);
    entry_set_text(entry, KEY_NOTE, intent->note);
    entry_set_text(entry, KEY_PROFILE, intent->profile);
    entry_set_text(entry, KEY_WAIVERS, intent->waivers);
    entry_set_text(entry, KEY_HSM, intent->hsm);
    entry_set_text(entry, KEY_OUT, intent->out);
    if (intent->verdict != 0)
        entry_set_number(entry, KEY_VERDICT, intent->verdict);
}

bool ledger_record_intent(struct ledger *ledger, const struct ledger_intent *intent,
                          struct sti_error *err)
{
    char serial[LEDGER_SERIAL_TEXT + 1];
    struct ledger_entry entry = entry_of(EVENT_INTENT, intent->time);
    if (!ledger_serial_normal(intent->serial, serial, err) || !log_begin(ledger, err))
        return false;
    set_intent(&entry, intent, serial);
    /* The tables refuse all this too; asking first is for the sentence. */
    bool ok = serial_is_new(ledger, serial, err) && token_may_be_used(ledger, intent->token, err) &&
              log_add(ledger, &entry, err);
    return log_end(ledger, ok, err);
}

static bool has_state(struct ledger *ledger, const char *serial, enum ledger_state wanted,
                      struct sti_error *err)
{
    char state[WORD];
    if (!look_up(ledger, "SELECT state FROM certificate WHERE serial = ?1", serial, state,
                 sizeof(state), err))
        return false;
    if (strcmp(state, ledger_state_name(wanted)) == 0)
        return true;
    if (state[0] == '\0')
        sti_refuse(err, NULL,
                   "the ledger has no intent for serial %s; one must be recorded before the HSM is "
                   "asked",
                   serial);
    else if (wanted == LEDGER_INTENDED)
        sti_refuse(err, NULL, "serial %s is recorded as %s, and that is final", serial, state);
    else
        sti_refuse(err, NULL, "serial %s is recorded as %s, so there is nothing to deliver", serial,
                   state);
    return sti_error_in(err, ledger->path);
}

/* Records something about a serial that is there in a state that allows it. */
static bool record_of(struct ledger *ledger, const char *serial, enum ledger_state wanted,
                      struct ledger_entry *entry, struct sti_error *err)
{
    char normal[LEDGER_SERIAL_TEXT + 1];
    if (!ledger_serial_normal(serial, normal, err) || !log_begin(ledger, err))
        return false;
    entry_set_text(entry, KEY_SERIAL, normal);
    bool ok = has_state(ledger, normal, wanted, err) && log_add(ledger, entry, err);
    return log_end(ledger, ok, err);
}

bool ledger_record_issued(struct ledger *ledger, const char *serial, const uint8_t *certificate,
                          size_t certificate_length, const uint8_t *list, size_t list_length,
                          int64_t time, struct sti_error *err)
{
    struct ledger_entry entry = entry_of(EVENT_ISSUED, time);
    entry_set_octets(&entry, KEY_CERTIFICATE, certificate, certificate_length);
    entry_set_octets(&entry, KEY_LIST, list, list_length);
    return record_of(ledger, serial, LEDGER_INTENDED, &entry, err);
}

bool ledger_record_abandoned(struct ledger *ledger, const char *serial, const char *reason,
                             int64_t time, struct sti_error *err)
{
    struct ledger_entry entry = entry_of(EVENT_ABANDONED, time);
    entry_set_text(&entry, KEY_REASON, reason);
    return record_of(ledger, serial, LEDGER_INTENDED, &entry, err);
}

bool ledger_record_uncertain(struct ledger *ledger, const char *serial, int64_t time,
                             struct sti_error *err)
{
    struct ledger_entry entry = entry_of(EVENT_UNCERTAIN, time);
    return record_of(ledger, serial, LEDGER_INTENDED, &entry, err);
}

bool ledger_record_delivered(struct ledger *ledger, const char *serial, const char *path,
                             int64_t time, struct sti_error *err)
{
    struct ledger_entry entry = entry_of(EVENT_DELIVERED, time);
    entry_set_text(&entry, KEY_OUT, path);
    return record_of(ledger, serial, LEDGER_ISSUED, &entry, err);
}
