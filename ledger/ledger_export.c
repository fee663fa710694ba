/* SPDX-License-Identifier: Apache-2.0 */
/* The log as a CBOR sequence. What it holds only grows, so no lock is held between two entries. */
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

#include "dcbor.h"

struct export
{
    struct ledger *ledger;
    ledger_sink sink;
    void *context;
    struct ledger_place last;
};

/* Hands over what was written. */
static bool put(const struct export *export, struct dcbor_writer *writer, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    bool ok = dcbor_finish(writer, &octets, &length, err) &&
              export->sink(export->context, octets, length, err);
    free(octets);
    return ok;
}

static bool put_head(const struct export *export, const struct ledger_carried *carried,
                     struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 5);
    dcbor_put_text(&writer, LEDGER_EXPORT);
    dcbor_put_int(&writer, LEDGER_EXPORT_FORM);
    dcbor_put_bytes(&writer, carried->id, sizeof(carried->id));
    dcbor_put_int(&writer, carried->entries);
    dcbor_put_bytes(&writer, carried->hash, sizeof(carried->hash));
    return put(export, &writer, err);
}

static bool put_entry(void *context, const struct log_row *row, struct sti_error *err)
{
    struct export *export = context;
    struct ledger_place *last = &export->last;
    struct dcbor_writer writer = {0};
    if (row->number != last->number + 1)
        return ledger_damaged(export->ledger, err, "entry %lld is missing",
                              (long long)last->number + 1);
    last->number = row->number;
    if (!log_hash(last->hash, row->body, row->length, last->hash, err))
        return false;
    if (row->hash_length != sizeof(last->hash) ||
        memcmp(row->hash, last->hash, sizeof(last->hash)) != 0)
        return ledger_damaged(export->ledger, err,
                              "entry %lld is not the one that was written behind entry %lld",
                              (long long)row->number, (long long)row->number - 1);
    dcbor_put_array(&writer, 3);
    dcbor_put_int(&writer, row->number);
    dcbor_put_bytes(&writer, row->body, row->length);
    dcbor_put_bytes(&writer, row->hash, row->hash_length);
    return put(export, &writer, err);
}

static bool take_id(void *context, const struct log_row *row, struct sti_error *err)
{
    struct ledger_carried *carried = context;
    struct ledger_entry entry;
    if (!entry_read(&entry, row->body, row->length, err))
        return false;
    if (!entry.values[KEY_LEDGER_ID].there)
        return sti_refuse(err, NULL, "the log does not begin with how the ledger was made");
    memcpy(carried->id, entry.values[KEY_LEDGER_ID].octets, LEDGER_ID_OCTETS);
    return true;
}

bool ledger_export(struct ledger *ledger, ledger_sink sink, void *context,
                   const struct ledger_watch *watch, struct ledger_carried *carried,
                   struct sti_error *err)
{
    struct export export = {.ledger = ledger, .sink = sink, .context = context};
    struct ledger_place end;
    memset(carried, 0, sizeof(*carried));
    if (!log_is_there(ledger, err) || !log_last(ledger, &end, err))
        return false;
    if (end.number < 1)
        return ledger_damaged(ledger, err, "its log is empty");
    carried->entries = end.number;
    memcpy(carried->hash, end.hash, sizeof(end.hash));
    struct watched watched = watch_step(watch, "exporting", "entry", end.number);
    if (!log_walk(ledger, 1, 1, take_id, carried, NULL, err) || !put_head(&export, carried, err) ||
        !log_walk(ledger, 1, end.number, put_entry, &export, &watched, err))
        return false;
    return export.last.number == end.number ||
           ledger_damaged(ledger, err, "entry %lld is missing", (long long)export.last.number + 1);
}
