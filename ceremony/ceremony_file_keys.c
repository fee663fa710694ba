/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_file_keys.h"

#include <string.h>

#define BIT(kind) (1U << CEREMONY_##kind)
#define ALL ((1U << CEREMONY_KINDS) - 1)
/* A CA of whose name and key the file tells. */
#define OWN (BIT(ROOT) | BIT(INTERMEDIATE))
#define ONE (OWN | BIT(CROSS_CERTIFICATE) | BIT(DELEGATE_CA))
#define BELOW (ONE & ~BIT(ROOT))
#define FIELD(field) offsetof(struct ceremony_file, field)

#define CEREMONY "ceremony"
#define CERTIFICATE "certificate"

/* clang-format off */
const struct ceremony_field ceremony_fields[] = {
    {CEREMONY, "kind", CEREMONY_TYPE_KIND, ALL, 0, FIELD(kind)},
    {CEREMONY, "title", CEREMONY_TYPE_TEXT, ALL, 0, FIELD(title)},
    {CEREMONY, "window_begin", CEREMONY_TYPE_TIME, ALL, 0, FIELD(window_begin)},
    {CEREMONY, "window_end", CEREMONY_TYPE_TIME, ALL, 0, FIELD(window_end)},
    {CEREMONY, "approvals", CEREMONY_TYPE_COUNT, ALL, 0, FIELD(approvals)},
    {CEREMONY, "previous", CEREMONY_TYPE_PREVIOUS, ALL, 0, FIELD(previous)},
    {CEREMONY, "transcript", CEREMONY_TYPE_FILE, ALL, 0, FIELD(transcript)},
    {CERTIFICATE, "profile", CEREMONY_TYPE_TEXT, ONE | BIT(BATCH), 0, FIELD(profile)},
    {CERTIFICATE, "subject_key", CEREMONY_TYPE_FILE, OWN, 0, FIELD(subject_key)},
    {CERTIFICATE, "subject", CEREMONY_TYPE_NAME, OWN, 0, FIELD(subject)},
    {CERTIFICATE, "certificate", CEREMONY_TYPE_FILE, BIT(CROSS_CERTIFICATE), 0, FIELD(certificate)},
    {CERTIFICATE, "bundle", CEREMONY_TYPE_FILE, BIT(DELEGATE_CA), 0, FIELD(bundle)},
    {CERTIFICATE, "issuer", CEREMONY_TYPE_FILE, BELOW | BIT(BATCH), 0, FIELD(issuer)},
    {CERTIFICATE, "valid_from", CEREMONY_TYPE_TIME, ONE | BIT(BATCH), 0, FIELD(valid_from)},
    {CERTIFICATE, "valid_to", CEREMONY_TYPE_TIME, ONE | BIT(BATCH), 0, FIELD(valid_to)},
    {CERTIFICATE, "path_length", CEREMONY_TYPE_LENGTH, 0, OWN | BIT(CROSS_CERTIFICATE), FIELD(path_length)},
    {CERTIFICATE, "policy", CEREMONY_TYPE_OID, BELOW | BIT(BATCH), BIT(ROOT), FIELD(policy)},
    {CERTIFICATE, "crl_url", CEREMONY_TYPE_URL, BELOW | BIT(BATCH), BIT(ROOT), FIELD(crl_url)},
    {CERTIFICATE, "crl_issuer", CEREMONY_TYPE_NAME, BELOW | BIT(BATCH), BIT(ROOT), FIELD(crl_issuer)},
    {CERTIFICATE, "by_reference", CEREMONY_TYPE_URL, 0, BIT(DELEGATE_CA) | BIT(BATCH), FIELD(by_reference)},
    {CERTIFICATE, "out", CEREMONY_TYPE_FILE, ONE, 0, FIELD(out)},
    {"crl", "issuer", CEREMONY_TYPE_FILE, BIT(REVOCATION), 0, FIELD(issuer)},
    {"crl", "key", CEREMONY_TYPE_KEY, BIT(REVOCATION), 0, FIELD(key)},
    {"crl", "this_update", CEREMONY_TYPE_TIME, BIT(REVOCATION), 0, FIELD(valid_from)},
    {"crl", "next_update", CEREMONY_TYPE_TIME, BIT(REVOCATION), 0, FIELD(next_update)},
    {"crl", "url", CEREMONY_TYPE_URL, 0, BIT(REVOCATION), FIELD(crl_url)},
    {"crl", "aia", CEREMONY_TYPE_URL, 0, BIT(REVOCATION), FIELD(aia)},
    {"crl", "previous", CEREMONY_TYPE_FILE, 0, BIT(REVOCATION), FIELD(previous_crl)},
    {"crl", "out", CEREMONY_TYPE_FILE, BIT(REVOCATION), 0, FIELD(out)},
    {"key", "key", CEREMONY_TYPE_KEY, BIT(KEY_DESTRUCTION), 0, FIELD(key)},
    {"key", "public_key", CEREMONY_TYPE_FILE, BIT(KEY_DESTRUCTION), 0, FIELD(public_key)},
    {"key", "reason", CEREMONY_TYPE_TEXT, BIT(KEY_DESTRUCTION), 0, FIELD(reason)},
    {"end", "key", CEREMONY_TYPE_KEY, BIT(KEY_DESTRUCTION), 0, FIELD(end_key)},
    {"end", "public_key", CEREMONY_TYPE_FILE, BIT(KEY_DESTRUCTION), 0, FIELD(end_public_key)},
};
/* clang-format on */
const size_t ceremony_field_count = sizeof(ceremony_fields) / sizeof(*ceremony_fields);

