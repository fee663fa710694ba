/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libp11 takes a module's file name, and nothing else: it dlopen()s the name and looks up
 * C_GetFunctionList. So the program itself is its module: glibc's dlopen("") is the handle of the
 * main program, in which dlsym() finds the C_GetFunctionList below, because every program with this
 * room exports it (see meson.build). A shared object of our own would have to be found on the disk
 * at run time; the module's list cannot be changed in place, for it may be in read-only memory. If
 * a libp11 should come to another C_GetFunctionList or to none, hsm_guard_load() refuses: nothing
 * signs unguarded.
 */
#include "hsm_guard.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>

#define ATTRIBUTES_MAX 16           /* libp11 asks for one at a time */
#define VALUE_MAX ((CK_ULONG)65536) /* of an attribute */

/* What a module may write of a signature, and as much again to see whether it wrote more. */
#define SIGNATURE_ROOM 512
#define UNTOUCHED 0xa5

/* What libp11 gets instead of a session that could not be opened: PKCS#11 section 3.7 has no such
 * session. */
#define NO_SESSION CK_INVALID_HANDLE

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

/* libp11 passes no context, so there is one guard in a process. */
static CK_FUNCTION_LIST *real;   /* the module's; NULL: nothing is guarded */
static CK_FUNCTION_LIST guarded; /* libp11's */
static CK_C_GetFunctionList get; /* the module's own */
static atomic_bool offered;      /* while libp11 is to be given the guarded list */
static bool taken;

/* ---- what libp11 calls ---- */

static CK_RV initialise(void *arguments)
{
    CK_RV rv = real->C_Initialize(arguments);
    /* Usual: hsm_open() has been here before. Only after a fork is libp11 the first. */
    return rv == CKR_CRYPTOKI_ALREADY_INITIALIZED ? rv : hsm_failure_note("C_Initialize", rv);
}

static CK_RV get_info(CK_INFO *info)
{
    return hsm_failure_note("C_GetInfo", real->C_GetInfo(info));
}

/* libp11 makes room for as many as it was told, and believes the second number, too. */
static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count)
{
    CK_ULONG room = slots == NULL ? HSM_SLOTS_MAX : *count;
    CK_RV rv = real->C_GetSlotList(present, slots, count);
    if (rv == CKR_OK && *count > room)
        return hsm_failure_impossible("C_GetSlotList", "%lu slots where there is room for %lu",
                                      *count, room);
    return hsm_failure_note("C_GetSlotList", rv);
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
    return hsm_failure_note("C_GetSlotInfo", real->C_GetSlotInfo(slot, info));
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    return hsm_failure_note("C_GetTokenInfo", real->C_GetTokenInfo(slot, info));
}

/* Waited on for ever if it fails; so it succeeds, and the next call with the session fails. */
static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session)
{
    if (hsm_failure_note("C_OpenSession",
                         real->C_OpenSession(slot, flags, application, notify, session)) != CKR_OK)
        *session = NO_SESSION;
    return CKR_OK;
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
    return session == NO_SESSION
               ? CKR_OK
               : hsm_failure_note("C_CloseSession", real->C_CloseSession(session));
}

/*
 * libp11 asks this of a session before it uses it, and 0.4.13 falls over itself when it is told of
 * a failure. The failure is noted, and the session's next call has its own say.
 */
static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
    if (session == NO_SESSION)
        return CKR_SESSION_HANDLE_INVALID;
    if (hsm_failure_note("C_GetSessionInfo", real->C_GetSessionInfo(session, info)) != CKR_OK)
        *info = (CK_SESSION_INFO){.state = CKS_RW_USER_FUNCTIONS,
                                  .flags = CKF_RW_SESSION | CKF_SERIAL_SESSION};
    return CKR_OK;
}

/* "Already logged in" would do for libp11, but nobody can be: whose login is it, and of which PIN?
 */
