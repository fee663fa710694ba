/* SPDX-License-Identifier: Apache-2.0 */
#include "request_rules.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "load.h"
#include "profile_print.h"
#include "profiles.h"
#include "spc_numbers.h"

/* The profiles of requests that name none. */
#define PROFILE_BY_VALUE "tn-level"
#define PROFILE_BY_REFERENCE "tn-reference"

/* Half a million keys. */
#define WEAK_KEYS_MAX_OCTETS ((size_t)32 * 1024 * 1024)

/* The STI-PA's anchors and CRLs. */
static bool load_trust(struct request_rules *rules, struct sti_error *err)
{
    const struct config *config = rules->config;
    struct token_trust *trust = &rules->trust;
    trust->now = (time_t)rules->now;
    trust->skew = config->verdict.clock_skew;
    trust->max_octets = (size_t)config->verdict.token_octets;
    trust->padded_base64 = config->verdict.token_base64 != 0;
    trust->anchors = load_certificates(config->sti_pa_anchors, err);
    if (trust->anchors == NULL)
        return false;
    if (config->sti_pa_crl == NULL)
        return true;
    trust->crls = load_crls(config->sti_pa_crl, &trust->crl_signers, err);
    return trust->crls != NULL;
}

/* The day that --date-confirmed names: digits and dashes as in 2026-11-27. */
static bool read_date(struct request_rules *rules, const char *date, struct sti_error *err)
{
    static const char form[] = "0000-00-00";
    rules->date_confirmed = date;
    if (date == NULL)
        return true;
    bool ok = strlen(date) == strlen(form);
    for (size_t i = 0; ok && form[i] != '\0'; i++)
        ok = form[i] == '-' ? date[i] == '-' : date[i] >= '0' && date[i] <= '9';
    if (ok)
        return true;
    sti_error_set(err, STI_USAGE, NULL, "%.40s is not a date as in 2026-11-27", date);
    return sti_error_part(err, "--date-confirmed");
}

static bool read_weak_keys(struct request_rules *rules, struct sti_error *err)
{
    uint8_t *text = NULL;
    size_t length = 0;
    const char *path = rules->config->weak_keys;
    if (path == NULL)
        return true;
    if (!file_read(path, WEAK_KEYS_MAX_OCTETS, &text, &length, err))
        return false;
    rules->weak_keys = weak_keys_read((const char *)text, length, err);
    free(text);
    return rules->weak_keys != NULL || sti_error_in(err, path);
}

/* The table of which numbers an SPC stands for, into the policy. */
static bool read_spc_numbers(struct request_rules *rules, struct sti_error *err)
{
    const char *path = rules->config->verdict.spc_numbers;
    if (path == NULL)
        return true;
    if (!file_read(path, SPC_NUMBERS_MAX_OCTETS, &rules->spc_numbers, &rules->spc_numbers_length,
                   err))
        return false;
    rules->policy.spc_numbers = (const char *)rules->spc_numbers;
    rules->policy.spc_numbers_length = rules->spc_numbers_length;
    rules->policy.spc_numbers_name = path;
    return true;
}

/* How the configuration wants requests to be judged, without what it says for one profile and what
 * is read from files. */
static struct verdict_policy policy_of(const struct config *config)
{
    return (struct verdict_policy){
        .lists = (enum list_policy)config->verdict.lists,
        .spki_fingerprint = config->verdict.fingerprint != 0,
        .token_uses = config->verdict.token_uses,
        .clock_skew = config->verdict.clock_skew,
        .second_holder = (enum second_holder)config->verdict.second_holder,
        .accept_undecidable = config->verdict.undecidable != 0,
    };
}

static size_t place_of(const struct request_rules *rules, const struct profile *profile)
{
    size_t i = 0;
    while (rules->profiles[i] != profile)
        i++;
    return i;
}

const struct site *request_site(const struct request_rules *rules, const struct profile *profile)
{
    return &rules->sites[place_of(rules, profile)];
}

const unsigned char *request_profile_digest(const struct request_rules *rules,
                                            const struct profile *profile)
{
    return rules->profile_digests[place_of(rules, profile)];
}

