/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the path validation share with each other and with nobody else. */
#ifndef PKI_PATH_INTERNAL_H
#define PKI_PATH_INTERNAL_H

#include "path.h"

/* What the rows work on. */
struct path_walk {
    const struct path_input *input;
    struct path *path;
};

/* ---- what the rows share (path.c) ---- */

/* How many certificates the path has, with PATH_LAID; and one of them, 0 the one asked about. */
int path_length(const struct path_walk *in);
X509 *path_certificate(const struct path_walk *in, int index);

/*
 * Says which certificate of the path a reason is about, 1 the one asked about, before the part that
 * the reason names already. Returns false.
 */
bool path_blame(const struct path_walk *in, int index, struct sti_error *err);

/* Adds to what a check has found, as far as there is room. */
void path_found(struct check *check, const char *format, ...) STI_PRINTF(2, 3);

/*
 * The result of a check whose answer may be neither yes nor no, which the policy settles; the
 * reason for what is not YES must be there.
 */
bool path_settle(struct path_walk *in, struct check *check, enum tnset_answer answer);

/* ---- rows (path_lists.c, path_revocation.c, path_number.c) ---- */

bool path_check_lists(void *context, struct check *check);
bool path_check_delegates(void *context, struct check *check);
bool path_check_encompassing(void *context, struct check *check);
bool path_check_crls(void *context, struct check *check);
bool path_check_covered(void *context, struct check *check);
bool path_check_not_revoked(void *context, struct check *check);
bool path_check_end_entity(void *context, struct check *check);
bool path_check_key_usage(void *context, struct check *check);
bool path_check_key(void *context, struct check *check);
bool path_check_number(void *context, struct check *check);

/* ---- the way by key identifiers (path_lay.c) ---- */

/*
 * Lays the path: from the certificate to an anchor, each next one by the SKI that the AKI names.
 * Rigid: where several have it, one with the issuer's name goes first, an anchor before others, the
 * first given before later ones; no other way is tried. NULL on refusal; the caller's.
 */
STACK_OF(X509) * path_lay(const struct path_input *input, struct sti_error *err);

/* ---- what a CRL speaks of (path_crl.c) ---- */

/*
 * Does the CRL speak of the certificate (RFC 5280 section 6.3.3 step b)? Its issuer is that of the
 * certificate's distribution point, indirect if there is a cRLIssuer; the names of both points have
 * one in common; it is about all reasons and this kind of certificate. False: `why` says why not.
 */
bool path_crl_covers(X509_CRL *crl, X509 *certificate, struct sti_error *why);

#endif
