/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole check. The chain is recomputed from the first entry on; every entry is applied to a
 * ledger beside, of which nothing but the tables is kept (a temporary file of SQLite's); and then
 * the tables of the two are compared row by row (ledger_compare.c). Memory stays the same whatever
 * the size.
 */
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

struct check {
    struct ledger *ledger;
    struct ledger view; /* what the entries say */
    const struct ledger_watch *watch;
    struct ledger_place last;
    unsigned char id[LEDGER_ID_OCTETS];
};

/* ---- the chain ---- */

static bool add_to_view(struct check *check, const struct log_row *row,
                        const struct ledger_entry *entry, struct sti_error *err)
{
    static const uint8_t nothing[1];
    struct ledger_query query;
    struct sti_error why;
    query_start_kept(&query, &check->view, "derived",
                     "INSERT INTO entry(number, body, hash) VALUES(?1, ?2, ?3)", &why);
    query_bind_number(&query, 1, row->number);
    query_bind_octets(&query, 2, nothing, sizeof(nothing));
    query_bind_octets(&query, 3, row->hash, row->hash_length);
    if (query_end(&query) && ledger_apply(&check->view, row->number, entry, &why))
        return true;
    return ledger_damaged(check->ledger, err, "entry %lld cannot be: %s", (long long)row->number,
                          why.sentence);
}

static bool check_entry(void *context, const struct log_row *row, struct sti_error *err)
{
    struct check *check = context;
    struct ledger_place *last = &check->last;
    struct ledger_entry entry;
    struct sti_error why;
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    long long number = row->number;
    if (row->number != last->number + 1)
        return ledger_damaged(check->ledger, err, "entry %lld is missing",
                              (long long)last->number + 1);
    if (!log_hash(last->hash, row->body, row->length, hash, err))
        return false;
    if (row->hash_length != sizeof(hash) || memcmp(row->hash, hash, sizeof(hash)) != 0)
        return ledger_damaged(check->ledger, err,
                              "entry %lld is not the one that was written behind entry %lld",
                              number, number - 1);
    if (!entry_read(&entry, row->body, row->length, &why))
        return ledger_damaged(check->ledger, err, "entry %lld: %s", number, why.sentence);
    if (number == 1 && entry.values[KEY_LEDGER_ID].there)
        memcpy(check->id, entry.values[KEY_LEDGER_ID].octets, LEDGER_ID_OCTETS);
    if (!add_to_view(check, row, &entry, err))
        return false;
    last->number = row->number;
    memcpy(last->hash, hash, sizeof(hash));
    return true;
}

static bool check_chain(struct check *check, struct sti_error *err)
{
    struct watched watched = watch_step(check->watch, "3 of 4, checking the chain", "entry",
                                        watch_count(check->watch, check->ledger, LOG_ENTRIES));
    return log_walk(check->ledger, 1, INT64_MAX, check_entry, check, &watched, err);
}

/* What was added since then, or since it was called last. */
static bool follow_chain(void *context, struct sti_error *err)
{
    struct check *check = context;
    return log_walk(check->ledger, check->last.number + 1, INT64_MAX, check_entry, check, NULL,
                    err);
}

/* ---- all of it ---- */

static bool is_sound(struct ledger *ledger, struct ledger *copy, const struct ledger_watch *watch,
                     struct sti_error *err)
{
    struct ledger_query query;
    char finding[200] = "ok";
    (void)watch_step(watch, "2 of 4, checking the structure of the copy", NULL, 0);
    query_start(&query, copy, "checked", "PRAGMA integrity_check(1)", err);
    if (query_row(&query)) {
        const char *text = (const char *)sqlite3_column_text(query.statement, 0);
        snprintf(finding, sizeof(finding), "%s", text == NULL ? "out of memory" : text);
    }
    return query_end(&query) &&
           (strcmp(finding, "ok") == 0 || ledger_damaged(ledger, err, "%s", finding));
}

/*
 * SQLite's own structure, the indexes included. It looks at the whole file with one statement, for
 * which a writer would wait too long: so it looks at a copy.
 */
static bool check_structure(struct ledger *ledger, const struct ledger_watch *watch,
                            struct sti_error *err)
{
    static const char *const settings[] = {"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF",
                                           "PRAGMA cell_size_check = ON"};
    struct ledger copy = {.path = ledger->path, .lock = -1, .version = ledger->version};
    bool ok = ledger_open_nameless(&copy, err);
    for (size_t i = 0; ok && i < sizeof(settings) / sizeof(*settings); i++)
        ok = ledger_run(&copy, "checked", settings[i], err);
    struct watched watched = watch_step(watch, "1 of 4, copying the ledger", "page", 0);
    ok = ok && ledger_copy(ledger, copy.db, &watched, err) && is_sound(ledger, &copy, watch, err);
    (void)sqlite3_close(copy.db);
    return ok;
}

static bool check_all(struct check *check, struct sti_error *err)
{
    return check_structure(check->ledger, check->watch, err) &&
           ledger_view_begin(&check->view, check->ledger->path, err) && check_chain(check, err) &&
           ledger_compare(check->ledger, &check->view, follow_chain, check, check->watch, err) &&
           (check->last.number > 0 || ledger_damaged(check->ledger, err, "its log is empty"));
}

bool ledger_verify(struct ledger *ledger, const struct ledger_watch *watch,
                   struct ledger_verified *verified, struct sti_error *err)
{
    struct check check = {.ledger = ledger, .watch = watch};
    struct sti_error why;
    if (!log_is_there(ledger, err) || !mark_look(ledger, err))
        return false;
    bool ok = check_all(&check, &why) &&
              ledger_number(&check.view, "derived", "SELECT count(*) FROM certificate",
                            &verified->certificates, &why);
    query_forget(&check.view);
    (void)sqlite3_close(check.view.db);
    verified->entries = check.last.number;
    memcpy(verified->id, check.id, sizeof(check.id));
    memcpy(verified->hash, check.last.hash, sizeof(check.last.hash));
    if (ledger->lock < 0)
        ledger->head = check.last; /* a reader has looked at no more than this */
    if (ok)
        return mark_is_there(ledger, err);
    /* Here, damage is what was asked for: a refusal, not a failure of the environment. */
    if (strncmp(why.sentence, "the ledger is damaged", 21) == 0)
        why.code = STI_REFUSED;
    if (err != NULL)
        *err = why;
    return false;
}
