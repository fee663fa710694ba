/* SPDX-License-Identifier: Apache-2.0 */
/* Writing (Enhanced)JWTClaimConstraints in DER: explicit tags, shortest lengths. */
#include <stdlib.h>

#include "jwt_claim_constraints_builder.h"

/* Adds one component, if it has elements, behind those before it. */
static bool add_component(struct jwt_claim_encoded *whole, const struct jwt_claim_encoded *part,
                          unsigned kind, struct sti_error *err)
{
    size_t start = whole->length;
    return part->length == 0 || (jwt_claim_append(whole, part->octets, part->length, err) &&
                                 jwt_claim_wrap(whole, start, DER_SEQUENCE, err) &&
                                 jwt_claim_wrap(whole, start, (uint8_t)(DER_CONTEXT | kind), err));
}

/* Reads what was written as everybody else will, and asks the rules. */
static bool check(const struct jwt_claim_encoded *whole, enum jwt_claim_form form,
                  struct sti_error *err)
{
    struct jwt_claim_constraints value;
    bool ok = jwt_claim_constraints_decode(&value, form, whole->octets, whole->length, err);
    if (!ok && err != NULL)
        err->offset = STI_NOWHERE; /* nobody has seen these octets yet */
    ok = ok && jwt_claim_constraints_check(&value, err);
    jwt_claim_constraints_free(&value);
    return ok;
}

bool jwt_claim_constraints_finish(struct jwt_claim_builder *builder, enum jwt_claim_form form,
                                  uint8_t **der, size_t *length, struct sti_error *err)
{
    struct jwt_claim_encoded whole = {0};
    bool ok = true;
    for (unsigned kind = 0; ok && kind <= JWT_CLAIM_MUST_EXCLUDE; kind++)
        ok = add_component(&whole, &builder->parts[kind], kind, err);
    ok = ok && jwt_claim_wrap(&whole, 0, DER_SEQUENCE, err) && check(&whole, form, err);
    jwt_claim_builder_free(builder);
    if (!ok) {
        free(whole.octets);
        return false;
    }
    *der = whole.octets;
    *length = whole.length;
    return true;
}
