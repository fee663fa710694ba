/* SPDX-License-Identifier: Apache-2.0 */
/* A series of CRLs: who signs it, what the ledger calls it, and its last one. */
#ifndef CA_TOOL_CRL_SERIES_H
#define CA_TOOL_CRL_SERIES_H

#include "config.h"
#include "crl_succession.h"
#include "ledger.h"

/* The configuration names who signs an indirect CRL; STI_USAGE if it does not. */
bool crl_series_is_configured(const struct config *config, struct sti_error *err);

/*
 * Refused, said of the file `path`: a certificate whose keyUsage has no cRLSign (RFC 5280 section
 * 6.3.3). `own` is root or intermediate, whose profile is to blame then; NULL: neither.
 */
bool crl_series_check_signer(X509 *signer, const char *own, const char *path,
                             struct sti_error *err);

/*
 * The scope in the ledger: a number rises within the CRLs of one issuer and one scope (RFC 5280
 * section 5.2.3). url: of an indirect CRL; NULL: a plain one. malloc'd, NULL without memory.
 */
char *crl_series_scope(const char *issuer, const char *url);

/*
 * The CRL before: the scope's last one in the ledger, or, where the ledger has none, that of the
 * file `previous`, the caller's words for which are `word` (NULL: there is no such file). Refused:
 * the file, where the ledger has one, and a CRL in it that is not signed with the key of `signer`
 * (RFC 5280 section 6.3.3). crl_listing_free() it if *there.
 */
bool crl_series_before(struct ledger *ledger, const char *scope, X509 *signer, const char *previous,
                       const char *word, struct crl_listing *before, bool *there,
                       struct sti_error *err);

#endif
