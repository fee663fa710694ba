/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in the extensions of RFC 5280 section 4.2. A value that cannot be read is noted and
 * left to the lints: the certificate around it can still be judged.
 */
#include <string.h>
#include <strings.h>

#include "lint_reader.h"

#define CONTEXT_PRIMITIVE 0x80
#define GENERAL_NAME_DIRECTORY (DER_CONTEXT + 4)
#define GENERAL_NAME_URI (CONTEXT_PRIMITIVE + 6)

/* The value of an extension; not there: no octets at all. */
static struct lint_octets value_of(const struct lint_subject *subject,
                                   enum lint_extension_type type)
{
    const struct lint_extension *extension = subject->known[type];
    return extension == NULL ? (struct lint_octets){0} : extension->value;
}

/* BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
static void read_basic_constraints(struct lint_subject *subject)
{
    struct der content;
    struct der ca;
    struct der path;
    if (!lint_only(value_of(subject, LINT_EXTENSION_BASIC_CONSTRAINTS), DER_SEQUENCE, &content))
        return;
    bool is_ca = false;
    if (lint_next_is(&content, DER_BOOLEAN)) {
        if (!der_expect(&content, DER_BOOLEAN, "cA", &ca, NULL) || ca.end - ca.at != 1)
            return;
        is_ca = ca.octets[ca.at] != 0;
    }
    bool has_path = lint_next_is(&content, DER_INTEGER);
    if (has_path && (!der_expect(&content, DER_INTEGER, "pathLenConstraint", &path, NULL) ||
                     path.at == path.end))
        return;
    if (content.at != content.end)
        return;
    subject->basic_constraints_well_formed = true;
    subject->ca = is_ca;
    subject->path_length = has_path;
}

/* KeyUsage ::= BIT STRING of named bits; bit 0 is the highest bit of the first octet. */
static void read_key_usage(struct lint_subject *subject)
{
    struct der bits;
    if (!lint_only(value_of(subject, LINT_EXTENSION_KEY_USAGE), DER_BIT_STRING, &bits) ||
        bits.at == bits.end)
        return;
    unsigned unused = bits.octets[bits.at++];
    size_t octets = bits.end - bits.at;
    if (unused > 7 || (octets == 0 && unused != 0))
        return;
    for (size_t bit = 0; bit < octets * 8 && bit < 16; bit++)
        if ((bits.octets[bits.at + bit / 8] >> (7 - bit % 8) & 1) != 0)
            subject->key_usage |= 1u << bit;
    subject->key_usage_well_formed = true;
    /* X.690 section 11.2.2: all trailing zero bits are removed. */
    unsigned last = octets == 0 ? 0 : bits.octets[bits.end - 1];
    subject->key_usage_minimal = (last & ((1u << unused) - 1)) == 0 && (last >> unused & 1) != 0;
}

static void read_key_identifiers(struct lint_subject *subject)
{
    struct der content;
    struct der id;
    if (lint_only(value_of(subject, LINT_EXTENSION_SKI), DER_OCTET_STRING, &content))
        subject->ski = lint_view(&content);
    /* AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] IMPLICIT OCTET STRING OPTIONAL, ...
     */
    if (lint_only(value_of(subject, LINT_EXTENSION_AKI), DER_SEQUENCE, &content) &&
        lint_next_is(&content, CONTEXT_PRIMITIVE) &&
        der_expect(&content, CONTEXT_PRIMITIVE, "keyIdentifier", &id, NULL))
        subject->aki_id = lint_view(&id);
}

/* The OIDs 2.16.840.1.114569.1.1.{1, 3, 4} of the SHAKEN certificate policies (profile.md). */
static enum lint_policy policy_of(struct lint_octets oid)
{
    static const uint8_t arc[] = {0x60, 0x86, 0x48, 0x01, 0x86, 0xff, 0x09, 0x01, 0x01};
    if (oid.length != sizeof(arc) + 1 || memcmp(oid.at, arc, sizeof(arc)) != 0)
        return LINT_POLICY_NONE;
    switch (oid.at[sizeof(arc)]) {
    case 1:
        return LINT_POLICY_CP_1_1;
    case 3:
        return LINT_POLICY_CP_1_3;
    case 4:
        return LINT_POLICY_CP_1_4;
    default:
        return LINT_POLICY_NONE;
    }
}

