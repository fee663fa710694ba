/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS#11 module for the tools of the tests, called by its own function list, so that nothing of
 * the rooms under test lies between. Whatever fails is said on standard error and ends the tool.
 */
#ifndef TESTS_TOOLS_P11_H
#define TESTS_TOOLS_P11_H

#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stddef.h>

#define P11_PIN_MAX 64

/* Loads a module and starts it, with `arguments` in pReserved (NULL: none). */
CK_FUNCTION_LIST *p11_load(const char *path, const char *arguments);

/* Ends the tool with status 1 unless a call returned CKR_OK. */
void p11_check(CK_RV rv, const char *call);

/*
 * The first slot whose token has this label, or, if label is NULL, has not been initialised yet;
 * ends the tool if there is none.
 */
CK_SLOT_ID p11_slot(CK_FUNCTION_LIST *p11, const char *label, CK_TOKEN_INFO *info);

/* Copies a blank-padded field; out has room for size + 1 octets. */
void p11_text(char *out, const unsigned char *field, size_t size);

/* Reads the first line of a PIN file and returns its length. */
CK_ULONG p11_pin(const char *path, unsigned char pin[P11_PIN_MAX]);

/* A read/write session. */
CK_SESSION_HANDLE p11_session(CK_FUNCTION_LIST *p11, CK_SLOT_ID slot);

#endif
