/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TBSCertificate ::= SEQUENCE {
 *   version [0] EXPLICIT INTEGER DEFAULT v1, serialNumber INTEGER, signature AlgorithmIdentifier,
 *   issuer Name, validity SEQUENCE { notBefore Time, notAfter Time }, subject Name,
 *   subjectPublicKeyInfo, issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL,
 *   extensions [3] EXPLICIT SEQUENCE OF Extension OPTIONAL }            RFC 5280 section 4.1
 */
#include <string.h>

#include "lint_reader.h"

static const struct {
    enum lint_attribute_type type;
    uint8_t oid[3]; /* id-at: 2.5.4.x */
} attribute_types[] = {
    {LINT_ATTRIBUTE_CN, {0x55, 0x04, 0x03}},
    {LINT_ATTRIBUTE_SERIAL_NUMBER, {0x55, 0x04, 0x05}},
    {LINT_ATTRIBUTE_C, {0x55, 0x04, 0x06}},
    {LINT_ATTRIBUTE_O, {0x55, 0x04, 0x0a}},
};

static const struct {
    enum lint_extension_type type;
    uint8_t length;
    uint8_t oid[8];
} extension_types[] = {
    {LINT_EXTENSION_SKI, 3, {0x55, 0x1d, 0x0e}},
    {LINT_EXTENSION_AKI, 3, {0x55, 0x1d, 0x23}},
    {LINT_EXTENSION_KEY_USAGE, 3, {0x55, 0x1d, 0x0f}},
    {LINT_EXTENSION_BASIC_CONSTRAINTS, 3, {0x55, 0x1d, 0x13}},
    {LINT_EXTENSION_POLICIES, 3, {0x55, 0x1d, 0x20}},
    {LINT_EXTENSION_CRL_POINTS, 3, {0x55, 0x1d, 0x1f}},
    {LINT_EXTENSION_TNAUTHLIST, 8, {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x1a}},
    {LINT_EXTENSION_AIA, 8, {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01}},
    {LINT_EXTENSION_CLAIMS, 8, {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x1b}},
    {LINT_EXTENSION_ENHANCED_CLAIMS, 8, {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x21}},
};

static bool read_version(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    struct der explicit_tag;
    struct der version;
    subject->version = 1;
    if (!lint_next_is(in, DER_CONTEXT))
        return true;
    if (!der_expect(in, DER_CONTEXT, "version", &explicit_tag, err) ||
        !der_expect(&explicit_tag, DER_INTEGER, "version as INTEGER", &version, err) ||
        !der_expect_end(&explicit_tag, "version", err))
        return false;
    bool one_octet = version.end - version.at == 1 && version.octets[version.at] < 0x7f;
    subject->version = one_octet ? version.octets[version.at] + 1u : 0;
    return true;
}

static enum lint_attribute_type attribute_type(struct lint_octets oid)
{
    for (size_t i = 0; i < sizeof(attribute_types) / sizeof(attribute_types[0]); i++)
        if (oid.length == sizeof(attribute_types[i].oid) &&
            memcmp(oid.at, attribute_types[i].oid, oid.length) == 0)
            return attribute_types[i].type;
    return LINT_ATTRIBUTE_OTHER;
}

/* RelativeDistinguishedName ::= SET OF SEQUENCE { type OID, value ANY } */
static bool read_rdn(struct lint_name *name, struct der *rdn, struct sti_error *err)
{
    while (rdn->at < rdn->end) {
        struct der pair;
        struct der oid;
        struct der value;
        uint8_t tag;
        size_t start = rdn->at;
        if (!der_expect(rdn, DER_SEQUENCE, "an attribute of a name", &pair, err) ||
            !der_expect(&pair, DER_OID, "an attribute's type", &oid, err) ||
            !lint_any(&pair, &tag, &value, "an attribute's value", err) ||
            !der_expect_end(&pair, "an attribute's value", err))
            return false;
        if (name->count == LINT_MAX_ATTRIBUTES)
            return sti_refuse(err, NULL, "a name has more than %d attributes, the most read here",
                              LINT_MAX_ATTRIBUTES) ||
                   der_at(rdn->subject, start, err);
        name->attributes[name->count++] =
            (struct lint_attribute){attribute_type(lint_view(&oid)), lint_view(&value)};
    }
    return true;
}

