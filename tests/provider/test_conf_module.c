/* SPDX-License-Identifier: Apache-2.0 */
/* The module as a CONF module: `tnauthlist = SECTION`, `path = FILE`, and no provider named. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "tnauthlist.h"

/* Loads a configuration with these lines behind the module's; what CONF_modules_load_file() says.
 */
static int load_configuration(const char *more)
{
    char path[] = "/tmp/sti-pki-conf.XXXXXX";
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "wb");
    check(out != NULL && getenv("TNAUTHLIST_MODULE") != NULL);
    fprintf(out, "openssl_conf = init\n[init]\ntnauthlist = module\n%s[module]\npath = %s\n", more,
            getenv("TNAUTHLIST_MODULE"));
    check(fclose(out) == 0);
    int result = CONF_modules_load_file(path, NULL, 0);
    unlink(path);
    return result;
}

static void it_works(void)
{
    check(load_configuration("") == 1);
    check_worked_example();
    check(ERR_peek_error() == 0);
}

/* No provider was named, so libcrypto brings its default one as ever. */
static void the_default_provider_stays(void)
{
    check(load_configuration("") == 1);
    EVP_MD *digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    check(digest != NULL);
    EVP_MD_free(digest);
    check(OSSL_PROVIDER_available(NULL, "default"));
    check(!OSSL_PROVIDER_available(NULL, MODULE));
}

static void twice_and_as_a_provider(void)
{
    check(load_configuration("") == 1);
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    check(load_configuration("") == 1);
    load_module();
    check(X509V3_EXT_get_nid(list_nid()) == method);
    check_worked_example();
}

static void unloaded(void)
{
    check(load_configuration("") == 1);
    CONF_modules_unload(1);
    check_worked_example();
}

static void a_name_is_taken(void)
{
    check(OBJ_create("2.25.4711.1", "TNAuthList", "something else") != NID_undef);
    check(load_configuration("") <= 0);
    check_errors_say("tnauthlist: the name TNAuthList, meant for " TNAUTHLIST_OID
                     ", already stands for 2.25.4711.1 ");
}

static const struct test_case cases[] = {
    {"a configuration loads it", it_works},
    {"the default provider stays", the_default_provider_stays},
    {"twice, and as a provider as well", twice_and_as_a_provider},
    {"what was registered outlives the unloading", unloaded},
    {"a name that is taken is an error that names it", a_name_is_taken},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