static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                   CK_ULONG length)
{
    if (session == NO_SESSION)
        return CKR_SESSION_HANDLE_INVALID;
    CK_RV rv = hsm_failure_note("C_Login", real->C_Login(session, user, pin, length));
    return rv == CKR_USER_ALREADY_LOGGED_IN ? CKR_GENERAL_ERROR : rv;
}

static _Thread_local unsigned found; /* since C_FindObjectsInit */

static CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG count)
{
    found = 0;
    return session == NO_SESSION
               ? CKR_SESSION_HANDLE_INVALID
               : hsm_failure_note("C_FindObjectsInit",
                                  real->C_FindObjectsInit(session, wanted, count));
}

/* libp11 asks until there is none left. */
static CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG room,
                          CK_ULONG *count)
{
    if (session == NO_SESSION)
        return CKR_SESSION_HANDLE_INVALID;
    CK_RV rv =
        hsm_failure_note("C_FindObjects", real->C_FindObjects(session, objects, room, count));
    if (rv != CKR_OK)
        return rv;
    if (*count > room)
        return hsm_failure_impossible("C_FindObjects", "%lu objects where there is room for %lu",
                                      *count, room);
    found += (unsigned)(*count < HSM_OBJECTS_MAX ? *count : HSM_OBJECTS_MAX);
    if (found > HSM_OBJECTS_MAX)
        return hsm_failure_impossible("C_FindObjects", "more than %d objects of one kind",
                                      HSM_OBJECTS_MAX);
    return CKR_OK;
}

static CK_RV find_objects_final(CK_SESSION_HANDLE session)
{
    return session == NO_SESSION
               ? CKR_SESSION_HANDLE_INVALID
               : hsm_failure_note("C_FindObjectsFinal", real->C_FindObjectsFinal(session));
}

/* libp11 makes room for the length that it was told, and reads as many octets as it is told then.
 */
static CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                                 CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    CK_ULONG rooms[ATTRIBUTES_MAX];
    if (session == NO_SESSION)
        return CKR_SESSION_HANDLE_INVALID;
    if (count > ATTRIBUTES_MAX)
        return CKR_ARGUMENTS_BAD;
    for (CK_ULONG i = 0; i < count; i++)
        rooms[i] = attributes[i].pValue == NULL ? VALUE_MAX : attributes[i].ulValueLen;
    CK_RV rv = hsm_failure_note("C_GetAttributeValue",
                                real->C_GetAttributeValue(session, object, attributes, count));
    for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++) {
        if (attributes[i].ulValueLen == CK_UNAVAILABLE_INFORMATION)
            rv = hsm_failure_note("C_GetAttributeValue", CKR_ATTRIBUTE_TYPE_INVALID);
        else if (attributes[i].ulValueLen > rooms[i])
            rv = hsm_failure_impossible("C_GetAttributeValue",
                                        "%lu octets where there is room for %lu",
                                        attributes[i].ulValueLen, rooms[i]);
    }
    return rv;
}

/* ---- signatures ---- */

/* The length of what C_SignInit has begun in this thread; libp11 goes on to C_Sign at once. */
static _Thread_local CK_ULONG expected;

/* Asked of the token for each signature, because a handle may come to mean another key. */
static CK_RV expect(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
    unsigned char oid[HSM_ATTRIBUTE_LENGTH];
    CK_ATTRIBUTE attribute = {CKA_EC_PARAMS, oid, sizeof(oid)};
    CK_RV rv = get_attribute_value(session, key, &attribute, 1);
    enum hsm_curve curve;
    if (rv != CKR_OK)
        return rv;
    if (!hsm_curve_of_oid(oid, attribute.ulValueLen, &curve))
        return hsm_failure_impossible("C_SignInit",
                                      "asked for a key that is not on P-256 or P-384");
    expected = (CK_ULONG)hsm_curve_facts(curve)->point_length - 1; /* r, s are as long as x, y */
    return CKR_OK;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    expected = 0;
    CK_RV rv = expect(session, key);
    if (rv == CKR_OK)
        rv = hsm_failure_note("C_SignInit", real->C_SignInit(session, mechanism, key));
    return rv;
}

