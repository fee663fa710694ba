/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenSSL provider `tnauthlist`: it offers no algorithm. Loading it teaches the libcrypto of
 * this process the STIR objects and extensions (RFC 8226, RFC 9118).
 */
#include <stdarg.h>
#include <string.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/proverr.h>

#include "register.h"

/* One of the two symbols that this module exports; the other is in conf_module.c. */
__attribute__((visibility("default"))) OSSL_provider_init_fn OSSL_provider_init;

static const OSSL_PARAM *gettable_params(void *context)
{
    static const OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_NAME, NULL, 0),
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_VERSION, NULL, 0),
        OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_BUILDINFO, NULL, 0),
        OSSL_PARAM_int(OSSL_PROV_PARAM_STATUS, NULL),
        OSSL_PARAM_END,
    };
    (void)context;
    return params;
}

static int set_text(OSSL_PARAM params[], const char *key, const char *text)
{
    OSSL_PARAM *param = OSSL_PARAM_locate(params, key);
    return param == NULL || OSSL_PARAM_set_utf8_ptr(param, text);
}

static int get_params(void *context, OSSL_PARAM params[])
{
    (void)context;
    OSSL_PARAM *status = OSSL_PARAM_locate(params, OSSL_PROV_PARAM_STATUS);
    return set_text(params, OSSL_PROV_PARAM_NAME, "TNAuthList for STIR certificates (RFC 8226)") &&
           set_text(params, OSSL_PROV_PARAM_VERSION, STI_PKI_VERSION) &&
           set_text(params, OSSL_PROV_PARAM_BUILDINFO, "sti-pki " STI_PKI_VERSION) &&
           (status == NULL || OSSL_PARAM_set_int(status, 1));
}

static const OSSL_ALGORITHM *query_operation(void *context, int operation, int *no_cache)
{
    (void)context;
    (void)operation;
    *no_cache = 0;
    return NULL;
}

/* Nothing is undone: libcrypto cannot forget an extension method, and others may be using it. */
static void teardown(void *context)
{
    (void)context;
}

/* What is needed of the libcrypto that loads this module, told by its own function pointers. */
struct core {
    OSSL_FUNC_CRYPTO_malloc_fn *malloc;
    OSSL_FUNC_core_new_error_fn *new_error;
    OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
    OSSL_FUNC_core_vset_error_fn *vset_error;
};

static struct core find_core(const OSSL_DISPATCH *in)
{
    struct core core = {0};
    for (; in->function_id != 0; in++) {
        if (in->function_id == OSSL_FUNC_CRYPTO_MALLOC)
            core.malloc = OSSL_FUNC_CRYPTO_malloc(in);
        else if (in->function_id == OSSL_FUNC_CORE_NEW_ERROR)
            core.new_error = OSSL_FUNC_core_new_error(in);
        else if (in->function_id == OSSL_FUNC_CORE_SET_ERROR_DEBUG)
            core.set_error_debug = OSSL_FUNC_core_set_error_debug(in);
        else if (in->function_id == OSSL_FUNC_CORE_VSET_ERROR)
            core.vset_error = OSSL_FUNC_core_vset_error(in);
    }
    return core;
}

/* Raises an error in the loading libcrypto, through its own functions only. */
static void core_error(const struct core *core, const OSSL_CORE_HANDLE *handle, const char *format,
                       ...)
{
    if (core->new_error == NULL || core->vset_error == NULL)
        return;
    va_list args;
    va_start(args, format);
    core->new_error(handle);
    if (core->set_error_debug != NULL)
        core->set_error_debug(handle, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC);
    core->vset_error(handle, PROV_R_IN_ERROR_STATE, format, args);
    va_end(args);
}

/*
 * The first thing done, before any call into libcrypto: is the libcrypto that loads us the one we
 * are linked to? A program with a static libcrypto, or of another major version, has a second copy;
 * registering in ours would then have no effect, or lock up when that copy loads the same
 * configuration again.
 */
int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                       const OSSL_DISPATCH **out, void **context)
{
    static const OSSL_DISPATCH functions[] = {
        {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown},
        {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))gettable_params},
        {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params},
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query_operation},
        {0, NULL},
    };
    struct core core = find_core(in);
    if (core.malloc != CRYPTO_malloc) {
        core_error(&core, handle,
                   "tnauthlist: this program uses another libcrypto than the one the module is "
                   "linked to; build the module against the program's OpenSSL");
        return 0;
    }
    struct sti_error err;
    if (!register_stir_objects(&err)) {
        char why[1024];
        sti_error_text(&err, why, sizeof(why));
        core_error(&core, handle, "tnauthlist: %s", why);
        return 0;
    }
    *out = functions;
    *context = (void *)handle;
    return 1;
}