const struct ceremony_list ceremony_lists[] = {
    {"approvers", ALL, 0, 0},
    {"requests", BIT(BATCH), 0, FIELD(requests)},
    {"revocations", 0, BIT(REVOCATION), FIELD(revocations)},
    {"reports", 0, BIT(REVOCATION), FIELD(reports)},
    {"variables", 0, ALL, 0},
};
const size_t ceremony_list_count = sizeof(ceremony_lists) / sizeof(*ceremony_lists);

const struct ceremony_field *ceremony_field_find(const char *section, const char *name)
{
    for (size_t i = 0; i < ceremony_field_count; i++)
        if (strcmp(ceremony_fields[i].section, section) == 0 &&
            strcmp(ceremony_fields[i].name, name) == 0)
            return &ceremony_fields[i];
    return NULL;
}

static const char *const kind_names[CEREMONY_KINDS] = {
    [CEREMONY_ROOT] = "root",
    [CEREMONY_INTERMEDIATE] = "intermediate",
    [CEREMONY_CROSS_CERTIFICATE] = "cross-certificate",
    [CEREMONY_DELEGATE_CA] = "delegate-ca",
    [CEREMONY_BATCH] = "batch",
    [CEREMONY_REVOCATION] = "revocation",
    [CEREMONY_KEY_DESTRUCTION] = "key-destruction",
};

const char *ceremony_kind_name(enum ceremony_kind kind)
{
    return kind_names[kind];
}

bool ceremony_kind_of_name(const char *name, enum ceremony_kind *kind)
{
    for (int i = 0; i < CEREMONY_KINDS; i++)
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (enum ceremony_kind)i;
            return true;
        }
    return false;
}

static const char *const key_names[CEREMONY_KEYS] = {
    [CEREMONY_KEY_ROOT] = "root",
    [CEREMONY_KEY_INTERMEDIATE] = "intermediate",
    [CEREMONY_KEY_CRL] = "crl",
};

const char *ceremony_key_name(enum ceremony_key key)
{
    return key_names[key];
}

bool ceremony_key_of_name(const char *name, enum ceremony_key *key)
{
    for (int i = 0; i < CEREMONY_KEYS; i++)
        if (strcmp(key_names[i], name) == 0) {
            *key = (enum ceremony_key)i;
            return true;
        }
    return false;
}
