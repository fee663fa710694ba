/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `sti-ca crl`: where its parts come from. */
#ifndef CA_TOOL_CRL_RUN_H
#define CA_TOOL_CRL_RUN_H

#include "command.h"
#include "crl_succession.h"
#include "file.h"
#include "revocations.h"

struct crl_run {
    const struct tool_arguments *arguments;
    struct config *config;
    struct file_out *out; /* used up by writing */
    struct ledger *ledger;
    const char *key;  /* the URI of the signer's key */
    const char *path; /* of the signer's certificate */
    X509 *signer;
    char *issuer; /* its subject, for people */
    char *scope;  /* the series in the ledger */
    struct revocations revoked;
    struct crl_listing before;
    bool has_before;
    int64_t now;
    int64_t next_update;
};

/* Frees what the run holds, and abandons an output file that was not written. */
void crl_run_free(struct crl_run *run);

/* Is it the CRL of an STI-PA, by the section [crl]? Otherwise --issuer says whose it is. */
bool crl_run_is_indirect(const struct crl_run *run);

/*
 * Finds key, certificate and series. Refused: a certificate whose keyUsage has no cRLSign (RFC 5280
 * section 6.3.3).
 */
bool crl_run_load_signer(struct crl_run *run, struct sti_error *err);

/*
 * The CRL before, if there is one: the series' last one in the ledger, or, where the ledger has
 * none, that of --previous.
 */
bool crl_run_find_before(struct crl_run *run, struct sti_error *err);

/* What is revoked: of the plain form the ledger's, of the indirect one what the reports say. */
bool crl_run_collect(struct crl_run *run, struct sti_error *err);

#endif
