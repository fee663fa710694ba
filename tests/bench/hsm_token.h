/* SPDX-License-Identifier: Apache-2.0 */
/* A SoftHSM token in a folder of its own, with one key on P-256; for the benchmarks of hsm/. */
#ifndef HSM_TOKEN_H
#define HSM_TOKEN_H

#include <p11-kit/pkcs11.h>

#include "hsm.h"

/* The token, open and logged in. Whatever fails ends the benchmark. */
struct hsm_token {
    struct hsm *hsm;
    struct hsm_uri *uri;   /* of the key */
    CK_FUNCTION_LIST *p11; /* the module, for calls that nothing of this project lies between */
    CK_SLOT_ID slot;
};

/* Makes it in a temporary folder, which is removed when the process ends. */
void hsm_token_make(struct hsm_token *token);
void hsm_token_close(struct hsm_token *token);

/* A session as a program without this project opens it, and the key as it finds it. */
CK_SESSION_HANDLE hsm_token_session(const struct hsm_token *token, CK_OBJECT_HANDLE *key);

#endif
