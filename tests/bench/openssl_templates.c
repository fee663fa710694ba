/* SPDX-License-Identifier: Apache-2.0 */
#include "decoders.h"
#include "templates.h"

static bool list_is_good(const STACK_OF(TN_ENTRY) * list)
{
    int count = sk_TN_ENTRY_num(list);
    for (int i = 0; i < count; i++)
        if (!templates_entry_is_good(sk_TN_ENTRY_value(list, i)))
            return false;
    return count > 0;
}

static void release(void *decoded)
{
    ASN1_item_free(decoded, ASN1_ITEM_rptr(TN_LIST));
}

static void *decode(const uint8_t *der, size_t length)
{
    const unsigned char *at = der;
    void *list = ASN1_item_d2i(NULL, &at, (long)length, ASN1_ITEM_rptr(TN_LIST));
    if (list == NULL)
        return NULL;
    if (at == der + length && list_is_good(list))
        return list;
    release(list);
    return NULL;
}

const struct decoder openssl_decoder = {"openssl-templates", decode, release};
