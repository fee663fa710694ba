/* SPDX-License-Identifier: Apache-2.0 */
/* What every request of a run is judged by: read once, then only looked at, by any thread. */
#ifndef CA_TOOL_REQUEST_RULES_H
#define CA_TOOL_REQUEST_RULES_H

#include "cert.h"
#include "command.h"
#include "issuer.h"
#include "profile.h"
#include "site.h"
#include "token.h"
#include "verdict.h"
#include "weak_keys.h"

/* How many profiles the requests of one run may name. */
#define REQUEST_PROFILES_MAX 32

struct request_rules {
    const struct config *config;
    struct issuer issuer;
    struct token_trust trust;    /* without what one thread keeps for itself, struct request_kept */
    struct weak_keys *weak_keys; /* NULL: the configuration has no list of them */
    struct verdict_policy policy; /* without what differs by profile: see request_policy() */
    uint8_t *spc_numbers;         /* the configuration's table, for the policy */
    size_t spc_numbers_length;
    const char *date_confirmed;     /* NULL: nobody did */
    int64_t now;                    /* when everything is judged */
    bool issuer_valid;              /* the issuer's own path to the anchor, at that time */
    struct sti_error issuer_reason; /* why not */
    struct profile *profiles[REQUEST_PROFILES_MAX]; /* those that were asked for so far */
    struct site sites[REQUEST_PROFILES_MAX];        /* what the configuration says for each */
    unsigned char profile_digests[REQUEST_PROFILES_MAX][CERT_DIGEST_OCTETS]; /* profiles.h */
    size_t profile_count;
};

/*
 * Reads what the configuration names and --date-confirmed. `now` is when everything is judged: by
 * this machine's clock, but for what is judged once more as it was then. False if something could
 * not be read; free with request_rules_free() in both cases. config and arguments must outlive the
 * rules.
 */
bool request_rules_load(struct request_rules *rules, const struct tool_arguments *arguments,
                        const struct config *config, int64_t now, struct sti_error *err);
void request_rules_free(struct request_rules *rules);

/* How the configuration wants paths to be judged; borrows from the rules. */
struct path_policy request_path_policy(const struct request_rules *rules);

/* How it wants requests for a profile to be judged, which is one of the rules; borrows from them.
 */
struct verdict_policy request_policy(const struct request_rules *rules,
                                     const struct profile *profile);

/* What the configuration says for a profile of the rules; the rules'. */
const struct site *request_site(const struct request_rules *rules, const struct profile *profile);

/* The SHA-256 of the octets that a profile of the rules was read from; the rules'. */
const unsigned char *request_profile_digest(const struct request_rules *rules,
                                            const struct profile *profile);

/*
 * The profile of this name, or for NULL the default: tn-reference by reference, tn-level by value.
 * STI_USAGE for one that `sti-ca issue` does not make, or whose values in the configuration are not
 * its own (site_find()). The rules'. Not to be called by several
 * threads at a time.
 */
const struct profile *request_rules_profile(struct request_rules *rules, const char *name,
                                            bool by_reference, struct sti_error *err);

/* What one thread keeps from one request to the next, so that it is not done again for each. */
struct request_kept {
    struct token_chains *chains;
    STACK_OF(X509) * x5u[CONFIG_MAX_X5U]; /* the certificates of the configuration's [x5u] */
    X509 *signer; /* of the last token that was looked up, and the SHA-256 of its key */
    unsigned char signer_digest[TOKEN_FINGERPRINT_OCTETS];
    bool last_entry_known; /* the ledger's last time, as it was for the first request */
    int64_t last_entry;
};
bool request_kept_make(struct request_kept *kept, struct sti_error *err);
void request_kept_free(struct request_kept *kept);

#endif
