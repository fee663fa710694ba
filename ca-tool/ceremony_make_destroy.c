/* SPDX-License-Identifier: Apache-2.0 */
/* The destruction of a key in its plan. The key that signs the end is opened before, while nothing
 * is lost yet: a ceremony that could not be ended is not to begin. */
#include <stdlib.h>
#include <string.h>

#include "ceremony_make.h"

static bool check_other(const struct making *making, EVP_PKEY *key, EVP_PKEY *end,
                        struct sti_error *err)
{
    if (EVP_PKEY_eq(key, end) != 1)
        return true;
    sti_refuse(err, NULL,
               "is the key that is destroyed, by its public key, and the end is signed after that: "
               "name another key; if there is none, make one with sti-ca key generate %s",
               ceremony_key_name(making->file->end_key));
    return sti_error_in(err, making->file->end_public_key);
}

static bool add_destroy(struct making *making, EVP_PKEY *key, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    struct plan_step *step =
        making_step(making, PLAN_DESTROY, "operator", err,
                    "Destroy the %s key for good. The machine says which key it is and which "
                    "certificates it has; then the operator types its label. Afterwards the HSM "
                    "is searched for it.",
                    ceremony_key_name(file->key));
    if (step == NULL || !making_step_key(making, step, key, err))
        return false;
    step->reason = strdup(file->reason);
    return step->reason != NULL || sti_fail(err, "no memory for the plan");
}

bool making_destruction(struct making *making, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    EVP_PKEY *key = making_key(making, file->public_key, err);
    EVP_PKEY *end = key == NULL ? NULL : making_key(making, file->end_public_key, err);
    bool ok = end != NULL && check_other(making, key, end, err) &&
              making_hsm(making, file->end_key, end, err) &&
              making_hsm(making, file->key, key, err) && add_destroy(making, key, err) &&
              making_end(making, file->end_key, end, err);
    EVP_PKEY_free(key);
    EVP_PKEY_free(end);
    return ok;
}
