/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict DER reading of (Enhanced)JWTClaimConstraints.
 *
 *   EnhancedJWTClaimConstraints ::= SEQUENCE {
 *       mustInclude     [0] JWTClaimNames OPTIONAL,
 *       permittedValues [1] JWTClaimValuesList OPTIONAL,
 *       mustExclude     [2] JWTClaimNames OPTIONAL }       at least one of them; explicit tags
 *   JWTClaimNames      ::= SEQUENCE SIZE (1..MAX) OF IA5String
 *   JWTClaimValuesList ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
 *       claim IA5String, values SEQUENCE SIZE (1..MAX) OF UTF8String }
 *                                                                            RFC 9118 section 3
 *
 * JWTClaimConstraints (RFC 8226 section 8) is the same without mustExclude.
 */
#include <stdlib.h>
#include <string.h>

#include "der.h"
#include "jwt_claim_constraints.h"

static const struct der_subject subjects[] = {
    [JWT_CLAIM_CONSTRAINTS] = {"JWTClaimConstraints", "RFC 8226 section 8"},
    [ENHANCED_JWT_CLAIM_CONSTRAINTS] = {"EnhancedJWTClaimConstraints", "RFC 9118 section 3"},
};

/* A refusal at this offset, whose clause is that of the module. */
#define REFUSE(in, offset, err, ...)                                                               \
    (sti_refuse(err, (in)->subject->clause, __VA_ARGS__) || der_at((in)->subject, offset, err))

/* Makes room for element `count` of an array that grows by doubling; false at the limit. */
static bool grow(void **array, size_t element, size_t count, size_t limit, const struct der *in,
                 struct sti_error *err)
{
    if (count == limit)
        return sti_refuse(err, NULL, "there are more than %zu elements", limit) ||
               der_at(in->subject, in->at, err);
    if (count != 0 && (count < 8 || (count & (count - 1)) != 0))
        return true; /* there is room: it has been doubled at 8, 16, 32 ... */
    void *more = realloc(*array, element * (count == 0 ? 8 : 2 * count));
    if (more == NULL)
        return sti_fail(err, "no memory for claim constraints");
    *array = more;
    return true;
}

/* The octets of the UTF-8 character at octets[i] (RFC 3629), or 0 if there is none. */
static size_t utf8_character(const uint8_t *octets, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t first = octets[0];
    if (first < 0x80)
        return 1;
    size_t wanted = first >= 0xf8 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc0 || wanted == 0 || wanted > length)
        return 0;
    uint32_t character = first & (0x7fu >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if ((octets[i] & 0xc0) != 0x80)
            return 0;
        character = character << 6 | (octets[i] & 0x3fu);
    }
    bool surrogate = character >= 0xd800 && character < 0xe000;
    return character < least[wanted] || character > 0x10ffff || surrogate ? 0 : wanted;
}

static bool read_name(struct der *in, struct jwt_claim_octets *name, struct sti_error *err)
{
    struct der text;
    size_t start = in->at;
    if (!der_expect(in, DER_IA5STRING, "JWTClaimName as IA5String", &text, err))
        return false;
    *name = (struct jwt_claim_octets){text.octets + text.at, text.end - text.at};
    if (name->length == 0)
        return REFUSE(in, start, err, "the name of a claim is empty");
    for (size_t i = text.at; i < text.end; i++)
        if (text.octets[i] >= 0x80)
            return REFUSE(in, i, err, "octet 0x%02X cannot stand in an IA5String", text.octets[i]);
    return true;
}

static bool read_value(struct der *in, struct jwt_claim_octets *value, struct sti_error *err)
{
    struct der text;
    if (!der_expect(in, DER_UTF8STRING, "a permitted value as UTF8String", &text, err))
        return false;
    *value = (struct jwt_claim_octets){text.octets + text.at, text.end - text.at};
    while (text.at < text.end) {
        size_t octets = utf8_character(text.octets + text.at, text.end - text.at);
        if (octets == 0)
            return REFUSE(in, text.at, err, "octet 0x%02X begins no character of UTF-8",
                          text.octets[text.at]);
        text.at += octets;
    }
    return true;
}

/* The values of one claim. */
static bool read_values(struct jwt_claim_constraints *value, struct der *in,
                        struct jwt_claim_constraint *constraint, struct sti_error *err)
{
    struct der values;
    if (!der_expect(in, DER_SEQUENCE, "the permitted values as SEQUENCE", &values, err))
        return false;
    constraint->first_value = value->value_count;
    if (values.at == values.end)
        return REFUSE(in, values.at, err, "there is no permitted value, at least one is needed");
    for (; values.at < values.end; value->value_count++)
        if (!grow((void **)&value->values, sizeof(*value->values), value->value_count,
                  JWT_CLAIM_MAX_VALUES, &values, err) ||
            !read_value(&values, &value->values[value->value_count], err))
            return false;
    constraint->value_count = value->value_count - constraint->first_value;
    return true;
}

