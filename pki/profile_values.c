/* SPDX-License-Identifier: Apache-2.0 */
/* The value of each extension: the words of x509v3_config(5) that these certificates may have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_internal.h"

#define BLANKS " \t"
#define MAX_WORD 64

/* The names of the bits of KeyUsage, by number (RFC 5280 section 4.2.1.3). */
static const char *const usages[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                     "dataEncipherment", "keyAgreement",   "keyCertSign",
                                     "cRLSign",          "encipherOnly",   "decipherOnly"};
#define USAGES (sizeof(usages) / sizeof(*usages))

/*
 * Takes the next word off a list with commas, without the blanks around it. False at the end. A
 * word that is too long is cut, and is then none that is known.
 */
static bool next_word(const char **rest, char word[MAX_WORD])
{
    if (*rest == NULL)
        return false;
    const char *start = *rest + strspn(*rest, BLANKS);
    size_t length = strcspn(start, ",");
    *rest = start[length] == ',' ? start + length + 1 : NULL;
    while (length > 0 && strchr(BLANKS, start[length - 1]) != NULL)
        length--;
    snprintf(word, MAX_WORD, "%.*s", (int)(length < MAX_WORD ? length : MAX_WORD - 1), start);
    return true;
}

static bool read_path_length(struct profile *profile, const char *word, struct sti_error *err)
{
    if (strcmp(word, PROFILE_FROM_SITE) == 0) {
        profile->path_length = PROFILE_SITE_PATH_LENGTH;
        return true;
    }
    char *end;
    long number = strtol(word, &end, 10);
    if (word[0] < '0' || word[0] > '9' || *end != '\0' || number > 100)
        return sti_refuse(
            err, "RFC 5280 section 4.2.1.9",
            "pathlen is a number from 0 to 100, or " PROFILE_FROM_SITE ", and not %.40s", word);
    profile->path_length = (int)number;
    return true;
}

static bool read_basic_constraints(struct profile *profile, const char *value,
                                   struct sti_error *err)
{
    char word[MAX_WORD];
    bool said = false;
    profile->path_length = PROFILE_NO_PATH_LENGTH;
    while (next_word(&value, word)) {
        bool is_ca = strcmp(word, "CA:TRUE") == 0;
        if (!said && (is_ca || strcmp(word, "CA:FALSE") == 0)) {
            said = true;
            profile->ca = is_ca;
        } else if (strncmp(word, "pathlen:", 8) == 0 &&
                   profile->path_length == PROFILE_NO_PATH_LENGTH) {
            if (!read_path_length(profile, word + 8, err))
                return false;
        } else {
            return sti_refuse(err, "RFC 5280 section 4.2.1.9",
                              "%.40s is none of CA:TRUE, CA:FALSE and pathlen:N, once each", word);
        }
    }
    return said || sti_refuse(err, "RFC 5280 section 4.2.1.9",
                              "says neither CA:TRUE nor CA:FALSE; write which it is");
}

static bool read_key_usage(struct profile *profile, const char *value, struct sti_error *err)
{
    char word[MAX_WORD];
    while (next_word(&value, word)) {
        unsigned bit = 0;
        while (bit < USAGES && strcmp(word, usages[bit]) != 0)
            bit++;
        if (bit == USAGES || (profile->key_usage & 1U << bit) != 0)
            return sti_refuse(err, "RFC 5280 section 4.2.1.3",
                              "%.40s is no key usage, or stands there twice", word);
        profile->key_usage |= 1U << bit;
    }
    return true;
}

/* One distribution point, the STI-PA's: both of its parts come from the configuration. */
static bool read_point(const struct profile_point *point, struct sti_error *err)
{
    if (point->fullname == NULL || strcmp(point->fullname, "URI:" PROFILE_FROM_SITE) != 0 ||
        point->crl_issuer == NULL || strcmp(point->crl_issuer, "dirName:" PROFILE_FROM_SITE) != 0)
        return sti_refuse(err, "ATIS-1000080 section 6.4.1",
                          "names a section that has not exactly fullname = URI:" PROFILE_FROM_SITE
                          " and CRLissuer = dirName:" PROFILE_FROM_SITE
                          ": the STI-PA's CRL, of which sti-ca.cnf has the URL and the issuer");
    return true;
}

static bool read_claims(struct profile *profile, enum jwt_claim_form form, const char *value,
                        struct sti_error *err)
{
    struct jwt_claim_builder builder = {0};
    if (profile->claims != NULL)
        return sti_refuse(err, "RFC 9118 section 6",
                          "JWTClaimConstraints and EnhancedJWTClaimConstraints cannot both stand "
                          "in one certificate; leave one of them out");
    if (jwt_claim_constraints_parse(&builder, value, strlen(value), err))
        return jwt_claim_constraints_finish(&builder, form, &profile->claims,
                                            &profile->claims_length, err);
    jwt_claim_builder_free(&builder);
    return false;
}

/* There is one value that the extension can have. */
static bool is_exactly(const char *value, const char *wanted, enum profile_item item,
                       struct sti_error *err)
{
    return strcmp(value, wanted) == 0 || sti_refuse(err, profile_item_clause(item),
                                                    "is %.60s, and can only be %s", value, wanted);
}

bool profile_value_read(struct profile *profile, enum profile_item item, const char *value,
                        const struct profile_point *point, struct sti_error *err)
{
    switch (item) {
    case PROFILE_BASIC_CONSTRAINTS:
        return read_basic_constraints(profile, value, err);
    case PROFILE_KEY_USAGE:
        return read_key_usage(profile, value, err);
    case PROFILE_SUBJECT_KEY_IDENTIFIER:
        return is_exactly(value, "hash", item, err);
    case PROFILE_AUTHORITY_KEY_IDENTIFIER:
        return is_exactly(value, "keyid:always", item, err);
    case PROFILE_POLICIES:
        return is_exactly(value, PROFILE_FROM_SITE, item, err);
    case PROFILE_CRL:
        return read_point(point, err);
    case PROFILE_LIST:
        return is_exactly(value, PROFILE_FROM_REQUEST, item, err);
    case PROFILE_LIST_REFERENCE:
        return is_exactly(value, "stirTNList;URI:" PROFILE_FROM_REQUEST, item, err);
    case PROFILE_CLAIMS:
        return read_claims(profile, JWT_CLAIM_CONSTRAINTS, value, err);
    case PROFILE_ENHANCED_CLAIMS:
        return read_claims(profile, ENHANCED_JWT_CLAIM_CONSTRAINTS, value, err);
    }
    return false;
}
