/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CA that signs for others: its certificate, its list if it is a delegating CA, and what
 * vouches for it, the anchor of the configuration.
 */
#ifndef CA_TOOL_ISSUER_H
#define CA_TOOL_ISSUER_H

#include "config.h"
#include "path.h"

/* The list that a certificate names by reference; empty: it names none. */
struct issuer_list {
    struct path_list list;
    uint8_t *octets;
    char *path;
};

struct issuer {
    X509 *certificate;
    const char *name; /* its file; borrowed from the configuration */
    X509 *anchor;     /* of [root] */
    struct path_scope scope;
    struct issuer_list list;        /* of the certificate */
    struct issuer_list anchor_list; /* of the anchor */
    STACK_OF(X509_CRL) * crls;      /* of sti_pa_crl; NULL: none */
    STACK_OF(X509) * crl_signers;
    STACK_OF(X509) * crl_anchors;
};

/*
 * Loads the certificate of [intermediate]: a CA that may sign certificates, itself signed by the
 * one of [root]. Otherwise what it signs could not be verified by anyone. Lists by reference are
 * taken from the folder `lists`, by the digest that their URL ends with. Free with issuer_free(),
 * also after a failure.
 */
bool issuer_load(struct issuer *issuer, const struct config *config, struct sti_error *err);
void issuer_free(struct issuer *issuer);

/*
 * Validates a path to the anchor at the time `at`, as `sti-ca verify` does (path.h): that of the
 * certificate, which the issuer has signed, or with NULL the issuer's own. `list` is the DER of a
 * certificate's list by reference, or NULL. If the configuration has a CRL, none of the path must
 * be listed in it; that it speaks of all is not asked. Refused, with the reason of the first check
 * that failed.
 */
bool issuer_path(const struct issuer *issuer, X509 *certificate, const struct path_list *list,
                 const struct path_policy *policy, time_t at, struct sti_error *err);

#endif
