/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The profiles of the kinds of certificates, for those who name none: what the shipped files say,
 * which a test compares, and that of the STI-PA's certificate, which has no file.
 */
#include "cert_extensions.h"

/* Bits of KeyUsage (RFC 5280 section 4.2.1.3). */
#define DIGITAL_SIGNATURE 0
#define KEY_CERT_SIGN 5

#define CRITICAL(i)                                                                                \
    {                                                                                              \
        .item = (i), .critical = true                                                              \
    }
#define PLAIN(i)                                                                                   \
    {                                                                                              \
        .item = (i)                                                                                \
    }

static const struct profile kinds[] = {
    [CERT_ROOT] = {.name = "root",
                   .issuer = PROFILE_SELF,
                   .extensions = {CRITICAL(PROFILE_BASIC_CONSTRAINTS), CRITICAL(PROFILE_KEY_USAGE),
                                  PLAIN(PROFILE_SUBJECT_KEY_IDENTIFIER)},
                   .count = 3,
                   .ca = true,
                   .path_length = PROFILE_SITE_PATH_LENGTH,
                   .key_usage = 1U << KEY_CERT_SIGN},
    [CERT_INTERMEDIATE] = {.name = "intermediate",
                           .issuer = PROFILE_NO_LIST,
                           .extensions = {CRITICAL(PROFILE_BASIC_CONSTRAINTS),
                                          CRITICAL(PROFILE_KEY_USAGE),
                                          PLAIN(PROFILE_SUBJECT_KEY_IDENTIFIER),
                                          PLAIN(PROFILE_AUTHORITY_KEY_IDENTIFIER),
                                          PLAIN(PROFILE_POLICIES), PLAIN(PROFILE_CRL)},
                           .count = 6,
                           .ca = true,
                           .path_length = PROFILE_SITE_PATH_LENGTH,
                           .key_usage = 1U << KEY_CERT_SIGN},
    [CERT_END_ENTITY] = {.name = "end-entity",
                         .issuer = PROFILE_NO_LIST,
                         .extensions = {CRITICAL(PROFILE_BASIC_CONSTRAINTS),
                                        CRITICAL(PROFILE_KEY_USAGE),
                                        PLAIN(PROFILE_SUBJECT_KEY_IDENTIFIER),
                                        PLAIN(PROFILE_AUTHORITY_KEY_IDENTIFIER),
                                        PLAIN(PROFILE_POLICIES), PLAIN(PROFILE_CRL),
                                        PLAIN(PROFILE_LIST)},
                         .count = 7,
                         .path_length = PROFILE_NO_PATH_LENGTH,
                         .key_usage = 1U << DIGITAL_SIGNATURE},
    [CERT_STI_PA] = {.name = "STI-PA",
                     .issuer = PROFILE_SELF,
                     .extensions = {CRITICAL(PROFILE_BASIC_CONSTRAINTS),
                                    CRITICAL(PROFILE_KEY_USAGE),
                                    PLAIN(PROFILE_SUBJECT_KEY_IDENTIFIER)},
                     .count = 3,
                     .path_length = PROFILE_NO_PATH_LENGTH,
                     .key_usage = 1U << DIGITAL_SIGNATURE},
};

/* An end entity whose list is by reference. */
static const struct profile end_entity_by_reference = {
    .name = "end-entity",
    .issuer = PROFILE_NO_LIST,
    .extensions = {CRITICAL(PROFILE_BASIC_CONSTRAINTS), CRITICAL(PROFILE_KEY_USAGE),
                   PLAIN(PROFILE_SUBJECT_KEY_IDENTIFIER), PLAIN(PROFILE_AUTHORITY_KEY_IDENTIFIER),
                   PLAIN(PROFILE_POLICIES), PLAIN(PROFILE_CRL), PLAIN(PROFILE_LIST_REFERENCE)},
    .count = 7,
    .path_length = PROFILE_NO_PATH_LENGTH,
    .key_usage = 1U << DIGITAL_SIGNATURE,
};

const struct profile *cert_profile(const struct cert_content *content)
{
    if (content->profile != NULL)
        return content->profile;
    if (content->kind == CERT_END_ENTITY && content->list == NULL && content->list_url != NULL)
        return &end_entity_by_reference;
    return &kinds[content->kind];
}
