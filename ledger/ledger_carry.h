/* SPDX-License-Identifier: Apache-2.0 */
/* The record as a whole: looked through, checked, copied and carried elsewhere. Part of ledger.h.
 */
#ifndef LEDGER_CARRY_H
#define LEDGER_CARRY_H

#include "ledger.h"
#include "ledger_watch.h"

/* ---- looking through the log ---- */

/* One entry. Pointers live as long as the callback runs. */
struct ledger_log_entry {
    int64_t number;
    const char *event; /* "created", "verdict", ... as docs/ledger.md has them */
    int64_t time;
    const uint8_t *body; /* deterministic CBOR */
    size_t length;
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    const void *values; /* for ledger_log_value() */
};

/* Returns false to stop; may fill err. */
typedef bool (*ledger_log_visit)(void *context, const struct ledger_log_entry *entry,
                                 struct sti_error *err);

/* Visits the entries from number `from` on. No lock is held during a visit. */
bool ledger_log(struct ledger *ledger, int64_t from, ledger_log_visit visit, void *context,
                struct sti_error *err);

/* What an entry says under one name. */
struct ledger_log_value {
    const char *name; /* "serial", "certificate", ... */
    bool is_number, is_text;
    int64_t number;
    const uint8_t *octets; /* of a text too, without NUL at its end */
    size_t length;
};

/* The value at place 0, 1, ...; false behind the last. Event and time are not among them. */
bool ledger_log_value(const struct ledger_log_entry *entry, size_t place,
                      struct ledger_log_value *value);

/* ---- the whole check ---- */

/* What was checked, and where the log ends: to be compared with what another copy ends with. */
struct ledger_verified {
    int64_t entries;
    int64_t certificates; /* serials ever used */
    unsigned char id[LEDGER_ID_OCTETS];
    unsigned char hash[LEDGER_DIGEST_OCTETS]; /* of the last entry */
};

/*
 * Checks everything: SQLite's own structure, the chain from the first entry to the last, and that
 * every row of every table is what the entries say, no more and no less. A break names the entry or
 * the table. A writer's commit waits for some milliseconds at a time. Needs room for a copy of the
 * ledger, then for its tables without the certificates, in temporary files. Of a file open for
 * reading it also tells whether it was restored from an older copy. `watch`, here and below: who is
 * told how far it is; NULL: nobody.
 */
bool ledger_verify(struct ledger *ledger, const struct ledger_watch *watch,
                   struct ledger_verified *verified, struct sti_error *err);

/* ---- to another machine and back ---- */

/* What was carried, and where it ends: to be compared on both sides. */
struct ledger_carried {
    int64_t entries;                          /* that the export has */
    int64_t added;                            /* that the ledger did not have before an import */
    unsigned char id[LEDGER_ID_OCTETS];       /* of the ledger */
    unsigned char hash[LEDGER_DIGEST_OCTETS]; /* of the last entry that was carried */
};

/* Takes the next octets; false ends the export. */
typedef bool (*ledger_sink)(void *context, const uint8_t *octets, size_t length,
                            struct sti_error *err);

/*
 * Gives the log as a CBOR sequence (RFC 8742) to the sink, as it was when the call began: a head
 * with the ledger's id, the number of entries and the hash of the last, then every entry with its
 * number, body and hash. The chain is checked on the way. A writer may go on meanwhile.
 */
bool ledger_export(struct ledger *ledger, ledger_sink sink, void *context,
                   const struct ledger_watch *watch, struct ledger_carried *carried,
                   struct sti_error *err);

/*
 * Brings such a sequence into the ledger `path`, durably, all of it or nothing. If there is no file
 * of that name, it is made; if there is one, every entry that both have must be the same, and those
 * behind its last are added. Refused: a sequence in which an entry is missing, changed or cut, of
 * another ledger, or of one that has gone another way since; and an entry that breaks the rules of
 * the record. An error names the entry and the octet.
 */
bool ledger_import(const char *path, const uint8_t *octets, size_t length, int64_t now,
                   const struct ledger_watch *watch, struct ledger_carried *carried,
                   struct sti_error *err);

/*
 * Copies the file page by page into a new one, whole or not at all; a file that exists is refused.
 * Safe while another process writes, which waits meanwhile. The end of the copy is checked.
 */
bool ledger_backup(struct ledger *ledger, const char *path, const struct ledger_watch *watch,
                   struct sti_error *err);

#endif