static bool read_constraint(struct jwt_claim_constraints *value, struct der *in,
                            enum jwt_claim_kind kind, struct sti_error *err)
{
    if (!grow((void **)&value->constraints, sizeof(*value->constraints), value->count,
              JWT_CLAIM_MAX_CONSTRAINTS, in, err))
        return false;
    struct jwt_claim_constraint *constraint = &value->constraints[value->count];
    *constraint = (struct jwt_claim_constraint){.kind = kind, .offset = in->at};
    if (kind != JWT_CLAIM_PERMITTED_VALUES) {
        if (!read_name(in, &constraint->claim, err))
            return false;
    } else {
        struct der pair;
        if (!der_expect(in, DER_SEQUENCE, "JWTClaimValues as SEQUENCE", &pair, err) ||
            !read_name(&pair, &constraint->claim, err) ||
            !read_values(value, &pair, constraint, err) ||
            !der_expect_end(&pair, "the permitted values", err))
            return false;
    }
    value->count++;
    value->end = in->at;
    return true;
}

/* The content of one explicit tag: a SEQUENCE of names, or of names with values. */
static bool read_component(struct jwt_claim_constraints *value, struct der *in,
                           enum jwt_claim_kind kind, struct sti_error *err)
{
    static const char *const names[] = {
        "JWTClaimNames as SEQUENCE", "JWTClaimValuesList as SEQUENCE", "JWTClaimNames as SEQUENCE"};
    struct der list;
    if (!der_expect(in, DER_SEQUENCE, names[kind], &list, err))
        return false;
    value->end = list.at;
    if (list.at == list.end)
        return REFUSE(in, list.at, err, "the component [%d] is empty, at least one claim is needed",
                      kind);
    while (list.at < list.end)
        if (!read_constraint(value, &list, kind, err))
            return false;
    return der_expect_end(in, "the component", err);
}

/* The tag of a component is not one that may stand here: names the likely mistake. */
static bool check_tag(const struct der *in, uint8_t tag, int last, enum jwt_claim_form form,
                      struct sti_error *err)
{
    int kind = tag & 0x1f;
    if ((tag & 0xc0) != 0x80 || kind > JWT_CLAIM_MUST_EXCLUDE)
        return REFUSE(in, in->at, err,
                      "tag 0x%02X stands where a component (0xA0, 0xA1 or 0xA2) is wanted", tag);
    if (kind == JWT_CLAIM_MUST_EXCLUDE && form == JWT_CLAIM_CONSTRAINTS)
        return sti_refuse(err, "RFC 9118 section 6",
                          "mustExclude [2] needs the extension EnhancedJWTClaimConstraints") ||
               der_at(in->subject, in->at, err);
    if (tag < DER_CONTEXT)
        return REFUSE(in, in->at, err,
                      "tag 0x%02X is primitive, the component [%d] has the explicit tag 0x%02X",
                      tag, kind, DER_CONTEXT | kind);
    if (kind <= last)
        return REFUSE(in, in->at, err, "the component [%d] stands behind [%d]", kind, last);
    return true;
}

static bool read_components(struct jwt_claim_constraints *value, struct der *in,
                            struct sti_error *err)
{
    for (int last = -1; in->at < in->end;) {
        uint8_t tag = in->octets[in->at];
        value->end = in->at;
        if (!check_tag(in, tag, last, value->form, err))
            return false;
        last = tag & 0x1f;
        in->at++;
        struct der component;
        if (!der_content(in, &component, err) ||
            !read_component(value, &component, (enum jwt_claim_kind)last, err))
            return false;
    }
    return value->count > 0 ||
           REFUSE(in, in->at, err, "there is no constraint, at least one component is needed");
}

bool jwt_claim_constraints_decode(struct jwt_claim_constraints *value, enum jwt_claim_form form,
                                  const uint8_t *der, size_t length, struct sti_error *err)
{
    *value = (struct jwt_claim_constraints){.form = form, .der = der, .der_length = length};
    sti_error_clear(err);
    struct der in = {der, 0, length, &subjects[form]};
    struct der components;
    if (length > JWT_CLAIM_MAX_OCTETS)
        return sti_refuse(err, NULL, "there are %zu octets, the limit is %zu", length,
                          JWT_CLAIM_MAX_OCTETS) ||
               der_at(in.subject, STI_NOWHERE, err);
    if (!der_expect(&in, DER_SEQUENCE, "the SEQUENCE", &components, err) ||
        !read_components(value, &components, err))
        return false;
    value->end = in.at;
    return der_expect_end(&in, "the constraints", err);
}

void jwt_claim_constraints_free(struct jwt_claim_constraints *value)
{
    free(value->constraints);
    free(value->values);
    memset(value, 0, sizeof(*value));
}
