/* SPDX-License-Identifier: Apache-2.0 */
/* The facts: which keys there are, of which type, and where they go. */
#include "config_internal.h"

static const struct config_key general_keys[] = {
    {"ledger", PATH, true, offsetof(struct config, ledger), NULL},
    {"lists", PATH, true, offsetof(struct config, lists), NULL},
    {"sti_pa_anchors", PATH, true, offsetof(struct config, sti_pa_anchors), NULL},
    {"sti_pa_crl", PATH, false, offsetof(struct config, sti_pa_crl), NULL},
    {"profiles", PATH, false, offsetof(struct config, profiles), NULL},
    {"weak_keys", PATH, false, offsetof(struct config, weak_keys), NULL},
    {0},
};

#define PROFILE(field) offsetof(struct config_profile, field)

static const struct config_key root_keys[] = {
    {"key", TEXT, true, PROFILE(key), NULL},
    {"certificate", PATH, true, PROFILE(certificate), NULL},
    {"subject", NAME, true, PROFILE(subject), NULL},
    {"days", DAYS, true, PROFILE(days), NULL},
    {"path_length", NUMBER, false, PROFILE(path_length), NULL},
    {0},
};

static const struct config_key intermediate_keys[] = {
    {"key", TEXT, true, PROFILE(key), NULL},
    {"certificate", PATH, true, PROFILE(certificate), NULL},
    {"subject", NAME, true, PROFILE(subject), NULL},
    {"days", DAYS, true, PROFILE(days), NULL},
    {"path_length", NUMBER, false, PROFILE(path_length), NULL},
    {"policy", OID, true, PROFILE(policy), NULL},
    {"crl_url", HTTP_URL, true, PROFILE(crl_url), NULL},
    {"crl_issuer", NAME, true, PROFILE(crl_issuer), NULL},
    {0},
};

static const struct config_key end_entity_keys[] = {
    {"days", DAYS, true, PROFILE(days), NULL},
    {"policy", OID, true, PROFILE(policy), NULL},
    {"crl_url", HTTP_URL, true, PROFILE(crl_url), NULL},
    {"crl_issuer", NAME, true, PROFILE(crl_issuer), NULL},
    {"outlive_token", YES_NO, false, PROFILE(outlive_token), NULL},
    {0},
};

/* What [root], [intermediate] or [end-entity] say for all, and a profile may have otherwise. The
 * subject and the file of a CA certificate are not among them: there is one of each. */
const struct config_key config_site_keys[] = {
    {"days", DAYS, false, PROFILE(days), NULL},
    {"path_length", NUMBER, false, PROFILE(path_length), NULL},
    {"policy", OID, false, PROFILE(policy), NULL},
    {"crl_url", HTTP_URL, false, PROFILE(crl_url), NULL},
    {"crl_issuer", NAME, false, PROFILE(crl_issuer), NULL},
    {"outlive_token", YES_NO, false, PROFILE(outlive_token), NULL},
    {0},
};

#define VERDICT(field) offsetof(struct config_verdict, field)

/* The first is the default. The order of `lists` is that of enum list_policy, and that of
 * `second_holder` that of enum second_holder. */
static const char *const list_choices[] = {"equal", "equal-der", "subset", NULL};
static const char *const fingerprint_choices[] = {"thumbprint", "spki", NULL};
static const char *const base64_choices[] = {"strict", "padded", NULL};
static const char *const undecidable_choices[] = {"refuse", "accept", NULL};
static const char *const second_holder_choices[] = {"accept", "warn", "refuse", NULL};

static const struct config_key verdict_keys[] = {
    {"lists", CHOICE, false, VERDICT(lists), list_choices},
    {"spc_numbers", PATH, false, VERDICT(spc_numbers), NULL},
    {"fingerprint", CHOICE, false, VERDICT(fingerprint), fingerprint_choices},
    {"token_base64", CHOICE, false, VERDICT(token_base64), base64_choices},
    {"token_octets", OCTETS, false, VERDICT(token_octets), NULL},
    {"token_uses", USES, false, VERDICT(token_uses), NULL},
    {"clock_skew", SECONDS, false, VERDICT(clock_skew), NULL},
    {"undecidable", CHOICE, false, VERDICT(undecidable), undecidable_choices},
    {"second_holder", CHOICE, false, VERDICT(second_holder), second_holder_choices},
    {0},
};

#define CRL(field) offsetof(struct config_crl, field)

static const struct config_key crl_keys[] = {
    {"key", TEXT, true, CRL(key), NULL},
    {"certificate", PATH, true, CRL(certificate), NULL},
    {"url", HTTP_URL, true, CRL(url), NULL},
    {"aia", HTTP_URL, false, CRL(aia), NULL},
    {0},
};

const struct config_section config_sections[CONFIG_SECTIONS] = {
    {"sti-ca", general_keys, 0, false},
    {"root", root_keys, offsetof(struct config, root), false},
    {"intermediate", intermediate_keys, offsetof(struct config, intermediate), false},
    {"end-entity", end_entity_keys, offsetof(struct config, end_entity), false},
    {"verdict", verdict_keys, offsetof(struct config, verdict), false},
    {"crl", crl_keys, offsetof(struct config, crl), true},
};
