/* SPDX-License-Identifier: Apache-2.0 */
#include "signed_octets.h"

#include <limits.h>
#include <string.h>

#include <openssl/asn1.h>

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
