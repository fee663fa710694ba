/* SPDX-License-Identifier: Apache-2.0 */
/* Is this module, this slot, this token the one that a URI means? All that it names must fit. */
#include "hsm_internal.h"

#include <stdio.h>
#include <string.h>

/* Does a field, padded or not, hold what the URI wants? NULL: it wants nothing. */
static bool field_is(const unsigned char *field, size_t size, const char *wanted)
{
    char text[65];
    hsm_padded_copy(text, field, size);
    return wanted == NULL || strcmp(text, wanted) == 0;
}

bool hsm_token_is(const CK_TOKEN_INFO *info, const struct hsm_uri *uri)
{
    return field_is(info->label, sizeof(info->label), uri->token) &&
           field_is(info->manufacturerID, sizeof(info->manufacturerID), uri->manufacturer) &&
           field_is(info->model, sizeof(info->model), uri->model) &&
           field_is(info->serialNumber, sizeof(info->serialNumber), uri->serial);
}

bool hsm_names_slot(const struct hsm_uri *uri)
{
    return uri->has_slot_id || uri->slot_description != NULL || uri->slot_manufacturer != NULL;
}

bool hsm_slot_is(struct hsm *hsm, CK_SLOT_ID slot_id, const struct hsm_uri *uri)
{
    if (!hsm_names_slot(uri))
        return true;
    CK_SLOT_INFO info;
    memset(&info, 0, sizeof(info));
    return (!uri->has_slot_id || uri->slot_id == slot_id) &&
           hsm->p11->C_GetSlotInfo(slot_id, &info) == CKR_OK &&
           field_is(info.slotDescription, sizeof(info.slotDescription), uri->slot_description) &&
           field_is(info.manufacturerID, sizeof(info.manufacturerID), uri->slot_manufacturer);
}

bool hsm_library_check(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    if (uri->library_description == NULL && uri->library_manufacturer == NULL &&
        !uri->has_library_version)
        return true;
    CK_INFO info;
    memset(&info, 0, sizeof(info));
    CK_RV rv = hsm->p11->C_GetInfo(&info);
    if (rv != CKR_OK)
        return sti_fail(err, "the PKCS#11 module %s does not say what it is: %s; check the device",
                        hsm->module_path, hsm_ckr(rv).text);
    char manufacturer[33];
    char description[33];
    hsm_padded_copy(manufacturer, info.manufacturerID, sizeof(info.manufacturerID));
    hsm_padded_copy(description, info.libraryDescription, sizeof(info.libraryDescription));
    if (field_is(info.manufacturerID, sizeof(info.manufacturerID), uri->library_manufacturer) &&
        field_is(info.libraryDescription, sizeof(info.libraryDescription),
                 uri->library_description) &&
        (!uri->has_library_version || (info.libraryVersion.major == uri->library_major &&
                                       info.libraryVersion.minor == uri->library_minor)))
        return true;
    return sti_fail(err,
                    "the PKCS#11 module %s is '%s' of '%s', version %u.%u, and not the one that "
                    "library- attributes of the URI want; correct them or module-path",
                    hsm->module_path, description, manufacturer, info.libraryVersion.major,
                    info.libraryVersion.minor);
}

bool hsm_uri_check(const struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err)
{
    if (hsm_token_is(&hsm->info, uri) && (!uri->has_slot_id || uri->slot_id == hsm->slot_id))
        return true;
    char serial[17];
    hsm_padded_copy(serial, hsm->info.serialNumber, sizeof(hsm->info.serialNumber));
    if (strcmp(uri->token, hsm->token) == 0)
        return sti_error_set(err, STI_USAGE, NULL,
                             "the key %s is on another token '%s' than the one that is open, which "
                             "has serial %s; open the right one",
                             hsm_key_name(uri).text, uri->token, serial);
    return sti_error_set(
        err, STI_USAGE, NULL,
        "the key %s is on token '%s', but the token that is open is '%s'; open the "
        "right one",
        hsm_key_name(uri).text, uri->token, hsm->token);
}
