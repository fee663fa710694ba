/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TNAuthList as OpenSSL ASN.1 templates: one allocated structure for every value in it. This is
 * what a C developer would write, and what the benchmarks compare with.
 */
#ifndef TEMPLATES_H
#define TEMPLATES_H

#include <stdbool.h>

#include <openssl/asn1t.h>
#include <openssl/safestack.h>

typedef struct {
    ASN1_IA5STRING *start;
    ASN1_INTEGER *count;
} TN_RANGE;

/* What TN_ENTRY.type may be, in the order of the arms' tags; it is -1 in a new entry. */
enum tn_arm { ARM_SPC, ARM_RANGE, ARM_ONE };

typedef struct {
    int type;
    union {
        ASN1_IA5STRING *spc;
        TN_RANGE *range;
        ASN1_IA5STRING *one;
    } value;
} TN_ENTRY;

DEFINE_STACK_OF(TN_ENTRY)

/* TN_LIST is a STACK_OF(TN_ENTRY). */
DECLARE_ASN1_ITEM(TN_RANGE)
DECLARE_ASN1_ITEM(TN_ENTRY)
DECLARE_ASN1_ITEM(TN_LIST)

/*
 * The rules of RFC 8226 section 9 that the templates do not know: which symbols and how many, a
 * count of 2 or more, start + count < 10^D, octets below 0x80. The entry must have all its values.
 */
bool templates_entry_is_good(const TN_ENTRY *entry);

#endif
