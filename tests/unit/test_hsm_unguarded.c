/* SPDX-License-Identifier: Apache-2.0 */
/* A program that was linked without exporting the guard: no token is opened past it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_hsm_world.h"

static void no_token_is_opened_without_the_guard(void **state)
{
    (void)state;
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=x", "pin");
    assert_null(hsm_open(uri, NULL, NULL, &err));
    world_check(&err, STI_ENVIRONMENT,
                "libp11 went past the guard before the PKCS#11 module " WORLD_MODULE
                ", so nothing is signed; ");
    hsm_uri_free(uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_token_is_opened_without_the_guard),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
