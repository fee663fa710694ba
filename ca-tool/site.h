/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the configuration says for the certificates of one profile: what its section [profile NAME]
 * has, and for the rest [root], [intermediate] or [end-entity], by the command that makes them.
 * Every command that makes, judges or plans a certificate takes these values from here.
 */
#ifndef CA_TOOL_SITE_H
#define CA_TOOL_SITE_H

#include "cert.h"
#include "config.h"
#include "profile.h"
#include "verdict.h"

enum site_key {
    SITE_DAYS,
    SITE_PATH_LENGTH,
    SITE_POLICY,
    SITE_CRL_URL,
    SITE_CRL_ISSUER,
    SITE_OUTLIVE_TOKEN,
};
#define SITE_KEYS 6

struct site {
    /* Borrows from the configuration. What the profile does not take is not to be looked at. */
    struct config_profile values;
    const char
        *from[SITE_KEYS]; /* the section's name; NULL: certificates of the profile have none */
};

/* "crl_url", as in the configuration. */
const char *site_key_name(enum site_key key);

/*
 * The values for the profile; STI_USAGE, with the key, if its section has one that its certificates
 * take no value for. The site borrows from the configuration, not from the profile.
 */
bool site_find(struct site *site, const struct config *config, const struct profile *profile,
               struct sti_error *err);

/* Policy, CRL and path length into what a certificate is made from. */
void site_fill_content(const struct site *site, struct cert_content *content);

/* Days and outlive_token into how a request is judged. */
void site_fill_policy(const struct site *site, struct verdict_policy *policy);

/* STI_USAGE if the configuration has a section [profile NAME] for a profile that does not exist. */
bool site_check_names(const struct config *config, struct sti_error *err);

#endif
