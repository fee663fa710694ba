/* SPDX-License-Identifier: Apache-2.0 */
/* What the text reader and the encoder of claim constraints share; not installed. */
#ifndef JWT_CLAIM_CONSTRAINTS_BUILDER_H
#define JWT_CLAIM_CONSTRAINTS_BUILDER_H

#include "der.h"
#include "jwt_claim_constraints.h"

/* Adds octets behind those there are. */
bool jwt_claim_append(struct jwt_claim_encoded *part, const void *octets, size_t length,
                      struct sti_error *err);

/* Puts a tag and a length around what was added since the part had `start` octets. */
bool jwt_claim_wrap(struct jwt_claim_encoded *part, size_t start, uint8_t tag,
                    struct sti_error *err);

#endif
