/* SPDX-License-Identifier: Apache-2.0 */
#include "hsm_throwaway.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "hsm_internal.h"

#define PIN_DIGITS 16
#define MAX_SLOTS 64

static bool write_file(const char *folder, const char *name, const char *text,
                       struct sti_error *err)
{
    char *path = NULL;
    size_t length = strlen(text);
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return sti_fail(err, "no memory for the name of a file");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text, length) == (ssize_t)length;
    if (!ok)
        sti_fail(err, "%s cannot be written: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    free(path);
    return ok;
}

/* What SoftHSM reads before anything else. */
static bool configure(const char *folder, struct sti_error *err)
{
    char *text = NULL;
    char *path = NULL;
    char *tokens = NULL;
    bool ok = asprintf(&text,
                       "directories.tokendir = %s/tokens\nobjectstore.backend = file\n"
                       "log.level = ERROR\n",
                       folder) > 0 &&
              asprintf(&path, "%s/softhsm2.conf", folder) > 0 &&
              asprintf(&tokens, "%s/tokens", folder) > 0;
    if (!ok)
        sti_fail(err, "no memory for SoftHSM's configuration");
    else if (mkdir(tokens, 0700) != 0 || setenv("SOFTHSM2_CONF", path, 1) != 0)
        ok = sti_fail(err, "the folder %s cannot be made: %s", tokens, strerror(errno));
    ok = ok && write_file(folder, "softhsm2.conf", text, err);
    free(text);
    free(path);
    free(tokens);
    return ok;
}

static bool draw_pin(char pin[PIN_DIGITS + 1], struct sti_error *err)
{
    unsigned char octets[PIN_DIGITS];
    if (RAND_bytes(octets, sizeof(octets)) != 1)
        return sti_fail(err, "no random octets for the PIN of the rehearsal");
    for (size_t i = 0; i < PIN_DIGITS; i++)
        pin[i] = (char)('0' + octets[i] % 10);
    pin[PIN_DIGITS] = '\0';
    return true;
}

/* SoftHSM shows one slot with no token, for the next one. */
static CK_RV free_slot(CK_FUNCTION_LIST *p11, CK_SLOT_ID *slot)
{
    CK_SLOT_ID slots[MAX_SLOTS];
    CK_ULONG count = MAX_SLOTS;
    CK_TOKEN_INFO info;
    CK_RV rv = p11->C_GetSlotList(CK_TRUE, slots, &count);
    for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++) {
        rv = p11->C_GetTokenInfo(slots[i], &info);
        if (rv == CKR_OK && (info.flags & CKF_TOKEN_INITIALIZED) == 0) {
            *slot = slots[i];
            return CKR_OK;
        }
    }
    return rv == CKR_OK ? CKR_TOKEN_NOT_PRESENT : rv;
}

static CK_RV make_token(CK_FUNCTION_LIST *p11, char pin[PIN_DIGITS + 1])
{
    unsigned char label[32];
    CK_SLOT_ID slot = 0;
    CK_SESSION_HANDLE session = 0;
    CK_UTF8CHAR *octets = (CK_UTF8CHAR *)pin;
    memset(label, ' ', sizeof(label));
    memcpy(label, HSM_THROWAWAY_LABEL, strlen(HSM_THROWAWAY_LABEL));
    CK_RV rv = free_slot(p11, &slot);
    if (rv == CKR_OK)
        rv = p11->C_InitToken(slot, octets, PIN_DIGITS, label);
    if (rv == CKR_OK)
        rv = p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session);
    if (rv == CKR_OK)
        rv = p11->C_Login(session, CKU_SO, octets, PIN_DIGITS);
    if (rv == CKR_OK)
        rv = p11->C_InitPIN(session, octets, PIN_DIGITS);
    return rv;
}

bool hsm_throwaway_make(const char *module, const char *folder, struct sti_error *err)
{
    char pin[PIN_DIGITS + 1] = "";
    CK_FUNCTION_LIST *p11 = NULL;
    if (!configure(folder, err) || !draw_pin(pin, err))
        return false;
    bool ok = write_file(folder, "pin", pin, err);
    void *library = ok ? dlopen(module, RTLD_NOW | RTLD_LOCAL) : NULL;
    CK_C_GetFunctionList get =
        library == NULL ? NULL : (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
    if (ok && (get == NULL || get(&p11) != CKR_OK))
        ok = sti_fail(err,
                      "SoftHSM's module %s cannot be loaded, and a rehearsal needs it; install "
                      "softhsm2, or name the module with --module",
                      module);
    CK_RV rv = ok ? p11->C_Initialize(NULL) : CKR_OK;
    if (ok && rv == CKR_OK) {
        rv = make_token(p11, pin);
        p11->C_Finalize(NULL);
    }
    if (ok && rv != CKR_OK)
        ok = sti_fail(err, "SoftHSM makes no token for the rehearsal: %s", hsm_ckr(rv).text);
    if (library != NULL)
        dlclose(library);
    OPENSSL_cleanse(pin, sizeof(pin));
    return ok;
}
