/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of (Enhanced)JWTClaimConstraints that grow while they are written. */
#include "jwt_claim_constraints_builder.h"

#include <stdlib.h>
#include <string.h>

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

void jwt_claim_builder_free(struct jwt_claim_builder *builder)
{
    for (size_t i = 0; i < sizeof(builder->parts) / sizeof(*builder->parts); i++)
        free(builder->parts[i].octets);
    memset(builder, 0, sizeof(*builder));
}