static bool read_name(struct der *in, const char *what, struct lint_name *name,
                      struct sti_error *err)
{
    size_t start = in->at;
    struct der rdns;
    if (!der_expect(in, DER_SEQUENCE, what, &rdns, err))
        return false;
    name->whole = lint_since(in, start);
    while (rdns.at < rdns.end) {
        struct der rdn;
        if (!der_expect(&rdns, DER_SET, "a part of a name", &rdn, err) ||
            !read_rdn(name, &rdn, err))
            return false;
    }
    return true;
}

/* `count` digits as a number; 0 if one is none. */
static int64_t digits(const uint8_t *at, size_t count, bool *good)
{
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        *good = *good && at[i] >= '0' && at[i] <= '9';
        value = value * 10 + (at[i] - '0');
    }
    return *good ? value : 0;
}

/* YYYYMMDDHHMMSS as a number has a day and a time of day. */
static bool stamp_exists(int64_t stamp)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = (int)(stamp / 10000000000);
    int month = (int)(stamp / 100000000 % 100);
    int day = (int)(stamp / 1000000 % 100);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12)
        return false;
    int last = days[month - 1] + (month == 2 && leap ? 1 : 0);
    return day >= 1 && day <= last && stamp / 10000 % 100 < 24 && stamp / 100 % 100 < 60 &&
           stamp % 100 < 60;
}

/* A UTCTime from 50 on is of the last century (RFC 5280 section 4.1.2.5.1). */
static void judge_time(struct lint_time *time)
{
    size_t year = time->tag == DER_UTC_TIME ? 2 : 4;
    bool good = time->text.length == year + 11 && time->text.at[year + 10] == 'Z';
    int64_t stamp = good ? digits(time->text.at, year + 10, &good) : 0;
    if (good && year == 2)
        stamp += stamp >= 500000000000 ? 19000000000000 : 20000000000000;
    time->well_formed = good && stamp_exists(stamp);
    time->stamp = time->well_formed ? stamp : 0;
}

static bool read_time(struct der *in, const char *what, struct lint_time *time,
                      struct sti_error *err)
{
    struct der text;
    size_t start = in->at;
    if (!lint_any(in, &time->tag, &text, what, err))
        return false;
    if (time->tag != DER_UTC_TIME && time->tag != DER_GENERALIZED_TIME)
        return sti_refuse(err, LINT_CLAUSE, "%s is neither a UTCTime nor a GeneralizedTime",
                          what) ||
               der_at(in->subject, start, err);
    time->text = lint_view(&text);
    judge_time(time);
    return true;
}

static bool read_validity(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    struct der validity;
    return der_expect(in, DER_SEQUENCE, "validity", &validity, err) &&
           read_time(&validity, "notBefore", &subject->not_before, err) &&
           read_time(&validity, "notAfter", &subject->not_after, err) &&
           der_expect_end(&validity, "notAfter", err);
}

/* The key stays octets: SubjectPublicKeyInfo ::= SEQUENCE { algorithm, BIT STRING } */
static bool read_key(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    size_t start = in->at;
    struct der spki;
    struct der bits;
    if (!der_expect(in, DER_SEQUENCE, "subjectPublicKeyInfo", &spki, err) ||
        !lint_algorithm_read(&spki, "the key's algorithm", &subject->key_algorithm, err) ||
        !der_expect(&spki, DER_BIT_STRING, "the key as BIT STRING", &bits, err) ||
        !der_expect_end(&spki, "the key", err))
        return false;
    subject->spki = lint_since(in, start);
    if (bits.at == bits.end || bits.octets[bits.at] > 7)
        return sti_refuse(err, DER_CLAUSE, "the key is a BIT STRING without its first octet") ||
               der_at(in->subject, bits.at, err);
    bits.at++; /* how many bits of the last octet do not count */
    subject->key = lint_view(&bits);
    return true;
}

