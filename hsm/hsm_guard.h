/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between libp11 and the PKCS#11 module. libp11 believes what a module returns: a signature that is
 * too long overflows libcrypto's buffer, a failed C_OpenSession is waited on for ever (before
 * libp11 0.4.14), and which call failed is not told. The guard hands libp11 a function list whose
 * entries check what comes back, and remember the first failure (hsm_failure.c).
 *
 * The room's own raw calls do not go through it: each of them checks what it gets, and names its
 * CK_RV itself.
 */
#ifndef HSM_GUARD_H
#define HSM_GUARD_H

#include "hsm_internal.h"

/* The module's function list, as its own C_GetFunctionList gives it; NULL: it is no module. */
CK_FUNCTION_LIST *hsm_guard_function_list(void *module);

/*
 * PKCS11_CTX_load() with a guard before the module's function list p11. Refused: a second one at
 * the same time. Undone by hsm_guard_release(), after PKCS11_CTX_free().
 */
bool hsm_guard_load(PKCS11_CTX *ctx, CK_FUNCTION_LIST *p11, const char *module_path,
                    struct sti_error *err);
void hsm_guard_release(void);

#endif
