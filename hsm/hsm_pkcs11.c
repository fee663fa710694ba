/* SPDX-License-Identifier: Apache-2.0 */
#include "hsm_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const unsigned char hsm_p256[HSM_P256_LENGTH] = {0x06, 0x08, 0x2a, 0x86, 0x48,
                                                 0xce, 0x3d, 0x03, 0x01, 0x07};

#define NAMED(code)                                                                                \
    {                                                                                              \
        code, #code                                                                                \
    }

/* The codes a person meets; the others are shown as a number. */
static const struct {
    CK_RV rv;
    const char *name;
} names[] = {
    NAMED(CKR_HOST_MEMORY),
    NAMED(CKR_SLOT_ID_INVALID),
    NAMED(CKR_GENERAL_ERROR),
    NAMED(CKR_FUNCTION_FAILED),
    NAMED(CKR_ARGUMENTS_BAD),
    NAMED(CKR_CANT_LOCK),
    NAMED(CKR_ATTRIBUTE_READ_ONLY),
    NAMED(CKR_ATTRIBUTE_SENSITIVE),
    NAMED(CKR_ATTRIBUTE_TYPE_INVALID),
    NAMED(CKR_ATTRIBUTE_VALUE_INVALID),
    NAMED(CKR_DATA_LEN_RANGE),
    NAMED(CKR_DEVICE_ERROR),
    NAMED(CKR_DEVICE_MEMORY),
    NAMED(CKR_DEVICE_REMOVED),
    NAMED(CKR_FUNCTION_CANCELED),
    NAMED(CKR_FUNCTION_NOT_SUPPORTED),
    NAMED(CKR_KEY_HANDLE_INVALID),
    NAMED(CKR_KEY_SIZE_RANGE),
    NAMED(CKR_KEY_TYPE_INCONSISTENT),
    NAMED(CKR_KEY_FUNCTION_NOT_PERMITTED),
    NAMED(CKR_MECHANISM_INVALID),
    NAMED(CKR_MECHANISM_PARAM_INVALID),
    NAMED(CKR_OBJECT_HANDLE_INVALID),
    NAMED(CKR_OPERATION_ACTIVE),
    NAMED(CKR_OPERATION_NOT_INITIALIZED),
    NAMED(CKR_PIN_INCORRECT),
    NAMED(CKR_PIN_INVALID),
    NAMED(CKR_PIN_LEN_RANGE),
    NAMED(CKR_PIN_EXPIRED),
    NAMED(CKR_PIN_LOCKED),
    NAMED(CKR_SESSION_CLOSED),
    NAMED(CKR_SESSION_COUNT),
    NAMED(CKR_SESSION_HANDLE_INVALID),
    NAMED(CKR_SESSION_READ_ONLY),
    NAMED(CKR_SESSION_READ_WRITE_SO_EXISTS),
    NAMED(CKR_TEMPLATE_INCOMPLETE),
    NAMED(CKR_TEMPLATE_INCONSISTENT),
    NAMED(CKR_TOKEN_NOT_PRESENT),
    NAMED(CKR_TOKEN_NOT_RECOGNIZED),
    NAMED(CKR_TOKEN_WRITE_PROTECTED),
    NAMED(CKR_USER_ALREADY_LOGGED_IN),
    NAMED(CKR_USER_NOT_LOGGED_IN),
    NAMED(CKR_USER_PIN_NOT_INITIALIZED),
    NAMED(CKR_USER_ANOTHER_ALREADY_LOGGED_IN),
    NAMED(CKR_RANDOM_NO_RNG),
    NAMED(CKR_DOMAIN_PARAMS_INVALID),
    NAMED(CKR_CURVE_NOT_SUPPORTED),
    NAMED(CKR_BUFFER_TOO_SMALL),
    NAMED(CKR_CRYPTOKI_NOT_INITIALIZED),
    NAMED(CKR_CRYPTOKI_ALREADY_INITIALIZED),
    NAMED(CKR_FUNCTION_REJECTED),
};

struct hsm_ckr hsm_ckr(CK_RV rv)
{
    struct hsm_ckr result;
    const char *name = rv >= CKR_VENDOR_DEFINED ? "vendor error" : "PKCS#11 error";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].rv == rv)
            name = names[i].name;
    }
    snprintf(result.text, sizeof(result.text), "%s (0x%lx)", name, rv);
    return result;
}

