/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destroying a key. Only the private part goes: the public part keeps the label and the id in use,
 * so that no later key can be taken for the one that certificates were made for.
 *
 * A call that fails may have been done all the same, and only its answer be lost; so what is said
 * of a key is what a search shows afterwards. A search proves that a private key is gone only while
 * the login lasts: without it, private keys are not shown.
 */
#include "hsm_internal.h"

/* A token does not show more of one name than it was asked to make. */
#define SAME_NAME_MAX 2

bool hsm_sees_private(struct hsm *hsm, struct sti_error *err)
{
    CK_SESSION_INFO info = {.state = 0};
    CK_RV rv = hsm->p11->C_GetSessionInfo(hsm->session, &info);
    if (rv != CKR_OK)
        return sti_fail(err, "the session with token '%s' is lost: %s", hsm->token,
                        hsm_ckr(rv).text);
    if (info.state != CKS_RW_USER_FUNCTIONS)
        return sti_fail(err, "the login to token '%s' is lost", hsm->token);
    return true;
}

CK_RV hsm_object_destroy(struct hsm *hsm, CK_OBJECT_HANDLE object)
{
    CK_OBJECT_CLASS class = 0;
    size_t length = sizeof(class);
    CK_RV rv = hsm->p11->C_DestroyObject(hsm->session, object);
    if (rv != CKR_OK &&
        hsm_attribute(hsm, object, CKA_CLASS, &class, &length) == CKR_OBJECT_HANDLE_INVALID)
        return CKR_OK;
    return rv;
}

/* One class of hsm_names_clear(). */
static bool clear_class(struct hsm *hsm, const struct hsm_query *query, bool *found,
                        struct sti_error *err)
{
    CK_RV rv = CKR_OK;
    for (int i = 0; i <= SAME_NAME_MAX; i++) {
        CK_OBJECT_HANDLE object = 0;
        unsigned count = 0;
        if (!hsm_find(hsm, query, &object, &count, err))
            return false;
        if (count == 0)
            return true;
        *found = true;
        rv = hsm_object_destroy(hsm, object);
        if (rv != CKR_OK)
            break;
    }
    return sti_fail(err, "%s",
                    rv == CKR_OK ? "the token says that it did, and still shows it"
                                 : hsm_ckr(rv).text);
}

bool hsm_names_clear(struct hsm *hsm, const struct hsm_uri *uri, bool *found, struct sti_error *err)
{
    struct hsm_query query = {
        .class = CKO_PRIVATE_KEY, .label = uri->object, .id = uri->id, .id_length = uri->id_length};
    *found = false;
    if (!hsm_sees_private(hsm, err) || !clear_class(hsm, &query, found, err))
        return false;
    query.class = CKO_PUBLIC_KEY;
    return clear_class(hsm, &query, found, err);
}

/* The token did not say that it destroyed the key: what has become of it? Returns false. */
static bool not_destroyed(struct hsm *hsm, const struct hsm_uri *uri, const struct hsm_query *query,
                          CK_RV rv, struct sti_error *err)
{
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    struct sti_error why;
    const struct hsm_key_name name = hsm_key_name(uri);
    if (!hsm_find(hsm, query, &object, &count, &why) ||
        (count == 0 && !hsm_sees_private(hsm, &why)))
        return sti_fail(err,
                        "token '%s' did not say that it destroyed the key %s: %s; whether it is "
                        "still there cannot be seen (%s): look with sti-ca key list",
                        hsm->token, name.text, hsm_ckr(rv).text, why.sentence);
    if (count != 0)
        return sti_fail(err, "token '%s' did not destroy the key %s: %s; it is still there",
                        hsm->token, name.text, hsm_ckr(rv).text);
    return sti_fail(err,
                    "token '%s' did not say that it destroyed the key %s: %s; it does not show it "
                    "any more: look again with sti-ca key list",
                    hsm->token, name.text, hsm_ckr(rv).text);
}

/* A token may say yes and do nothing. */
static bool check_gone(struct hsm *hsm, const struct hsm_uri *uri, const struct hsm_query *query,
                       struct sti_error *err)
{
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    struct sti_error why;
    if (!hsm_find(hsm, query, &object, &count, &why) ||
        (count == 0 && !hsm_sees_private(hsm, &why)))
        return sti_fail(err,
                        "token '%s' says that it destroyed the key %s, which cannot be seen (%s): "
                        "look with sti-ca key list",
                        hsm->token, hsm_key_name(uri).text, why.sentence);
    return count == 0 ||
           sti_fail(err,
                    "token '%s' says that it destroyed the key %s, and still shows it; remove "
                    "it with the device's own tool",
                    hsm->token, hsm_key_name(uri).text);
}

bool hsm_key_destroy(struct hsm *hsm, const struct hsm_uri *uri, bool *names_kept,
                     struct sti_error *err)
{
    struct hsm_query query = {
        .class = CKO_PRIVATE_KEY, .label = uri->object, .id = uri->id, .id_length = uri->id_length};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    struct sti_error why;
    *names_kept = false;
    if (!hsm_find_one(hsm, CKO_PRIVATE_KEY, uri, &object, err))
        return false;
    CK_RV rv = hsm->p11->C_DestroyObject(hsm->session, object);
    if (rv != CKR_OK)
        return not_destroyed(hsm, uri, &query, rv, err);
    if (!check_gone(hsm, uri, &query, err))
        return false;
    query.class = CKO_PUBLIC_KEY;
    if (!hsm_find(hsm, &query, &object, &count, &why))
        return sti_fail(err,
                        "the key %s on token '%s' is destroyed; whether its public key keeps its "
                        "label and id in use cannot be seen (%s): look with sti-ca key list",
                        hsm_key_name(uri).text, hsm->token, why.sentence);
    *names_kept = count != 0;
    return true;
}