static enum lint_extension_type extension_type(struct lint_octets oid)
{
    for (size_t i = 0; i < sizeof(extension_types) / sizeof(extension_types[0]); i++)
        if (oid.length == extension_types[i].length &&
            memcmp(oid.at, extension_types[i].oid, oid.length) == 0)
            return extension_types[i].type;
    return LINT_EXTENSION_OTHER;
}

/* Extension ::= SEQUENCE { extnID OID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
static bool read_extension(struct lint_extension *extension, struct der *in, struct sti_error *err)
{
    struct der content;
    struct der oid;
    struct der critical;
    struct der value;
    if (!der_expect(in, DER_SEQUENCE, "an extension", &content, err) ||
        !der_expect(&content, DER_OID, "an extension's OID", &oid, err))
        return false;
    if (lint_next_is(&content, DER_BOOLEAN)) {
        if (!der_expect(&content, DER_BOOLEAN, "critical", &critical, err))
            return false;
        if (critical.end - critical.at != 1)
            return sti_refuse(err, DER_CLAUSE,
                              "critical is a BOOLEAN of more or less than one "
                              "octet") ||
                   der_at(in->subject, critical.at, err);
        extension->critical = critical.octets[critical.at] != 0;
        extension->critical_false = !extension->critical;
    }
    if (!der_expect(&content, DER_OCTET_STRING, "an extension's value as OCTET STRING", &value,
                    err) ||
        !der_expect_end(&content, "an extension's value", err))
        return false;
    extension->oid = lint_view(&oid);
    extension->value = lint_view(&value);
    extension->type = extension_type(extension->oid);
    return true;
}

static bool read_extensions(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    struct der explicit_tag;
    struct der list;
    if (!der_expect(in, DER_CONTEXT + 3, "extensions", &explicit_tag, err) ||
        !der_expect(&explicit_tag, DER_SEQUENCE, "the list of extensions", &list, err) ||
        !der_expect_end(&explicit_tag, "the list of extensions", err))
        return false;
    while (list.at < list.end) {
        if (subject->extension_count == LINT_MAX_EXTENSIONS)
            return sti_refuse(err, NULL, "has more than %d extensions, the most read here",
                              LINT_MAX_EXTENSIONS) ||
                   der_at(in->subject, list.at, err);
        struct lint_extension *extension = &subject->extensions[subject->extension_count++];
        if (!read_extension(extension, &list, err))
            return false;
        if (extension->type != LINT_EXTENSION_OTHER && subject->known[extension->type] == NULL)
            subject->known[extension->type] = extension;
    }
    return true;
}

/* [1] and [2], IMPLICIT BIT STRING. */
static bool skip_unique_ids(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    for (uint8_t tag = 0x81; tag <= 0x82; tag++) {
        struct der ignored;
        if (!lint_next_is(in, tag))
            continue;
        if (!der_expect(in, tag, "a unique identifier", &ignored, err))
            return false;
        subject->unique_ids = true;
    }
    return true;
}

bool lint_tbs_read(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    struct der serial;
    if (!read_version(subject, in, err) ||
        !der_expect(in, DER_INTEGER, "serialNumber", &serial, err))
        return false;
    if (serial.at == serial.end)
        return sti_refuse(err, DER_CLAUSE, "serialNumber is an INTEGER without octets") ||
               der_at(in->subject, serial.at, err);
    subject->serial = lint_view(&serial);
    if (!lint_algorithm_read(in, "the signature field", &subject->tbs_algorithm, err) ||
        !read_name(in, "issuer", &subject->issuer, err) || !read_validity(subject, in, err) ||
        !read_name(in, "subject", &subject->subject, err) || !read_key(subject, in, err) ||
        !skip_unique_ids(subject, in, err))
        return false;
    if (in->at < in->end && !read_extensions(subject, in, err))
        return false;
    return der_expect_end(in, "extensions", err);
}
