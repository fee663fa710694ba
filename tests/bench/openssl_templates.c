/* SPDX-License-Identifier: Apache-2.0 */
/* A TNAuthList as OpenSSL ASN.1 templates: one allocated structure for every value in it. */
#include "decoders.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/safestack.h>

typedef struct {
    ASN1_IA5STRING *start;
    ASN1_INTEGER *count;
} TN_RANGE;

ASN1_SEQUENCE(TN_RANGE) =
    {
        ASN1_SIMPLE(TN_RANGE, start, ASN1_IA5STRING),
        ASN1_SIMPLE(TN_RANGE, count, ASN1_INTEGER),
} static_ASN1_SEQUENCE_END(TN_RANGE)

        typedef struct {
    int type; /* 0, 1, 2: the arms as they stand below */
    union {
        ASN1_IA5STRING *spc;
        TN_RANGE *range;
        ASN1_IA5STRING *one;
    } value;
} TN_ENTRY;

ASN1_CHOICE(TN_ENTRY) =
    {
        ASN1_EXP(TN_ENTRY, value.spc, ASN1_IA5STRING, 0),
        ASN1_EXP(TN_ENTRY, value.range, TN_RANGE, 1),
        ASN1_EXP(TN_ENTRY, value.one, ASN1_IA5STRING, 2),
} static_ASN1_CHOICE_END(TN_ENTRY)

        DEFINE_STACK_OF(TN_ENTRY)

            ASN1_ITEM_TEMPLATE(TN_LIST) = ASN1_EX_TEMPLATE_TYPE(ASN1_TFLG_SEQUENCE_OF, 0, TN_LIST,
                                                                TN_ENTRY)
                static_ASN1_ITEM_TEMPLATE_END(TN_LIST)

                    static bool number_is_good(const ASN1_IA5STRING *number)
{
    int length = ASN1_STRING_length(number);
    if (length < 1 || length > 15)
        return false;
    const unsigned char *symbols = ASN1_STRING_get0_data(number);
    for (int i = 0; i < length; i++)
        if ((symbols[i] < '0' || symbols[i] > '9') && symbols[i] != '*' && symbols[i] != '#')
            return false;
    return true;
}

static bool range_is_good(const TN_RANGE *range)
{
    uint64_t count;
    if (!number_is_good(range->start) || ASN1_INTEGER_get_uint64(&count, range->count) != 1 ||
        count < 2)
        return false;
    int length = ASN1_STRING_length(range->start);
    const unsigned char *digits = ASN1_STRING_get0_data(range->start);
    uint64_t start = 0;
    uint64_t space = 1;
    for (int i = 0; i < length; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        start = start * 10 + (uint64_t)(digits[i] - '0');
        space *= 10;
    }
    return count < space && start < space - count;
}

static bool spc_is_good(const ASN1_IA5STRING *spc)
{
    int length = ASN1_STRING_length(spc);
    const unsigned char *octets = ASN1_STRING_get0_data(spc);
    for (int i = 0; i < length; i++)
        if (octets[i] >= 0x80)
            return false;
    return length > 0;
}

static bool list_is_good(const STACK_OF(TN_ENTRY) * list)
{
    int count = sk_TN_ENTRY_num(list);
    for (int i = 0; i < count; i++) {
        const TN_ENTRY *entry = sk_TN_ENTRY_value(list, i);
        bool good = entry->type == 0   ? spc_is_good(entry->value.spc)
                    : entry->type == 1 ? range_is_good(entry->value.range)
                                       : number_is_good(entry->value.one);
        if (!good)
            return false;
    }
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
