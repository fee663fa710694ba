/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS#11 module that passes everything on to a real one, and is faulty once, where it is told to
 * be. For tests alone. Told by the environment:
 *
 *   P11_FAULTY_MODULE  the real module's file
 *   P11_FAULTY_LOG     a file that gets a line `C_Sign 2` for the second call of C_Sign
 *   P11_FAULTY         the fault, `FUNCTION NUMBER ACT [VALUE]`: what happens at which call
 *
 *   C_Sign 2 before 0x30   the call fails with this code, and is not passed on
 *   C_Sign 2 after 0x30    it is passed on, and its answer is lost: it fails all the same
 *   any 7 onward 0x32      the seventh call of all, and every later one, fails and is not passed on
 *   C_Sign 2 stall 300     it takes so many milliseconds longer, at most 60000
 *   C_Sign 2 die           it is passed on, and then the process is killed, in the middle of it
 *   C_Sign 2 wrong         the signature has a wrong bit
 *   C_Sign 2 short         it is 8 octets shorter; `long`: 8 octets longer; `empty`: none
 *
 * Numbers count the calls of a process, also over several C_Initialize. What is not in the list of
 * functions below is NULL: a tool that begins to call it is noticed at once.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME_MAX_LENGTH 32
#define STALL_MAX 60000
#define FUNCTIONS_MAX 32

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST ours;

enum act { NONE, BEFORE, AFTER, ONWARD, STALL, WRONG, SHORT, LONG, EMPTY, DIE };
static const char *const acts[] = {"none",  "before", "after", "onward", "stall",
                                   "wrong", "short",  "long",  "empty",  "die"};

static struct {
    char function[NAME_MAX_LENGTH + 1];
    unsigned long number;
    enum act act;
    unsigned long value;
} fault;

/* ---- which call this is ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    const char *function;
    unsigned long calls;
} counters[FUNCTIONS_MAX];
static unsigned long calls;

static unsigned long count(const char *function)
{
    size_t i = 0;
    while (counters[i].function != NULL && strcmp(counters[i].function, function) != 0)
        i++;
    counters[i].function = function;
    return ++counters[i].calls;
}

static void write_log(const char *function, unsigned long number)
{
    const char *path = getenv("P11_FAULTY_LOG");
    FILE *file = path == NULL ? NULL : fopen(path, "ae");
    if (file == NULL)
        return;
    fprintf(file, "%s %lu\n", function, number);
    fclose(file);
}

/* Counts a call, and says what is to happen at it. */
static enum act enter(const char *function)
{
    pthread_mutex_lock(&lock);
    unsigned long number = count(function);
    calls++;
    write_log(function, number);
    bool any = strcmp(fault.function, "any") == 0;
    unsigned long here = any ? calls : number;
    bool is_it = (any || strcmp(fault.function, function) == 0) &&
                 (here == fault.number || (fault.act == ONWARD && here > fault.number));
    pthread_mutex_unlock(&lock);
    return is_it ? fault.act : NONE;
}

static void stall(void)
{
    unsigned long milliseconds = fault.value < STALL_MAX ? fault.value : STALL_MAX;
    struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000),
                            .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* ---- the functions ---- */

#define PASS(function, arguments)                                                                  \
    do {                                                                                           \
        enum act act_ = enter(#function);                                                          \
        if (act_ == BEFORE || act_ == ONWARD)                                                      \
            return (CK_RV)fault.value;                                                             \
        if (act_ == STALL)                                                                         \
            stall();                                                                               \
        CK_RV rv_ = real->function arguments;                                                      \
        if (act_ == DIE)                                                                           \
            raise(SIGKILL);                                                                        \
        return act_ == AFTER ? (CK_RV)fault.value : rv_;                                           \
    } while (0)

static CK_RV initialize(void *arguments)
{
    PASS(C_Initialize, (arguments));
}

static CK_RV finalize(void *reserved)
{
    PASS(C_Finalize, (reserved));
}

static CK_RV get_info(CK_INFO *info)
{
    PASS(C_GetInfo, (info));
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *slot_count)
{
    PASS(C_GetSlotList, (present, slots, slot_count));
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
    PASS(C_GetSlotInfo, (slot, info));
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    PASS(C_GetTokenInfo, (slot, info));
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session)
{
    PASS(C_OpenSession, (slot, flags, application, notify, session));
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
    PASS(C_CloseSession, (session));
}

static CK_RV close_all_sessions(CK_SLOT_ID slot)
{
    PASS(C_CloseAllSessions, (slot));
}

static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
    PASS(C_GetSessionInfo, (session, info));
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                   CK_ULONG length)
{
    PASS(C_Login, (session, user, pin, length));
}