struct verdict_policy request_policy(const struct request_rules *rules,
                                     const struct profile *profile)
{
    struct verdict_policy policy = rules->policy;
    site_fill_policy(request_site(rules, profile), &policy);
    return policy;
}

struct path_policy request_path_policy(const struct request_rules *rules)
{
    return (struct path_policy){
        .accept_undecidable = rules->config->verdict.undecidable != 0,
        .table = {(const char *)rules->spc_numbers, rules->spc_numbers_length,
                  rules->config->verdict.spc_numbers},
    };
}

/* Nothing that an issuer without a valid path signs could be relied upon. */
static void judge_issuer(struct request_rules *rules)
{
    const struct path_policy policy = request_path_policy(rules);
    rules->issuer_valid = issuer_path(&rules->issuer, NULL, NULL, &policy, (time_t)rules->now,
                                      &rules->issuer_reason) ||
                          sti_error_in(&rules->issuer_reason, rules->issuer.name);
}

bool request_rules_load(struct request_rules *rules, const struct tool_arguments *arguments,
                        const struct config *config, int64_t now, struct sti_error *err)
{
    *rules = (struct request_rules){.config = config, .policy = policy_of(config), .now = now};
    bool ok = read_date(rules, tool_value(arguments, "date-confirmed"), err) &&
              issuer_load(&rules->issuer, config, err) && load_trust(rules, err) &&
              read_spc_numbers(rules, err) && read_weak_keys(rules, err);
    if (ok)
        judge_issuer(rules);
    return ok;
}

void request_rules_free(struct request_rules *rules)
{
    issuer_free(&rules->issuer);
    sk_X509_pop_free(rules->trust.anchors, X509_free);
    sk_X509_CRL_pop_free(rules->trust.crls, X509_CRL_free);
    sk_X509_pop_free(rules->trust.crl_signers, X509_free);
    weak_keys_free(rules->weak_keys);
    free(rules->spc_numbers);
    for (size_t i = 0; i < rules->profile_count; i++)
        profile_free(rules->profiles[i]);
    *rules = (struct request_rules){.config = NULL};
}

/* Reads it, and what the configuration says for it, to the next place. */
static struct profile *load_profile(struct request_rules *rules, const char *name,
                                    struct sti_error *err)
{
    size_t place = rules->profile_count;
    struct profile *profile =
        profiles_load_digest(rules->config->profiles, name, rules->profile_digests[place], err);
    if (profile == NULL)
        return NULL;
    if (profile_has_list(profile) && site_find(&rules->sites[place], rules->config, profile, err))
        return profile;
    if (!profile_has_list(profile))
        sti_error_set(
            err, STI_USAGE, NULL,
            "the profile %s is for sti-ca %s; take one for requests (sti-ca profile list)",
            profile->name, profile_command(profile));
    profile_free(profile);
    return NULL;
}

const struct profile *request_rules_profile(struct request_rules *rules, const char *name,
                                            bool by_reference, struct sti_error *err)
{
    if (name == NULL)
        name = by_reference ? PROFILE_BY_REFERENCE : PROFILE_BY_VALUE;
    for (size_t i = 0; i < rules->profile_count; i++)
        if (strcmp(rules->profiles[i]->name, name) == 0)
            return rules->profiles[i];
    if (rules->profile_count == REQUEST_PROFILES_MAX) {
        sti_error_set(err, STI_USAGE, NULL,
                      "the profile %.60s is one too many: the requests of one run name %d at most",
                      name, REQUEST_PROFILES_MAX);
        return NULL;
    }
    struct profile *profile = load_profile(rules, name, err);
    if (profile != NULL)
        rules->profiles[rules->profile_count++] = profile;
    return profile;
}

bool request_kept_make(struct request_kept *kept, struct sti_error *err)
{
    *kept = (struct request_kept){.chains = token_chains_new()};
    return kept->chains != NULL || sti_fail(err, "no memory for the chains of tokens' signers");
}

void request_kept_free(struct request_kept *kept)
{
    token_chains_free(kept->chains);
    X509_free(kept->signer);
    for (size_t i = 0; i < CONFIG_MAX_X5U; i++)
        sk_X509_pop_free(kept->x5u[i], X509_free);
    *kept = (struct request_kept){.chains = NULL};
}
