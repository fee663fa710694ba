/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <string.h>

#include "profile_print.h"
#include "profiles.h"

#define DAY 86400

const char *site_key_name(enum site_key key)
{
    static const char *const names[SITE_KEYS] = {
        [SITE_DAYS] = "days",
        [SITE_PATH_LENGTH] = "path_length",
        [SITE_POLICY] = "policy",
        [SITE_CRL_URL] = "crl_url",
        [SITE_CRL_ISSUER] = "crl_issuer",
        [SITE_OUTLIVE_TOKEN] = "outlive_token",
    };
    return names[key];
}

/* The section for all certificates that the profile's command makes, and its name. */
static const struct config_profile *general(const struct config *config,
                                            const struct profile *profile, const char **name)
{
    *name = profile_command(profile);
    if (strcmp(*name, "root") == 0)
        return &config->root;
    if (strcmp(*name, "intermediate") == 0)
        return &config->intermediate;
    *name = "end-entity";
    return &config->end_entity;
}

static const struct config_site *own(const struct config *config, const struct profile *profile)
{
    for (size_t i = 0; i < config->site_count; i++)
        if (strcmp(config->sites[i].profile, profile->name) == 0)
            return &config->sites[i];
    return NULL;
}

/* True if something of a certificate of the profile comes from this key. */
static bool takes(const struct profile *profile, enum site_key key)
{
    switch (key) {
    case SITE_DAYS:
        return true;
    case SITE_PATH_LENGTH:
        return profile->path_length == PROFILE_SITE_PATH_LENGTH;
    case SITE_POLICY:
        return profile_find(profile, PROFILE_POLICIES) != NULL;
    case SITE_CRL_URL:
    case SITE_CRL_ISSUER:
        return profile_find(profile, PROFILE_CRL) != NULL;
    case SITE_OUTLIVE_TOKEN:
        /* A certificate with a list is issued for a token. */
        return profile_has_list(profile);
    }
    return false;
}

/* Copies the value, if the section has it. */
static bool copy(struct config_profile *to, const struct config_profile *from, enum site_key key)
{
    switch (key) {
    case SITE_DAYS:
        to->days = from->days != 0 ? from->days : to->days;
        return from->days != 0;
    case SITE_PATH_LENGTH:
        to->path_length = from->path_length >= 0 ? from->path_length : to->path_length;
        return from->path_length >= 0;
    case SITE_POLICY:
        to->policy = from->policy != NULL ? from->policy : to->policy;
        return from->policy != NULL;
    case SITE_CRL_URL:
        to->crl_url = from->crl_url != NULL ? from->crl_url : to->crl_url;
        return from->crl_url != NULL;
    case SITE_CRL_ISSUER:
        to->crl_issuer = from->crl_issuer != NULL ? from->crl_issuer : to->crl_issuer;
        return from->crl_issuer != NULL;
    case SITE_OUTLIVE_TOKEN:
        to->outlive_token = from->outlive_token >= 0 ? from->outlive_token : to->outlive_token;
        return from->outlive_token >= 0;
    }
    return false;
}

static bool useless(const struct config *config, const struct config_site *site, enum site_key key,
                    struct sti_error *err)
{
    sti_error_set(err, STI_USAGE, NULL,
                  "has no effect: certificates of the profile %s take no such value from the "
                  "configuration; take the line away",
                  site->profile);
    sti_error_part(err, "[%s] %s", site->section, site_key_name(key));
    return sti_error_in(err, config->path);
}

bool site_find(struct site *site, const struct config *config, const struct profile *profile,
               struct sti_error *err)
{
    const char *name;
    const struct config_site *differs = own(config, profile);
    *site = (struct site){.values = *general(config, profile, &name)};
    for (enum site_key key = 0; key < SITE_KEYS; key++) {
        bool taken = takes(profile, key);
        bool other = differs != NULL && copy(&site->values, &differs->values, key);
        if (other && !taken)
            return useless(config, differs, key, err);
        site->from[key] = !taken ? NULL : other ? differs->section : name;
    }
    return true;
}

void site_fill_content(const struct site *site, struct cert_content *content)
{
    content->path_length = (int)site->values.path_length;
    content->policy = site->values.policy;
    content->crl_url = site->values.crl_url;
    content->crl_issuer = site->values.crl_issuer;
}

void site_fill_policy(const struct site *site, struct verdict_policy *policy)
{
    policy->validity = (int64_t)site->values.days * DAY;
    policy->outlive_token = site->values.outlive_token != 0;
}

bool site_check_names(const struct config *config, struct sti_error *err)
{
    for (size_t i = 0; i < config->site_count; i++)
        if (!profiles_check_name(config->profiles, config->sites[i].profile, err)) {
            if (err != NULL && err->code == STI_USAGE)
                sti_error_part(err, "[%s]", config->sites[i].section);
            return sti_error_in(err, config->path);
        }
    return true;
}
