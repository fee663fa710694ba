/* SPDX-License-Identifier: Apache-2.0 */
/* The URL and name of a list by reference (RFC 8226 section 10.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "list_url.h"
#include "test_token_kit.h"

#define NAME "b5bb9d.der"
#define CLAUSE "RFC 8226 section 10.1"

static const struct {
    const char *base;
    const char *refusal; /* NULL: it is good */
    const char *clause;
} bases[] = {
    {"https://tn.example/", NULL, NULL},
    {"https://tn.example/lists/2026/", NULL, NULL},
    {"https://tn.example:8443/", NULL, NULL},
    {"https://[2001:db8::1]/", NULL, NULL},
    {"https://tn.example/a%20b/", NULL, NULL},
    {"HTTPS://tn.example/", NULL, NULL}, /* a scheme has no case (RFC 3986 section 3.1) */
    {"http://tn.example/", "is not https, which it must be", CLAUSE},
    {"ftp://tn.example/", "is not https", CLAUSE},
    {"tn.example/", "is not https", CLAUSE},
    {"https:/tn.example/", "is not https", CLAUSE},
    {"https:", "is not https", CLAUSE},
    {"", "is not https", CLAUSE},
    {" https://tn.example/", "is not https", CLAUSE},
    {"https://", "names no host", CLAUSE},
    {"https:///lists/", "names no host", CLAUSE},
    {"https://:443/", "names no host", CLAUSE},
    {"https://user@tn.example/", "has a user, a query or a fragment", CLAUSE},
    {"https://user:secret@tn.example/", "has a user, a query or a fragment", CLAUSE},
    {"https://tn.example/?a=b/", "has a user, a query or a fragment", CLAUSE},
    {"https://tn.example/#top/", "has a user, a query or a fragment", CLAUSE},
    {"https://?/", "has a user, a query or a fragment", CLAUSE},
    {"https://tn.example", "does not end with /", CLAUSE},
    {"https://tn.example/lists", "does not end with /", CLAUSE},
    {"https://tn.example/my lists/", "has octet 0x20, which a URL cannot have",
     "RFC 3986 section 2"},
    {"https://tn.example/ ", "has octet 0x20", "RFC 3986 section 2"},
    {"https://tn.example/\n", "has octet 0x0A", "RFC 3986 section 2"},
    {"https://tn.example/\xc3\x9c/", "has octet 0xC3", "RFC 3986 section 2"},
    {"https://tn.example/\"/", "has octet 0x22", "RFC 3986 section 2"},
    {"https://tn.example\\/", "has octet 0x5C", "RFC 3986 section 2"},
};

static void judges_the_base_rfc8226_section_10_1(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
        struct sti_error err;
        char want[200];
        char *url = list_url(bases[i].base, NAME, &err);
        if ((url != NULL) != (bases[i].refusal == NULL))
            fail_msg("%s: wrongly %s", bases[i].base, url == NULL ? "refused" : "accepted");
        if (url != NULL) {
            snprintf(want, sizeof(want), "%s" NAME, bases[i].base);
            assert_string_equal(url, want);
            free(url);
            continue;
        }
        kit_check_error(&err, STI_REFUSED, "", bases[i].refusal, bases[i].clause);
        assert_null(list_url(bases[i].base, NAME, NULL));
    }
}

/* The name is the digest of the document: the DER TNAuthList alone. */
static void names_a_list_by_its_digest(void **state)
{
    (void)state;
    uint8_t der[16];
    char name[LIST_NAME_LENGTH + 1];
    assert_true(list_name((const uint8_t *)"abc", 3, name, NULL)); /* FIPS 180-4's example */
    assert_string_equal(name,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.der");
    assert_int_equal(strlen(name), LIST_NAME_LENGTH);
    assert_true(list_name(der, from_hex("3008a00616043730394a", der, sizeof(der)), name, NULL));
    assert_string_equal(name,
                        "3eb8e03931187b3d729fcb134ec4099d65b73da8d4b7f881917b97bb105314ce.der");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_the_base_rfc8226_section_10_1),
        cmocka_unit_test(names_a_list_by_its_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
