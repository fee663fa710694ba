/* SPDX-License-Identifier: Apache-2.0 */
#include "signed_octets.h"

#include <limits.h>
#include <string.h>

#include <openssl/asn1.h>

const unsigned char signed_octets_algorithm[SIGNED_OCTETS_ALGORITHM] = {
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};

/* Finds the to-be-signed octets: the first element of the outer SEQUENCE. */
static bool find_tbs(const unsigned char *der, size_t length, const unsigned char **tbs,
                     size_t *tbs_length)
{
    const unsigned char *at = der;
    long content = 0;
    int tag = 0;
    int class = 0;
    if (length > LONG_MAX || (ASN1_get_object(&at, &content, &tag, &class, (long)length) & 0x80))
        return false;
    const unsigned char *start = at;
    if ((ASN1_get_object(&at, &content, &tag, &class, content) & 0x80) != 0)
        return false;
    *tbs = start;
    *tbs_length = (size_t)(at - start) + (size_t)content;
    return true;
}

bool signed_octets_hold(const unsigned char *der, size_t length, const unsigned char *tbs,
                        size_t tbs_length)
{
    const unsigned char *found = NULL;
    size_t found_length = 0;
    return find_tbs(der, length, &found, &found_length) && found_length == tbs_length &&
           memcmp(found, tbs, tbs_length) == 0;
}

bool signed_octets_signature(const unsigned char *der, size_t length, size_t tbs_length,
                             const unsigned char **signature, size_t *signature_length)
{
    const unsigned char *at = der;
    long content = 0;
    int tag = 0;
    int class = 0;
    if (length > LONG_MAX ||
        (ASN1_get_object(&at, &content, &tag, &class, (long)length) & 0x80) != 0)
        return false;
    const unsigned char *end = der + length;
    if (at + content != end || (size_t)content < tbs_length)
        return false;
    at += tbs_length;
    if ((size_t)(end - at) <= SIGNED_OCTETS_ALGORITHM ||
        memcmp(at, signed_octets_algorithm, SIGNED_OCTETS_ALGORITHM) != 0)
        return false;
    at += SIGNED_OCTETS_ALGORITHM;
    if ((ASN1_get_object(&at, &content, &tag, &class, end - at) & 0x80) != 0 ||
        tag != V_ASN1_BIT_STRING || class != V_ASN1_UNIVERSAL || content < 2 ||
        at + content != end || *at != 0)
        return false;
    *signature = at + 1;
    *signature_length = (size_t)content - 1;
    return true;
}
