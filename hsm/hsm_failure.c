/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module failed at first, in this thread, since hsm_failure_forget(). libp11 passes over
 * failures, and libcrypto says "EVP lib" of them; a person needs the call and its code.
 */
#include "hsm_internal.h"

#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local struct {
    const char *function; /* NULL: none */
    CK_RV rv;
    bool usual;      /* an answer more than a failure: gives way to one */
    char detail[80]; /* what was wrong with an answer; empty: the code says it */
} failure;

void hsm_failure_forget(void)
{
    failure.function = NULL;
}

bool hsm_failure_noted(void)
{
    return failure.function != NULL && !failure.usual;
}

/* A key without the attribute, a slot without a token: asked for, and no failure. */
static bool is_usual(const char *function, CK_RV rv)
{
    if (strcmp(function, "C_GetAttributeValue") == 0)
        return rv == CKR_ATTRIBUTE_TYPE_INVALID;
    return strcmp(function, "C_GetTokenInfo") == 0 &&
           (rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_TOKEN_NOT_RECOGNIZED);
}

CK_RV hsm_failure_note(const char *function, CK_RV rv)
{
    if (rv == CKR_OK)
        return rv;
    bool usual = is_usual(function, rv);
    if (failure.function != NULL && (usual || !failure.usual))
        return rv;
    failure.function = function;
    failure.rv = rv;
    failure.usual = usual;
    failure.detail[0] = '\0';
    return rv;
}

CK_RV hsm_failure_impossible(const char *function, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (failure.function == NULL || failure.usual) {
        hsm_failure_note(function, CKR_GENERAL_ERROR);
        vsnprintf(failure.detail, sizeof(failure.detail), format, arguments);
    }
    va_end(arguments);
    return CKR_GENERAL_ERROR;
}

/* libp11 enters CK_RV values into OpenSSL's error queue, under a library number of its own. */
static CK_RV queued_error(void)
{
    unsigned long code = ERR_peek_last_error();
    if (code == 0 || ERR_GET_LIB(code) != ERR_get_CKR_code())
        return CKR_GENERAL_ERROR;
    return (CK_RV)ERR_GET_REASON(code);
}

CK_RV hsm_libp11_error(void)
{
    return failure.function == NULL ? queued_error() : failure.rv;
}

struct hsm_reason hsm_libp11_reason(void)
{
    struct hsm_reason reason;
    if (failure.function == NULL)
        snprintf(reason.text, sizeof(reason.text), "%s", hsm_ckr(queued_error()).text);
    else
        snprintf(reason.text, sizeof(reason.text), "%s: %s", failure.function,
                 failure.detail[0] != '\0' ? failure.detail : hsm_ckr(failure.rv).text);
    return reason;
}

bool hsm_failure_blame(struct sti_error *err)
{
    if (err == NULL || failure.function == NULL)
        return false;
    size_t used = strlen(err->sentence);
    snprintf(err->sentence + used, sizeof(err->sentence) - used, "; the HSM's answer was %s",
             hsm_libp11_reason().text);
    return false;
}