/* libp11 turns what it gets into DER in a buffer that libcrypto made for a signature of the curve.
 */
static CK_RV sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                  unsigned char *signature, CK_ULONG *signature_length)
{
    unsigned char own[2 * SIGNATURE_ROOM];
    CK_ULONG got = SIGNATURE_ROOM;
    if (session == NO_SESSION)
        return CKR_SESSION_HANDLE_INVALID;
    if (signature == NULL || expected == 0 || *signature_length < expected)
        return CKR_ARGUMENTS_BAD;
    memset(own, UNTOUCHED, sizeof(own));
    CK_RV rv = hsm_failure_note("C_Sign", real->C_Sign(session, data, length, own, &got));
    if (rv != CKR_OK)
        return rv;
    for (size_t i = SIGNATURE_ROOM; i < sizeof(own); i++) {
        if (own[i] != UNTOUCHED)
            return hsm_failure_impossible("C_Sign", "it wrote beyond the %d octets of its room",
                                          SIGNATURE_ROOM);
    }
    if (got != expected)
        return hsm_failure_impossible("C_Sign", "a signature of %lu octets instead of %lu", got,
                                      expected);
    memcpy(signature, own, got);
    *signature_length = got;
    return CKR_OK;
}

/* ---- the way in ---- */

/*
 * A module whose code refers to its own C_GetFunctionList by name may arrive here as well, for the
 * program's names go before a library's: it gets what it meant.
 */
__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    if (!atomic_load(&offered))
        return get == NULL ? CKR_GENERAL_ERROR : get(list);
    taken = true;
    *list = &guarded;
    return CKR_OK;
}

CK_FUNCTION_LIST *hsm_guard_function_list(void *module)
{
    CK_FUNCTION_LIST *list = NULL;
    CK_C_GetFunctionList its = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    /* A library that is linked to nothing of the kind must not be given what is the program's. */
    if (its == NULL || its == C_GetFunctionList)
        return NULL;
    if (real == NULL)
        get = its;
    return its(&list) == CKR_OK ? list : NULL;
}

static void fill(void)
{
    guarded = *real;
    guarded.C_Initialize = initialise;
    guarded.C_GetInfo = get_info;
    guarded.C_GetFunctionList = C_GetFunctionList;
    guarded.C_GetSlotList = get_slot_list;
    guarded.C_GetSlotInfo = get_slot_info;
    guarded.C_GetTokenInfo = get_token_info;
    guarded.C_OpenSession = open_session;
    guarded.C_CloseSession = close_session;
    guarded.C_GetSessionInfo = get_session_info;
    guarded.C_Login = login;
    guarded.C_FindObjectsInit = find_objects_init;
    guarded.C_FindObjects = find_objects;
    guarded.C_FindObjectsFinal = find_objects_final;
    guarded.C_GetAttributeValue = get_attribute_value;
    guarded.C_SignInit = sign_init;
    guarded.C_Sign = sign;
}

bool hsm_guard_load(PKCS11_CTX *ctx, CK_FUNCTION_LIST *p11, const char *module_path,
                    struct sti_error *err)
{
    if (real != NULL)
        return sti_fail(err, "another token is open in this process; close it first");
    real = p11;
    fill();
    hsm_failure_forget();
    taken = false;
    atomic_store(&offered, true);
    int failed = PKCS11_CTX_load(ctx, "");
    atomic_store(&offered, false);
    if (!failed && taken)
        return true;
    struct hsm_reason reason = hsm_libp11_reason();
    if (!failed)
        PKCS11_CTX_unload(ctx);
    hsm_guard_release();
    if (!taken)
        return sti_fail(err,
                        "libp11 went past the guard before the PKCS#11 module %s, so nothing "
                        "is signed; build with "
                        "hsm/meson.build and libp11 0.4.12",
                        module_path);
    return sti_fail(err, "libp11 cannot use the PKCS#11 module %s: %s; check the device",
                    module_path, reason.text);
}

void hsm_guard_release(void)
{
    real = NULL;
    get = NULL;
}
