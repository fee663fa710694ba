/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a URI to a token that is logged in.
 *
 * The order is not free. The module is initialised and a session is tried by hand first, so that
 * what is wrong with the device is said before libp11 and a PIN come into it. libp11's first use of
 * a slot fixes whether its sessions are read/write, and changing that later logs out without its
 * noticing, so PKCS11_open_session(slot, 1) comes before PKCS11_login(). A session of our own
 * opened after that shares the login.
 */
#include "hsm_guard.h"

#include <dlfcn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A list of names for a message, cut where the room ends. */
struct words {
    char text[200];
    size_t length;
};

static void words_add(struct words *words, const char *word)
{
    if (words->length >= sizeof(words->text))
        return;
    int wrote = snprintf(words->text + words->length, sizeof(words->text) - words->length, "%s'%s'",
                         words->length == 0 ? "" : ", ", word);
    if (wrote > 0)
        words->length += (size_t)wrote;
}

/*
 * NSS's modules are told by a string in pReserved where their files are; libp11 never says one, and
 * need not, because it finds the module initialised. NSS's own structure has one member more, which
 * it must find empty.
 */
static CK_RV initialise(CK_FUNCTION_LIST *p11, char *reserved)
{
    struct {
        CK_C_INITIALIZE_ARGS args;
        void *nss;
    } extended = {.args = {.CreateMutex = hsm_mutex_create,
                           .DestroyMutex = hsm_mutex_destroy,
                           .LockMutex = hsm_mutex_lock,
                           .UnlockMutex = hsm_mutex_unlock,
                           .flags = CKF_OS_LOCKING_OK,
                           .pReserved = reserved},
                  .nss = NULL};
    return p11->C_Initialize(&extended.args);
}

