/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: one entry behind the other, each chained to the one before. This is the only place that
 * appends, and an entry and what it changes in the tables are one transaction.
 */
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

bool log_hash(const unsigned char before[LEDGER_DIGEST_OCTETS], const uint8_t *body, size_t length,
              unsigned char hash[LEDGER_DIGEST_OCTETS], struct sti_error *err)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
              EVP_DigestUpdate(context, before, LEDGER_DIGEST_OCTETS) == 1 &&
              EVP_DigestUpdate(context, body, length) == 1 &&
              EVP_DigestFinal_ex(context, hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    return ok || sti_fail(err, "the hash of a ledger's entry could not be made");
}

/* Takes a hash out of a column. */
static bool take_hash(struct ledger_query *query, int column,
                      unsigned char hash[LEDGER_DIGEST_OCTETS])
{
    const void *octets = sqlite3_column_blob(query->statement, column);
    if (octets == NULL || sqlite3_column_bytes(query->statement, column) != LEDGER_DIGEST_OCTETS)
        return false;
    memcpy(hash, octets, LEDGER_DIGEST_OCTETS);
    return true;
}

static bool no_hash(struct ledger *ledger, int64_t number, struct sti_error *err)
{
    return ledger_damaged(ledger, err, "entry %lld has no hash", (long long)number);
}

bool log_last(struct ledger *ledger, struct ledger_place *last, struct sti_error *err)
{
    struct ledger_query query;
    bool good = true;
    *last = (struct ledger_place){.number = 0};
    query_start_kept(&query, ledger, "read",
                     "SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1", err);
    if (query_row(&query)) {
        last->number = sqlite3_column_int64(query.statement, 0);
        good = take_hash(&query, 1, last->hash);
    }
    return query_end(&query) && (good || no_hash(ledger, last->number, err));
}

bool log_find(struct ledger *ledger, int64_t number, unsigned char hash[LEDGER_DIGEST_OCTETS],
              bool *found, struct sti_error *err)
{
    struct ledger_query query;
    bool good = true;
    query_start_kept(&query, ledger, "read", "SELECT hash FROM entry WHERE number = ?1", err);
    query_bind_number(&query, 1, number);
    *found = query_row(&query);
    if (*found)
        good = take_hash(&query, 0, hash);
    return query_end(&query) && (good || no_hash(ledger, number, err));
}

/* The hash that the last entry must have. */
static bool tail_hash(struct ledger *ledger, int64_t number,
                      unsigned char hash[LEDGER_DIGEST_OCTETS], struct sti_error *err)
{
    unsigned char before[LEDGER_DIGEST_OCTETS] = {0};
    struct ledger_query query;
    bool found = true;
    bool good = false;
    if (number > 1 && !log_find(ledger, number - 1, before, &found, err))
        return false;
    if (!found)
        return ledger_damaged(ledger, err, "entry %lld is missing", (long long)number - 1);
    query_start(&query, ledger, "read", "SELECT body FROM entry WHERE number = ?1", err);
    query_bind_number(&query, 1, number);
    if (query_row(&query)) {
        const uint8_t *body = sqlite3_column_blob(query.statement, 0);
        size_t length = (size_t)sqlite3_column_bytes(query.statement, 0);
        good = log_hash(before, body, length, hash, err);
    }
    return query_end(&query) && good;
}

bool log_check_tail(struct ledger *ledger, struct sti_error *err)
{
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    if (!log_last(ledger, &ledger->head, err))
        return false;
    if (ledger->head.number < 1)
        return ledger_damaged(ledger, err, "its log is empty");
    if (!tail_hash(ledger, ledger->head.number, hash, err))
        return false;
    return memcmp(hash, ledger->head.hash, sizeof(hash)) == 0 ||
           ledger_damaged(ledger, err, "entry %lld, the last one, is not what was written",
                          (long long)ledger->head.number);
}

bool log_append(struct ledger *ledger, const uint8_t *body, size_t length, struct sti_error *err)
{
    struct ledger_place next = {.number = ledger->head.number + 1};
    struct ledger_query query;
    if (ledger->head.number < 0) {
        sti_fail(err, "the ledger could not be read after a failure; run the command again");
        return sti_error_in(err, ledger->path);
    }
    if (!log_hash(ledger->head.hash, body, length, next.hash, err))
        return false;
    query_start_kept(&query, ledger, "written",
                     "INSERT INTO entry(number, body, hash) VALUES(?1, ?2, ?3)", err);
    query_bind_number(&query, 1, next.number);
    query_bind_octets(&query, 2, body, length);
    query_bind_octets(&query, 3, next.hash, sizeof(next.hash));
    if (!query_end(&query))
        return false;
    ledger->head = next;
    return true;
}

bool log_add(struct ledger *ledger, const struct ledger_entry *entry, struct sti_error *err)
{
    uint8_t *body = NULL;
    size_t length = 0;
    if (!entry_write(entry, &body, &length, err))
        return sti_error_in(err, ledger->path);
    bool ok = log_append(ledger, body, length, err) &&
              ledger_apply(ledger, ledger->head.number, entry, err);
    free(body);
    return ok;
}

/* ---- groups ---- */

static bool group_is_open(struct ledger *ledger, struct sti_error *err)
{
    /* SQLite ends a transaction by itself if the disk is full, for example. */
    if (!ledger->group_failed && sqlite3_get_autocommit(ledger->db) == 0)
        return true;
    ledger->group_failed = true;
    sti_fail(err, "a record of this group has failed before, so none of it is kept");
    return sti_error_in(err, ledger->path);
}

bool log_begin(struct ledger *ledger, struct sti_error *err)
{
    return ledger->group ? group_is_open(ledger, err) : transaction_begin(ledger, err);
}

bool log_end(struct ledger *ledger, bool well, struct sti_error *err)
{
    if (!ledger->group)
        return transaction_end(ledger, well, err);
    ledger->group_failed = ledger->group_failed || !well;
    return well;
}

bool log_record(struct ledger *ledger, const struct ledger_entry *entry, struct sti_error *err)
{
    return log_begin(ledger, err) && log_end(ledger, log_add(ledger, entry, err), err);
}

bool ledger_group_begin(struct ledger *ledger, struct sti_error *err)
{
    if (ledger->group)
        return sti_fail(err, "a group of records is open in this ledger");
    if (!transaction_begin(ledger, err))
        return false;
    ledger->group = true;
    ledger->group_failed = false;
    return true;
}

bool ledger_group_end(struct ledger *ledger, bool well, struct sti_error *err)
{
    if (!ledger->group)
        return sti_fail(err, "no group of records is open in this ledger");
    well = well && group_is_open(ledger, err);
    ledger->group = false;
    ledger->group_failed = false;
    return transaction_end(ledger, well, err);
}
