/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program with a libcrypto of its own (libcrypto.a) loads the module, which is linked to
 * libcrypto.so: two copies in one process. Registering in the wrong one would have no effect, or
 * would lock up when that copy loads the same configuration. The module must say so and refuse.
 */
#include <stdio.h>

#ifdef WITH_STATIC_LIBCRYPTO

#include "cases.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "tnauthlist.h"

static void check_refused(OSSL_LIB_CTX *context)
{
    check(OSSL_PROVIDER_load(context, MODULE) == NULL);
    check_errors_say("this program uses another libcrypto than the one the module is linked to; "
                     "build the module against the program's OpenSSL");
    check(OBJ_txt2nid(TNAUTHLIST_OID) == NID_undef);
}

static void without_configuration(void)
{
    alarm(30);
    check_refused(NULL);
    check_refused(NULL);
}

static void in_a_context(void)
{
    alarm(30);
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    check(context != NULL);
    check_refused(context);
    OSSL_LIB_CTX_free(context);
}

/* libcrypto reads the file at its first use, and keeps quiet about a module that does not load. */
static void with_configuration(void)
{
    alarm(30);
    const char *file = getenv("TNAUTHLIST_CONF");
    check(file != NULL && setenv("OPENSSL_CONF", file, 1) == 0);
    check(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL));
    check(OSSL_PROVIDER_available(NULL, "default"));
    check(!OSSL_PROVIDER_available(NULL, MODULE));
    ERR_clear_error();
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    check(context != NULL);
    check_refused(context);
    OSSL_LIB_CTX_free(context);
}

/* As a CONF module it gets no function pointers to compare, and notices all the same. */
static void as_a_conf_module(void)
{
    alarm(30);
    static const char section[] = "openssl_conf = init\n[init]\ntnauthlist = module\n[module]\n"
                                  "path = ";
    const char *module = getenv("TNAUTHLIST_MODULE");
    BIO *text = BIO_new(BIO_s_mem());
    CONF *configuration = NCONF_new(NULL);
    check(module != NULL && text != NULL && configuration != NULL);
    check(BIO_printf(text, "%s%s\n", section, module) > 0);
    check(NCONF_load_bio(configuration, text, NULL) == 1);
    check(CONF_modules_load(configuration, NULL, 0) <= 0);
    check_errors_say("module=tnauthlist");
    check(OBJ_txt2nid(TNAUTHLIST_OID) == NID_undef);
    NCONF_free(configuration);
    BIO_free(text);
}

static void the_program_still_works(void)
{
    alarm(30);
    check_refused(NULL);
    OSSL_PROVIDER *provider = OSSL_PROVIDER_load(NULL, "default");
    check(provider != NULL);
    X509V3_CTX ctx = {0};
    X509_EXTENSION *extension =
        X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints, "critical,CA:TRUE");
    check(extension != NULL);
    X509_EXTENSION_free(extension);
    OSSL_PROVIDER_unload(provider);
}

static const struct test_case cases[] = {
    {"refused with a sentence", without_configuration},
    {"refused in a library context", in_a_context},
    {"refused when OPENSSL_CONF names the module", with_configuration},
    {"refused as a CONF module", as_a_conf_module},
    {"the program's own libcrypto works on", the_program_still_works},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}

#else

int main(void)
{
    puts("1..0 # SKIP there is no libcrypto.a to link with");
    return 0;
}

#endif
