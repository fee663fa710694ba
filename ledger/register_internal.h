/* SPDX-License-Identifier: Apache-2.0 */
/* The register's inside: how it is kept, and what the writers of the ledger call. */
#ifndef REGISTER_INTERNAL_H
#define REGISTER_INTERNAL_H

#include "ledger_internal.h"
#include "register.h"

/* ---- for the writers of the ledger; each is a part of a transaction of the caller's ---- */

/* Makes the empty tables. */
bool register_make_tables(struct ledger *ledger, struct sti_error *err);

/*
 * Enters the certificate of row `number`: everything follows from its octets, and from `list`, the
 * DER of a list by reference, or NULL. One without a list is not entered. One that cannot be read
 * is entered as such and covers nothing: a certificate that the HSM has signed must not be lost for
 * that.
 */
bool register_add(struct ledger *ledger, int64_t number, const uint8_t *certificate,
                  size_t certificate_length, const uint8_t *list, size_t list_length,
                  struct sti_error *err);

/* Notes since when the certificate of row `number` is revoked. It need not be in the register. */
bool register_revoked(struct ledger *ledger, int64_t number, int64_t date, struct sti_error *err);

/* The row of a serial as the ledger writes it; 0 if there is none. */
bool register_number(struct ledger *ledger, const char *serial, int64_t *number,
                     struct sti_error *err);

/* ---- how it is kept ---- */

/*
 * A number as a key: its length times 10^17, and its value, so that 12155551212 is
 * 1100000012155551212. A number with * or # has 5 * 10^16 more, and its value is that of its
 * symbols to the base 12, below 2 * 10^16. In a length, the successor's key is the key + 1. A range
 * never leaves its length, and the look for what begins up to 10^15 below never meets another one.
 */
#define REGISTER_LENGTH INT64_C(100000000000000000)
#define REGISTER_SPECIAL INT64_C(50000000000000000)

/*
 * The class of a range of n numbers: the least c with n <= 10^c. A range of class c that has a
 * number begins less than 10^c below it, and few others begin there: its own certificate has at
 * most ten of them, because they do not overlap. So one look at an index for each class finds what
 * covers a number, however long the ranges are.
 */
#define REGISTER_CLASSES 16

int64_t register_key(tn_word word);
tn_word register_word(int64_t key);

/* 10^exponent, 0 to 17. */
int64_t register_power(int exponent);
int register_class(int64_t numbers);

/* What a DER certificate says that the register wants. Octets are borrowed from the certificate. */
struct register_facts {
    int64_t not_before;
    int64_t not_after;
    bool ca;
    const uint8_t *list; /* the TNAuthList; NULL: none */
    size_t list_length;
    struct register_key_id key_id; /* the Subject Key Identifier, be it a CA's or not */
    struct register_key_id authority;
};
bool register_facts_read(struct register_facts *facts, const uint8_t *der, size_t length);

/*
 * Reads many certificates with one statement: start, read, query_close(). A read that fails has
 * filled the err that the start was given, and holds nothing.
 */
void register_reader_start(struct ledger_query *reader, struct ledger *ledger,
                           struct sti_error *err);
bool register_reader_read(struct ledger_query *reader, int64_t number,
                          struct register_certificate *certificate);

/* A certificate that is in the register; free with register_certificate_free(). */
bool register_certificate_read(struct ledger *ledger, int64_t number,
                               struct register_certificate *certificate, struct sti_error *err);
void register_certificate_free(struct register_certificate *certificate);

/* Whether `certificate` is `ancestor` or was issued below it: the chain of key identifiers says. */
bool register_is_below(struct ledger *ledger, const struct register_key_id *authority,
                       const struct register_key_id *ancestor, bool *below, struct sti_error *err);

/* Whether a and b have different holders; a CA's own certificate is nobody's rival. */
bool register_other_holder(const struct register_certificate *a,
                           const struct register_certificate *b);

/* The condition of a register_certificate c that is live at ?1. */
#define REGISTER_LIVE                                                                              \
    "c.not_before <= ?1 AND ?1 <= c.not_after AND (c.revoked_at IS NULL OR c.revoked_at > ?1)"

/* Numbers in the order of their keys, as they stand in the tables, a portion at a time. */
struct register_row {
    int64_t first;
    int64_t last;
    int64_t certificate;
};
typedef bool (*register_row_visit)(void *context, const struct register_row *row,
                                   struct sti_error *err);
bool register_walk(struct ledger *ledger, int64_t at, register_row_visit visit, void *context,
                   struct sti_error *err);

/*
 * The certificates that a walk comes by, each read when it is needed; the number of slots is what
 * it needs of memory. What _get() returns lives until the next one; NULL after a failure.
 */
#define REGISTER_CACHE 4096
struct register_cache {
    struct ledger_query reader;
    struct register_certificate *slots;
};
bool register_cache_start(struct register_cache *cache, struct ledger *ledger,
                          struct sti_error *err);
const struct register_certificate *register_cache_get(struct register_cache *cache, int64_t number);
bool register_cache_end(struct register_cache *cache); /* also after a failed start */

#endif