/* certificatePolicies ::= SEQUENCE OF SEQUENCE { policyIdentifier OID, qualifiers OPTIONAL } */
static void read_policies(struct lint_subject *subject)
{
    struct der list;
    if (!lint_only(value_of(subject, LINT_EXTENSION_POLICIES), DER_SEQUENCE, &list))
        return;
    while (list.at < list.end) {
        struct der information;
        struct der oid;
        if (!der_expect(&list, DER_SEQUENCE, "a policy", &information, NULL) ||
            !der_expect(&information, DER_OID, "a policy's OID", &oid, NULL))
            return;
        if (subject->policy_count++ == 0)
            subject->policy_oid = lint_view(&oid);
        subject->has_policy[policy_of(lint_view(&oid))] = true;
    }
    subject->policies_well_formed = subject->policy_count > 0;
}

/* GeneralNames: how many URIs, and the first; false if they cannot be read. */
static bool read_urls(struct der *names, struct lint_crl_points *points)
{
    while (names->at < names->end) {
        uint8_t tag;
        struct der name;
        if (!lint_any(names, &tag, &name, "a name", NULL))
            return false;
        if (tag == GENERAL_NAME_URI && points->urls++ == 0)
            points->url = lint_view(&name);
    }
    return true;
}

/* cRLIssuer [2]: a directoryName and nothing else. */
static bool is_directory_name(struct der *names)
{
    struct der name;
    struct der dn;
    return der_expect(names, GENERAL_NAME_DIRECTORY, "a directoryName", &name, NULL) &&
           names->at == names->end && der_expect(&name, DER_SEQUENCE, "a name", &dn, NULL) &&
           dn.at < dn.end;
}

/*
 * DistributionPoint ::= SEQUENCE { distributionPoint [0] { fullName [0] GeneralNames, ... },
 *   reasons [1] OPTIONAL, cRLIssuer [2] GeneralNames OPTIONAL }         RFC 5280 section 4.2.1.13
 */
static bool read_point(struct der *point, struct lint_crl_points *points)
{
    while (point->at < point->end) {
        uint8_t tag;
        struct der content;
        struct der full_name;
        if (!lint_any(point, &tag, &content, "a distribution point's part", NULL))
            return false;
        if (tag == DER_CONTEXT) {
            points->name = true;
            if (lint_next_is(&content, DER_CONTEXT) &&
                (!der_expect(&content, DER_CONTEXT, "fullName", &full_name, NULL) ||
                 !read_urls(&full_name, points)))
                return false;
        }
        if (tag == DER_CONTEXT + 2)
            points->issuer = is_directory_name(&content);
    }
    return true;
}

static void read_crl_points(struct lint_subject *subject)
{
    struct lint_crl_points *points = &subject->crl;
    struct der list;
    if (!lint_only(value_of(subject, LINT_EXTENSION_CRL_POINTS), DER_SEQUENCE, &list))
        return;
    while (list.at < list.end) {
        struct der point;
        if (!der_expect(&list, DER_SEQUENCE, "a distribution point", &point, NULL))
            return;
        if (points->points++ == 0 && !read_point(&point, points))
            return;
    }
    points->well_formed = points->points > 0;
}

static bool is_https(struct lint_octets uri)
{
    return uri.length > 8 && strncasecmp((const char *)uri.at, "https://", 8) == 0;
}

/*
 * authorityInfoAccess ::= SEQUENCE OF SEQUENCE { accessMethod OID, accessLocation GeneralName };
 * the lists by reference in it (RFC 8226 section 10.1).
 */
static void read_references(struct lint_subject *subject)
{
    static const uint8_t stir_tn_list[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x0e};
    struct der list;
    if (!lint_only(value_of(subject, LINT_EXTENSION_AIA), DER_SEQUENCE, &list))
        return;
    subject->references_https = true;
    while (list.at < list.end) {
        struct der description;
        struct der oid;
        struct der location;
        uint8_t tag;
        if (!der_expect(&list, DER_SEQUENCE, "an access description", &description, NULL) ||
            !der_expect(&description, DER_OID, "accessMethod", &oid, NULL) ||
            !lint_any(&description, &tag, &location, "accessLocation", NULL))
            return;
        if (!lint_same(lint_view(&oid), (struct lint_octets){stir_tn_list, sizeof(stir_tn_list)}))
            continue;
        bool uri = tag == GENERAL_NAME_URI;
        if (subject->references++ == 0 && uri)
            subject->reference = lint_view(&location);
        subject->references_https =
            subject->references_https && uri && is_https(lint_view(&location));
    }
}

void lint_extensions_read(struct lint_subject *subject)
{
    read_basic_constraints(subject);
    read_key_usage(subject);
    read_key_identifiers(subject);
    read_policies(subject);
    read_crl_points(subject);
    read_references(subject);
    if (subject->known[LINT_EXTENSION_TNAUTHLIST] != NULL)
        lint_list_read(&subject->list, value_of(subject, LINT_EXTENSION_TNAUTHLIST));
}
