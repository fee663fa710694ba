/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Path validation: may this certificate be relied upon, and for which numbers? RFC 5280 section 6
 * to the anchors given, then what RFC 9060 asks of delegates: key identifiers that lead from each
 * certificate to the next, and lists that lie within each other; and the STI-PA's indirect CRL,
 * which OpenSSL cannot process. Every step is a check with a name; all that fail are reported.
 *
 * Opens no file and no socket: lists by reference and CRLs come from the caller.
 */
#ifndef PKI_PATH_H
#define PKI_PATH_H

#include <time.h>

#include "chain.h"
#include "check.h"
#include "path_scope.h"

/* A longer path is refused: one certificate, those in between, an anchor. */
#define PATH_MAX_CERTIFICATES CHAIN_MAX

/* What the checks give, as bits of struct checks that no other table uses (token.h, verdict.c). */
enum {
    PATH_LAID = 1 << 17,  /* path->certificates */
    PATH_VALID = 1 << 18, /* ... and RFC 5280 agrees */
    PATH_LISTS = 1 << 19, /* path->scopes */
    PATH_CRLS = 1 << 20,  /* the CRLs given, if any, may be used */
};

/* What a relying party decides, where the standards leave it open; zero is the strictest. */
struct path_policy {
    bool
        accept_undecidable; /* a number that an issuer's SPC, or the certificate's, may stand for */
    bool accept_uncovered;  /* a certificate that no CRL given speaks of, or no CRL at all */
    bool accept_stale_crl;  /* a CRL whose nextUpdate has passed */
    struct path_table table; /* which numbers SPCs stand for: nothing is undecidable then */
};

/* What is judged. Everything is the caller's and only read. */
struct path_input {
    X509 *certificate;
    const char *certificate_name; /* the file, for messages */
    STACK_OF(X509) * chain;   /* what may stand between it and an anchor; in any order, or NULL */
    STACK_OF(X509) * anchors; /* the STI-CAs' */
    const struct path_list *lists;
    size_t list_count;
    STACK_OF(X509_CRL) * crls;    /* the STI-PA's; NULL or empty: none */
    STACK_OF(X509) * crl_signers; /* what came with them; may be NULL */
    STACK_OF(X509) * crl_anchors; /* the STI-PA's: the STI-CAs' do not vouch for CRLs */
    time_t at;                    /* everything must be valid then */
    tn_word number;               /* may it be signed with the certificate? 0: not asked */
    struct path_policy policy;
};

/* What was found. Free with path_free(). */
struct path {
    STACK_OF(X509) * certificates; /* PATH_LAID: the certificate first, an anchor last */
    struct path_scope scopes[PATH_MAX_CERTIFICATES]; /* PATH_LISTS: one for each of them */
    enum tnset_answer encompassing;                  /* PATH_LISTS: of all steps the worst answer */
    size_t undecided; /* how many of the failed checks are neither yes nor no */
};

/*
 * Adds the checks of the path to the list. The certificate may be relied upon only if none failed.
 * *path need not be set before; the input must outlive it.
 */
void path_examine(const struct path_input *input, struct path *path, struct checks *checks);
void path_free(struct path *path);

/*
 * YES: none of the checks failed; UNDECIDABLE: only such that are neither yes nor no; NO otherwise.
 * The checks must be those of path_examine() alone.
 */
enum tnset_answer path_verdict(const struct path *path, const struct checks *checks);

#endif
