/* SPDX-License-Identifier: Apache-2.0 */
/* What was taken back: revocations and CRLs, as the ledger records them. Part of ledger.h. */
#ifndef LEDGER_REVOCATION_H
#define LEDGER_REVOCATION_H

#include "ledger.h"

/* No reasonCode (RFC 5280 section 5.3.1). */
#define LEDGER_NO_REASON (-1)

struct ledger_revocation {
    const char *serial;
    int reason;       /* RFC 5280 section 5.3.1, or LEDGER_NO_REASON */
    int64_t date;     /* the revocationDate, in seconds since 1970 */
    const char *note; /* why, for people; NULL: nothing */
};

/*
 * Revokes what was issued, or may have been (LEDGER_UNCERTAIN), once and for ever. Refused: a
 * serial the ledger does not know or that was never signed, one that is revoked, and a code that is
 * none or belongs to delta CRLs (7, 8).
 */
bool ledger_record_revoked(struct ledger *ledger, const struct ledger_revocation *revocation,
                           int64_t time, struct sti_error *err);

/* Like ledger_list(): the revoked ones, in the order of their revocations in the log. */
bool ledger_revocations(struct ledger *ledger, ledger_visit visit, void *context,
                        struct sti_error *err);

/* The most octets of a CRL number (RFC 5280 section 5.2.3). */
#define LEDGER_CRL_NUMBER_OCTETS 20

struct ledger_crl {
    const char *scope;           /* which series of CRLs: the issuer's name, for example */
    const unsigned char *number; /* big endian; leading zeros do not count */
    size_t number_length;
    const uint8_t *der;
    size_t der_length;
    int64_t this_update, next_update; /* seconds since 1970 */
};

/*
 * Records a CRL, its octets included; when it returns true, it is on the disk and may leave. Its
 * number must be above those of the scope's earlier ones: refused otherwise.
 */
bool ledger_record_crl(struct ledger *ledger, const struct ledger_crl *crl, int64_t time,
                       struct sti_error *err);

/* Pointers live as long as the callback runs. Returns false to stop; may fill err. */
typedef bool (*ledger_crl_visit)(void *context, const struct ledger_crl *crl,
                                 struct sti_error *err);

/*
 * Visits the last CRL of a scope, the one with the highest number; nothing, and true, if there is
 * none.
 */
bool ledger_last_crl(struct ledger *ledger, const char *scope, ledger_crl_visit visit,
                     void *context, struct sti_error *err);

#endif