static CK_RV logout(CK_SESSION_HANDLE session)
{
    PASS(C_Logout, (session));
}

static CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    PASS(C_DestroyObject, (session, object));
}

static CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                                 CK_ATTRIBUTE *attributes, CK_ULONG attribute_count)
{
    PASS(C_GetAttributeValue, (session, object, attributes, attribute_count));
}

static CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted,
                               CK_ULONG wanted_count)
{
    PASS(C_FindObjectsInit, (session, wanted, wanted_count));
}

static CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG room,
                          CK_ULONG *found)
{
    PASS(C_FindObjects, (session, objects, room, found));
}

static CK_RV find_objects_final(CK_SESSION_HANDLE session)
{
    PASS(C_FindObjectsFinal, (session));
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    PASS(C_SignInit, (session, mechanism, key));
}

static CK_RV pass_sign(enum act act, CK_SESSION_HANDLE session, unsigned char *data,
                       CK_ULONG length, unsigned char *signature, CK_ULONG *signature_length)
{
    CK_RV rv = real->C_Sign(session, data, length, signature, signature_length);
    if (rv != CKR_OK || signature == NULL)
        return rv;
    switch (act) {
    case AFTER:
        return (CK_RV)fault.value;
    case WRONG:
        signature[*signature_length / 2] ^= 0x01;
        break;
    case SHORT:
        *signature_length -= 8;
        break;
    case LONG: /* also written: a caller without room for it is to be seen */
        memset(signature + *signature_length, 0x7f, 8);
        *signature_length += 8;
        break;
    case EMPTY:
        *signature_length = 0;
        break;
    case DIE:
        raise(SIGKILL);
        break;
    default:
        break;
    }
    return rv;
}

static CK_RV sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                  unsigned char *signature, CK_ULONG *signature_length)
{
    enum act act = enter("C_Sign");
    if (act == BEFORE || act == ONWARD)
        return (CK_RV)fault.value;
    if (act == STALL)
        stall();
    return pass_sign(act, session, data, length, signature, signature_length);
}

static CK_RV generate_key_pair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
                               CK_ATTRIBUTE *public_t, CK_ULONG public_count,
                               CK_ATTRIBUTE *private_t, CK_ULONG private_count,
                               CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
    PASS(C_GenerateKeyPair, (session, mechanism, public_t, public_count, private_t, private_count,
                             public_key, private_key));
}

/* ---- the way in ---- */

/* False: the words are not those of a fault, which must not be taken for none. */
static bool read_fault(const char *text)
{
    char act[NAME_MAX_LENGTH + 1] = "";
    char value[NAME_MAX_LENGTH + 1] = "0";
    if (text == NULL || text[0] == '\0')
        return true;
    if (sscanf(text, "%32s %lu %32s %32s", fault.function, &fault.number, act, value) < 3)
        return false;
    fault.value = strtoul(value, NULL, 0);
    for (size_t i = 1; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(act, acts[i]) == 0)
            fault.act = (enum act)i;
    }
    return fault.act != NONE;
}

static void fill(void)
{
    ours = (CK_FUNCTION_LIST){
        .version = real->version,
        .C_Initialize = initialize,
        .C_Finalize = finalize,
        .C_GetInfo = get_info,
        .C_GetFunctionList = C_GetFunctionList,
        .C_GetSlotList = get_slot_list,
        .C_GetSlotInfo = get_slot_info,
        .C_GetTokenInfo = get_token_info,
        .C_OpenSession = open_session,
        .C_CloseSession = close_session,
        .C_CloseAllSessions = close_all_sessions,
        .C_GetSessionInfo = get_session_info,
        .C_Login = login,
        .C_Logout = logout,
        .C_DestroyObject = destroy_object,
        .C_GetAttributeValue = get_attribute_value,
        .C_FindObjectsInit = find_objects_init,
        .C_FindObjects = find_objects,
        .C_FindObjectsFinal = find_objects_final,
        .C_SignInit = sign_init,
        .C_Sign = sign,
        .C_GenerateKeyPair = generate_key_pair,
    };
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    const char *path = getenv("P11_FAULTY_MODULE");
    void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get =
        module == NULL ? NULL : (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
    if (get == NULL || !read_fault(getenv("P11_FAULTY")) || get(&real) != CKR_OK)
        return CKR_GENERAL_ERROR;
    fill();
    *list = &ours;
    return CKR_OK;
}
