/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as other tools make them, on the token `main`. */
#ifndef TEST_HSM_ODD_KEY_H
#define TEST_HSM_ODD_KEY_H

#include "hsm_internal.h"

/* What a careless tool would make. */
struct odd_key {
    const char *label;
    unsigned char id;
    CK_MECHANISM_TYPE mechanism;
    CK_BBOOL extractable;
    CK_BBOOL sensitive;
    CK_BBOOL sign;
    CK_BBOOL derive;
    const unsigned char *curve;
    CK_ULONG curve_length;
};

/* A key pair that hsm_key_open() takes; label and id are to be filled in. */
extern const struct odd_key good_key;

/* Make a pair; return the public key. */
CK_OBJECT_HANDLE odd_key_make(struct hsm *hsm, struct odd_key key);
CK_OBJECT_HANDLE good_key_make(struct hsm *hsm, const char *label, unsigned char id);

#endif
