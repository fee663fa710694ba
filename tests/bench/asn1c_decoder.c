/* SPDX-License-Identifier: Apache-2.0 */
#include "decoders.h"

#include "asn1c_code.h"

static void release(void *decoded)
{
    ASN_STRUCT_FREE(asn_DEF_TNAuthorizationList, decoded);
}

static void *decode(const uint8_t *der, size_t length)
{
    void *list = NULL;
    asn_dec_rval_t result = ber_decode(NULL, &asn_DEF_TNAuthorizationList, &list, der, length);
    /* asn1c 0.9.28: decoding a number replaces its type's check by that of the base type. */
    asn_DEF_TelephoneNumber.check_constraints = TelephoneNumber_constraint;
    if (result.code == RC_OK && result.consumed == length &&
        asn_check_constraints(&asn_DEF_TNAuthorizationList, list, NULL, NULL) == 0)
        return list;
    release(list);
    return NULL;
}

const struct decoder asn1c_decoder = {"asn1c", decode, release};