static bool load_module(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    hsm->module = dlopen(hsm->module_path, RTLD_NOW | RTLD_LOCAL);
    if (hsm->module == NULL)
        return sti_fail(err, "the PKCS#11 module cannot be loaded: %s; correct module-path",
                        dlerror());
    CK_FUNCTION_LIST *p11 = hsm_guard_function_list(hsm->module);
    if (p11 == NULL)
        return sti_fail(err, "%s is not a PKCS#11 module; correct module-path", hsm->module_path);
    CK_RV rv = initialise(p11, uri->init_reserved);
    /* Whoever initialised it may be logged in: a second login would not even check the PIN. */
    if (rv == CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return sti_fail(err,
                        "the PKCS#11 module %s is already open in this process or in the one that "
                        "it is a child of; close it first",
                        hsm->module_path);
    if (rv != CKR_OK)
        return sti_fail(err,
                        "the PKCS#11 module %s does not start: %s; check its configuration (for "
                        "SoftHSM: the file that SOFTHSM2_CONF names; for NSS: x-init-reserved)",
                        hsm->module_path, hsm_ckr(rv).text);
    hsm->p11 = p11;
    return true;
}

/* What a look at all slots gave. */
struct survey {
    unsigned matches;
    struct words matching; /* their serials; their slots if the URI names the serial */
    struct words labels;   /* of all tokens */
    CK_RV failure;         /* of the first token that could not be asked */
};

/* Notes one slot in the survey; the first token that matches becomes hsm's. */
static void survey_slot(struct hsm *hsm, const struct hsm_uri *uri, CK_SLOT_ID slot_id,
                        struct survey *survey)
{
    CK_TOKEN_INFO info;
    memset(&info, 0, sizeof(info));
    CK_RV rv = hsm->p11->C_GetTokenInfo(slot_id, &info);
    if (rv != CKR_OK && rv != CKR_TOKEN_NOT_PRESENT && survey->failure == CKR_OK)
        survey->failure = rv;
    if (rv != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0)
        return;
    char text[33];
    hsm_padded_copy(text, info.label, sizeof(info.label));
    words_add(&survey->labels, text);
    if (!hsm_token_is(&info, uri) || !hsm_slot_is(hsm, slot_id, uri))
        return;
    if (uri->serial == NULL)
        hsm_padded_copy(text, info.serialNumber, sizeof(info.serialNumber));
    else
        snprintf(text, sizeof(text), "%lu", slot_id);
    words_add(&survey->matching, text);
    if (survey->matches++ > 0)
        return;
    hsm->slot_id = slot_id;
    hsm->info = info;
    hsm_padded_copy(hsm->token, info.label, sizeof(info.label));
}

static bool no_list(const struct hsm *hsm, const char *why, struct sti_error *err)
{
    return sti_fail(err, "the PKCS#11 module %s does not list its tokens: %s; check the device",
                    hsm->module_path, why);
}

static bool survey_all(struct hsm *hsm, const struct hsm_uri *uri, struct survey *survey,
                       struct sti_error *err)
{
    CK_ULONG room = 0;
    CK_SLOT_ID *slots = NULL;
    CK_RV rv = hsm->p11->C_GetSlotList(CK_TRUE, NULL, &room);
    CK_ULONG count = room;
    if (rv == CKR_OK && room > HSM_SLOTS_MAX)
        return no_list(hsm, "it shows more than 4096", err);
    if (rv == CKR_OK && room > 0) {
        slots = calloc(room, sizeof(*slots));
        if (slots == NULL)
            return sti_fail(err, "out of memory");
        rv = hsm->p11->C_GetSlotList(CK_TRUE, slots, &count);
    }
    if (rv != CKR_OK || count > room) {
        free(slots);
        return no_list(
            hsm, rv != CKR_OK ? hsm_ckr(rv).text : "it shows more slots than it said it has", err);
    }
    for (CK_ULONG i = 0; i < count; i++)
        survey_slot(hsm, uri, slots[i], survey);
    free(slots);
    return true;
}

/* Slot numbers change (SoftHSM draws them anew), so the label finds a token; slots only narrow. */
static bool find_token(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    struct survey survey = {.matches = 0, .failure = CKR_OK};
    if (!survey_all(hsm, uri, &survey, err))
        return false;
    if (survey.matches == 1)
        return true;
    if (survey.matches > 1)
        return sti_fail(err,
                        "%u tokens are labelled '%s' (%s %s); add %s= to the URI to say "
                        "which one is meant",
                        survey.matches, uri->token, uri->serial == NULL ? "serial" : "slot",
                        survey.matching.text, uri->serial == NULL ? "serial" : "slot-id");
    if (survey.failure != CKR_OK)
        return sti_fail(err,
                        "no token '%s' is found, and another one does not say what it is: %s; "
                        "check the device",
                        uri->token, hsm_ckr(survey.failure).text);
    if (survey.labels.length == 0)
        return sti_fail(
            err,
            "no token '%s': the module %s shows no token at all; plug the device in, or "
            "check the module's configuration (for SoftHSM: SOFTHSM2_CONF)",
            uri->token, hsm->module_path);
    return sti_fail(
        err,
        "no token '%s'%s%s: the module %s has %s; correct token= in the URI or check "
        "the module's configuration (for SoftHSM: SOFTHSM2_CONF)",
        uri->token,
        uri->manufacturer || uri->model || uri->serial ? " with this manufacturer, model and serial"
                                                       : "",
        hsm_names_slot(uri) ? " in this slot" : "", hsm->module_path, survey.labels.text);
}

bool hsm_token_check(const CK_TOKEN_INFO *info, struct sti_error *err)
{
    char label[33];
    hsm_padded_copy(label, info->label, sizeof(info->label));
    if (info->flags & CKF_USER_PIN_LOCKED)
        return sti_fail(err,
                        "the PIN of token '%s' is locked after too many wrong tries; the security "
                        "officer must set a new one",
                        label);
    if ((info->flags & CKF_USER_PIN_INITIALIZED) == 0)
        return sti_fail(err, "token '%s' has no user PIN yet; set one with the device's own tool",
                        label);
    return true;
}

static bool has_pin_pad(const struct hsm *hsm)
{
    return (hsm->info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
}

/* A PIN that is typed on the token never comes near this machine, and so not from a file either. */
static bool check_pin_pad(const struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    if (!has_pin_pad(hsm) || (uri->pin_file == NULL && uri->pin_fd == HSM_NO_FD))
        return true;
    return sti_error_set(
        err, STI_USAGE, NULL,
        "token '%s' takes its PIN on its own PIN pad, so pin-source is not for it; "
        "remove pin-source from the URI",
        hsm->token);
}

/* The last try before the PIN locks is a person's to spend. */
static bool check_last_try(const struct hsm *hsm, const struct hsm_person *person,
                           struct sti_error *err)
{
    if ((hsm->info.flags & CKF_USER_PIN_FINAL_TRY) == 0)
        return true;
    if (person->last_try == NULL)
        return sti_fail(
            err,
            "the PIN of token '%s' has one try left before it locks, which is not spent "
            "here; log in once with the device's own tool, then try again",
            hsm->token);
    sti_error_clear(err);
    return person->last_try(person->context, hsm->token, err);
}

static bool open_session(struct hsm *hsm, CK_SESSION_HANDLE *session, struct sti_error *err)
{
    CK_RV rv = hsm->p11->C_OpenSession(hsm->slot_id, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL,
                                       NULL, session);
    if (rv != CKR_OK)
        return sti_fail(err,
                        "token '%s' does not open a read/write session: %s; check the device and "
                        "whether another program holds it",
                        hsm->token, hsm_ckr(rv).text);
    return true;
}

static bool probe_session(struct hsm *hsm, struct sti_error *err)
{
    CK_SESSION_HANDLE session = 0;
    if (!open_session(hsm, &session, err))
        return false;
    hsm->p11->C_CloseSession(session);
    return true;
}

/* Brings libp11 to the same module and slot. */
static bool attach_libp11(struct hsm *hsm, struct sti_error *err)
{
    hsm->ctx = PKCS11_CTX_new();
    if (hsm->ctx == NULL)
        return sti_fail(err, "out of memory");
    if (!hsm_guard_load(hsm->ctx, hsm->p11, hsm->module_path, err)) {
        PKCS11_CTX_free(hsm->ctx);
        hsm->ctx = NULL;
        return false;
    }
    hsm_failure_forget();
    if (PKCS11_enumerate_slots(hsm->ctx, &hsm->slots, &hsm->slot_count) != 0) {
        hsm->slots = NULL;
        return sti_fail(err, "the PKCS#11 module %s does not list its slots: %s; check the device",
                        hsm->module_path, hsm_libp11_reason().text);
    }
    for (unsigned int i = 0; i < hsm->slot_count; i++) {
        if (PKCS11_get_slotid_from_slot(&hsm->slots[i]) == hsm->slot_id)
            hsm->slot = &hsm->slots[i];
    }
    if (hsm->slot == NULL || hsm->slot->token == NULL)
        return sti_fail(err, "token '%s' has just been removed; plug it in again", hsm->token);
    hsm_failure_forget();
    if (PKCS11_open_session(hsm->slot, 1) != 0)
        return sti_fail(err, "token '%s' does not open a session: %s; check the device", hsm->token,
                        hsm_libp11_reason().text);
    return true;
}

static bool login_failed(const struct hsm *hsm, CK_RV rv, struct sti_error *err)
{
    if (rv == CKR_PIN_INCORRECT)
        return sti_fail(err,
                        "the PIN of token '%s' was refused: %s; it was tried once, and more wrong "
                        "tries may lock the token: check the PIN before trying again",
                        hsm->token, hsm_ckr(rv).text);
    if (rv == CKR_PIN_LOCKED)
        return sti_fail(err,
                        "the PIN of token '%s' is locked: %s; the security officer must set a new "
                        "one",
                        hsm->token, hsm_ckr(rv).text);
    return sti_fail(err, "the login to token '%s' failed: %s; it was tried once; check the device",
                    hsm->token, hsm_libp11_reason().text);
}

/* A length the token would refuse anyway must not cost a try. */
static bool check_pin_length(const struct hsm *hsm, size_t length, struct sti_error *err)
{
    CK_ULONG least = hsm->info.ulMinPinLen;
    CK_ULONG most = hsm->info.ulMaxPinLen;
    if (most == 0 || most == CK_UNAVAILABLE_INFORMATION || least > most ||
        (length >= least && length <= most))
        return true;
    return sti_fail(err,
                    "the PIN was not tried: token '%s' takes PINs of %lu to %lu octets; check the "
                    "PIN",
                    hsm->token, least, most);
}

static bool login_with_pin(struct hsm *hsm, const struct hsm_uri *uri,
                           const struct hsm_person *person, struct sti_error *err)
{
    char pin[HSM_PIN_MAX + 1];
    bool good = hsm_pin_get(uri, person->pin, person->context, pin, err) &&
                check_pin_length(hsm, strnlen(pin, sizeof(pin)), err);
    hsm_failure_forget();
    if (good && PKCS11_login(hsm->slot, 0, pin) != 0)
        good = login_failed(hsm, hsm_libp11_error(), err);
    OPENSSL_cleanse(pin, sizeof(pin));
    return good;
}

/* Without a PIN libp11 passes NULL on to C_Login, which then waits for the PIN pad. */
static bool login_on_pin_pad(struct hsm *hsm, const struct hsm_person *person,
                             struct sti_error *err)
{
    sti_error_clear(err);
    if (person->pin_pad != NULL && !person->pin_pad(person->context, hsm->token, err))
        return false;
    hsm_failure_forget();
    return PKCS11_login(hsm->slot, 0, NULL) == 0 || login_failed(hsm, hsm_libp11_error(), err);
}

static bool login(struct hsm *hsm, const struct hsm_uri *uri, const struct hsm_person *person,
                  struct sti_error *err)
{
    bool good = has_pin_pad(hsm) ? login_on_pin_pad(hsm, person, err)
                                 : login_with_pin(hsm, uri, person, err);
    return good && open_session(hsm, &hsm->session, err);
}

/* All that can be done without libp11 and without a PIN. */
static bool reach_token(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    hsm->module_path = strdup(uri->module_path);
    if (hsm->module_path == NULL)
        return sti_fail(err, "out of memory");
    return load_module(hsm, uri, err) && hsm_library_check(hsm, uri, err) &&
           find_token(hsm, uri, err) && hsm_token_check(&hsm->info, err) &&
           check_pin_pad(hsm, uri, err) && probe_session(hsm, err);
}

static bool open_all(struct hsm *hsm, const struct hsm_uri *uri, const struct hsm_person *person,
                     struct sti_error *err)
{
    return reach_token(hsm, uri, err) && check_last_try(hsm, person, err) &&
           attach_libp11(hsm, err) && login(hsm, uri, person, err);
}

static struct hsm *new_hsm(struct sti_error *err)
{
    struct hsm *hsm = calloc(1, sizeof(*hsm));
    if (hsm == NULL)
        sti_fail(err, "out of memory");
    else
        hsm->pid = getpid();
    return hsm;
}

struct hsm *hsm_open_with(const struct hsm_uri *uri, const struct hsm_person *person,
                          struct sti_error *err)
{
    struct hsm *hsm = new_hsm(err);
    if (hsm == NULL)
        return NULL;
    ERR_set_mark();
    bool good = hsm_pin_reachable(uri, err) && open_all(hsm, uri, person, err);
    ERR_pop_to_mark();
    if (good)
        return hsm;
    hsm_close(hsm);
    return NULL;
}

struct hsm *hsm_open(const struct hsm_uri *uri, hsm_ask_pin ask, void *context,
                     struct sti_error *err)
{
    const struct hsm_person person = {.pin = ask, .context = context};
    return hsm_open_with(uri, &person, err);
}

/*
 * Ends what the module and libp11 have. Not in a child of fork(): there libp11 would log in anew
 * with its copy of the PIN only to release its memory, and the module might close the sessions of
 * the parent. What the two hold is lost to the child, the copy of the PIN with it.
 */
static void shut_down(struct hsm *hsm)
{
    if (hsm->session != 0) {
        /* Not PKCS11_logout(): it may open a session, and old libp11 waits for ever if it cannot.
         */
        hsm->p11->C_Logout(hsm->session);
        hsm->p11->C_CloseSession(hsm->session);
    }
    if (hsm->slots != NULL)
        PKCS11_release_all_slots(hsm->ctx, hsm->slots, hsm->slot_count);
    if (hsm->ctx != NULL) {
        PKCS11_CTX_unload(hsm->ctx);
        PKCS11_CTX_free(hsm->ctx);
        hsm_guard_release();
    }
    /* libp11 has finalised the module if it got so far; a second time is harmless. */
    if (hsm->p11 != NULL)
        hsm->p11->C_Finalize(NULL);
    if (hsm->module != NULL)
        dlclose(hsm->module);
}

void hsm_close(struct hsm *hsm)
{
    if (hsm == NULL)
        return;
    if (hsm_own_process(hsm, NULL))
        shut_down(hsm);
    else if (hsm->ctx != NULL)
        hsm_guard_release(); /* memory of this process alone */
    free(hsm->module_path);
    free(hsm);
}

void hsm_token_info(const struct hsm *hsm, struct hsm_token_info *info)
{
    const CK_TOKEN_INFO *from = &hsm->info;
    hsm_padded_copy(info->label, from->label, sizeof(from->label));
    hsm_padded_copy(info->manufacturer, from->manufacturerID, sizeof(from->manufacturerID));
    hsm_padded_copy(info->model, from->model, sizeof(from->model));
    hsm_padded_copy(info->serial, from->serialNumber, sizeof(from->serialNumber));
    snprintf(info->hardware, sizeof(info->hardware), "%u.%u", from->hardwareVersion.major,
             from->hardwareVersion.minor);
    snprintf(info->firmware, sizeof(info->firmware), "%u.%u", from->firmwareVersion.major,
             from->firmwareVersion.minor);
    info->pin_pad = has_pin_pad(hsm);
}

bool hsm_probe(const struct hsm_uri *uri, struct hsm_token_info *info, struct sti_error *err)
{
    struct hsm *hsm = new_hsm(err);
    if (hsm == NULL)
        return false;
    ERR_set_mark(); /* SoftHSM leaves errors of its own in libcrypto's queue */
    const struct hsm_person nobody = {0};
    bool good = reach_token(hsm, uri, err) && check_last_try(hsm, &nobody, err);
    ERR_pop_to_mark();
    if (good)
        hsm_token_info(hsm, info);
    hsm_close(hsm);
    return good;
}
