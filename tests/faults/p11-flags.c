/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS#11 module that passes everything on to a real one, and shows tokens as SoftHSM never does:
 * with a PIN pad, or with one try left. Told what to do by the environment:
 *
 *   P11_FLAGS_MODULE  the real module's file
 *   P11_FLAGS_SET     the flags of CK_TOKEN_INFO to add, in hexadecimal
 *   P11_FLAGS_PAD     the file with the PIN that is typed on the pad: C_Login without a PIN takes
 * it P11_FLAGS_LOG     the file that gets a line for every C_Login: "pad", or "pin" (never the PIN)
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST ours;

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    const char *flags = getenv("P11_FLAGS_SET");
    CK_RV rv = real->C_GetTokenInfo(slot, info);
    if (rv == CKR_OK && flags != NULL)
        info->flags |= strtoul(flags, NULL, 16);
    return rv;
}

static void log_login(const char *kind)
{
    const char *path = getenv("P11_FLAGS_LOG");
    FILE *file = path == NULL ? NULL : fopen(path, "ae");
    if (file == NULL)
        return;
    fprintf(file, "%s\n", kind);
    fclose(file);
}

static CK_RV pad_login(CK_SESSION_HANDLE session, CK_USER_TYPE user)
{
    char pin[256] = "";
    const char *path = getenv("P11_FLAGS_PAD");
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    if (file == NULL)
        return CKR_FUNCTION_CANCELED; /* as if the person had pressed the red key */
    if (fgets(pin, sizeof(pin), file) == NULL)
        pin[0] = '\0';
    fclose(file);
    return real->C_Login(session, user, (unsigned char *)pin, (CK_ULONG)strcspn(pin, "\n"));
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                   CK_ULONG length)
{
    log_login(pin == NULL ? "pad" : "pin");
    return pin == NULL ? pad_login(session, user) : real->C_Login(session, user, pin, length);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    const char *path = getenv("P11_FLAGS_MODULE");
    void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get =
        module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    if (get == NULL || get(&real) != CKR_OK)
        return CKR_GENERAL_ERROR;
    ours = *real;
    ours.C_GetFunctionList = C_GetFunctionList;
    ours.C_GetTokenInfo = get_token_info;
    ours.C_Login = login;
    *list = &ours;
    return CKR_OK;
}
