/* SPDX-License-Identifier: Apache-2.0 */
/* To which certificates a lint applies, and what stands in them. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lint_rules.h"

bool lint_all(const struct lint_subject *subject)
{
    (void)subject;
    return true;
}

bool lint_leaf(const struct lint_subject *subject)
{
    return !subject->ca;
}

bool lint_ca(const struct lint_subject *subject)
{
    return subject->ca;
}

bool lint_root(const struct lint_subject *subject)
{
    return subject->root;
}

bool lint_intermediate(const struct lint_subject *subject)
{
    return subject->ca && !subject->root;
}

bool lint_has(const struct lint_subject *subject, enum lint_extension_type type)
{
    return subject->known[type] != NULL;
}

bool lint_critical(const struct lint_subject *subject, enum lint_extension_type type)
{
    return subject->known[type] != NULL && subject->known[type]->critical;
}

bool lint_has_list(const struct lint_subject *subject)
{
    return subject->list.there || subject->references > 0;
}

static bool is_oid(struct lint_octets oid, const void *octets, size_t length)
{
    return lint_same(oid, (struct lint_octets){octets, length});
}

/* ecdsa-with-SHA2: 1.2.840.10045.4.3.x (RFC 5758 section 3.2), x from 1 (SHA-224) to 4 (SHA-512) */
static bool is_ecdsa(const struct lint_algorithm *algorithm, uint8_t first, uint8_t last)
{
    static const uint8_t arc[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03};
    struct lint_octets oid = algorithm->oid;
    return oid.length == sizeof(arc) + 1 && memcmp(oid.at, arc, sizeof(arc)) == 0 &&
           oid.at[sizeof(arc)] >= first && oid.at[sizeof(arc)] <= last;
}

bool lint_is_sha256(const struct lint_algorithm *algorithm)
{
    return is_ecdsa(algorithm, 2, 2);
}

bool lint_is_sha384(const struct lint_algorithm *algorithm)
{
    return is_ecdsa(algorithm, 3, 3);
}

bool lint_is_ecdsa(const struct lint_algorithm *algorithm)
{
    return is_ecdsa(algorithm, 1, 4);
}

/* id-ecPublicKey (RFC 5480 section 2.1.1) with this namedCurve as its parameters. */
static bool is_curve(const struct lint_subject *subject, const void *curve, size_t length)
{
    static const uint8_t ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
    return is_oid(subject->key_algorithm.oid, ec_public_key, sizeof(ec_public_key)) &&
           is_oid(subject->key_algorithm.parameters, curve, length);
}

bool lint_is_p256(const struct lint_subject *subject)
{
    static const uint8_t prime256v1[] = {0x06, 0x08, 0x2a, 0x86, 0x48,
                                         0xce, 0x3d, 0x03, 0x01, 0x07};
    return is_curve(subject, prime256v1, sizeof(prime256v1));
}

bool lint_is_p384(const struct lint_subject *subject)
{
    static const uint8_t secp384r1[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
    return is_curve(subject, secp384r1, sizeof(secp384r1));
}

static bool in_word(uint8_t octet)
{
    return octet < 0x80 && (isalnum(octet) != 0 || octet == '_');
}

bool lint_has_word(struct lint_octets text, struct lint_octets word, bool any_case)
{
    for (size_t i = 0; text.at != NULL && i + word.length <= text.length; i++) {
        const uint8_t *at = text.at + i;
        bool same = any_case
                        ? strncasecmp((const char *)at, (const char *)word.at, word.length) == 0
                        : memcmp(at, word.at, word.length) == 0;
        size_t end = i + word.length;
        if (same && (i == 0 || !in_word(at[-1])) && (end == text.length || !in_word(text.at[end])))
            return true;
    }
    return false;
}
