/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second way in: the same file as a CONF module.
 *
 *   [openssl_init]
 *   tnauthlist = tnauthlist_module
 *   [tnauthlist_module]
 *   path = /usr/lib/x86_64-linux-gnu/ossl-modules/tnauthlist.so
 *
 * No provider is named, so libcrypto still loads its default one by itself; and with
 * config_diagnostics = 1 a module that is missing or refuses is an error, not silence. `openssl
 * list -providers` does not show it.
 */
#include <dlfcn.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "register.h"

/*
 * libcrypto looks for the symbol OPENSSL_init in a CONF module. That is also the name of a function
 * of its own with another type, so the C name here must differ.
 */
__attribute__((visibility("default"))) int
conf_module_init(CONF_IMODULE *module, const CONF *configuration) __asm__("OPENSSL_init");

/*
 * Is the code at `caller` the libcrypto that this module is linked to? There may be two in the
 * process (see provider.c); a CONF module gets no function pointers to compare, so the files that
 * hold the code are compared.
 */
static int is_our_libcrypto(const void *caller)
{
    Dl_info theirs;
    Dl_info ours;
    void *function = NULL;
    int (*linked)(uint64_t, const OPENSSL_INIT_SETTINGS *) = OPENSSL_init_crypto;
    memcpy(&function, &linked, sizeof(function));
    return dladdr(caller, &theirs) != 0 && dladdr(function, &ours) != 0 &&
           theirs.dli_fbase == ours.dli_fbase;
}

int conf_module_init(CONF_IMODULE *module, const CONF *configuration)
{
    struct sti_error err;
    char why[1024];
    (void)module;
    (void)configuration;
    /* Nothing of the linked libcrypto may be called yet: it could be the wrong one. */
    if (!is_our_libcrypto(__builtin_return_address(0)))
        return 0;
    if (register_stir_objects(&err))
        return 1;
    sti_error_text(&err, why, sizeof(why));
    ERR_raise_data(ERR_LIB_CONF, CONF_R_MODULE_INITIALIZATION_ERROR, "tnauthlist: %s", why);
    return 0;
}
