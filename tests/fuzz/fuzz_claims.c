/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as claim constraints, in DER and in text: what is read is printed in visible ASCII, parsed
 * and written again, and yields the same octets, unless a rule on claims forbids them.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "jwt_claim_constraints.h"

static void add_printed(const struct jwt_claim_constraints *value, size_t index,
                        struct jwt_claim_builder *builder)
{
    size_t length = jwt_claim_constraint_text(value, index, NULL, 0);
    char *text = malloc(length + 1);
    FUZZ_HOLDS(text != NULL);
    FUZZ_HOLDS(jwt_claim_constraint_text(value, index, text, length + 1) == length);
    for (size_t i = 0; i < length; i++)
        FUZZ_HOLDS(text[i] >= 0x20 && text[i] < 0x7f);
    FUZZ_HOLDS(jwt_claim_constraints_parse(builder, text, length, NULL));
    free(text);
}

static void check_der(enum jwt_claim_form form, const uint8_t *octets, size_t length)
{
    struct jwt_claim_constraints value;
    struct jwt_claim_builder builder = {0};
    struct sti_error err;
    bool ok = jwt_claim_constraints_decode(&value, form, octets, length, &err);
    FUZZ_HOLDS(value.end <= length);
    if (!ok) {
        fuzz_check_error(&err);
        FUZZ_HOLDS(err.offset == STI_NOWHERE || err.offset <= length);
    }
    for (size_t i = 0; i < value.count; i++)
        add_printed(&value, i, &builder);
    uint8_t *der = NULL;
    size_t der_length = 0;
    bool lawful = ok && jwt_claim_constraints_check(&value, NULL);
    bool made = jwt_claim_constraints_finish(&builder, form, &der, &der_length, NULL);
    FUZZ_HOLDS(!lawful || (made && der_length == length && memcmp(der, octets, length) == 0));
    FUZZ_HOLDS(!ok || lawful || !made);
    free(der);
    jwt_claim_constraints_free(&value);
}

static void check_text(enum jwt_claim_form form, const char *text, size_t length)
{
    struct jwt_claim_builder builder = {0};
    struct sti_error err;
    uint8_t *der = NULL;
    size_t der_length = 0;
    if (!jwt_claim_constraints_parse(&builder, text, length, &err)) {
        fuzz_check_error(&err);
        jwt_claim_builder_free(&builder);
    } else if (jwt_claim_constraints_finish(&builder, form, &der, &der_length, &err)) {
        check_der(form, der, der_length);
    } else {
        fuzz_check_error(&err);
    }
    free(der);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    check_der(JWT_CLAIM_CONSTRAINTS, octets, length);
    check_der(ENHANCED_JWT_CLAIM_CONSTRAINTS, octets, length);
    check_text(JWT_CLAIM_CONSTRAINTS, (const char *)octets, length);
    check_text(ENHANCED_JWT_CLAIM_CONSTRAINTS, (const char *)octets, length);
    return 0;
}
