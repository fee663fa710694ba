/* SPDX-License-Identifier: Apache-2.0 */
/* However often and under whatever name the module is loaded: one registration, and it works. */
#include "cases.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

/* TNAuthList, JWTClaimConstraints, EnhancedJWTClaimConstraints. */
#define METHODS 3

static int methods_added;

/* This program's own function comes before libcrypto's: it counts, and hands over. */
int X509V3_EXT_add(X509V3_EXT_METHOD *method)
{
    int (*add)(X509V3_EXT_METHOD *);
    *(void **)&add = dlsym(RTLD_NEXT, "X509V3_EXT_add");
    check(add != NULL);
    methods_added++;
    return add(method);
}

static void twice_in_one_context(void)
{
    OSSL_PROVIDER *first = load(NULL);
    OSSL_PROVIDER *second = load(NULL);
    check(methods_added == METHODS);
    check_worked_example();
    check(OSSL_PROVIDER_unload(first));
    check_worked_example();
    check(OSSL_PROVIDER_unload(second));
    check_worked_example();
}

static void in_two_contexts(void)
{
    OSSL_LIB_CTX *one = OSSL_LIB_CTX_new();
    OSSL_LIB_CTX *other = OSSL_LIB_CTX_new();
    check(one != NULL && other != NULL);
    OSSL_PROVIDER *in_one = load(one);
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    OSSL_PROVIDER *in_other = load(other);
    load_module();
    check(methods_added == METHODS);
    check(X509V3_EXT_get_nid(list_nid()) == method);
    OSSL_PROVIDER_unload(in_one);
    OSSL_LIB_CTX_free(one);
    check_worked_example();
    OSSL_PROVIDER_unload(in_other);
    OSSL_LIB_CTX_free(other);
    check_worked_example();
}

static void unloaded_and_loaded_again(void)
{
    for (int round = 0; round < 5; round++) {
        OSSL_PROVIDER *provider = load(NULL);
        check_worked_example();
        check(OSSL_PROVIDER_unload(provider));
    }
    check(methods_added == METHODS);
}

/* Copies a file, octet for octet. */
static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rbe");
    FILE *out = fopen(to, "wbe");
    check(in != NULL && out != NULL);
    char block[65536];
    size_t length;
    while ((length = fread(block, 1, sizeof(block), in)) > 0)
        check(fwrite(block, 1, length, out) == length);
    check(!ferror(in) && fclose(out) == 0);
    fclose(in);
}

static void a_copy_under_another_name(void)
{
    char folder[] = "/tmp/sti-pki-provider.XXXXXX";
    char module[4096];
    char copy[64];
    const char *modules = getenv("OPENSSL_MODULES");
    check(modules != NULL && mkdtemp(folder) != NULL);
    snprintf(module, sizeof(module), "%s/" MODULE ".so", modules);
    snprintf(copy, sizeof(copy), "%s/other.so", folder);
    copy_file(module, copy);
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    check(context != NULL && OSSL_PROVIDER_set_default_search_path(context, folder));
    OSSL_PROVIDER *other = OSSL_PROVIDER_load(context, "other");
    unlink(copy);
    rmdir(folder);
    check(other != NULL);
    check(methods_added == METHODS);
    check(X509V3_EXT_get_nid(list_nid()) == method);
    OSSL_PROVIDER_unload(other);
    OSSL_LIB_CTX_free(context);
    check_worked_example();
}

static const struct test_case cases[] = {
    {"loaded twice in one context", twice_in_one_context},
    {"loaded in two contexts and the default one", in_two_contexts},
    {"unloaded and loaded again", unloaded_and_loaded_again},
    {"loaded from a copy of the file under another name", a_copy_under_another_name},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
