/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "profile_internal.h"

/* One row an extension. */
static const struct {
    const char *name;
    const char *clause;
} items[PROFILE_ITEMS] = {
    [PROFILE_BASIC_CONSTRAINTS] = {"basicConstraints", "RFC 5280 section 4.2.1.9"},
    [PROFILE_KEY_USAGE] = {"keyUsage", "RFC 5280 section 4.2.1.3"},
    [PROFILE_SUBJECT_KEY_IDENTIFIER] = {"subjectKeyIdentifier", "RFC 5280 section 4.2.1.2"},
    [PROFILE_AUTHORITY_KEY_IDENTIFIER] = {"authorityKeyIdentifier", "RFC 5280 section 4.2.1.1"},
    [PROFILE_POLICIES] = {"certificatePolicies", "RFC 5280 section 4.2.1.4"},
    [PROFILE_CRL] = {"crlDistributionPoints", "RFC 5280 section 4.2.1.13"},
    [PROFILE_LIST] = {"TNAuthList", "RFC 8226 section 9"},
    [PROFILE_LIST_REFERENCE] = {"authorityInfoAccess", "RFC 8226 section 10.1"},
    [PROFILE_CLAIMS] = {"JWTClaimConstraints", "RFC 8226 section 8"},
    [PROFILE_ENHANCED_CLAIMS] = {"EnhancedJWTClaimConstraints", "RFC 9118 section 3"},
};

static const char *const issuers[] = {[PROFILE_SELF] = "self",
                                      [PROFILE_NO_LIST] = "no-list",
                                      [PROFILE_LISTED] = "list",
                                      [PROFILE_ANY] = "any"};

const char *profile_item_name(enum profile_item item)
{
    return items[item].name;
}

const char *profile_item_clause(enum profile_item item)
{
    return items[item].clause;
}

bool profile_item_of_name(const char *name, enum profile_item *item)
{
    for (unsigned i = 0; i < PROFILE_ITEMS; i++)
        if (strcmp(name, items[i].name) == 0) {
            *item = (enum profile_item)i;
            return true;
        }
    return false;
}

const char *profile_issuer_name(enum profile_issuer issuer)
{
    return issuers[issuer];
}

bool profile_issuer_of_name(const char *name, enum profile_issuer *issuer)
{
    for (unsigned i = 0; i < sizeof(issuers) / sizeof(*issuers); i++)
        if (strcmp(name, issuers[i]) == 0) {
            *issuer = (enum profile_issuer)i;
            return true;
        }
    return false;
}

bool profile_name_good(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= PROFILE_NAME_LENGTH && name[0] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

const struct profile_extension *profile_find(const struct profile *profile, enum profile_item item)
{
    for (size_t i = 0; i < profile->count; i++)
        if (profile->extensions[i].item == item)
            return &profile->extensions[i];
    return NULL;
}

bool profile_has_list(const struct profile *profile)
{
    return profile_find(profile, PROFILE_LIST) != NULL ||
           profile_find(profile, PROFILE_LIST_REFERENCE) != NULL;
}

void profile_free(struct profile *profile)
{
    if (profile == NULL)
        return;
    free(profile->title);
    free(profile->clause);
    for (size_t i = 0; i < profile->count; i++)
        free(profile->extensions[i].value);
    free(profile->claims);
    for (size_t i = 0; i < profile->waiver_count; i++) {
        free(profile->waivers[i].id);
        free(profile->waivers[i].reason);
    }
    free(profile);
}
