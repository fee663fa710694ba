/* SPDX-License-Identifier: Apache-2.0 */
#include "tbs_compare.h"

#include <stdio.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "der.h"
#include "tnauthlist.h"

#define EXTENSIONS_OF_CERTIFICATE 0xa3
#define EXTENSIONS_OF_CRL 0xa0
#define LONGEST_SERIAL 20

static const struct der_subject subject = {"to-be-signed octets", "RFC 5280 section 4.1"};

/* An element with its header; none: length 0. */
struct element {
    const uint8_t *octets;
    size_t length;
    struct der content;
};

/* The two sides, element by element. */
struct pair {
    struct der one, other;
};

static struct element next(struct der *in)
{
    struct element element = {in->octets + in->at, 0, {in->octets, in->end, in->end, in->subject}};
    size_t start = in->at++;
    if (start < in->end && der_content(in, &element.content, NULL))
        element.length = in->at - start;
    else
        in->at = in->end;
    return element;
}

static bool same(const struct element *one, const struct element *other)
{
    return one->length == other->length && memcmp(one->octets, other->octets, one->length) == 0;
}

/* Goes on to the first elements that differ; false: there are none. *index counts the others. */
static bool find(struct pair *pair, struct element *one, struct element *other, size_t *index)
{
    for (*index = 0;; (*index)++) {
        *one = next(&pair->one);
        *other = next(&pair->other);
        if (!same(one, other))
            return true;
        if (one->length == 0)
            return false;
    }
}

/* Into the one element that both consist of; of what has none, nothing is looked at. */
static struct pair into(struct der one, struct der other)
{
    struct element first = next(&one);
    struct element second = next(&other);
    if (first.length == 0 || second.length == 0) {
        one.at = one.end;
        return (struct pair){one, one};
    }
    return (struct pair){first.content, second.content};
}

/* ---- names ---- */

/* The first element of a sequence as an OID, for people. */
static void name_oid(const struct element *extension, char *text, size_t room)
{
    struct der content = extension->content;
    struct element oid = next(&content);
    const unsigned char *at = oid.octets;
    ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &at, (long)oid.length);
    char dotted[80];
    if (object == NULL || OBJ_obj2txt(dotted, sizeof(dotted), object, 1) <= 0) {
        snprintf(text, room, "an extension");
    } else if (strcmp(dotted, TNAUTHLIST_OID) == 0) {
        snprintf(text, room, "the extension %s (TNAuthList)", dotted);
    } else {
        int nid = OBJ_obj2nid(object);
        snprintf(text, room, nid == NID_undef ? "the extension %s" : "the extension %s (%s)",
                 dotted, nid == NID_undef ? "" : OBJ_nid2ln(nid));
    }
    ASN1_OBJECT_free(object);
    ERR_clear_error();
}

/* The first element of an entry as a serial number. */
static void name_serial(const struct element *entry, char *text, size_t room)
{
    struct der content = entry->content;
    struct element serial = next(&content);
    size_t length = serial.content.end - serial.content.at;
    int used = snprintf(text, room, "the entry of serial ");
    if (serial.length == 0 || length > LONGEST_SERIAL + 1)
        return;
    for (size_t i = 0; i < length && used > 0 && (size_t)used + 2 < room; i++) {
        uint8_t octet = serial.content.octets[serial.content.at + i];
        if (octet != 0 || i > 0 || length == 1)
            used += snprintf(text + used, room - (size_t)used, "%02X", octet);
    }
}

typedef void name_element(const struct element *element, char *text, size_t room);

/* Within a list: which of its elements. */
static void name_within(struct pair list, name_element *name, char *text, size_t room)
{
    struct element one, other;
    size_t index;
    char which[120];
    if (!find(&list, &one, &other, &index))
        return;
    name(one.length > 0 ? &one : &other, which, sizeof(which));
    snprintf(text, room, "%s%s", which,
             one.length == 0     ? ", which it lacks"
             : other.length == 0 ? ", which is one too many"
                                 : "");
}

static const char *const of_certificate[] = {
    "version",  "serial number", "algorithm",           "issuer",
    "validity", "subject",       "subject's public key"};
static const char *const of_crl[] = {"version", "algorithm", "issuer", "thisUpdate", "nextUpdate"};
#define COUNT(names) (sizeof(names) / sizeof(*(names)))

/* The field that two elements are, which stand behind `index` others. */
static void name_field(const struct element *one, const struct element *other, size_t index,
                       bool is_crl, char *text, size_t room)
{
    const char *const *names = is_crl ? of_crl : of_certificate;
    uint8_t tag = one->length > 0 ? one->octets[0] : 0;
    uint8_t other_tag = other->length > 0 ? other->octets[0] : 0;
    uint8_t extensions = is_crl ? EXTENSIONS_OF_CRL : EXTENSIONS_OF_CERTIFICATE;
    if (index < (is_crl ? COUNT(of_crl) : COUNT(of_certificate))) {
        snprintf(text, room, "the %s", names[index]);
    } else if (is_crl && (tag == DER_SEQUENCE || other_tag == DER_SEQUENCE)) {
        snprintf(text, room, "the entries");
        if (tag == other_tag)
            name_within((struct pair){one->content, other->content}, name_serial, text, room);
    } else {
        snprintf(text, room, "the extensions");
        if (tag == extensions && tag == other_tag)
            name_within(into(one->content, other->content), name_oid, text, room);
    }
}

static size_t first_octet(const struct element *one, const struct element *other)
{
    size_t i = 0;
    while (i < one->length && i < other->length && one->octets[i] == other->octets[i])
        i++;
    return i;
}

static struct der window(const struct plan_octets *tbs)
{
    return (struct der){tbs->octets, 0, tbs->length, &subject};
}

void tbs_compare(const struct plan_octets *one, const struct plan_octets *other, bool is_crl,
                 char text[TBS_PLACE_TEXT])
{
    struct element first, second;
    struct element whole = {one->octets, one->length, window(one)};
    struct element whole_other = {other->octets, other->length, window(other)};
    struct pair fields = into(window(one), window(other));
    size_t index = 0;
    char field[160];
    if (!find(&fields, &first, &second, &index)) {
        snprintf(text, TBS_PLACE_TEXT, "at octet %zu", first_octet(&whole, &whole_other));
        return;
    }
    name_field(&first, &second, index, is_crl, field, sizeof(field));
    snprintf(text, TBS_PLACE_TEXT, "at octet %zu, in %s",
             (size_t)(first.octets - one->octets) + first_octet(&first, &second), field);
}
