/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no certificate may have, whatever a profile says: one function a rule, all of them asked in
 * the order of the table. What base SHAKEN asks beyond that stands in its profiles.
 */
#include "profile_internal.h"

#define DIGITAL_SIGNATURE (1U << 0)
#define KEY_CERT_SIGN (1U << 5)
#define CRL_SIGN (1U << 6)

/* Refuses with the extension's clause and its place. */
static bool wrong(enum profile_item item, const char *sentence, struct sti_error *err)
{
    sti_refuse(err, profile_item_clause(item), "%s", sentence);
    return sti_error_part(err, "[extensions] %s", profile_item_name(item));
}

static bool check_needed(const struct profile *profile, struct sti_error *err)
{
    static const enum profile_item needed[] = {PROFILE_BASIC_CONSTRAINTS, PROFILE_KEY_USAGE,
                                               PROFILE_SUBJECT_KEY_IDENTIFIER};
    for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
        if (profile_find(profile, needed[i]) == NULL)
            return wrong(needed[i], "is missing; every certificate has it", err);
    if (profile->issuer != PROFILE_SELF &&
        profile_find(profile, PROFILE_AUTHORITY_KEY_IDENTIFIER) == NULL)
        return wrong(PROFILE_AUTHORITY_KEY_IDENTIFIER,
                     "is missing; a path is built by it from the certificate to its issuer", err);
    if (profile->issuer == PROFILE_SELF &&
        profile_find(profile, PROFILE_AUTHORITY_KEY_IDENTIFIER) != NULL)
        return wrong(PROFILE_AUTHORITY_KEY_IDENTIFIER,
                     "a self-signed certificate is made without it; leave it out", err);
    return true;
}

/* ATIS-1000080 section 6.4.1: exactly Basic Constraints and Key Usage are critical. */
static bool check_critical(const struct profile *profile, struct sti_error *err)
{
    for (size_t i = 0; i < profile->count; i++) {
        enum profile_item item = profile->extensions[i].item;
        bool wanted = item == PROFILE_BASIC_CONSTRAINTS || item == PROFILE_KEY_USAGE;
        if (profile->extensions[i].critical == wanted)
            continue;
        return wrong(item,
                     wanted ? "is not critical, and must be; begin it with critical,"
                            : "is critical, and must not be: a verifier that does not know it "
                              "would refuse the certificate; take critical, away",
                     err);
    }
    return true;
}

/*
 * ATIS-1000080 section 6.4.1: v005 has keyCertSign alone, as the shipped profiles do. A private
 * hierarchy has no STI-PA that would publish what is revoked: its own CA may sign CRLs.
 */
static bool check_key_usage(const struct profile *profile, struct sti_error *err)
{
    unsigned wanted = profile->ca ? KEY_CERT_SIGN : DIGITAL_SIGNATURE;
    unsigned allowed = profile->ca && !profile_has_list(profile) ? CRL_SIGN : 0;
    if ((profile->key_usage & ~allowed) == wanted)
        return true;
    return wrong(PROFILE_KEY_USAGE,
                 !profile->ca   ? "an end entity has digitalSignature and nothing else"
                 : allowed == 0 ? "a delegating CA has keyCertSign and nothing else"
                                : "a CA certificate has keyCertSign and nothing else, but for "
                                  "cRLSign in a private hierarchy",
                 err);
}

static bool check_path_length(const struct profile *profile, struct sti_error *err)
{
    if (!profile->ca && profile->path_length != PROFILE_NO_PATH_LENGTH)
        return wrong(PROFILE_BASIC_CONSTRAINTS, "pathlen goes with CA:TRUE alone", err);
    if (profile->path_length == PROFILE_SITE_PATH_LENGTH && profile_has_list(profile))
        return wrong(PROFILE_BASIC_CONSTRAINTS,
                     "the configuration has a path_length for the root and the intermediate alone; "
                     "write a number",
                     err);
    return true;
}

/* The certificates of a CA without a list are made by the CA itself, all others on request. */
static bool check_lists(const struct profile *profile, struct sti_error *err)
{
    bool by_value = profile_find(profile, PROFILE_LIST) != NULL;
    bool by_reference = profile_find(profile, PROFILE_LIST_REFERENCE) != NULL;
    if (by_value && by_reference)
        return wrong(PROFILE_LIST_REFERENCE,
                     "the list stands in TNAuthList by value already; leave one of them out", err);
    if (profile->issuer == PROFILE_SELF && (by_value || by_reference))
        return wrong(by_value ? PROFILE_LIST : PROFILE_LIST_REFERENCE,
                     "a self-signed certificate has no list: nobody vouches for it", err);
    if (!profile->ca && !by_value && !by_reference)
        return wrong(PROFILE_LIST,
                     "is missing; an end entity has a list by value or by reference, and without "
                     "one it may sign for no number",
                     err);
    if (profile->ca && profile->issuer != PROFILE_SELF && profile->issuer != PROFILE_NO_LIST &&
        !by_value && !by_reference) {
        sti_refuse(err, "RFC 9060 section 4",
                   "is missing; below a CA with a list every certificate has one");
        return sti_error_part(err, "[extensions] TNAuthList");
    }
    if (!profile->one_spc || by_value)
        return true;
    sti_refuse(err, "ATIS-1000080 section 6.4.1",
               "one-spc is a list by value, and the profile has no TNAuthList");
    return sti_error_part(err, "[profile] list");
}

static bool check_claims(const struct profile *profile, struct sti_error *err)
{
    if (!profile->ca || profile->claims == NULL)
        return true;
    enum profile_item item =
        profile_find(profile, PROFILE_CLAIMS) != NULL ? PROFILE_CLAIMS : PROFILE_ENHANCED_CLAIMS;
    return wrong(item, "stands in end-entity certificates only; it binds nobody below a CA", err);
}

bool profile_rules_check(const struct profile *profile, struct sti_error *err)
{
    return check_needed(profile, err) && check_critical(profile, err) &&
           check_key_usage(profile, err) && check_path_length(profile, err) &&
           check_lists(profile, err) && check_claims(profile, err);
}
