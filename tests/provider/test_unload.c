/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library context that loaded the module goes away; libcrypto still points into the module.
 * Freeing a context unmaps an ordinary module, so this one is linked with -z nodelete.
 */
#include "cases.h"

#include <openssl/crypto.h>

static void after_the_context_is_freed(void)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    check(context != NULL);
    OSSL_PROVIDER *provider = load(context);
    check_worked_example();
    check(OSSL_PROVIDER_unload(provider));
    check_worked_example();
    OSSL_LIB_CTX_free(context);
    check_worked_example();
}

static void loaded_anew_after_that(void)
{
    for (int round = 0; round < 10; round++) {
        OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
        check(context != NULL);
        check(OSSL_PROVIDER_unload(load(context)));
        OSSL_LIB_CTX_free(context);
    }
    load_module();
    check_worked_example();
}

static void a_value_outlives_the_context(void)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    check(context != NULL);
    OSSL_PROVIDER *provider = load(context);
    X509V3_CTX ctx = {0};
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, list_nid(), "SPC:709J");
    check(extension != NULL);
    void *value = X509V3_EXT_d2i(extension);
    check(value != NULL);
    check(OSSL_PROVIDER_unload(provider));
    OSSL_LIB_CTX_free(context);
    X509_EXTENSION *again = X509V3_EXT_i2d(list_nid(), 0, value);
    check(again != NULL);
    check(ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(again),
                                X509_EXTENSION_get_data(extension)) == 0);
    X509V3_EXT_get(extension)->ext_free(value);
    X509_EXTENSION_free(extension);
    X509_EXTENSION_free(again);
}

static const struct test_case cases[] = {
    {"the extension is read and printed after the context is freed", after_the_context_is_freed},
    {"ten contexts come and go, then the default one loads", loaded_anew_after_that},
    {"a value made before is written and freed afterwards", a_value_outlives_the_context},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
