/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand behind `NAME =` in an OpenSSL configuration, for every extension here. */
#ifndef PROVIDER_VALUE_TEXT_H
#define PROVIDER_VALUE_TEXT_H

#include <openssl/x509v3.h>

#include "jwt_claim_constraints.h"
#include "tnauthlist.h"

/* A value being put together. */
union value_making {
    struct tnauthlist_builder list;
    struct jwt_claim_builder claims;
};

/* The text form of one extension, as asn1/ has it. */
struct value_grammar {
    size_t max_octets; /* of a file */
    /* The kinds of entries, as the keys of a section begin; NULL behind the last. */
    const char *const *kinds;
    const char *keys; /* these keys, for an error's sentence */
    /* Adds the entries of a text. */
    bool (*parse)(union value_making *making, const char *text, size_t length,
                  struct sti_error *err);
    /* Adds the one entry of a section's line. */
    bool (*parse_entry)(union value_making *making, const char *text, size_t length,
                        struct sti_error *err);
    /* Encodes; *der is malloc'd, the caller's. */
    bool (*finish)(union value_making *making, uint8_t **der, size_t *length,
                   struct sti_error *err);
    void (*free)(union value_making *making);
    /* Refuses DER that may not stand in a certificate. */
    bool (*check)(const uint8_t *der, size_t length, struct sti_error *err);
};

/*
 * Encodes a value in DER:
 *   entries        SPC:709J,TN:12155550100-12155550199
 *   file:PATH      a file with entries, in text or in DER
 *   @SECTION       a section of the configuration, with lines SPC.1 = 709J, TN.1 = 12155551212
 * ctx may be NULL or without a configuration; only @SECTION needs one. *der is malloc'd, the
 * caller's. A refused value that ends where a # may have cut it gets a hint at that in its error.
 */
bool value_from_text(const struct value_grammar *grammar, X509V3_CTX *ctx, const char *text,
                     uint8_t **der, size_t *length, struct sti_error *err);

#endif
