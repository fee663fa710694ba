/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test_hsm_odd_key.h"
#include "test_hsm_world.h"

const struct odd_key good_key = {.mechanism = CKM_EC_KEY_PAIR_GEN,
                                 .sensitive = CK_TRUE,
                                 .sign = CK_TRUE,
                                 .curve = hsm_p256,
                                 .curve_length = HSM_P256_LENGTH};

CK_OBJECT_HANDLE odd_key_make(struct hsm *hsm, struct odd_key key)
{
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    CK_ULONG bits = 1024;
    unsigned char curve[16];
    if (key.curve != NULL)
        memcpy(curve, key.curve, key.curve_length);
    CK_ATTRIBUTE public_template[] = {
        {CKA_TOKEN, &yes, sizeof(yes)},
        {CKA_VERIFY, &yes, sizeof(yes)},
        {CKA_ID, &key.id, 1},
        {CKA_LABEL, (void *)key.label, strlen(key.label)},
        {CKA_MODULUS_BITS, &bits, sizeof(bits)},
    };
    if (key.curve != NULL)
        public_template[4] = (CK_ATTRIBUTE){CKA_EC_PARAMS, curve, key.curve_length};
    CK_ATTRIBUTE private_template[] = {
        {CKA_TOKEN, &yes, sizeof(yes)},
        {CKA_PRIVATE, &yes, sizeof(yes)},
        {CKA_SENSITIVE, &key.sensitive, sizeof(yes)},
        {CKA_EXTRACTABLE, &key.extractable, sizeof(yes)},
        {CKA_SIGN, &key.sign, sizeof(yes)},
        {CKA_DERIVE, &key.derive, sizeof(yes)},
        {CKA_DECRYPT, &no, sizeof(no)},
        {CKA_UNWRAP, &no, sizeof(no)},
        {CKA_SIGN_RECOVER, &no, sizeof(no)},
        {CKA_ID, &key.id, 1},
        {CKA_LABEL, (void *)key.label, strlen(key.label)},
    };
    CK_MECHANISM mechanism = {key.mechanism, NULL, 0};
    CK_OBJECT_HANDLE public_key = 0;
    CK_OBJECT_HANDLE private_key = 0;
    assert_int_equal(world_list->C_GenerateKeyPair(hsm->session, &mechanism, public_template, 5,
                                                   private_template, 11, &public_key, &private_key),
                     CKR_OK);
    return public_key;
}

CK_OBJECT_HANDLE good_key_make(struct hsm *hsm, const char *label, unsigned char id)
{
    struct odd_key key = good_key;
    key.label = label;
    key.id = id;
    return odd_key_make(hsm, key);
}
