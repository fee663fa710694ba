/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the profile share: the facts about each extension, its values, the rules. */
#ifndef PKI_PROFILE_INTERNAL_H
#define PKI_PROFILE_INTERNAL_H

#include <openssl/conf.h>

#include "profile.h"

/* What stands for a value of sti-ca.cnf, and for what the request brings. */
#define PROFILE_FROM_SITE "from-configuration"
#define PROFILE_FROM_REQUEST "from-request"

/* Finds the extension of a name, as x509v3_config(5) and docs/openssl.md spell it. */
bool profile_item_of_name(const char *name, enum profile_item *item);
bool profile_issuer_of_name(const char *name, enum profile_issuer *issuer);

/* `sti_pa_crl` in the extension's value: the section to be read for it. */
struct profile_point {
    const char *fullname; /* NULL: not there */
    const char *crl_issuer;
};

/*
 * Reads the value of one extension, `critical,` taken off, into the profile. That of PROFILE_CRL is
 * the section's content. The reason has the clause, but not the key.
 */
bool profile_value_read(struct profile *profile, enum profile_item item, const char *value,
                        const struct profile_point *point, struct sti_error *err);

/* Reads the section of the waivers, which need not be there (profile_waivers.c). */
#define PROFILE_WAIVERS "waivers"
bool profile_waivers_read(struct profile *profile, CONF *conf, struct sti_error *err);

/* What the extensions must be together (profile_rules.c). The reason has the key as its part. */
bool profile_rules_check(const struct profile *profile, struct sti_error *err);

#endif
