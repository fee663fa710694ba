/* SPDX-License-Identifier: Apache-2.0 */
/* Keys among which a URI does not choose: which ones they are, and what would tell them apart. */
#include "hsm_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CANDIDATES 16 /* no more than these are looked at for a message */

/* The name of an object, from the attributes it has. */
static struct hsm_key_name object_name(struct hsm *hsm, CK_OBJECT_HANDLE object)
{
    char label[HSM_ATTRIBUTE_LENGTH + 1];
    unsigned char id[HSM_ATTRIBUTE_LENGTH];
    size_t label_length = HSM_ATTRIBUTE_LENGTH;
    size_t id_length = sizeof(id);
    if (hsm_attribute(hsm, object, CKA_LABEL, label, &label_length) != CKR_OK)
        label_length = 0;
    label[label_length] = '\0';
    if (hsm_attribute(hsm, object, CKA_ID, id, &id_length) != CKR_OK)
        id_length = 0;
    return hsm_key_name_of(label, id, id_length);
}

static int compare(const void *left, const void *right)
{
    return strcmp(((const struct hsm_key_name *)left)->text,
                  ((const struct hsm_key_name *)right)->text);
}

/* Lists names as far as there is room. */
static void list(const struct hsm_key_name *names, size_t count, bool more, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (used + strlen(names[i].text) + sizeof(", , ...") > size) {
            more = true;
            break;
        }
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ", names[i].text);
    }
    if (more)
        snprintf(text + used, size - used, ", ...");
}

/* With a label and an id in the URI, there is nothing left to tell them apart with. */
static const char *remedy(const struct hsm_uri *uri)
{
    return uri->object != NULL && uri->id != NULL ? "they cannot be told apart; rename or remove "
                                                    "all but one with the device's own tool"
                                                  : "name one of them with both object= and id=";
}

bool hsm_refuse_candidates(struct hsm *hsm, const struct hsm_query *query,
                           const struct hsm_uri *uri, struct sti_error *err)
{
    CK_OBJECT_HANDLE *objects = NULL;
    size_t count = 0;
    if (!hsm_find_all(hsm, query, &objects, &count, err))
        return false;
    struct hsm_key_name names[CANDIDATES];
    size_t looked_at = count < CANDIDATES ? count : CANDIDATES;
    for (size_t i = 0; i < looked_at; i++)
        names[i] = object_name(hsm, objects[i]);
    free(objects);
    qsort(names, looked_at, sizeof(names[0]), compare);
    char text[300];
    list(names, looked_at, looked_at < count, text, sizeof(text));
    return sti_fail(err, "token '%s' has more than one %s key %s: %s; %s", hsm->token,
                    query->class == CKO_PRIVATE_KEY ? "private" : "public", hsm_key_name(uri).text,
                    text, remedy(uri));
}