void hsm_padded_copy(char *out, const unsigned char *field, size_t size)
{
    while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
        size--;
    memcpy(out, field, size);
    out[size] = '\0';
}

/*
 * Searches the token for at most `room` objects. Whatever is done with a key begins here, so here a
 * process that must not is stopped.
 */
static bool search(struct hsm *hsm, const struct hsm_query *query, CK_OBJECT_HANDLE *found,
                   size_t room, size_t *count, struct sti_error *err)
{
    if (!hsm_own_process(hsm, err))
        return false;
    CK_OBJECT_CLASS class = query->class;
    CK_ATTRIBUTE wanted[3] = {{CKA_CLASS, &class, sizeof(class)}};
    CK_ULONG attributes = 1;
    if (query->label != NULL)
        wanted[attributes++] =
            (CK_ATTRIBUTE){CKA_LABEL, (void *)query->label, (CK_ULONG)strlen(query->label)};
    if (query->id != NULL)
        wanted[attributes++] =
            (CK_ATTRIBUTE){CKA_ID, (void *)query->id, (CK_ULONG)query->id_length};

    CK_RV rv = hsm_failure_note("C_FindObjectsInit",
                                hsm->p11->C_FindObjectsInit(hsm->session, wanted, attributes));
    size_t total = 0;
    while (rv == CKR_OK && total < room) {
        /* A token may hand out fewer than asked for before it has none left. */
        CK_ULONG more = 0;
        rv = hsm->p11->C_FindObjects(hsm->session, found + total, (CK_ULONG)(room - total), &more);
        if (rv == CKR_OK && more > room - total)
            rv = CKR_GENERAL_ERROR; /* more than there was room for */
        hsm_failure_note("C_FindObjects", rv);
        if (rv != CKR_OK || more == 0)
            break;
        total += more;
    }
    if (rv == CKR_OK)
        rv = hsm_failure_note("C_FindObjectsFinal", hsm->p11->C_FindObjectsFinal(hsm->session));
    else
        hsm->p11->C_FindObjectsFinal(hsm->session);
    if (rv != CKR_OK)
        return sti_fail(err, "token '%s' cannot be searched: %s; check the device", hsm->token,
                        hsm_ckr(rv).text);
    *count = total;
    return true;
}

bool hsm_find(struct hsm *hsm, const struct hsm_query *query, CK_OBJECT_HANDLE *object,
              unsigned *count, struct sti_error *err)
{
    CK_OBJECT_HANDLE found[2] = {0, 0};
    size_t total = 0;
    if (!search(hsm, query, found, 2, &total, err))
        return false;
    *object = found[0];
    *count = (unsigned)total;
    return true;
}

bool hsm_find_all(struct hsm *hsm, const struct hsm_query *query, CK_OBJECT_HANDLE **objects,
                  size_t *count, struct sti_error *err)
{
    *count = 0;
    *objects = calloc(HSM_OBJECTS_MAX + 1, sizeof(**objects));
    if (*objects == NULL)
        return sti_fail(err, "out of memory");
    if (search(hsm, query, *objects, HSM_OBJECTS_MAX + 1, count, err)) {
        if (*count <= HSM_OBJECTS_MAX)
            return true;
        sti_fail(err,
                 "token '%s' has more than %d objects of one kind, which are not all looked at",
                 hsm->token, HSM_OBJECTS_MAX);
    }
    free(*objects);
    *objects = NULL;
    return false;
}

CK_RV hsm_attribute(struct hsm *hsm, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *value,
                    size_t *length)
{
    CK_ATTRIBUTE attribute = {type, value, (CK_ULONG)*length};
    CK_RV rv = hsm_failure_note("C_GetAttributeValue",
                                hsm->p11->C_GetAttributeValue(hsm->session, object, &attribute, 1));
    if (rv != CKR_OK)
        return rv;
    /* (CK_ULONG)-1 says "not available", whatever the return value. */
    if (attribute.ulValueLen > *length)
        return CKR_ATTRIBUTE_TYPE_INVALID;
    *length = attribute.ulValueLen;
    return CKR_OK;
}
