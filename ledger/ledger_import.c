/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log that was carried here: proved from its first entry on, compared with what is there, and
 * what is new added, in one transaction.
 */
#include "ledger_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "dcbor.h"

/* Whoever watches is told after so many entries. */
#define TOLD 256

struct import {
    struct ledger *ledger;
    struct dcbor_reader reader;
    const struct ledger_watch *watch;
    struct ledger_carried *carried;
    struct ledger_place last; /* of what was read */
    int64_t had;              /* entries that were there */
    size_t at;                /* the octet where the entry that is read begins */
};

/* Names the entry that is wrong, and where it begins. */
static bool broken(const struct import *import, struct sti_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool broken(const struct import *import, struct sti_error *err, const char *format, ...)
{
    char what[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    sti_refuse(err, NULL, "%s", what);
    if (err != NULL)
        err->offset = import->at;
    return sti_error_part(err, "entry %lld", (long long)import->last.number + 1);
}

static bool read_head(struct import *import, struct sti_error *err)
{
    struct dcbor_reader *reader = &import->reader;
    struct dcbor_item name, id, hash;
    int64_t form;
    if (!dcbor_array(reader, "the head of the export", 5, err) ||
        !dcbor_text(reader, "the name", 1, 100, &name, err))
        return false;
    if (!dcbor_is(&name, LEDGER_EXPORT))
        return sti_refuse(err, NULL, "this is no export of a ledger");
    if (!dcbor_int(reader, "the form of the export", LEDGER_EXPORT_FORM, LEDGER_EXPORT_FORM, &form,
                   err) ||
        !dcbor_bytes(reader, "the ledger's id", LEDGER_ID_OCTETS, LEDGER_ID_OCTETS, &id, err) ||
        !dcbor_int(reader, "the number of entries", 1, INT64_MAX, &import->carried->entries, err) ||
        !dcbor_bytes(reader, "the hash of the last entry", LEDGER_DIGEST_OCTETS,
                     LEDGER_DIGEST_OCTETS, &hash, err))
        return false;
    memcpy(import->carried->id, id.octets, LEDGER_ID_OCTETS);
    memcpy(import->carried->hash, hash.octets, LEDGER_DIGEST_OCTETS);
    return true;
}

/* The sequence's own chain: nothing is missing, nothing was changed. */
static bool read_entry(struct import *import, struct dcbor_item *body, struct sti_error *err)
{
    struct ledger_place *last = &import->last;
    struct dcbor_item hash;
    struct sti_error why;
    unsigned char wanted[LEDGER_DIGEST_OCTETS];
    int64_t number;
    import->at = import->reader.at;
    if (import->reader.at == import->reader.length)
        return broken(import, err, "is missing: %lld entries are announced, and the octets end",
                      (long long)import->carried->entries);
    if (!dcbor_array(&import->reader, "an entry", 3, &why) ||
        !dcbor_int(&import->reader, "its number", 1, INT64_MAX, &number, &why) ||
        !dcbor_bytes(&import->reader, "its body", 1, SIZE_MAX, body, &why) ||
        !dcbor_bytes(&import->reader, "its hash", sizeof(wanted), sizeof(wanted), &hash, &why))
        return broken(import, err, "%s", why.sentence);
    if (number != last->number + 1)
        return broken(import, err, "is missing: entry %lld is in its place", (long long)number);
    if (!log_hash(last->hash, body->octets, body->length, wanted, err))
        return false;
    if (memcmp(hash.octets, wanted, sizeof(wanted)) != 0)
        return broken(import, err, "is not the one that was written behind entry %lld",
                      (long long)last->number);
    return true;
}

/* An entry that both have is the same. */
static bool same_entry(struct import *import, const unsigned char hash[LEDGER_DIGEST_OCTETS],
                       struct sti_error *err)
{
    unsigned char here[LEDGER_DIGEST_OCTETS];
    int64_t number = import->last.number + 1;
    bool found;
    if (!log_find(import->ledger, number, here, &found, err))
        return false;
    if (!found)
        return ledger_damaged(import->ledger, err, "entry %lld is missing", (long long)number);
    if (memcmp(here, hash, sizeof(here)) == 0)
        return true;
    if (number == 1)
        return broken(import, err, "is of another ledger than the one that is here");
    return broken(import, err,
                  "is another one than here: the two ledgers have gone different ways since entry "
                  "%lld; keep both, and find out which of them has signed",
                  (long long)import->last.number);
}

static bool add_entry(struct import *import, const struct dcbor_item *body, struct sti_error *err)
{
    struct ledger_entry entry;
    struct sti_error why;
    if (!entry_read(&entry, body->octets, body->length, &why))
        return broken(import, err, "%s", why.sentence);
    if (log_append(import->ledger, body->octets, body->length, &why) &&
        ledger_apply(import->ledger, import->ledger->head.number, &entry, &why)) {
        import->carried->added++;
        return true;
    }
    broken(import, err, "%s", why.sentence);
    if (err != NULL)
        err->code = why.code;
    return false;
}

/* Does the first entry belong to the ledger that the head names. */
static bool fits_head(struct import *import, const struct dcbor_item *body, struct sti_error *err)
{
    struct ledger_entry entry;
    struct sti_error why;
    if (import->last.number > 0)
        return true;
    if (!entry_read(&entry, body->octets, body->length, &why))
        return broken(import, err, "%s", why.sentence);
    const struct entry_value *id = &entry.values[KEY_LEDGER_ID];
    return (id->there && memcmp(id->octets, import->carried->id, LEDGER_ID_OCTETS) == 0) ||
           broken(import, err, "is not of the ledger that the head of the export names");
}

static bool take_entry(struct import *import, struct sti_error *err)
{
    struct dcbor_item body;
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    if (!read_entry(import, &body, err) || !fits_head(import, &body, err) ||
        !log_hash(import->last.hash, body.octets, body.length, hash, err))
        return false;
    if (import->last.number < import->had ? !same_entry(import, hash, err)
                                          : !add_entry(import, &body, err))
        return false;
    import->last.number++;
    memcpy(import->last.hash, hash, sizeof(hash));
    return true;
}

static bool take_all(struct import *import, struct sti_error *err)
{
    const struct ledger_place *last = &import->last;
    if (!read_head(import, err))
        return false;
    int64_t entries = import->carried->entries;
    struct watched watched = watch_step(import->watch, "importing", "entry", entries);
    while (last->number < entries) {
        if (!take_entry(import, err))
            return false;
        if (last->number % TOLD == 0 || last->number == entries)
            watch_done(&watched, last->number);
    }
    if (memcmp(last->hash, import->carried->hash, LEDGER_DIGEST_OCTETS) != 0)
        return sti_refuse(err, NULL, "the head of the export names another hash of the last entry");
    return dcbor_end(&import->reader, "the last entry", err);
}

/* The whole, with the ledger open and ledger->head its last entry. */
static bool import_into(struct ledger *ledger, struct import *import, struct sti_error *err)
{
    import->ledger = ledger;
    import->had = ledger->head.number;
    if (!transaction_begin(ledger, err))
        return false;
    return transaction_end(ledger, take_all(import, err), err);
}

static bool fill(void *context, const char *temporary, struct sti_error *err)
{
    struct ledger ledger;
    bool ok = ledger_begin_file(&ledger, temporary, err) && import_into(&ledger, context, err);
    return ledger_end_file(&ledger, ok, err);
}

static bool into_existing(const char *path, struct import *import, int64_t now,
                          struct sti_error *err)
{
    struct ledger *ledger = ledger_open(path, LEDGER_CARRY, now, err);
    /* A restored copy is mended if the entries that it lacked were among these. */
    bool ok = ledger != NULL && import_into(ledger, import, err) && mark_again(ledger, err);
    ledger_close(ledger);
    return ok;
}

bool ledger_import(const char *path, const uint8_t *octets, size_t length, int64_t now,
                   const struct ledger_watch *watch, struct ledger_carried *carried,
                   struct sti_error *err)
{
    struct stat st;
    struct import import = {.reader = {octets, length, 0, 0}, .watch = watch, .carried = carried};
    memset(carried, 0, sizeof(*carried));
    if (lstat(path, &st) != 0 && errno == ENOENT)
        return ledger_new_file(path, fill, &import, err);
    return into_existing(path, &import, now, err);
}
