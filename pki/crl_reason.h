/* SPDX-License-Identifier: Apache-2.0 */
/* Why a certificate was revoked: the words and numbers of RFC 5280 section 5.3.1. */
#ifndef PKI_CRL_REASON_H
#define PKI_CRL_REASON_H

#include "sti_error.h"

/* No reason is given: the entry has no reasonCode. "unspecified" (0) is left out just so. */
#define CRL_NO_REASON (-1)
#define CRL_CERTIFICATE_HOLD 6

/*
 * The word of a reason that a whole CRL may give ("keyCompromise"), also "unspecified" for 0 and
 * for CRL_NO_REASON; NULL for any other number: 7 is not used, and removeFromCRL (8) stands in
 * delta CRLs alone.
 */
const char *crl_reason_word(int reason);

/*
 * The number of a word, spelled as in RFC 5280. Refused: other words, with all that there are.
 */
bool crl_reason_read(const char *word, int *reason, struct sti_error *err);

/* The same for a revocation that is recorded for ever: certificateHold is refused, too. */
bool crl_reason_read_final(const char *word, int *reason, struct sti_error *err);

#endif
