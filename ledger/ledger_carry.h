/* SPDX-License-Identifier: Apache-2.0 */
/* The record as a whole: looked through, checked, copied and carried elsewhere. Part of ledger.h.
 */
#ifndef LEDGER_CARRY_H
#define LEDGER_CARRY_H

#include "ledger.h"

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
 * the table. Needs room for the tables, without the certificates, in a temporary file. Of a file
 * open for reading it also tells whether it was restored from an older copy.
 */
bool ledger_verify(struct ledger *ledger, struct ledger_verified *verified, struct sti_error *err);

#endif
