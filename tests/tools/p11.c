/* SPDX-License-Identifier: Apache-2.0 */
#include "p11.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MAX 64

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void p11_check(CK_RV rv, const char *call)
{
    char text[32];
    snprintf(text, sizeof(text), "CKR 0x%lx", rv);
    if (rv != CKR_OK)
        stop(call, text);
}

CK_FUNCTION_LIST *p11_load(const char *path, const char *arguments)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        stop(path, dlerror());
    CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    if (get == NULL)
        stop(path, "no PKCS#11 module");
    CK_FUNCTION_LIST *p11 = NULL;
    p11_check(get(&p11), "C_GetFunctionList");
    /* NSS's own structure has one member more. */
    struct {
        CK_C_INITIALIZE_ARGS args;
        void *nss;
    } extended = {.args = {.flags = CKF_OS_LOCKING_OK, .pReserved = (void *)arguments}};
    p11_check(p11->C_Initialize(&extended.args), "C_Initialize");
    return p11;
}

void p11_text(char *out, const unsigned char *field, size_t size)
{
    while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
        size--;
    memcpy(out, field, size);
    out[size] = '\0';
}

static bool is_wanted(const CK_TOKEN_INFO *info, const char *label)
{
    if (label == NULL)
        return (info->flags & CKF_TOKEN_INITIALIZED) == 0;
    char text[sizeof(info->label) + 1];
    p11_text(text, info->label, sizeof(info->label));
    return strcmp(text, label) == 0;
}

CK_SLOT_ID p11_slot(CK_FUNCTION_LIST *p11, const char *label, CK_TOKEN_INFO *info)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG count = SLOTS_MAX;
    p11_check(p11->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    for (CK_ULONG i = 0; i < count; i++) {
        memset(info, 0, sizeof(*info));
        p11_check(p11->C_GetTokenInfo(slots[i], info), "C_GetTokenInfo");
        if (is_wanted(info, label))
            return slots[i];
    }
    stop(label == NULL ? "an empty token" : label, "the module has no such token");
    return 0;
}

CK_ULONG p11_pin(const char *path, unsigned char pin[P11_PIN_MAX])
{
    FILE *file = fopen(path, "re");
    char line[P11_PIN_MAX] = "";
    if (file == NULL || fgets(line, sizeof(line), file) == NULL)
        stop(path, "no PIN file");
    fclose(file);
    size_t length = strcspn(line, "\r\n");
    memcpy(pin, line, length);
    return (CK_ULONG)length;
}

CK_SESSION_HANDLE p11_session(CK_FUNCTION_LIST *p11, CK_SLOT_ID slot)
{
    CK_SESSION_HANDLE session = 0;
    p11_check(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session),
              "C_OpenSession");
    return session;
}
