/* SPDX-License-Identifier: Apache-2.0 */
/* Writing (Enhanced)JWTClaimConstraints in DER: explicit tags, shortest lengths. */
#include <stdlib.h>
#include <string.h>

#include "jwt_claim_constraints_builder.h"

bool jwt_claim_append(struct jwt_claim_encoded *part, const void *octets, size_t length,
                      struct sti_error *err)
{
    if (length > JWT_CLAIM_MAX_OCTETS - part->length)
        return sti_refuse(err, NULL, "the constraints are too long: at most %zu octets",
                          JWT_CLAIM_MAX_OCTETS);
    size_t wanted = part->length + length;
    if (wanted > part->room) {
        size_t room = wanted < 256 ? 256 : wanted * 2;
        uint8_t *more = realloc(part->octets, room);
        if (more == NULL)
            return sti_fail(err, "no memory for claim constraints");
        part->octets = more;
        part->room = room;
    }
    if (length > 0)
        memcpy(part->octets + part->length, octets, length);
    part->length = wanted;
    return true;
}

bool jwt_claim_wrap(struct jwt_claim_encoded *part, size_t start, uint8_t tag,
                    struct sti_error *err)
{
    uint8_t header[DER_MAX_HEADER];
    size_t content = part->length - start;
    size_t length = der_header(header, tag, content);
    if (!jwt_claim_append(part, header, length, err)) /* room; its octets go to the front */
        return false;
    memmove(part->octets + start + length, part->octets + start, content);
    memcpy(part->octets + start, header, length);
    return true;
}

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

void jwt_claim_builder_free(struct jwt_claim_builder *builder)
{
    for (size_t i = 0; i < sizeof(builder->parts) / sizeof(*builder->parts); i++)
        free(builder->parts[i].octets);
    memset(builder, 0, sizeof(*builder));
}
