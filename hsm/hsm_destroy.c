/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destroying a key. Only the private part goes: the public part keeps the label and the id in use,
 * so that no later key can be taken for the one that certificates were made for.
 */
#include "hsm_internal.h"

bool hsm_key_destroy(struct hsm *hsm, const struct hsm_uri *uri, bool *names_kept,
                     struct sti_error *err)
{
    struct hsm_query query = {
        .class = CKO_PRIVATE_KEY, .label = uri->object, .id = uri->id, .id_length = uri->id_length};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    *names_kept = false;
    if (!hsm_find_one(hsm, CKO_PRIVATE_KEY, uri, &object, err))
        return false;
    CK_RV rv = hsm->p11->C_DestroyObject(hsm->session, object);
    if (rv != CKR_OK)
        return sti_fail(err, "token '%s' did not destroy the key %s: %s; it is still there",
                        hsm->token, hsm_key_name(uri).text, hsm_ckr(rv).text);
    /* A token may say yes and do nothing. */
    if (!hsm_find(hsm, &query, &object, &count, err))
        return false;
    if (count != 0)
        return sti_fail(err,
                        "token '%s' says that it destroyed the key %s, and still shows it; remove "
                        "it with the device's own tool",
                        hsm->token, hsm_key_name(uri).text);
    query.class = CKO_PUBLIC_KEY;
    if (!hsm_find(hsm, &query, &object, &count, err))
        return false;
    *names_kept = count != 0;
    return true;
}
