/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the register wants to know of a certificate (RFC 5280 section 4.1), read over asn1/der.h.
 * d2i_X509() would decode the public key too, which on OpenSSL 3.0 takes more than a hundred
 * microseconds: a part of the time of every certificate that is issued, and of a rebuild minutes.
 */
#include "register_internal.h"

#include <string.h>
#include <time.h>

#include "der.h"

#define INTEGER 0x02
#define OCTET_STRING 0x04
#define OBJECT_IDENTIFIER 0x06
#define BOOLEAN 0x01
#define UTC_TIME 0x17
#define GENERALIZED_TIME 0x18
#define VERSION 0xa0        /* [0] */
#define ISSUER_UNIQUE 0x81  /* [1] */
#define SUBJECT_UNIQUE 0x82 /* [2] */
#define EXTENSIONS 0xa3     /* [3] */
#define KEY_IDENTIFIER 0x80 /* [0] of the Authority Key Identifier */

static const struct der_subject certificate = {"certificate", "RFC 5280 section 4.1"};

/* Reads one element with this tag. */
static bool take(struct der *in, uint8_t tag, struct der *content)
{
    return der_expect(in, tag, "an element", content, NULL);
}

static bool next_is(const struct der *in, uint8_t tag)
{
    return in->at < in->end && in->octets[in->at] == tag;
}

/* The same for an element that may be left out. */
static bool skip_optional(struct der *in, uint8_t tag)
{
    struct der ignored;
    return !next_is(in, tag) || take(in, tag, &ignored);
}

static bool two_digits(const uint8_t *at, int *value)
{
    *value = (at[0] - '0') * 10 + (at[1] - '0');
    return at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9';
}

/* UTCTime YYMMDDHHMMSSZ or GeneralizedTime YYYYMMDDHHMMSSZ (RFC 5280 section 4.1.2.5). */
static bool take_time(struct der *in, int64_t *time)
{
    struct der content;
    bool utc = next_is(in, UTC_TIME);
    int part[7] = {0};
    if (!take(in, utc ? UTC_TIME : GENERALIZED_TIME, &content))
        return false;
    const uint8_t *at = content.octets + content.at;
    size_t length = content.end - content.at;
    if (length != (utc ? 13u : 15u) || at[length - 1] != 'Z')
        return false;
    for (size_t i = utc ? 1 : 0; i < 7; i++, at += 2)
        if (!two_digits(at, &part[i]))
            return false;
    if (utc)
        part[0] = part[1] < 50 ? 20 : 19;
    struct tm tm = {.tm_year = part[0] * 100 + part[1] - 1900,
                    .tm_mon = part[2] - 1,
                    .tm_mday = part[3],
                    .tm_hour = part[4],
                    .tm_min = part[5],
                    .tm_sec = part[6]};
    *time = (int64_t)timegm(&tm);
    return true;
}

static bool take_key_id(const struct der *content, struct register_key_id *id)
{
    size_t length = content->end - content->at;
    if (length == 0 || length > sizeof(id->octets))
        return false;
    id->length = length;
    memcpy(id->octets, content->octets + content->at, length);
    return true;
}

/* The value of an extension, which is `value`, by its OID. */
static bool read_list(struct register_facts *facts, struct der *value)
{
    facts->list = value->octets + value->at;
    facts->list_length = value->end - value->at;
    return true;
}

static bool read_key_id(struct register_facts *facts, struct der *value)
{
    struct der content;
    return take(value, OCTET_STRING, &content) && take_key_id(&content, &facts->key_id);
}

static bool read_authority(struct register_facts *facts, struct der *value)
{
    struct der content, id;
    return take(value, DER_SEQUENCE, &content) &&
           (!next_is(&content, KEY_IDENTIFIER) ||
            (take(&content, KEY_IDENTIFIER, &id) && take_key_id(&id, &facts->authority)));
}

static bool read_constraints(struct register_facts *facts, struct der *value)
{
    struct der content, ca;
    if (!take(value, DER_SEQUENCE, &content))
        return false;
    if (!next_is(&content, BOOLEAN))
        return true;
    bool ok = take(&content, BOOLEAN, &ca) && ca.end - ca.at == 1;
    facts->ca = ok && ca.octets[ca.at] != 0;
    return ok;
}

static const struct extension {
    uint8_t oid[8];
    size_t length;
    bool (*read)(struct register_facts *facts, struct der *value);
} extensions[] = {
    {{0x2b, 6, 1, 5, 5, 7, 1, 26}, 8, read_list}, /* RFC 8226 section 9 */
    {{0x55, 0x1d, 14}, 3, read_key_id},           /* RFC 5280 section 4.2.1.2 */
    {{0x55, 0x1d, 35}, 3, read_authority},        /* section 4.2.1.1 */
    {{0x55, 0x1d, 19}, 3, read_constraints},      /* section 4.2.1.9 */
};

static bool take_extension(struct der *in, struct register_facts *facts)
{
    struct der extension, oid, critical, value;
    if (!take(in, DER_SEQUENCE, &extension) || !take(&extension, OBJECT_IDENTIFIER, &oid) ||
        (next_is(&extension, BOOLEAN) && !take(&extension, BOOLEAN, &critical)) ||
        !take(&extension, OCTET_STRING, &value))
        return false;
    for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
        if (oid.end - oid.at == extensions[i].length &&
            memcmp(oid.octets + oid.at, extensions[i].oid, extensions[i].length) == 0)
            return extensions[i].read(facts, &value);
    }
    return true;
}

static bool take_extensions(struct der *tbs, struct register_facts *facts)
{
    struct der wrapped, list;
    if (!next_is(tbs, EXTENSIONS))
        return true;
    bool ok = take(tbs, EXTENSIONS, &wrapped) && take(&wrapped, DER_SEQUENCE, &list);
    while (ok && list.at < list.end)
        ok = take_extension(&list, facts);
    return ok;
}

bool register_facts_read(struct register_facts *facts, const uint8_t *der, size_t length)
{
    struct der in = {der, 0, length, &certificate};
    struct der whole, tbs, validity, ignored;
    memset(facts, 0, sizeof(*facts));
    return der != NULL && take(&in, DER_SEQUENCE, &whole) && take(&whole, DER_SEQUENCE, &tbs) &&
           skip_optional(&tbs, VERSION) && take(&tbs, INTEGER, &ignored) &&
           take(&tbs, DER_SEQUENCE, &ignored) && /* signature */
           take(&tbs, DER_SEQUENCE, &ignored) && /* issuer */
           take(&tbs, DER_SEQUENCE, &validity) && take_time(&validity, &facts->not_before) &&
           take_time(&validity, &facts->not_after) &&
           take(&tbs, DER_SEQUENCE, &ignored) && /* subject */
           take(&tbs, DER_SEQUENCE, &ignored) && /* subjectPublicKeyInfo */
           skip_optional(&tbs, ISSUER_UNIQUE) && skip_optional(&tbs, SUBJECT_UNIQUE) &&
           take_extensions(&tbs, facts);
}
