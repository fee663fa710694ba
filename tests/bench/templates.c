/* SPDX-License-Identifier: Apache-2.0 */
#include "templates.h"

ASN1_SEQUENCE(TN_RANGE) =
    {
        ASN1_SIMPLE(TN_RANGE, start, ASN1_IA5STRING),
        ASN1_SIMPLE(TN_RANGE, count, ASN1_INTEGER),
} ASN1_SEQUENCE_END(TN_RANGE)

        ASN1_CHOICE(TN_ENTRY) =
            {
                ASN1_EXP(TN_ENTRY, value.spc, ASN1_IA5STRING, 0),
                ASN1_EXP(TN_ENTRY, value.range, TN_RANGE, 1),
                ASN1_EXP(TN_ENTRY, value.one, ASN1_IA5STRING, 2),
} ASN1_CHOICE_END(TN_ENTRY)

                ASN1_ITEM_TEMPLATE(TN_LIST) = ASN1_EX_TEMPLATE_TYPE(ASN1_TFLG_SEQUENCE_OF, 0,
                                                                    TN_LIST, TN_ENTRY)
                    ASN1_ITEM_TEMPLATE_END(TN_LIST)

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

bool templates_entry_is_good(const TN_ENTRY *entry)
{
    return entry->type == ARM_SPC     ? spc_is_good(entry->value.spc)
           : entry->type == ARM_RANGE ? range_is_good(entry->value.range)
                                      : number_is_good(entry->value.one);
}
