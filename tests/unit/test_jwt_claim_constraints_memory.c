/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of the claim constraints fails once: the reason is memory, nothing is left
 * half-made, nothing leaks. Linked with --wrap for malloc and realloc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jwt_claim_constraints.h"

void *__real_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *memory, size_t size);

static size_t left = SIZE_MAX; /* how many allocations go well before one fails */

static bool fails(void)
{
    return left != SIZE_MAX && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

static bool encode(struct sti_error *err)
{
    static const char text[] = "mustInclude:a,mustExclude:b,permitted:c=1|2|3|4|5|6|7|8|9|10";
    struct jwt_claim_builder builder = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    bool ok =
        jwt_claim_constraints_parse(&builder, text, strlen(text), err) &&
        jwt_claim_constraints_finish(&builder, ENHANCED_JWT_CLAIM_CONSTRAINTS, &der, &length, err);
    assert_true(ok || der == NULL);
    jwt_claim_builder_free(&builder);
    free(der);
    return ok;
}

static void every_allocation_fails_once(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t after = 0;; after++) {
        struct sti_error err;
        sti_error_clear(&err);
        left = after;
        bool ok = encode(&err);
        bool none_failed = left != SIZE_MAX;
        left = SIZE_MAX;
        if (ok && none_failed)
            break;
        assert_false(ok);
        assert_int_equal(err.code, STI_ENVIRONMENT);
        assert_non_null(strstr(err.sentence, "no memory"));
        failures++;
    }
    assert_true(failures >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_fails_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
