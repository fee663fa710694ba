/* SPDX-License-Identifier: Apache-2.0 */
#include "tbs.h"

#include <string.h>

#include "proof.h"

/* Tags (X.690 section 8.1.2). */
enum {
    BOOLEAN = 0x01,
    INTEGER = 0x02,
    OCTET_STRING = 0x04,
    OID = 0x06,
    UTC_TIME = 0x17,
    GENERALIZED_TIME = 0x18,
    SEQUENCE = 0x30,
    KEY_IDENTIFIER = 0x80, /* [0] of AuthorityKeyIdentifier */
    URI = 0x86,            /* [6] of GeneralName */
    VERSION = 0xa0,
    EXTENSIONS_OF_CRL = 0xa0,
    ISSUER_ID = 0x81, /* issuerUniqueID and the subject's, which nobody has */
    SUBJECT_ID = 0x82,
    EXTENSIONS = 0xa3,
};

/* The content of an object identifier is this one. */
#define IS(item, wanted)                                                                           \
    ((item).length == sizeof(wanted) && memcmp((item).octets, wanted, sizeof(wanted)) == 0)

static struct reader inside(const struct item *item)
{
    return (struct reader){.octets = item->octets, .length = item->length};
}

/* Steps over one element, of which nothing is wanted. */
static bool skip(struct reader *reader, uint8_t tag)
{
    struct item whole, content;
    return der_next(reader, tag, &whole, &content);
}

/* ---- extensions ---- */

/* AuthorityKeyIdentifier, section 4.2.1.1: the key identifier stands first, if it does. */
static bool read_authority(const struct item *value, struct tbs *tbs)
{
    struct reader outer = inside(value);
    struct item whole, content;
    if (!der_next(&outer, SEQUENCE, &whole, &content))
        return false;
    struct reader inner = inside(&content);
    if (der_next(&inner, KEY_IDENTIFIER, &whole, &content))
        tbs->authority = content;
    return true;
}

static bool read_key_id(const struct item *value, struct tbs *tbs)
{
    struct reader reader = inside(value);
    struct item whole;
    return der_next(&reader, OCTET_STRING, &whole, &tbs->key_id);
}

/* AuthorityInfoAccessSyntax, section 4.2.2.1: the access that is a list (RFC 8226 section 10.1). */
static bool read_access(const struct item *value, struct tbs *tbs)
{
    static const uint8_t stir_tn_list[] = {0x2b, 6, 1, 5, 5, 7, 48, 14};
    struct reader outer = inside(value);
    struct item whole, list, access, method;
    if (!der_next(&outer, SEQUENCE, &whole, &list))
        return false;
    for (struct reader each = inside(&list); each.at < each.length;) {
        if (!der_next(&each, SEQUENCE, &whole, &access))
            return false;
        struct reader one = inside(&access);
        if (!der_next(&one, OID, &whole, &method))
            return false;
        if (IS(method, stir_tn_list) && !der_next(&one, URI, &whole, &tbs->list_url))
            return false;
    }
    return true;
}

static bool read_extension(const struct item *extension, struct tbs *tbs)
{
    static const uint8_t list[] = {0x2b, 6, 1, 5, 5, 7, 1, 26};
    static const uint8_t access[] = {0x2b, 6, 1, 5, 5, 7, 1, 1};
    static const uint8_t authority[] = {0x55, 0x1d, 35};
    static const uint8_t key_id[] = {0x55, 0x1d, 14};
    struct reader reader = inside(extension);
    struct item whole, oid, value;
    if (!der_next(&reader, OID, &whole, &oid))
        return false;
    (void)skip(&reader, BOOLEAN); /* critical, if it is */
    if (!der_next(&reader, OCTET_STRING, &whole, &value) || reader.at != reader.length)
        return false;
    if (IS(oid, list))
        tbs->list = value;
    return IS(oid, access)      ? read_access(&value, tbs)
           : IS(oid, authority) ? read_authority(&value, tbs)
           : IS(oid, key_id)    ? read_key_id(&value, tbs)
                                : true;
}

/* The rest of the reader is nothing, or [tag] { SEQUENCE OF Extension }. */
static bool read_extensions(struct reader *reader, uint8_t tag, struct tbs *tbs)
{
    struct item whole, outer, list, extension;
    if (reader->at == reader->length)
        return true;
    if (!der_next(reader, tag, &whole, &outer) || reader->at != reader->length)
        return false;
    struct reader inner = inside(&outer);
    if (!der_next(&inner, SEQUENCE, &whole, &list) || inner.at != inner.length)
        return false;
    for (struct reader each = inside(&list); each.at < each.length;)
        if (!der_next(&each, SEQUENCE, &whole, &extension) || !read_extension(&extension, tbs))
            return false;
    return true;
}

/* ---- the whole ---- */

static bool open_tbs(const struct item *octets, struct tbs *tbs, struct reader *fields)
{
    struct reader outer = inside(octets);
    struct item whole, content;
    memset(tbs, 0, sizeof(*tbs));
    if (!der_next(&outer, SEQUENCE, &whole, &content) || outer.at != outer.length)
        return false;
    *fields = inside(&content);
    return true;
}

bool tbs_read(const struct item *octets, struct tbs *tbs)
{
    struct reader fields;
    struct item content;
    if (!open_tbs(octets, tbs, &fields))
        return false;
    (void)skip(&fields, VERSION);
    if (!skip(&fields, INTEGER) || !skip(&fields, SEQUENCE) /* serial number, algorithm */ ||
        !der_next(&fields, SEQUENCE, &tbs->issuer, &content) ||
        !skip(&fields, SEQUENCE) /* validity */ ||
        !der_next(&fields, SEQUENCE, &tbs->subject, &content) ||
        !der_next(&fields, SEQUENCE, &tbs->spki, &content))
        return false;
    (void)skip(&fields, ISSUER_ID);
    (void)skip(&fields, SUBJECT_ID);
    return read_extensions(&fields, EXTENSIONS, tbs);
}

bool tbs_read_crl(const struct item *octets, struct tbs *tbs)
{
    struct reader fields;
    struct item content;
    if (!open_tbs(octets, tbs, &fields))
        return false;
    (void)skip(&fields, INTEGER); /* version */
    if (!skip(&fields, SEQUENCE) /* algorithm */ ||
        !der_next(&fields, SEQUENCE, &tbs->issuer, &content))
        return false;
    for (int times = 0; times < 2; times++) /* thisUpdate, nextUpdate */
        (void)(skip(&fields, UTC_TIME) || skip(&fields, GENERALIZED_TIME));
    (void)skip(&fields, SEQUENCE); /* entries, if there are */
    return read_extensions(&fields, EXTENSIONS_OF_CRL, tbs);
}

bool tbs_of_certificate(const struct item *der, struct item *tbs)
{
    struct reader outer = inside(der);
    struct item whole, content;
    if (!der_next(&outer, SEQUENCE, &whole, &content) || outer.at != outer.length)
        return false;
    struct reader inner = inside(&content);
    return der_next(&inner, SEQUENCE, tbs, &content);
}
