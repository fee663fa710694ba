/* SPDX-License-Identifier: Apache-2.0 */
/* What RFC 8226 and RFC 9118 want of the claims that constraints name. */
#include <string.h>

#include "jwt_claim_constraints.h"

static bool same(struct jwt_claim_octets a, struct jwt_claim_octets b)
{
    return a.length == b.length && memcmp(a.octets, b.octets, a.length) == 0;
}

/* The claims that every PASSporT has (RFC 8225 section 5). */
static bool is_basic(struct jwt_claim_octets claim)
{
    static const char *const basic[] = {"iat", "orig", "dest"};
    for (size_t i = 0; i < sizeof(basic) / sizeof(*basic); i++)
        if (same(claim, (struct jwt_claim_octets){(const uint8_t *)basic[i], strlen(basic[i])}))
            return true;
    return false;
}

/* True if one of the first `count` constraints is of this kind and for this claim. */
static bool stands(const struct jwt_claim_constraints *value, size_t count,
                   enum jwt_claim_kind kind, struct jwt_claim_octets claim)
{
    for (size_t i = 0; i < count; i++)
        if (value->constraints[i].kind == kind && same(value->constraints[i].claim, claim))
            return true;
    return false;
}

struct jwt_claim_flaw jwt_claim_constraint_flaw(const struct jwt_claim_constraints *value,
                                                size_t index)
{
    const struct jwt_claim_constraint *constraint = &value->constraints[index];
    bool basic = is_basic(constraint->claim);
    switch (constraint->kind) {
    case JWT_CLAIM_MUST_INCLUDE:
        if (basic)
            return (struct jwt_claim_flaw){"every PASSporT has it, so it should not be listed",
                                           "RFC 8226 section 8", false};
        break;
    case JWT_CLAIM_PERMITTED_VALUES:
        if (stands(value, index, constraint->kind, constraint->claim))
            return (struct jwt_claim_flaw){"the claim has permitted values already, and a value "
                                           "would have to be in both; write all of them behind one "
                                           "permitted:",
                                           NULL, true};
        break;
    case JWT_CLAIM_MUST_EXCLUDE:
        if (basic)
            return (struct jwt_claim_flaw){"every PASSporT has it; verifiers take the certificate "
                                           "as if it had no constraints at all",
                                           "RFC 9118 section 3", true};
        if (stands(value, value->count, JWT_CLAIM_MUST_INCLUDE, constraint->claim))
            return (struct jwt_claim_flaw){"the claim is in mustInclude as well, so that no "
                                           "PASSporT can be valid",
                                           "RFC 9118 section 8", true};
        break;
    }
    return (struct jwt_claim_flaw){NULL, NULL, false};
}

bool jwt_claim_constraints_check(const struct jwt_claim_constraints *value, struct sti_error *err)
{
    for (size_t i = 0; i < value->count; i++) {
        struct jwt_claim_flaw flaw = jwt_claim_constraint_flaw(value, i);
        if (flaw.sentence == NULL || !flaw.forbidden)
            continue;
        char text[120];
        jwt_claim_constraint_text(value, i, text, sizeof(text));
        sti_refuse(err, flaw.clause, "%s: %s", text, flaw.sentence);
        return sti_error_part(err, value->form == JWT_CLAIM_CONSTRAINTS
                                       ? "JWTClaimConstraints"
                                       : "EnhancedJWTClaimConstraints");
    }
    return true;
}
