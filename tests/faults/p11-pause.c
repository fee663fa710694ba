/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS#11 module that passes everything on to a real one, and stands still where it is told to,
 * so that a test can send a signal at that very step. Told what to do by the environment:
 *
 *   P11_PAUSE_MODULE  the real module's file
 *   P11_PAUSE_AT      names of functions: the first call of each, before it is passed on, makes the
 *                     file reached-NAME and waits for the file go-on-NAME, in the current folder
 *   P11_PAUSE_SKIP    so many calls of these functions are passed on before that; 0 by default
 *   P11_PAUSE_LOG     the file that gets a line, the function's name, for every call that is logged
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST ours;

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

static bool is_named(const char *name)
{
    const char *names = getenv("P11_PAUSE_AT");
    size_t length = strlen(name);
    for (const char *at = names; at != NULL && (at = strstr(at, name)) != NULL; at += length)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static void log_call(const char *name)
{
    const char *path = getenv("P11_PAUSE_LOG");
    FILE *file = path == NULL ? NULL : fopen(path, "ae");
    if (file == NULL)
        return;
    fprintf(file, "%s\n", name);
    fclose(file);
}

/* Counts the calls that may go on, in the environment: the module may be unloaded between them. */
static bool is_skipped(void)
{
    const char *text = getenv("P11_PAUSE_SKIP");
    long left = text == NULL ? 0 : strtol(text, NULL, 10);
    char rest[24];
    if (left <= 0)
        return false;
    snprintf(rest, sizeof(rest), "%ld", left - 1);
    setenv("P11_PAUSE_SKIP", rest, 1);
    return true;
}

static void step(const char *name, bool *reached)
{
    char path[64];
    log_call(name);
    if (*reached || !is_named(name) || is_skipped())
        return;
    *reached = true;
    snprintf(path, sizeof(path), "reached-%s", name);
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    snprintf(path, sizeof(path), "go-on-%s", name);
    while (access(path, F_OK) != 0)
        usleep(5000);
}

/* A function NAME of PKCS#11 that is stepped on: its parameters, and what is passed on. */
#define STEPPED(name, parameters, arguments)                                                       \
    static CK_RV our_##name parameters                                                             \
    {                                                                                              \
        static bool reached;                                                                       \
        step("C_" #name, &reached);                                                                \
        return real->C_##name arguments;                                                           \
    }

STEPPED(Finalize, (void *reserved), (reserved))
STEPPED(OpenSession,
        (CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
         CK_SESSION_HANDLE *session),
        (slot, flags, application, notify, session))
STEPPED(Login, (CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin, CK_ULONG length),
        (session, user, pin, length))
STEPPED(Logout, (CK_SESSION_HANDLE session), (session))
STEPPED(FindObjectsInit, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count),
        (session, template, count))
STEPPED(GenerateKeyPair,
        (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public_template,
         CK_ULONG public_count, CK_ATTRIBUTE *private_template, CK_ULONG private_count,
         CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key),
        (session, mechanism, public_template, public_count, private_template, private_count,
         public_key, private_key))
STEPPED(DestroyObject, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object), (session, object))
STEPPED(Sign,
        (CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length, unsigned char *signature,
         CK_ULONG *signature_length),
        (session, data, length, signature, signature_length))

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    const char *path = getenv("P11_PAUSE_MODULE");
    void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get =
        module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    if (get == NULL || get(&real) != CKR_OK)
        return CKR_GENERAL_ERROR;
    ours = *real;
    ours.C_GetFunctionList = C_GetFunctionList;
    ours.C_Finalize = our_Finalize;
    ours.C_OpenSession = our_OpenSession;
    ours.C_Login = our_Login;
    ours.C_Logout = our_Logout;
    ours.C_FindObjectsInit = our_FindObjectsInit;
    ours.C_GenerateKeyPair = our_GenerateKeyPair;
    ours.C_DestroyObject = our_DestroyObject;
    ours.C_Sign = our_Sign;
    *list = &ours;
    return CKR_OK;
}
