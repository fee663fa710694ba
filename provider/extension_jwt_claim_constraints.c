/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JWTClaimConstraints (RFC 8226 section 8) and EnhancedJWTClaimConstraints (RFC 9118 section 3):
 * their text in a configuration, their lines on a terminal.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "extension.h"
#include "jwt_claim_constraints.h"

/* ---- text in ---- */

static bool claims_parse(union value_making *making, const char *text, size_t length,
                         struct sti_error *err)
{
    return jwt_claim_constraints_parse(&making->claims, text, length, err);
}

static bool claims_parse_entry(union value_making *making, const char *text, size_t length,
                               struct sti_error *err)
{
    return jwt_claim_constraints_parse_entry(&making->claims, text, length, err);
}

static bool finish_old(union value_making *making, uint8_t **der, size_t *length,
                       struct sti_error *err)
{
    return jwt_claim_constraints_finish(&making->claims, JWT_CLAIM_CONSTRAINTS, der, length, err);
}

static bool finish_enhanced(union value_making *making, uint8_t **der, size_t *length,
                            struct sti_error *err)
{
    return jwt_claim_constraints_finish(&making->claims, ENHANCED_JWT_CLAIM_CONSTRAINTS, der,
                                        length, err);
}

static void claims_free(union value_making *making)
{
    jwt_claim_builder_free(&making->claims);
}

static bool check(enum jwt_claim_form form, const uint8_t *der, size_t length,
                  struct sti_error *err)
{
    struct jwt_claim_constraints value;
    bool ok = jwt_claim_constraints_decode(&value, form, der, length, err) &&
              jwt_claim_constraints_check(&value, err);
    jwt_claim_constraints_free(&value);
    return ok;
}

static bool check_old(const uint8_t *der, size_t length, struct sti_error *err)
{
    return check(JWT_CLAIM_CONSTRAINTS, der, length, err);
}

static bool check_enhanced(const uint8_t *der, size_t length, struct sti_error *err)
{
    return check(ENHANCED_JWT_CLAIM_CONSTRAINTS, der, length, err);
}

static const char *const kinds[] = {"mustInclude", "permitted", "mustExclude", NULL};
#define KEYS "mustInclude.1, ..., permitted.1, ... and mustExclude.1, ..."

static const struct value_grammar old_grammar = {
    .max_octets = JWT_CLAIM_MAX_OCTETS,
    .kinds = kinds,
    .keys = KEYS,
    .parse = claims_parse,
    .parse_entry = claims_parse_entry,
    .finish = finish_old,
    .free = claims_free,
    .check = check_old,
};

static const struct value_grammar enhanced_grammar = {
    .max_octets = JWT_CLAIM_MAX_OCTETS,
    .kinds = kinds,
    .keys = KEYS,
    .parse = claims_parse,
    .parse_entry = claims_parse_entry,
    .finish = finish_enhanced,
    .free = claims_free,
    .check = check_enhanced,
};

/* ---- lines out ---- */

/* `mustInclude:iat ; every PASSporT has it ... (clause)` */
static bool put_constraint(struct page *page, const struct jwt_claim_constraints *value,
                           size_t index)
{
    size_t length = jwt_claim_constraint_text(value, index, NULL, 0);
    char *text = OPENSSL_malloc(length + 1);
    if (text == NULL)
        return false;
    jwt_claim_constraint_text(value, index, text, length + 1);
    page_line(page);
    page_put(page, text, length);
    OPENSSL_free(text);
    struct jwt_claim_flaw flaw = jwt_claim_constraint_flaw(value, index);
    if (flaw.sentence == NULL)
        return true;
    page_put_text(page, " ; ");
    page_put_text(page, flaw.sentence);
    if (flaw.clause != NULL) {
        page_put_text(page, " (");
        page_put_text(page, flaw.clause);
        page_put_text(page, ")");
    }
    return true;
}

/* How many octets of what could not be read are shown in hex. */
#define SHOWN_OCTETS 64

static void put_rest(struct page *page, const struct jwt_claim_constraints *value)
{
    char text[64];
    size_t left = value->der_length - value->end;
    if (left == 0)
        return;
    snprintf(text, sizeof(text), "; byte %zu: not read: ", value->end);
    page_line(page);
    page_put_text(page, text);
    for (size_t i = 0; i < left && i < SHOWN_OCTETS; i++) {
        snprintf(text, sizeof(text), "%02X", value->der[value->end + i]);
        page_put_text(page, text);
    }
    if (left > SHOWN_OCTETS) {
        snprintf(text, sizeof(text), " and %zu octets more", left - SHOWN_OCTETS);
        page_put_text(page, text);
    }
}

static bool print(enum jwt_claim_form form, const uint8_t *der, size_t length, struct page *page)
{
    struct jwt_claim_constraints value;
    struct sti_error err;
    bool good = jwt_claim_constraints_decode(&value, form, der, length, &err);
    bool ok = good || err.code != STI_ENVIRONMENT;
    if (!good && ok)
        page_put_malformed(page, &err);
    for (size_t i = 0; ok && i < value.count; i++)
        ok = put_constraint(page, &value, i);
    if (!good && ok)
        put_rest(page, &value);
    jwt_claim_constraints_free(&value);
    return ok;
}

static bool print_old(const uint8_t *der, size_t length, struct page *page)
{
    return print(JWT_CLAIM_CONSTRAINTS, der, length, page);
}

static bool print_enhanced(const uint8_t *der, size_t length, struct page *page)
{
    return print(ENHANCED_JWT_CLAIM_CONSTRAINTS, der, length, page);
}

const struct extension_kind extension_jwt_claim_constraints = {
    .mark = "sti-pki JWTClaimConstraints method",
    .oid = JWT_CLAIM_CONSTRAINTS_OID,
    .short_name = "JWTClaimConstraints",
    .long_name = "JWTClaimConstraints",
    .grammar = &old_grammar,
    .print = print_old,
    .excludes = &extension_enhanced_jwt_claim_constraints,
    .excludes_clause = "RFC 9118 section 6",
};

const struct extension_kind extension_enhanced_jwt_claim_constraints = {
    .mark = "sti-pki EnhancedJWTClaimConstraints method",
    .oid = ENHANCED_JWT_CLAIM_CONSTRAINTS_OID,
    .short_name = "EnhancedJWTClaimConstraints",
    .long_name = "EnhancedJWTClaimConstraints",
    .grammar = &enhanced_grammar,
    .print = print_enhanced,
    .excludes = &extension_jwt_claim_constraints,
    .excludes_clause = "RFC 9118 section 6",
};
